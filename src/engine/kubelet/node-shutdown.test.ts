import { expect, test } from 'vitest'
import type { Event, Node, Pod } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'
import { groupOf, shutdownGroups } from './node-shutdown.ts'

test.each([
  [{}, []],
  [{ shutdownGracePeriod: '30s' }, [[0, 30], [2e9, 0]]],
  [{ shutdownGracePeriod: '30s', shutdownGracePeriodCriticalPods: '10s' }, [[0, 20], [2e9, 10]]],
  [{ shutdownGracePeriod: '10s', shutdownGracePeriodCriticalPods: '30s' }, []],
  [{ shutdownGracePeriodByPodPriority: [{ priority: 1000, shutdownGracePeriodSeconds: 5 }, { priority: 0, shutdownGracePeriodSeconds: 60 }] }, [[0, 60], [1000, 5]]],
])('groups of %j', (configuration, groups) => {
  expect(shutdownGroups(configuration).map(({ priority, shutdownGracePeriodSeconds }) => [priority, shutdownGracePeriodSeconds])).toEqual(groups)
})

test.each([[-5, 0], [0, 0], [999, 0], [1000, 1], [99_999, 1], [100_000, 2], [2e9, 2]])('priority %d belongs to group %d', (priority, group) => {
  const groups = [0, 1000, 100_000].map((least) => ({ priority: least, shutdownGracePeriodSeconds: 1 }))
  expect(groupOf(groups, { spec: { priority } } as Pod)).toBe(group)
})

const path = '/api/v1/namespaces/default/pods'

function start(cluster: Cluster, name: string, more: object = {}): void {
  const command = ['sh', '-c', 'trap "sleep 3; exit 0" TERM; while true; do sleep 1; done']
  const spec = { nodeName: 'node1', ...more, containers: [{ name: 'app', image: 'busybox:1.36', command }] }
  expect(cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec } as never }).code).toBe(201)
}

const pod = (cluster: Cluster, name: string): Pod => cluster.world().get('Pod', name) as Pod
const ready = (cluster: Cluster) => (cluster.world().get('Node', 'node1') as Node).status.conditions?.find(({ type }) => type === 'Ready')

function shuttingDown(): Cluster {
  const cluster = createCluster({ nodes: 1, kubelet: { shutdownGracePeriod: '30s', shutdownGracePeriodCriticalPods: '10s' } })
  start(cluster, 'web')
  start(cluster, 'critical', { priorityClassName: 'system-node-critical' })
  cluster.run({ for: '8s' })
  cluster.fault({ type: 'node-shutdown', node: 'node1' })
  return cluster
}

test('a node that shuts down takes no pods and ends its own, critical ones last', () => {
  const cluster = shuttingDown()
  cluster.run({ for: '1s' })
  expect(ready(cluster)).toMatchObject({ status: 'False', reason: 'KubeletNotReady', message: 'node is shutting down' })
  start(cluster, 'late', { tolerations: [{ operator: 'Exists' }] })
  cluster.run({ for: '1s' })
  expect(pod(cluster, 'late').status).toMatchObject({ phase: 'Failed', reason: 'NodeShutdown', message: 'Pod was rejected: Pod was rejected as the node is shutting down.' })
  expect(pod(cluster, 'critical').status.phase).toBe('Running')
  cluster.run({ for: '12s' })
  for (const name of ['web', 'critical']) {
    expect(pod(cluster, name).status).toMatchObject({ phase: 'Failed', reason: 'Terminated', message: 'Pod was terminated in response to imminent node shutdown.' })
    const condition = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }
    expect(pod(cluster, name).status.conditions).toContainEqual(expect.objectContaining(condition))
  }
  const finished = (name: string): string => pod(cluster, name).status.containerStatuses![0]!.state!.terminated!.finishedAt!
  expect(finished('critical') > finished('web')).toBe(true)
  const events = (cluster.world().list('Event') as Event[]).map(({ reason, message }) => `${reason}: ${message}`)
  expect(events).toContain('NodeShutdown: Shutdown manager detected shutdown event')
  expect(events).toContain('NodeNotReady: Node node1 status is now: NodeNotReady')
})

test('then it is off, until somebody switches it on', () => {
  const cluster = shuttingDown()
  cluster.run({ for: '90s' })
  expect(ready(cluster)?.status).toBe('Unknown')
  cluster.fault({ type: 'node-shutdown', node: 'node1', restore: true })
  cluster.run({ for: '30s' })
  expect(ready(cluster)?.status).toBe('True')
  start(cluster, 'new')
  cluster.run({ for: '8s' })
  expect(pod(cluster, 'new').status.phase).toBe('Running')
})

test('one that is not to shut down after all is ready again', () => {
  const cluster = shuttingDown()
  cluster.run({ for: '1s' })
  cluster.fault({ type: 'node-shutdown', node: 'node1', restore: true })
  cluster.run({ for: '60s' })
  expect(ready(cluster)?.status).toBe('True')
  expect(pod(cluster, 'web').status.phase).toBe('Failed')
})

test('without a grace period in its configuration it goes at once', () => {
  const cluster = createCluster({ nodes: 1 })
  start(cluster, 'web')
  cluster.run({ for: '8s' })
  cluster.fault({ type: 'node-shutdown', node: 'node1' })
  cluster.run({ for: '60s' })
  expect(pod(cluster, 'web').status.phase).toBe('Running')
  expect(ready(cluster)?.status).toBe('Unknown')
})
