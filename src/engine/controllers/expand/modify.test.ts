import { beforeEach, expect, test } from 'vitest'
import type { KubeObject } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

const path = '/api/v1/namespaces/default/persistentvolumeclaims'
let c: Cluster

function send(verb: string, to: string, body: object): void {
  const { code, body: answer } = c.request({ verb, path: to, body, ...(verb === 'PATCH' && { contentType: 'application/merge-patch+json' }) } as never)
  if (code >= 400) throw new Error(JSON.stringify(answer))
}

const attributes = (name: string): void =>
  send('POST', '/apis/storage.k8s.io/v1/volumeattributesclasses', { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttributesClass', metadata: { name }, driverName: 'ebs.csi.aws.com', parameters: { iops: '5000' } })
const ask = (name: string): void => send('PATCH', `${path}/data`, { spec: { volumeAttributesClassName: name } })
const status = (): any => c.world().get('PersistentVolumeClaim', 'data', 'default')!['status']
const volume = (): KubeObject => c.world().list('PersistentVolume')[0]!
const told = (): string[] => c.world().list('Event').filter(({ reason }: any) => reason.startsWith('VolumeModify')).map(({ type, reason, message }: any) => `${type} ${reason}: ${message}`)

/** kubernetes-csi/external-resizer pkg/modifycontroller. */
beforeEach(() => {
  c = createCluster({ nodes: 1, seed: 1 })
  attributes('silver')
  send('POST', '/apis/storage.k8s.io/v1/storageclasses', { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk' }, provisioner: 'ebs.csi.aws.com' })
  const spec = { storageClassName: 'disk', volumeAttributesClassName: 'silver', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }
  send('POST', path, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec })
  c.run({ for: '20s' })
})

test('a volume has the attributes with which it was made', () => {
  expect([status().phase, status().currentVolumeAttributesClassName, volume()['spec'].volumeAttributesClassName, told()]).toEqual(['Bound', 'silver', 'silver', []])
})

test('and gets others when its claim asks for them', () => {
  attributes('gold')
  ask('gold')
  c.run({ until: () => told().length > 0, for: '5s' })
  expect(status()).toMatchObject({
    currentVolumeAttributesClassName: 'silver', modifyVolumeStatus: { targetVolumeAttributesClassName: 'gold', status: 'InProgress' },
    conditions: [{ type: 'ModifyingVolume', status: 'True', message: 'ModifyVolume operation in progress.' }],
  })
  c.run({ for: '20s' })
  expect([status().currentVolumeAttributesClassName, status().modifyVolumeStatus, volume()['spec'].volumeAttributesClassName]).toEqual(['gold', undefined, 'gold'])
  expect(told()).toEqual([
    'Normal VolumeModify: external resizer is modifying volume data with vac gold',
    'Normal VolumeModifySuccessful: external resizer modified volume data with vac gold successfully',
  ])
})

test('or waits for them until somebody makes such a class', () => {
  ask('gold')
  c.run({ for: '20s' })
  expect([status().modifyVolumeStatus, told()]).toEqual([{ targetVolumeAttributesClassName: 'gold', status: 'Pending' }, ['Warning VolumeModifyFailed: VAC gold does not exist.']])
  attributes('gold')
  c.run({ for: '20s' })
  expect([status().currentVolumeAttributesClassName, status().modifyVolumeStatus]).toEqual(['gold', undefined])
})
