import { beforeEach, describe, expect, test } from 'vitest'
import type { Event, Node, Pod } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'

const path = '/api/v1/namespaces/default/pods'
let cluster: Cluster

function apply(name: string, command: string[], spec: object = {}): void {
  const containers = [{ name: 'app', image: 'busybox:1.36', command }]
  cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers, ...spec } } as never })
}

const pod = (name: string): Pod | undefined => cluster.world().get('Pod', name, 'default') as Pod | undefined
const app = (name: string) => pod(name)!.status.containerStatuses![0]!
const ready = (): string | undefined => (cluster.world().get('Node', 'node1') as Node).status.conditions?.find(({ type }) => type === 'Ready')?.status
const events = (kind: string): string[] =>
  (cluster.world().list('Event') as unknown as Event[]).filter((e) => e.involvedObject.kind === kind).map((e) => `${e.reason}: ${e.message}`)

beforeEach(() => {
  cluster = createCluster({ nodes: 1 })
  apply('web', ['sleep', '9999'])
  cluster.run({ for: '20s' })
})

describe('a kubelet that was away', () => {
  test('does not know whether what it probes is ready until it has asked (prober/worker.go)', () => {
    const readinessProbe = { exec: { command: ['true'] }, periodSeconds: 10 }
    const containers = [{ name: 'app', image: 'busybox:1.36', command: ['sleep', '9999'], readinessProbe }]
    cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'asked' }, spec: { containers } } as never })
    cluster.run({ for: '15s' })
    const { restartCount } = app('asked')
    cluster.fault({ type: 'kubelet-stop', node: 'node1' })
    cluster.run({ for: '5s' })
    expect([app('asked').ready, app('web').ready]).toEqual([true, true])
    cluster.fault({ type: 'kubelet-stop', node: 'node1', restore: true })
    cluster.run({ until: () => !app('asked').ready, for: '5s' })
    expect([app('asked').ready, app('web').ready]).toEqual([false, true])
    cluster.run({ for: '12s' })
    expect(app('asked')).toMatchObject({ ready: true, restartCount })
  })


  test('finds its containers as they were, takes on new pods, and ends those that were deleted', () => {
    apply('doomed', ['sh', '-c', 'trap "exit 0" TERM; sleep 9999 & wait'])
    apply('short', ['sh', '-c', 'sleep 30; exit 4'], { restartPolicy: 'Never' })
    cluster.run({ for: '10s' })
    const { containerID } = app('web')
    cluster.fault({ type: 'kubelet-stop', node: 'node1' })
    apply('later', ['sleep', '9999'], { nodeName: 'node1' })
    cluster.request({ verb: 'DELETE', path: `${path}/doomed` })
    cluster.run({ for: '70s' })
    expect(ready()).toBe('Unknown')
    expect([pod('doomed')?.status.phase, pod('short')?.status.phase, pod('later')?.status.phase]).toEqual(['Running', 'Running', 'Pending'])

    cluster.fault({ type: 'kubelet-stop', node: 'node1', restore: true })
    cluster.run({ for: '20s' })
    expect(ready()).toBe('True')
    expect(app('web')).toMatchObject({ containerID, restartCount: 0 })
    expect(pod('doomed')).toBeUndefined()
    expect(app('short').state?.terminated).toMatchObject({ exitCode: 4, reason: 'Error' })
    expect(pod('later')?.status.phase).toBe('Running')
    expect(events('Node').filter((event) => !event.startsWith('NodeReady'))).toEqual(expect.arrayContaining([
      'Starting: Starting kubelet.',
      'InvalidDiskCapacity: invalid capacity 0 on image filesystem',
      'NodeHasSufficientMemory: Node node1 status is now: NodeHasSufficientMemory',
      'NodeHasNoDiskPressure: Node node1 status is now: NodeHasNoDiskPressure',
      'NodeHasSufficientPID: Node node1 status is now: NodeHasSufficientPID',
      'NodeAllocatableEnforced: Updated Node Allocatable limit across pods',
    ]))
  })
})

test('a kubelet that is back says at once that its pods are ready, which the node controller had denied', () => {
  const isReady = (): string | undefined => pod('web')!.status.conditions?.find(({ type }) => type === 'Ready')?.status
  cluster.fault({ type: 'kubelet-stop', node: 'node1' })
  cluster.run({ for: '70s' })
  expect(isReady()).toBe('False')
  cluster.fault({ type: 'kubelet-stop', node: 'node1', restore: true })
  cluster.run({ for: '1s' })
  expect(isReady()).toBe('True')
})

describe('a machine that was switched off', () => {
  test('has lost what ran; its pods get a new sandbox and start again', () => {
    const before = pod('web')!.status.podIP
    cluster.fault({ type: 'node-stop', node: 'node1' })
    expect(cluster.at(cluster.revision).machine('node1').list('processes/')).toEqual([])
    cluster.run({ for: '70s' })
    expect(ready()).toBe('Unknown')
    expect(app('web').state?.running).toBeDefined()

    cluster.fault({ type: 'node-stop', node: 'node1', restore: true })
    cluster.run({ for: '20s' })
    expect(ready()).toBe('True')
    expect(app('web')).toMatchObject({ restartCount: 1, ready: true, lastState: { terminated: { exitCode: 255, reason: 'Unknown' } } })
    expect(pod('web')!.status.podIP).not.toBe(before)
    expect(events('Pod')).toContain('SandboxChanged: Pod sandbox changed, it will be killed and re-created.')
    const { bootID } = (cluster.world().get('Node', 'node1') as Node).status.nodeInfo!
    expect(events('Node')).toContain(`Rebooted: Node node1 has been rebooted, boot id: ${bootID}`)
  })

  test('every init container runs again, in order; what goes with the old sandbox is not counted any more (purgeInitContainers)', () => {
    const say = (name: string, more: object = {}) => ({ name, image: 'busybox:1.36', command: ['sh', '-c', `echo ${name} >> /var/log/order; exit 0`], volumeMounts: [{ name: 'log', mountPath: '/var/log' }], ...more })
    const initContainers = [say('first'), say('beside', { restartPolicy: 'Always', command: ['sh', '-c', 'echo beside >> /var/log/order; sleep 9999'] }), say('last')]
    apply('staged', ['sleep', '9999'], { initContainers, volumes: [{ name: 'log', hostPath: { path: '/var/log/staged', type: 'DirectoryOrCreate' } }] })
    cluster.run({ for: '15s' })
    expect(app('staged').ready).toBe(true)
    cluster.fault({ type: 'node-stop', node: 'node1' })
    cluster.run({ for: '5s' })
    cluster.fault({ type: 'node-stop', node: 'node1', restore: true })
    cluster.run({ for: '30s' })
    expect(app('staged')).toMatchObject({ ready: true, restartCount: 1 })
    expect(pod('staged')!.status.initContainerStatuses!.map(({ name, restartCount }) => `${name} ${restartCount}`)).toEqual(['first 1', 'beside 0', 'last 0'])
    const order = cluster.exec({ program: 'shell', line: 'ssh node1 cat /var/log/staged/order' }).stdout
    expect(order.trim().split('\n')).toEqual(['first', 'beside', 'last', 'first', 'beside', 'last'])
  })

  test('a pod that was to be stopped when the power went is gone afterwards', () => {
    cluster.request({ verb: 'DELETE', path: `${path}/web` })
    cluster.run({ for: '5s' })
    cluster.fault({ type: 'node-stop', node: 'node1' })
    cluster.run({ for: '60s' })
    expect(pod('web')).toBeDefined()
    cluster.fault({ type: 'node-stop', node: 'node1', restore: true })
    cluster.run({ for: '20s' })
    expect(pod('web')).toBeUndefined()
  })
})

test('containers run on without their runtime, and end unseen', () => {
  apply('short', ['sh', '-c', 'sleep 10; exit 4'], { restartPolicy: 'Never' })
  cluster.run({ for: '5s' })
  const started = app('short').state?.running?.startedAt
  cluster.fault({ type: 'runtime-stop', node: 'node1' })
  cluster.run({ for: '30s' })
  expect(app('short').state?.running).toEqual({ startedAt: started })
  cluster.fault({ type: 'runtime-stop', node: 'node1', restore: true })
  cluster.run({ for: '5s' })
  expect(app('short').state?.terminated).toMatchObject({ exitCode: 4 })
})

test('probes that are made to fail: the container is restarted, and the next one too, until they are as they were', () => {
  const livenessProbe = { exec: { command: ['true'] }, periodSeconds: 2, failureThreshold: 1 }
  const containers = [{ name: 'app', image: 'busybox:1.36', command: ['sleep', '9999'], livenessProbe }]
  cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'sick' }, spec: { containers, terminationGracePeriodSeconds: 2 } } as never })
  cluster.run({ for: '10s' })
  const fault = { type: 'probe-corrupt', namespace: 'default', pod: 'sick', container: 'app' } as const
  cluster.fault(fault)
  cluster.run({ for: '10s' })
  expect(app('sick').restartCount).toBeGreaterThan(0)
  expect(events('Pod')).toContain('Killing: Container app failed liveness probe, will be restarted')
  cluster.fault({ ...fault, restore: true })
  cluster.run({ for: '60s' })
  const { restartCount } = app('sick')
  cluster.run({ for: '60s' })
  expect(app('sick')).toMatchObject({ restartCount, ready: true })
})

test('controllers that are stopped do nothing, and catch up', () => {
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'shop' }, spec: { selector: { matchLabels: { app: 'shop' } }, template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'app', image: 'nginx:1.27' }] } } } }
  const replicaSets = (): number => cluster.world().list('ReplicaSet').length
  const create = (name: string) => cluster.request({ verb: 'POST', path: '/apis/apps/v1/namespaces/default/deployments', body: { ...deployment, metadata: { name } } as never })
  cluster.fault({ type: 'controller-stop', controller: 'replicaset' })
  create('one')
  cluster.run({ for: '5s' })
  expect([replicaSets(), pods()]).toEqual([1, 1])
  cluster.fault({ type: 'controller-stop' })
  create('two')
  cluster.run({ for: '5s' })
  expect([replicaSets(), pods()]).toEqual([1, 1])
  cluster.fault({ type: 'controller-stop', restore: true })
  cluster.run({ for: '5s' })
  expect([replicaSets(), pods()]).toEqual([2, 3])
})

const pods = (): number => cluster.world().list('Pod', { namespace: 'default' }).length
