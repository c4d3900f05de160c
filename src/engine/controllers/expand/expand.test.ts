import { expect, test } from 'vitest'
import type { KubeObject } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

const inDefault = (plural: string): string => `/api/v1/namespaces/default/${plural}`

function send(c: Cluster, verb: string, path: string, body?: object): void {
  const contentType = verb === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {}
  const { code, body: answer } = c.request({ verb, path, body, ...contentType } as never)
  if (code >= 400) throw new Error(JSON.stringify(answer))
}

const pod = (name: string) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name },
  spec: { containers: [{ name: 'app', image: 'nginx:1.27', volumeMounts: [{ name: 'data', mountPath: '/data' }] }], volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] },
})

function withClaim(provisioner: string, spec: object = {}): Cluster {
  const c = createCluster({ nodes: 1, seed: 1 })
  send(c, 'POST', '/apis/storage.k8s.io/v1/storageclasses', { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'grows' }, provisioner, allowVolumeExpansion: true })
  const claim = { storageClassName: 'grows', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec }
  send(c, 'POST', inDefault('persistentvolumeclaims'), { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: claim })
  c.run({ for: '10s' })
  return c
}

const grow = (c: Cluster, storage: string): void => send(c, 'PATCH', `${inDefault('persistentvolumeclaims')}/data`, { spec: { resources: { requests: { storage } } } })
const claim = (c: Cluster): KubeObject => c.world().get('PersistentVolumeClaim', 'data', 'default')!
const volume = (c: Cluster): KubeObject => c.world().get('PersistentVolume', claim(c)['spec'].volumeName as string)!
const about = new Set(['ExternalExpanding', 'Resizing', 'FileSystemResizeRequired', 'FileSystemResizeSuccessful', 'VolumeResizeSuccessful'])
const told = (c: Cluster): string[] => (c.world().list('Event') as KubeObject[])
  .filter(({ reason }) => about.has(reason as string))
  .map(({ type, reason, source, involvedObject }: any) => `${type} ${reason} ${involvedObject.kind} (${source.component})`)

const driver = 'ebs.csi.aws.com'

test('a volume that no pod uses grows, and its files wait for a pod', () => {
  const c = withClaim(driver)
  grow(c, '2Gi')
  c.run({ for: '10s' })
  expect(volume(c)['spec'].capacity).toEqual({ storage: '2Gi' })
  expect(claim(c)['status']).toMatchObject({
    capacity: { storage: '1Gi' },
    allocatedResources: { storage: '2Gi' },
    allocatedResourceStatuses: { storage: 'NodeResizePending' },
    conditions: [{ type: 'FileSystemResizePending', status: 'True', message: 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.' }],
  })
  send(c, 'POST', inDefault('pods'), pod('web'))
  c.run({ for: '30s' })
  const { capacity, allocatedResources, allocatedResourceStatuses, conditions } = claim(c)['status']
  expect({ capacity, allocatedResources, allocatedResourceStatuses, conditions: conditions ?? [] }).toEqual({ capacity: { storage: '2Gi' }, allocatedResources: { storage: '2Gi' }, allocatedResourceStatuses: undefined, conditions: [] })
  expect(new Set(told(c))).toEqual(new Set([
    'Normal ExternalExpanding PersistentVolumeClaim (volume_expand)',
    `Normal Resizing PersistentVolumeClaim (external-resizer ${driver})`,
    `Normal FileSystemResizeRequired PersistentVolumeClaim (external-resizer ${driver})`,
    'Normal FileSystemResizeSuccessful Pod (kubelet)',
    'Normal FileSystemResizeSuccessful PersistentVolumeClaim (kubelet)',
  ]))
})

test('what a running pod uses grows at one of its next syncs', () => {
  const c = withClaim(driver)
  send(c, 'POST', inDefault('pods'), pod('web'))
  c.run({ for: '30s' })
  grow(c, '3Gi')
  c.run({ for: '2m' })
  expect([claim(c)['status'].capacity, c.world().get('Pod', 'web', 'default')!['status'].phase]).toEqual([{ storage: '3Gi' }, 'Running'])
})

test('a device is as large as it is', () => {
  const c = withClaim(driver, { volumeMode: 'Block' })
  grow(c, '2Gi')
  c.run({ for: '10s' })
  expect(claim(c)['status'].capacity).toEqual({ storage: '2Gi' })
  expect(told(c).at(-1)).toBe(`Normal VolumeResizeSuccessful PersistentVolumeClaim (external-resizer ${driver})`)
})

test('for a directory nobody comes', () => {
  const c = withClaim('rancher.io/local-path')
  grow(c, '2Gi')
  c.run({ for: '1m' })
  expect([volume(c)['spec'].capacity, told(c)]).toEqual([{ storage: '1Gi' }, ['Normal ExternalExpanding PersistentVolumeClaim (volume_expand)']])
})
