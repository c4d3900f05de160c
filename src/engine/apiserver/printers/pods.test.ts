import { describe, expect, test } from 'vitest'
import { formatTime, parseTime } from '../../api/time.ts'
import type { ContainerStatus, Pod } from '../../api/types.ts'
import { pods } from './pods.ts'

const now = parseTime('2025-06-01T08:00:00Z')!
const ago = (seconds: number) => formatTime(now - seconds * 1000)

type Given = Partial<ContainerStatus> & { restarted?: number }

const running = (more: Given = {}): Given => ({ ready: true, state: { running: { startedAt: ago(500) } }, ...more })
const waiting = (reason: string, more: Given = {}): Given => ({ state: { waiting: { reason } }, ...more })
const ended = (exitCode: number, reason?: string, more: Given = {}): Given =>
  ({ state: { terminated: { exitCode, ...(reason ? { reason } : {}) } }, ...more })

function statuses(given: Given[] | undefined, prefix: string): ContainerStatus[] | undefined {
  return given?.map(({ restarted, ...status }, i) => ({
    name: `${prefix}${i}`,
    image: 'x',
    imageID: '',
    ready: false,
    restartCount: 0,
    ...(restarted === undefined ? {} : { lastState: { terminated: { exitCode: 1, finishedAt: ago(restarted) } } }),
    ...status,
  }))
}

interface Scene {
  phase?: string
  reason?: string
  main?: Given[]
  init?: Given[]
  /** Which init containers are sidecars. */
  sidecars?: number[]
  containers?: number
  inits?: number
  conditions?: Record<string, string>
  gated?: boolean
  deleted?: boolean
  spec?: Record<string, unknown>
  status?: Record<string, unknown>
}

function podOf(scene: Scene): Pod {
  const names = (count: number, prefix: string) => Array.from({ length: count }, (_, i) => ({ name: `${prefix}${i}` }))
  const conditions = Object.entries(scene.conditions ?? {}).map(([type, status]) => ({ type, status }))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'p', uid: 'u', resourceVersion: '1', creationTimestamp: ago(600), ...(scene.deleted ? { deletionTimestamp: ago(5) } : {}),
    },
    spec: {
      containers: names(scene.containers ?? scene.main?.length ?? 1, 'c'),
      initContainers: names(scene.inits ?? scene.init?.length ?? 0, 'i').map((c, i) =>
        scene.sidecars?.includes(i) ? { ...c, restartPolicy: 'Always' } : c),
      ...scene.spec,
    },
    status: {
      phase: scene.phase ?? 'Running',
      ...(scene.reason ? { reason: scene.reason } : {}),
      conditions: scene.gated ? [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] : conditions,
      containerStatuses: statuses(scene.main, 'c'),
      initContainerStatuses: statuses(scene.init, 'i'),
      ...scene.status,
    },
  } as unknown as Pod
}

const cells = (scene: Scene) => pods.cells(podOf(scene), now)
const summary = (scene: Scene) => cells(scene).slice(1, 4).join(' | ')

describe('READY, STATUS and RESTARTS', () => {
  test.each<[string, Scene, string]>([
    ['one of two ready', { main: [running(), running({ ready: false })] }, '1/2 | Running | 0'],
    ['bound, nothing known', { phase: 'Pending', spec: { nodeName: 'n1' }, conditions: { PodScheduled: 'True' } }, '0/1 | Pending | 0'],
    ['nothing yet', { phase: 'Pending', containers: 2 }, '0/2 | Pending | 0'],
    ['being created', { phase: 'Pending', main: [waiting('ContainerCreating')] }, '0/1 | ContainerCreating | 0'],
    ['one runs, one cannot be pulled', { phase: 'Pending', main: [running(), waiting('ImagePullBackOff')] }, '1/2 | ImagePullBackOff | 0'],
    ['a missing ConfigMap', { phase: 'Pending', main: [waiting('CreateContainerConfigError')] }, '0/1 | CreateContainerConfigError | 0'],
    ['of two waiting the first speaks', { phase: 'Pending', main: [waiting('ErrImagePull'), waiting('ContainerCreating')] }, '0/2 | ErrImagePull | 0'],
    ['waiting without a reason says nothing', { phase: 'Pending', main: [waiting('')] }, '0/1 | Pending | 0'],
    ['crash loop', { main: [waiting('CrashLoopBackOff', { restartCount: 4, restarted: 95 })] }, '0/1 | CrashLoopBackOff | 4 (95s ago)'],
    ['restarted minutes ago', { main: [running({ restartCount: 3, restarted: 300 })] }, '1/1 | Running | 3 (5m ago)'],
    ['restarts add up, the newest counts', { main: [running({ restartCount: 2, restarted: 900 }), running({ restartCount: 3, restarted: 420 })] }, '2/2 | Running | 5 (7m ago)'],
    ['restarted hours ago', { main: [running({ restartCount: 1, restarted: 9000 })] }, '1/1 | Running | 1 (150m ago)'],
    ['restarts without a last state', { main: [running({ restartCount: 2 })] }, '1/1 | Running | 2'],
    ['one ended well, one runs, not ready', { main: [ended(0, 'Completed'), running()] }, '1/2 | NotReady | 0'],
    ['one ended well, one runs, ready', { main: [ended(0, 'Completed'), running()], conditions: { Ready: 'True' } }, '1/2 | Running | 0'],
    ['one succeeded', { phase: 'Succeeded', main: [ended(0, 'Completed')] }, '0/1 | Completed | 0'],
    ['all ended, the phase lags', { main: [ended(0, 'Completed')] }, '0/1 | Completed | 0'],
    ['succeeded', { phase: 'Succeeded', main: [ended(0, 'Completed'), ended(0, 'Completed')] }, '0/2 | Completed | 0'],
    ['failed', { phase: 'Failed', main: [ended(3, 'Error')] }, '0/1 | Error | 0'],
    ['out of memory', { phase: 'Failed', main: [ended(137, 'OOMKilled')] }, '0/1 | OOMKilled | 0'],
    ['an end without a reason', { phase: 'Succeeded', main: [ended(0)] }, '0/1 | ExitCode:0 | 0'],
    ['a signal without a reason', { phase: 'Failed', main: [{ state: { terminated: { exitCode: 137, signal: 9 } } }] }, '0/1 | Signal:9 | 0'],
    ['first crashes, second runs', { main: [waiting('CrashLoopBackOff', { restartCount: 2, restarted: 20 }), running()] }, '1/2 | CrashLoopBackOff | 2 (20s ago)'],
  ])('%s', (_, scene, expected) => {
    expect(summary(scene)).toBe(expected)
  })

  test.each<[string, Scene, string]>([
    ['evicted with container statuses', { phase: 'Failed', reason: 'Evicted', main: [ended(137, 'Error')] }, '0/1 | Error | 0'],
    ['evicted before it ran', { phase: 'Failed', reason: 'Evicted' }, '0/1 | Evicted | 0'],
    ['refused by the kubelet', { phase: 'Failed', reason: 'OutOfcpu', containers: 2 }, '0/2 | OutOfcpu | 0'],
    ['deleted while crash looping', { deleted: true, main: [waiting('CrashLoopBackOff', { restartCount: 5, restarted: 30 })] }, '0/1 | Terminating | 5 (30s ago)'],
    ['deleted while pending', { deleted: true, phase: 'Pending' }, '0/1 | Terminating | 0'],
    ['deleted, and it has failed', { deleted: true, phase: 'Failed', main: [ended(1, 'Error')] }, '0/1 | Error | 0'],
    ['deleted on a lost node', { deleted: true, reason: 'NodeLost', main: [running()] }, '1/1 | Unknown | 0'],
    ['on a lost node', { reason: 'NodeLost', main: [running()] }, '1/1 | NodeLost | 0'],
    ['held by a gate', { phase: 'Pending', gated: true }, '0/1 | SchedulingGated | 0'],
    ['held by a gate, with init containers', { phase: 'Pending', gated: true, containers: 2, inits: 1 }, '0/2 | SchedulingGated | 0'],
    ['unschedulable is Pending', { phase: 'Pending', conditions: { PodScheduled: 'False' } }, '0/1 | Pending | 0'],
    ['phase Unknown', { phase: 'Unknown' }, '0/1 | Unknown | 0'],
  ])('%s', (_, scene, expected) => {
    expect(summary(scene)).toBe(expected)
  })

  test.each<[string, Scene, string]>([
    ['first runs', { phase: 'Pending', init: [{ state: { running: {} } }, waiting('PodInitializing')], main: [waiting('PodInitializing')] }, '0/1 | Init:0/2 | 0'],
    ['second runs', { phase: 'Pending', init: [ended(0), { state: { running: {} } }], main: [waiting('PodInitializing')] }, '0/1 | Init:1/2 | 0'],
    ['all done', { phase: 'Pending', init: [ended(0, 'Completed')], main: [waiting('PodInitializing')] }, '0/1 | PodInitializing | 0'],
    ['failed', { phase: 'Pending', init: [ended(2, 'Error')] }, '0/1 | Init:Error | 0'],
    ['failed without a reason', { phase: 'Pending', init: [ended(5)] }, '0/1 | Init:ExitCode:5 | 0'],
    ['crash loop', { phase: 'Pending', init: [waiting('CrashLoopBackOff', { restartCount: 3, restarted: 15 })] }, '0/1 | Init:CrashLoopBackOff | 3 (15s ago)'],
    ['cannot be pulled', { phase: 'Pending', init: [waiting('ImagePullBackOff')] }, '0/1 | Init:ImagePullBackOff | 0'],
    ['third of three waits', { phase: 'Pending', init: [ended(0), ended(0), waiting('ErrImageNeverPull')] }, '0/1 | Init:ErrImageNeverPull | 0'],
    ['its restarts are forgotten', { init: [ended(0, undefined, { restartCount: 2 })], main: [running({ restartCount: 1, restarted: 180 })], conditions: { Initialized: 'True' } }, '1/1 | Running | 1 (3m ago)'],
    ['no statuses', { phase: 'Pending', inits: 2 }, '0/1 | Pending | 0'],
  ])('init containers: %s', (_, scene, expected) => {
    expect(summary(scene)).toBe(expected)
  })

  test.each<[string, Scene, string]>([
    ['not started', { phase: 'Pending', init: [{ state: { running: {} }, started: false }], main: [waiting('PodInitializing')] }, '0/2 | Init:0/1 | 0'],
    ['started, not ready', { init: [{ state: { running: {} }, started: true }], main: [running()] }, '1/2 | Running | 0'],
    ['ready', { init: [running({ started: true })], main: [running()] }, '2/2 | Running | 0'],
    ['crash loop after initialization', { init: [waiting('CrashLoopBackOff', { restartCount: 4, restarted: 20, started: false })], main: [running()], conditions: { Initialized: 'True' } }, '1/2 | Init:CrashLoopBackOff | 4 (20s ago)'],
    ['ended with the pod', { phase: 'Succeeded', init: [ended(0, 'Completed')], main: [ended(0, 'Completed')] }, '0/2 | Completed | 0'],
    ['killed with the pod', { phase: 'Succeeded', init: [ended(137, 'Error')], main: [ended(0, 'Completed')], conditions: { Initialized: 'True' } }, '0/2 | Completed | 0'],
    ['ended badly during initialization', { phase: 'Pending', init: [ended(1, 'Error', { restartCount: 1 })], main: [waiting('PodInitializing')] }, '0/2 | Init:Error | 1'],
    ['outlives its app', { init: [running({ started: true })], main: [ended(0, 'Completed')], conditions: { Initialized: 'True' } }, '1/2 | Completed | 0'],
  ])('a sidecar: %s', (_, scene, expected) => {
    expect(summary({ ...scene, sidecars: [0] })).toBe(expected)
  })
})

test.each<[string, Scene, string]>([
  ['nothing known', { phase: 'Pending' }, '<none> | <none> | <none> | <none>'],
  ['node and address', { spec: { nodeName: 'node-1' }, status: { podIPs: [{ ip: '10.1.0.5' }] } }, '10.1.0.5 | node-1 | <none> | <none>'],
  ['evicted, where it was', { phase: 'Failed', reason: 'Evicted', spec: { nodeName: 'node-2' }, status: { podIPs: [{ ip: '10.1.0.9' }] } }, '10.1.0.9 | node-2 | <none> | <none>'],
  ['nominated', { status: { nominatedNodeName: 'node-2' } }, '<none> | <none> | node-2 | <none>'],
  ['no gate open', { spec: { readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }] } }, '<none> | <none> | <none> | 0/2'],
  ['one gate open', { spec: { readinessGates: [{ conditionType: 'a' }, { conditionType: 'b' }] }, conditions: { b: 'True' } }, '<none> | <none> | <none> | 1/2'],
])('wide: %s', (_, scene, expected) => {
  expect(cells(scene).slice(5).join(' | ')).toBe(expected)
})
