import { describe, expect, it } from 'vitest'
import type { ContainerRecord } from '../../../engine/api/machine.ts'
import { filmStart } from '../../testing/filmMaker.ts'
import { testPod } from '../../testing/objects.ts'
import type { PodWish } from '../../testing/objects.ts'
import { clockShare, containerViews, noRecords, recordsOf, sandboxState } from './containers.ts'
import type { PodRecords } from './containers.ts'

const record = (wish: Partial<ContainerRecord>): ContainerRecord => ({
  id: 'c1',
  sandboxID: 's1',
  podUID: 'uid-web',
  name: 'app',
  type: 'container',
  image: 'nginx',
  imageID: '',
  attempt: 0,
  state: 'running',
  createdAt: 1,
  startedAt: 2,
  finishedAt: undefined,
  exitCode: undefined,
  reason: undefined,
  message: undefined,
  memoryLimitBytes: undefined,
    cpuLimitMillis: undefined,
    specHash: '',
  pid: 1,
  stopping: undefined,
  ...wish,
})
const pull = { image: 'nginx', podUID: 'uid-web', container: 'app', startedAt: 100, endsAt: 300, sizeBytes: 1 }
const backoff = { podUID: 'uid-web', container: 'app', kind: 'restart' as const, since: 100, until: 200 }
const running = { state: { running: {} } }
const leaving = { timestamp: '2026-01-01T00:00:30Z', graceSeconds: 30 }

it.each<[string, PodWish, Partial<PodRecords>, string]>([
  ['nothing yet', {}, {}, 'waiting'],
  ['the kubelet has said ContainerCreating', { state: { waiting: { reason: 'ContainerCreating' } } }, {}, 'waiting'],
  ['pulling', {}, { pulls: [pull] }, 'pulling'],
  ['created', {}, { containers: [record({ state: 'created' })] }, 'creating'],
  ['running before the API server knows', {}, { containers: [record({})] }, 'running'],
  ['running, not ready', running, { containers: [record({})] }, 'running'],
  ['ready', { ...running, ready: true }, { containers: [record({})] }, 'ready'],
  ['exited 0', {}, { containers: [record({ state: 'exited', exitCode: 0 })] }, 'finished'],
  ['exited 1', {}, { containers: [record({ state: 'exited', exitCode: 1 })] }, 'failed'],
  ['backing off', {}, { containers: [record({ state: 'exited', exitCode: 1 })], backoffs: [backoff] }, 'backoff'],
  [
    'restarted: the newest record counts',
    {},
    { containers: [record({ state: 'exited', exitCode: 1 }), record({ id: 'c2', createdAt: 9 })] },
    'running',
  ],
  [
    'TERM was sent',
    running,
    { containers: [record({ stopping: { signal: 'SIGTERM', termAt: 5, killAt: 9 } })] },
    'terminating',
  ],
  ['preStop runs', { ...running, ready: true, deletion: leaving }, { containers: [record({})] }, 'terminating'],
  ['only the API object knows: back-off', { state: { waiting: { reason: 'CrashLoopBackOff' } } }, {}, 'backoff'],
  ['only the API object knows: ended', { state: { terminated: { exitCode: 0 } } }, {}, 'finished'],
])('%s', (_, wish, records, glyph) => {
  expect(containerViews(testPod(wish), { ...noRecords, ...records })[0]!.glyph).toBe(glyph)
})

it('init containers come first, sidecars among them, as they start', () => {
  const pod = testPod()
  const spec = { ...pod.spec, initContainers: [{ name: 'migrate' }, { name: 'proxy', restartPolicy: 'Always' }] }
  expect(containerViews({ ...pod, spec } as typeof pod, noRecords).map((c) => [c.name, c.role])).toEqual([
    ['migrate', 'init'],
    ['proxy', 'sidecar'],
    ['app', 'container'],
  ])
})

describe('clocks', () => {
  it.each([
    ['fills', 0, 0],
    ['fills', 150, 0.5],
    ['fills', 900, 1],
    ['empties', 0, 1],
    ['empties', 150, 0.5],
    ['empties', 900, 0],
  ] as const)('%s at %i', (direction, now, share) =>
    expect(clockShare({ from: 100, to: 200, direction }, now)).toBe(share),
  )

  it('the grace period counts from the deletion, until TERM has its own', () => {
    const [view] = containerViews(testPod({ ...running, deletion: leaving }), {
      ...noRecords,
      containers: [record({})],
    })
    expect(view!.clock).toEqual({ from: filmStart, to: filmStart + 30_000, direction: 'empties' })
  })
})

it('a sandbox is ready while one of its attempts is', () => {
  const sandbox = {
    id: 's',
    podUID: 'uid-web',
    podName: 'web',
    podNamespace: 'default',
    attempt: 0,
    ip: '',
    hostNetwork: false,
    hostname: 'web',
    sharePID: false,
    createdAt: 0,
  }
  expect(sandboxState(noRecords)).toBe('none')
  expect(sandboxState({ ...noRecords, sandboxes: [{ ...sandbox, state: 'notready' }] })).toBe('notready')
  const both = {
    ...noRecords,
    sandboxes: [
      { ...sandbox, state: 'notready' as const },
      { ...sandbox, state: 'ready' as const },
    ],
  }
  expect(sandboxState(recordsOf('uid-web', both))).toBe('ready')
  expect(sandboxState(recordsOf('uid-other', both))).toBe('none')
})
