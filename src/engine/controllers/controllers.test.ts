import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../index.ts'
import type { Request } from '../api/request.ts'

/** Controllers together, in a running cluster: what is looked at is the state that they lead to. */

const apps = '/apis/apps/v1/namespaces/default'
const template = (image = 'nginx:1.27') => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image }] } })
const workload = (kind: string, spec: object = {}) =>
  ({ apiVersion: 'apps/v1', kind, metadata: { name: 'web' }, spec: { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: template(), ...spec } })

function ask(cluster: Cluster, verb: string, path: string, body?: unknown): void {
  const response = cluster.request({ verb, path, body, ...(verb === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {}) } as Request)
  if (response.code >= 400) throw new Error(JSON.stringify(response.body))
}

const names = (cluster: Cluster, kind: string): string[] => cluster.world().list(kind).map(({ metadata }) => metadata.name)
const get = (cluster: Cluster, kind: string, name = 'web') => cluster.world().get(kind, name, 'default')

test('a Deployment is rolled to a new template, keeps the old set, and takes all with it when it goes', () => {
  const cluster = createCluster({ seed: 1 })
  ask(cluster, 'POST', `${apps}/deployments`, workload('Deployment'))
  cluster.run({ for: '20s' })
  expect(get(cluster, 'Deployment')?.['status']).toMatchObject({ readyReplicas: 3, updatedReplicas: 3 })
  ask(cluster, 'PATCH', `${apps}/deployments/web`, { spec: { template: template('nginx:1.25') } })
  cluster.run({ for: '40s' })
  const sets = cluster.world().list('ReplicaSet')
  expect(sets.map((set) => set['spec'].replicas as number).toSorted((a, b) => a - b)).toEqual([0, 3])
  expect(get(cluster, 'Deployment')?.['status'].conditions).toContainEqual(expect.objectContaining({ type: 'Progressing', reason: 'NewReplicaSetAvailable' }))
  ask(cluster, 'DELETE', `${apps}/deployments/web`, { propagationPolicy: 'Background' })
  cluster.run({ for: '60s' })
  expect([names(cluster, 'ReplicaSet'), names(cluster, 'Pod')]).toEqual([[], []])
})

test('foreground: the Deployment goes last; orphan: its pods stay', () => {
  const cluster = createCluster({ seed: 2 })
  ask(cluster, 'POST', `${apps}/deployments`, workload('Deployment'))
  cluster.run({ for: '20s' })
  ask(cluster, 'DELETE', `${apps}/deployments/web`, { propagationPolicy: 'Foreground' })
  cluster.run({ for: '200ms' })
  expect(get(cluster, 'Deployment')?.metadata.finalizers).toEqual(['foregroundDeletion'])
  cluster.run({ for: '60s' })
  expect([names(cluster, 'Deployment'), names(cluster, 'ReplicaSet'), names(cluster, 'Pod')]).toEqual([[], [], []])
  ask(cluster, 'POST', `${apps}/replicasets`, workload('ReplicaSet'))
  cluster.run({ for: '20s' })
  ask(cluster, 'DELETE', `${apps}/replicasets/web`, { propagationPolicy: 'Orphan' })
  cluster.run({ for: '5s' })
  expect(names(cluster, 'ReplicaSet')).toEqual([])
  expect(cluster.world().list('Pod').map(({ metadata }) => metadata.ownerReferences ?? [])).toEqual([[], [], []])
})

test('a circle of owners that wait for each other goes all the same', () => {
  const cluster = createCluster({ seed: 2, nodes: 1 })
  const maps = '/api/v1/namespaces/default/configmaps'
  const circle = ['a', 'b', 'c']
  for (const name of circle) ask(cluster, 'POST', maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
  circle.forEach((name, i) => {
    const owner = get(cluster, 'ConfigMap', circle.at(i - 1))!
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: owner.metadata.name, uid: owner.metadata.uid, blockOwnerDeletion: true }
    ask(cluster, 'PATCH', `${maps}/${name}`, { metadata: { ownerReferences: [reference] } })
  })
  cluster.run({ for: '2s' })
  ask(cluster, 'DELETE', `${maps}/a`, { propagationPolicy: 'Foreground' })
  cluster.run({ for: '10s' })
  expect(circle.map((name) => get(cluster, 'ConfigMap', name))).toEqual([undefined, undefined, undefined])
})

test('a StatefulSet is made in order and scaled down from the end', () => {
  const cluster = createCluster({ seed: 3 })
  ask(cluster, 'POST', `${apps}/statefulsets`, workload('StatefulSet', { serviceName: 'web' }))
  cluster.run({ for: '30s' })
  expect(names(cluster, 'Pod')).toEqual(['web-0', 'web-1', 'web-2'])
  ask(cluster, 'PATCH', `${apps}/statefulsets/web/scale`, { spec: { replicas: 1 } })
  cluster.run({ for: '30s' })
  expect(names(cluster, 'Pod')).toEqual(['web-0'])
})

test('a node that falls silent is not reachable, its pods move, and it comes back', () => {
  const cluster = createCluster({ seed: 4, nodes: 2 })
  const impatient = { ...template(), spec: { ...template().spec, tolerations: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 }] } }
  ask(cluster, 'POST', `${apps}/deployments`, workload('Deployment', { template: impatient }))
  cluster.run({ for: '20s' })
  cluster.fault({ type: 'kubelet-stop', node: 'node2' })
  cluster.run({ for: '90s' })
  const lost = cluster.world().get('Node', 'node2')!
  expect(lost['spec'].taints.map(({ key, effect }: { key: string; effect: string }) => `${key}:${effect}`)).toEqual([
    'node.kubernetes.io/unreachable:NoSchedule', 'node.kubernetes.io/unreachable:NoExecute',
  ])
  expect(get(cluster, 'Deployment')?.['status'].readyReplicas).toBe(3)
  cluster.fault({ type: 'kubelet-stop', node: 'node2', restore: true })
  cluster.run({ for: '120s' })
  expect(cluster.world().get('Node', 'node2')!['spec'].taints ?? []).toEqual([])
  expect(names(cluster, 'Pod')).toHaveLength(3)
})

test('a Job that is deleted at work takes its pods with it, counted or not', () => {
  const cluster = createCluster({ seed: 6 })
  const spec = { completions: 2, parallelism: 2, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'busybox:1.36', command: ['sleep', '60'] }] } } }
  ask(cluster, 'POST', '/apis/batch/v1/namespaces/default/jobs', { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'work' }, spec })
  cluster.run({ for: '10s' })
  expect(names(cluster, 'Pod')).toHaveLength(2)
  ask(cluster, 'DELETE', '/apis/batch/v1/namespaces/default/jobs/work', { propagationPolicy: 'Background' })
  cluster.run({ for: '60s' })
  expect(names(cluster, 'Pod')).toEqual([])
})

test('a namespace that ends takes what is in it and goes', () => {
  const cluster = createCluster({ seed: 5 })
  ask(cluster, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  ask(cluster, 'POST', '/apis/apps/v1/namespaces/shop/deployments', workload('Deployment'))
  cluster.run({ for: '20s' })
  ask(cluster, 'DELETE', '/api/v1/namespaces/shop', {})
  cluster.run({ for: '90s' })
  expect(cluster.world().get('Namespace', 'shop')).toBeUndefined()
  expect(names(cluster, 'Pod')).toEqual([])
})
