import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'

/** Claims that get nothing, or not what they asked for, in a running cluster. */

const paths: Record<string, string> = {
  Pod: '/api/v1/namespaces/default/pods', PersistentVolumeClaim: '/api/v1/namespaces/default/persistentvolumeclaims', PersistentVolume: '/api/v1/persistentvolumes',
  StorageClass: '/apis/storage.k8s.io/v1/storageclasses',
}

function create(cluster: Cluster, kind: string, name: string, more: object): void {
  const apiVersion = kind === 'StorageClass' ? 'storage.k8s.io/v1' : 'v1'
  const { code, body } = cluster.request({ verb: 'POST', path: paths[kind]!, body: { apiVersion, kind, metadata: { name }, ...more } } as never)
  if (code >= 400) throw new Error(JSON.stringify(body))
}

const claim = (cluster: Cluster, name: string, spec: object = {}): void =>
  create(cluster, 'PersistentVolumeClaim', name, { spec: { storageClassName: '', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec } })
const volume = (cluster: Cluster, name: string, spec: object = {}): void =>
  create(cluster, 'PersistentVolume', name, { spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/tmp/v' }, ...spec } })
const told = (cluster: Cluster, name: string): string[] => [...new Set(cluster.world().list('Event')
  .filter((event) => event['involvedObject'].name === name && event['involvedObject'].kind === 'PersistentVolumeClaim').map((event) => `${event['type']} ${event['reason']}: ${event['message']}`))]
const phase = (cluster: Cluster, name: string): string => cluster.world().get('PersistentVolumeClaim', name)!['status'].phase

test.each([
  ['too small', { capacity: { storage: '500Mi' } }, 'requested PV is too small'],
  ['of a class', { storageClassName: 'slow' }, 'storageClassName does not match'],
  ['a device', { volumeMode: 'Block' }, 'incompatible volumeMode'],
  ['read by many only', { accessModes: ['ReadOnlyMany'] }, 'incompatible accessMode'],
])('a volume that is asked for by name and is %s', (_name, spec, why) => {
  const cluster = createCluster({ seed: 1 })
  volume(cluster, 'shelf', spec)
  claim(cluster, 'data', { volumeName: 'shelf' })
  cluster.run({ for: '3s' })
  expect([told(cluster, 'data'), phase(cluster, 'data')]).toEqual([[`Warning VolumeMismatch: Cannot bind to requested volume "shelf": ${why}`], 'Pending'])
})

test('a claim that names no class gets the default that comes later; one that wants none does not', () => {
  const cluster = createCluster({ seed: 1 })
  claim(cluster, 'any', { storageClassName: undefined })
  claim(cluster, 'none')
  cluster.run({ for: '20s' })
  create(cluster, 'StorageClass', 'standard', { metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'example.com/disk' })
  cluster.run({ for: '30s' })
  const classes = ['any', 'none'].map((name) => cluster.world().get('PersistentVolumeClaim', name)!['spec'].storageClassName)
  expect([classes, phase(cluster, 'any'), phase(cluster, 'none')]).toEqual([['standard', ''], 'Bound', 'Pending'])
})

test('a volume that is asked for by name and is not there is waited for, and taken when it comes', () => {
  const cluster = createCluster({ seed: 1 })
  claim(cluster, 'data', { volumeName: 'shelf' })
  cluster.run({ for: '20s' })
  expect([told(cluster, 'data'), phase(cluster, 'data')]).toEqual([[], 'Pending'])
  volume(cluster, 'shelf')
  cluster.run({ for: '20s' })
  expect(phase(cluster, 'data')).toBe('Bound')
})

test.each([
  ['no volume', {}],
  ['a volume of a name that is not there', { volumeName: 'shelf' }],
])('a claim that says it is bound and has %s waits again', (_name, spec) => {
  const cluster = createCluster({ seed: 1 })
  claim(cluster, 'data', spec)
  cluster.run({ for: '3s' })
  const status = { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } }
  cluster.request({ verb: 'PATCH', path: '/api/v1/namespaces/default/persistentvolumeclaims/data/status', contentType: 'application/merge-patch+json', body: { status } } as never)
  cluster.run({ for: '3s' })
  expect(cluster.world().get('PersistentVolumeClaim', 'data')!['status']).toEqual({ phase: 'Pending' })
})

test('all that waits is looked at together, every 15 s since the controller started', () => {
  const cluster = createCluster({ seed: 1 })
  cluster.run({ for: '5s' })
  claim(cluster, 'early')
  cluster.run({ for: '6s' })
  claim(cluster, 'late')
  cluster.run({ for: '30s' })
  const events = cluster.world().list('Event').filter(({ reason }) => reason === 'FailedBinding').map(({ involvedObject, count, lastTimestamp }) => [involvedObject.name, count, String(lastTimestamp).slice(17)])
  expect(events).toEqual([['early', 3, '30Z'], ['late', 3, '30Z']])
})

test('a volume that somebody else has', () => {
  const cluster = createCluster({ seed: 1 })
  volume(cluster, 'shelf')
  claim(cluster, 'first')
  cluster.run({ for: '3s' })
  claim(cluster, 'second', { volumeName: 'shelf' })
  cluster.run({ for: '3s' })
  expect([phase(cluster, 'first'), phase(cluster, 'second'), told(cluster, 'second')]).toEqual(['Bound', 'Pending', ['Warning FailedBinding: volume "shelf" already bound to a different claim.']])
})

test('a class that nobody provisions for, without a volume', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'StorageClass', 'local', { provisioner: 'kubernetes.io/no-provisioner' })
  claim(cluster, 'data', { storageClassName: 'local' })
  cluster.run({ for: '3s' })
  expect(told(cluster, 'data')).toEqual(['Warning ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner'])
})

test('a claim that waits for a consumer names the pod that has no node yet', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'StorageClass', 'late', { provisioner: 'rancher.io/local-path', volumeBindingMode: 'WaitForFirstConsumer' })
  claim(cluster, 'data', { storageClassName: 'late' })
  cluster.run({ for: '3s' })
  const spec = { nodeSelector: { disk: 'none' }, containers: [{ name: 'app', image: 'nginx:1.27' }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }
  create(cluster, 'Pod', 'user', { spec })
  cluster.run({ for: '20s' })
  expect(told(cluster, 'data')).toEqual([
    'Normal WaitForFirstConsumer: waiting for first consumer to be created before binding',
    'Normal WaitForPodScheduled: waiting for pod user to be scheduled',
  ])
})

test('a volume whose claim has gone before it was taken is let go', () => {
  const cluster = createCluster({ seed: 1 })
  volume(cluster, 'shelf', { persistentVolumeReclaimPolicy: 'Retain', claimRef: { namespace: 'default', name: 'gone', uid: 'c0ffee00-0000-4000-8000-000000000000' } })
  cluster.run({ for: '3s' })
  expect(cluster.world().get('PersistentVolume', 'shelf')!['status'].phase).toBe('Released')
})

test('a claim that has lost its volume shows nothing of it', () => {
  const cluster = createCluster({ seed: 1 })
  volume(cluster, 'shelf')
  claim(cluster, 'data')
  cluster.run({ for: '3s' })
  expect(phase(cluster, 'data')).toBe('Bound')
  cluster.request({ verb: 'PATCH', path: '/api/v1/persistentvolumes/shelf', contentType: 'application/merge-patch+json', body: { metadata: { finalizers: null } } } as never)
  cluster.request({ verb: 'DELETE', path: '/api/v1/persistentvolumes/shelf' } as never)
  cluster.run({ for: '20s' })
  expect(cluster.world().get('PersistentVolumeClaim', 'data')!['status']).toEqual({ phase: 'Lost' })
  expect(told(cluster, 'data')).toContain('Warning ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!')
})

const pv = (cluster: Cluster, name: string) => cluster.world().get('PersistentVolume', name)!

test('a volume whose claim has another is free again, or as reserved as it was by hand', () => {
  const cluster = createCluster({ seed: 1 })
  volume(cluster, 'shelf')
  claim(cluster, 'data')
  cluster.run({ for: '3s' })
  const claimRef = { namespace: 'default', name: 'data', uid: cluster.world().get('PersistentVolumeClaim', 'data')!.metadata.uid }
  volume(cluster, 'second', { claimRef })
  cluster.run({ for: '3s' })
  expect([pv(cluster, 'shelf')['status'].phase, pv(cluster, 'second')['status'].phase, pv(cluster, 'second')['spec'].claimRef.uid]).toEqual(['Bound', 'Available', undefined])
})

test('an older provisioner of the tree is asked for by the name of its driver', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'StorageClass', 'gp2', { provisioner: 'kubernetes.io/aws-ebs' })
  claim(cluster, 'data', { storageClassName: 'gp2' })
  cluster.run({ for: '5s' })
  expect(told(cluster, 'data')[0]).toMatch(/^Normal ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'ebs.csi.aws.com' or manually/)
  expect(cluster.world().get('PersistentVolumeClaim', 'data')!.metadata.annotations?.['volume.kubernetes.io/storage-provisioner']).toBe('ebs.csi.aws.com')
  expect(phase(cluster, 'data')).toBe('Bound')
})

test('an owner in another namespace is told, and the object goes', () => {
  const cluster = createCluster({ seed: 1 })
  claim(cluster, 'owner')
  const { uid } = cluster.world().get('PersistentVolumeClaim', 'owner')!.metadata
  const ownerReferences = [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: 'owner', uid }]
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'far', ownerReferences } }
  expect(cluster.request({ verb: 'POST', path: '/api/v1/namespaces/kube-public/configmaps', body } as never).code).toBe(201)
  cluster.run({ for: '5s' })
  expect(cluster.world().get('ConfigMap', 'far', 'kube-public')).toBeUndefined()
  expect(cluster.world().list('Event').map((event) => `${event['source'].component} ${event['reason']}: ${event['message']}`)).toContain(
    `garbage-collector-controller OwnerRefInvalidNamespace: ownerRef [v1/PersistentVolumeClaim, namespace: kube-public, name: owner, uid: ${uid}] does not exist in namespace "kube-public"`)
})

test('a claim that was there before the default class gets it at the next look', () => {
  const cluster = createCluster({ seed: 1 })
  claim(cluster, 'early', { storageClassName: undefined })
  claim(cluster, 'none')
  cluster.run({ for: '3s' })
  expect(told(cluster, 'early')).toEqual(['Normal FailedBinding: no persistent volumes available for this claim and no storage class is set'])
  create(cluster, 'StorageClass', 'usual', { metadata: { name: 'usual', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner: 'rancher.io/local-path' })
  cluster.run({ for: '30s' })
  expect(cluster.world().get('PersistentVolumeClaim', 'early')).toMatchObject({ spec: { storageClassName: 'usual' }, status: { phase: 'Bound' } })
  expect(phase(cluster, 'none')).toBe('Pending')
})
