import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../index.ts'

/** Claims, volumes and pods in a running cluster. */

const paths: Record<string, string> = {
  Pod: '/api/v1/namespaces/default/pods', PersistentVolumeClaim: '/api/v1/namespaces/default/persistentvolumeclaims', PersistentVolume: '/api/v1/persistentvolumes',
  StorageClass: '/apis/storage.k8s.io/v1/storageclasses', StatefulSet: '/apis/apps/v1/namespaces/default/statefulsets', Deployment: '/apis/apps/v1/namespaces/default/deployments',
}

function create(cluster: Cluster, apiVersion: string, kind: string, name: string, more: object): void {
  const { code, body } = cluster.request({ verb: 'POST', path: paths[kind]!, body: { apiVersion, kind, metadata: { name }, ...more } } as never)
  if (code >= 400) throw new Error(JSON.stringify(body))
}
const remove = (cluster: Cluster, kind: string, name: string, body: object = {}): number => cluster.request({ verb: 'DELETE', path: `${paths[kind]}/${name}`, body } as never).code
const get = (cluster: Cluster, kind: string, name: string) => cluster.world().get(kind, name)
const names = (cluster: Cluster, kind: string): string[] => cluster.world().list(kind).map(({ metadata }) => metadata.name)
const events = (cluster: Cluster, name: string): string[] => cluster.world().list('Event').filter((event) => event['involvedObject'].name === name).map((event) => `${event['reason']}: ${event['message']}`)

const request = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
const user = { containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'date >> /data/log; trap "exit 0" TERM; while true; do sleep 1; done'], volumeMounts: [{ name: 'data', mountPath: '/data' }] }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }
const storageClass = (cluster: Cluster, provisioner: string, more: object = {}): void =>
  create(cluster, 'storage.k8s.io/v1', 'StorageClass', 'fast', { metadata: { name: 'fast', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }, provisioner, ...more })

test('a claim in use stays until its pod has gone; its volume goes with it', () => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'v1', 'PersistentVolume', 'shelf', { spec: { capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Delete', storageClassName: '', hostPath: { path: '/tmp/shelf' } } })
  create(cluster, 'v1', 'PersistentVolumeClaim', 'data', { spec: { ...request, storageClassName: '' } })
  create(cluster, 'v1', 'Pod', 'user', { spec: user })
  cluster.run({ for: '20s' })
  remove(cluster, 'PersistentVolumeClaim', 'data')
  cluster.run({ for: '10s' })
  expect(get(cluster, 'PersistentVolumeClaim', 'data')?.metadata).toMatchObject({ finalizers: ['kubernetes.io/pvc-protection'], deletionTimestamp: expect.anything() })
  remove(cluster, 'Pod', 'user')
  cluster.run({ for: '40s' })
  expect([names(cluster, 'PersistentVolumeClaim'), names(cluster, 'PersistentVolume')]).toEqual([[], []])
})

test.each([
  ['Retain', { hostPath: { path: '/tmp/shelf' } }, 'Released', []],
  ['Delete', { csi: { driver: 'disk.example.com', volumeHandle: 'd1' } }, 'Released', []],
  ['Delete', { hostPath: { path: '/data/shelf' } }, 'Failed', ['VolumeFailedDelete: host_path deleter only supports /tmp/.+ but received provided /data/shelf']],
])('a volume with policy %s at %j ends as %s', (persistentVolumeReclaimPolicy, source, phase, told) => {
  const cluster = createCluster({ seed: 1 })
  create(cluster, 'v1', 'PersistentVolume', 'shelf', { spec: { capacity: { storage: '2Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy, storageClassName: '', ...source } })
  create(cluster, 'v1', 'PersistentVolumeClaim', 'data', { spec: { ...request, storageClassName: '' } })
  cluster.run({ for: '5s' })
  expect(get(cluster, 'PersistentVolume', 'shelf')?.['status'].phase).toBe('Bound')
  remove(cluster, 'PersistentVolumeClaim', 'data')
  cluster.run({ for: '5s' })
  expect([get(cluster, 'PersistentVolume', 'shelf')?.['status'].phase, events(cluster, 'shelf')]).toEqual([phase, told])
})

test('a class makes a volume at once, or where the first pod goes; then the disk is attached', () => {
  const cluster = createCluster({ seed: 1 })
  storageClass(cluster, 'disk.example.com', { volumeBindingMode: 'WaitForFirstConsumer' })
  create(cluster, 'v1', 'PersistentVolumeClaim', 'data', { spec: request })
  cluster.run({ for: '20s' })
  expect(get(cluster, 'PersistentVolumeClaim', 'data')).toMatchObject({ spec: { storageClassName: 'fast' }, status: { phase: 'Pending' } })
  expect(events(cluster, 'data')).toEqual(['WaitForFirstConsumer: waiting for first consumer to be created before binding'])
  create(cluster, 'v1', 'Pod', 'user', { spec: user })
  cluster.run({ for: '25s' })
  const claim = get(cluster, 'PersistentVolumeClaim', 'data')!
  expect(claim['status'].phase).toBe('Bound')
  expect(events(cluster, 'data').map((text) => text.split(':')[0])).toEqual(expect.arrayContaining(['ExternalProvisioning', 'Provisioning', 'ProvisioningSucceeded']))
  const volume: string = claim['spec'].volumeName
  expect(events(cluster, 'user')).toContain(`SuccessfulAttachVolume: AttachVolume.Attach succeeded for volume "${volume}" `)
  const pod = get(cluster, 'Pod', 'user')!
  expect(pod['status'].phase).toBe('Running')
  expect(get(cluster, 'Node', pod['spec'].nodeName)?.['status'].volumesAttached).toMatchObject([{ name: expect.stringContaining('disk.example.com^vol-') }])
  remove(cluster, 'Pod', 'user')
  cluster.run({ for: '60s' })
  expect(get(cluster, 'Node', pod['spec'].nodeName)?.['status'].volumesAttached).toBeUndefined()
})

test('a disk that nobody attaches is waited for; a class of its driver says that somebody does', () => {
  const cluster = createCluster({ seed: 1 })
  const spec = { ...user, volumes: [{ name: 'data', awsElasticBlockStore: { volumeID: 'vol-1' } }] }
  create(cluster, 'v1', 'Pod', 'user', { spec })
  cluster.run({ for: '3m' })
  expect(events(cluster, 'user')).toContain('FailedAttachVolume: AttachVolume.Attach failed for volume "ebs.csi.aws.com-vol-1" : timed out waiting for external-attacher of ebs.csi.aws.com CSI driver to attach volume vol-1')
  expect(get(cluster, 'Pod', 'user')?.['status'].phase).toBe('Pending')
  storageClass(cluster, 'kubernetes.io/aws-ebs')
  cluster.run({ for: '6m' })
  expect(get(cluster, 'Pod', 'user')?.['status'].phase).toBe('Running')
  remove(cluster, 'Pod', 'user')
  cluster.run({ for: '60s' })
  expect(cluster.world().list('Node').every((node) => node['status'].volumesAttached === undefined)).toBe(true)
})

test('a disk of a silent node is not given to another until it is certain or six minutes are over', () => {
  const cluster = createCluster({ seed: 1, nodes: 2 })
  storageClass(cluster, 'disk.example.com')
  create(cluster, 'v1', 'PersistentVolumeClaim', 'data', { spec: request })
  const tolerations = [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }]
  create(cluster, 'apps/v1', 'Deployment', 'web', { spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { ...user, tolerations } } } })
  cluster.run({ for: '30s' })
  const [old] = cluster.world().list('Pod')
  cluster.fault({ type: 'node-stop', node: old!['spec'].nodeName })
  cluster.run({ for: '90s' })
  const next = cluster.world().list('Pod').find(({ metadata }) => metadata.uid !== old!.metadata.uid)!
  const volume: string = get(cluster, 'PersistentVolumeClaim', 'data')!['spec'].volumeName
  expect(events(cluster, next.metadata.name)).toContain(`FailedAttachVolume: Multi-Attach error for volume "${volume}" Volume is already used by pod(s) ${old!.metadata.name}`)
  remove(cluster, 'Pod', old!.metadata.name, { gracePeriodSeconds: 0 })
  cluster.run({ for: '5m' })
  expect(get(cluster, 'Pod', next.metadata.name)?.['status'].phase).toBe('Pending')
  cluster.run({ for: '4m' })
  expect(get(cluster, 'Pod', next.metadata.name)?.['status'].phase).toBe('Running')
})

test.each([
  ['Retain', 'Retain', ['data-db-0', 'data-db-1', 'data-db-2'], ['data-db-0', 'data-db-1', 'data-db-2']],
  ['Delete', 'Retain', ['data-db-0'], ['data-db-0']],
  ['Retain', 'Delete', ['data-db-0', 'data-db-1', 'data-db-2'], []],
  ['Delete', 'Delete', ['data-db-0'], []],
])('claims of a StatefulSet: whenScaled %s, whenDeleted %s', (whenScaled, whenDeleted, afterScaling, afterDeleting) => {
  const cluster = createCluster({ seed: 1 })
  storageClass(cluster, 'rancher.io/local-path', { volumeBindingMode: 'WaitForFirstConsumer' })
  const { volumes: _, ...spec } = user
  create(cluster, 'apps/v1', 'StatefulSet', 'db', { spec: {
    replicas: 3, serviceName: 'db', selector: { matchLabels: { app: 'db' } }, template: { metadata: { labels: { app: 'db' } }, spec },
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: request }], persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted },
  } })
  cluster.run({ for: '60s' })
  expect(cluster.world().list('Pod').map((pod) => pod['status'].phase)).toEqual(['Running', 'Running', 'Running'])
  cluster.request({ verb: 'PATCH', path: `${paths['StatefulSet']}/db/scale`, contentType: 'application/merge-patch+json', body: { spec: { replicas: 1 } } } as never)
  cluster.run({ for: '60s' })
  expect(names(cluster, 'PersistentVolumeClaim')).toEqual(afterScaling)
  remove(cluster, 'StatefulSet', 'db')
  cluster.run({ for: '60s' })
  expect(names(cluster, 'PersistentVolumeClaim')).toEqual(afterDeleting)
  expect(names(cluster, 'PersistentVolume')).toHaveLength(afterDeleting.length)
})
