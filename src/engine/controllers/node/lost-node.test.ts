import { expect, test } from 'vitest'
import type { Event, Pod } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

const path = '/api/v1/namespaces/default/pods'

function withPod(): Cluster {
  const c = createCluster({ nodes: 3 })
  const spec = { nodeName: 'node1', containers: [{ name: 'app', image: 'nginx:1.27' }] }
  c.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec } as never })
  c.run({ for: '10s' })
  return c
}

const web = (c: Cluster): Pod => c.world().get('Pod', 'web', 'default') as Pod
const condition = (c: Cluster, type: string) => web(c).status.conditions?.find((one) => one.type === type)
const told = (c: Cluster): string[] =>
  (c.world().list('Event') as Event[]).filter(({ involvedObject }) => involvedObject.name === 'web').map(({ type, reason, message, source }) => `${type} ${reason}: ${message} (${source?.component})`)

test('every pod bears five minutes of a node that is not ready or not reachable', () => {
  const added = web(withPod()).spec.tolerations
  expect(added).toEqual(['not-ready', 'unreachable'].map((name) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })))
})

test('the pods of a node that stays away are deleted, and remain until it comes back', () => {
  const c = withPod()
  c.fault({ type: 'kubelet-stop', node: 'node1' })
  c.run({ for: '70s' })
  expect(told(c)).toContain('Warning NodeNotReady: Node is not ready (node-controller)')
  expect(condition(c, 'Ready')?.status).toBe('False')
  expect(web(c).metadata.deletionTimestamp).toBeUndefined()
  c.run({ for: '5m' })
  expect(told(c)).toContain('Normal TaintManagerEviction: Marking for deletion Pod default/web (taint-eviction-controller)')
  expect(condition(c, 'DisruptionTarget')).toMatchObject({ status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint' })
  c.run({ for: '10m' })
  expect(web(c).metadata.deletionTimestamp).toBeDefined()
  c.fault({ type: 'kubelet-stop', node: 'node1', restore: true })
  c.run({ for: '60s' })
  expect(web(c)).toBeUndefined()
})

test('a node that comes back in time keeps its pods', () => {
  const c = withPod()
  c.fault({ type: 'kubelet-stop', node: 'node1' })
  c.run({ for: '120s' })
  c.fault({ type: 'kubelet-stop', node: 'node1', restore: true })
  c.run({ for: '6m' })
  expect(told(c)).toContain('Normal TaintManagerEviction: Cancelling deletion of Pod default/web (taint-eviction-controller)')
  expect(web(c).metadata.deletionTimestamp).toBeUndefined()
  expect(condition(c, 'Ready')?.status).toBe('True')
})

test('a node that comes is told of once, however early; those of the time before the film are not', () => {
  const c = createCluster({ nodes: 2 })
  c.request({ verb: 'POST', path: '/api/v1/nodes', body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'ghost' } } as never })
  const taints = () => c.world().get('Node', 'ghost')!['spec'].taints?.map(({ key, effect }: { key: string; effect: string }) => `${key}:${effect}`)
  expect(taints()).toEqual(['node.kubernetes.io/not-ready:NoSchedule'])
  c.run({ for: '30s' })
  expect(taints()).toBeUndefined()
  const registered = (c.world().list('Event') as Event[]).filter(({ reason }) => reason === 'RegisteredNode').map(({ message, count }) => [message, count])
  expect(registered).toEqual([['Node ghost event: Registered Node ghost in Controller', 1]])
  c.run({ for: '40s' })
  expect(taints()).toEqual(['node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute'])
})
