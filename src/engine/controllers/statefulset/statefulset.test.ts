import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import type { Request } from '../../api/request.ts'

/** What a StatefulSet says and does when something is in its way, in a running cluster. */

const core = '/api/v1/namespaces/default'
const apps = '/apis/apps/v1/namespaces/default/statefulsets'
const labels = { app: 'db' }

function ask(cluster: Cluster, verb: string, path: string, body?: unknown): void {
  const { code, body: answer } = cluster.request({ verb, path, body, contentType: verb === 'PATCH' ? 'application/merge-patch+json' : undefined } as Request)
  if (code >= 400) throw new Error(JSON.stringify(answer))
}

const data = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }

function create(cluster: Cluster, spec: object = {}, container: object = {}): void {
  const template = { metadata: { labels }, spec: { terminationGracePeriodSeconds: 2, containers: [{ name: 'main', image: 'nginx:1.27', ...container }] } }
  ask(cluster, 'POST', apps, { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db' }, spec: { serviceName: 'db', selector: { matchLabels: labels }, template, ...spec } })
}

/** Volumes come from a provisioner. */
function withStorage(): Cluster {
  const cluster = createCluster({ seed: 1 })
  const metadata = { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }
  ask(cluster, 'POST', '/apis/storage.k8s.io/v1/storageclasses', { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata, provisioner: 'rancher.io/local-path', volumeBindingMode: 'WaitForFirstConsumer' })
  return cluster
}

const quota = (cluster: Cluster, hard: object): void => ask(cluster, 'POST', `${core}/resourcequotas`, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard } })
const told = (cluster: Cluster): string[] => cluster.world().list('Event')
  .filter((event) => event['involvedObject'].kind === 'StatefulSet').map((event) => `${event['reason']}: ${event['message']}`)
const pods = (cluster: Cluster): string[] => cluster.world().list('Pod').map(({ metadata }) => metadata.name)
const status = (cluster: Cluster) => cluster.world().get('StatefulSet', 'db', 'default')!['status']

test('a claim that cannot be made is told twice: for itself and for its pod', () => {
  const cluster = createCluster({ seed: 1 })
  quota(cluster, { persistentvolumeclaims: '0' })
  cluster.run({ for: '2s' })
  create(cluster, { volumeClaimTemplates: [data] })
  cluster.run({ for: '1s' })
  const refusal = 'persistentvolumeclaims "data-db-0" is forbidden: exceeded quota: q, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=0, limited: persistentvolumeclaims=0'
  expect(told(cluster).slice(0, 2)).toEqual([
    `FailedCreate: create Claim data-db-0 for Pod db-0 in StatefulSet db failed error: ${refusal}`,
    `FailedCreate: create Pod db-0 in StatefulSet db failed error: failed to create PVC data-db-0: ${refusal}`,
  ])
  expect(pods(cluster)).toEqual([])
  expect(status(cluster)).toMatchObject({ observedGeneration: 1, replicas: 0 })
})

test('a pod is not made while its claim of old is about to go', () => {
  const cluster = withStorage()
  create(cluster, { volumeClaimTemplates: [data] })
  cluster.run({ for: '20s' })
  ask(cluster, 'PATCH', `${core}/persistentvolumeclaims/data-db-0`, { metadata: { finalizers: ['kubernetes.io/pvc-protection', 'example.com/held'] } })
  ask(cluster, 'DELETE', `${core}/persistentvolumeclaims/data-db-0`)
  ask(cluster, 'DELETE', `${core}/pods/db-0`)
  cluster.run({ for: '10s' })
  expect(pods(cluster)).toEqual([])
  expect(told(cluster)).toContain('FailedCreate: create Pod db-0 in StatefulSet db failed error: pvc data-db-0 is being deleted')
  ask(cluster, 'PATCH', `${core}/persistentvolumeclaims/data-db-0`, { metadata: { finalizers: null } })
  cluster.run({ for: '30s' })
  expect([pods(cluster), status(cluster).readyReplicas]).toEqual([['db-0'], 1])
})

test('claims that go with the set become its own, and go with it', () => {
  const cluster = withStorage()
  create(cluster, { volumeClaimTemplates: [data], persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Retain' } })
  cluster.run({ for: '20s' })
  expect(cluster.world().get('PersistentVolumeClaim', 'data-db-0', 'default')!.metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet', name: 'db' }])
  ask(cluster, 'DELETE', `${apps}/db`, { propagationPolicy: 'Background' })
  cluster.run({ for: '20s' })
  expect([pods(cluster), cluster.world().list('PersistentVolumeClaim')]).toEqual([[], []])
})

test('the label that names a pod comes back', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster)
  cluster.run({ for: '15s' })
  ask(cluster, 'PATCH', `${core}/pods/db-0`, { metadata: { labels: { 'statefulset.kubernetes.io/pod-name': null } } })
  cluster.run({ for: '2s' })
  expect(cluster.world().get('Pod', 'db-0', 'default')!.metadata.labels).toMatchObject({ 'statefulset.kubernetes.io/pod-name': 'db-0' })
  expect(told(cluster).at(-1)).toBe('SuccessfulUpdate: update Pod db-0 in StatefulSet db successful')
})

test('Parallel: what has ended is taken away at once everywhere, and the update does not wait for what is too much', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, { replicas: 3, podManagementPolicy: 'Parallel' })
  cluster.run({ for: '20s' })
  const template = { spec: { terminationGracePeriodSeconds: 2, containers: [{ name: 'main', image: 'nginx:1.25' }] } }
  ask(cluster, 'PATCH', `${apps}/db`, { spec: { replicas: 2, template } })
  cluster.run({ for: '40ms' })
  expect(cluster.world().list('Pod').filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(({ metadata }) => metadata.name)).toEqual(['db-1', 'db-2'])
  cluster.run({ for: '40s' })
  expect(status(cluster)).toMatchObject({ replicas: 2, updatedReplicas: 2, currentReplicas: 2 })
})

test('Parallel: pods are made in growing batches, and one that fails keeps only those behind its batch', () => {
  const cluster = withStorage()
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data-db-1', finalizers: ['example.com/held'] }, spec: { ...data.spec, storageClassName: '' } }
  ask(cluster, 'POST', `${core}/persistentvolumeclaims`, claim)
  ask(cluster, 'DELETE', `${core}/persistentvolumeclaims/data-db-1`)
  create(cluster, { replicas: 5, podManagementPolicy: 'Parallel', volumeClaimTemplates: [data] })
  cluster.run({ for: '20s' })
  expect(pods(cluster).toSorted()).toEqual(['db-0', 'db-2'])
  ask(cluster, 'PATCH', `${core}/persistentvolumeclaims/data-db-1`, { metadata: { finalizers: null } })
  cluster.run({ for: '60s' })
  expect(status(cluster).readyReplicas).toBe(5)
})

test('a pod without the claims of its set is taken over, and cannot be given them', () => {
  const cluster = withStorage()
  ask(cluster, 'POST', `${core}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db-0', labels }, spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] } })
  cluster.run({ for: '15s' })
  create(cluster, { volumeClaimTemplates: [data] })
  cluster.run({ for: '2s' })
  expect(cluster.world().get('Pod', 'db-0', 'default')!.metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet', name: 'db' }])
  expect(told(cluster).map((line) => line.slice(0, 78))).toContain('FailedUpdate: update Pod db-0 in StatefulSet db failed error: Pod "db-0" is in')
  expect(cluster.world().list('PersistentVolumeClaim').map(({ metadata }) => metadata.name)).toEqual(['data-db-0'])
})
