import { expect, test } from 'vitest'
import type { KubeObject } from '../../api/types.ts'
import { object } from '../testing/objects.ts'
import { bestVolume, provisionedVolume, undeletable } from './decide.ts'

const claim = (spec: object = {}): KubeObject =>
  object('PersistentVolumeClaim', 'box', { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Mi' } }, storageClassName: 'a', ...spec }, { apiVersion: 'v1' })
const volume = (name: string, storage: string, spec: object = {}): KubeObject =>
  object('PersistentVolume', name, { accessModes: ['ReadWriteOnce'], capacity: { storage }, storageClassName: 'a', ...spec }, { apiVersion: 'v1', status: { phase: 'Available' } })

const annotated = (from: KubeObject): KubeObject => ({ ...from, metadata: { ...from.metadata, annotations: { 'volume.beta.kubernetes.io/storage-class': 'a' } } })

const reserved = { claimRef: { namespace: 'default', name: 'box' } }
const cases: [name: string, claim: KubeObject, volumes: KubeObject[], wanted: string | undefined][] = [
  ['the smallest that is large enough', claim(), [volume('big', '1Gi'), volume('small', '5Mi'), volume('fit', '20Mi')], 'fit'],
  ['none is large enough', claim(), [volume('small', '5Mi')], undefined],
  ['the modes must be covered', claim({ accessModes: ['ReadWriteMany'] }), [volume('one', '20Mi')], undefined],
  ['the class that the old annotation says', annotated(claim({ storageClassName: 'b' })), [volume('one', '20Mi')], 'one'],
  ['another class', claim({ storageClassName: 'b' }), [volume('one', '20Mi')], undefined],
  ['reserved for somebody else', claim(), [volume('one', '20Mi', { claimRef: { namespace: 'default', name: 'other' } })], undefined],
  ['reserved for it, whatever else fits better', claim(), [volume('fit', '20Mi'), volume('mine', '1Gi', reserved)], 'mine'],
  ['reserved for it, and of another class', claim(), [volume('mine', '1Gi', { ...reserved, storageClassName: 'b' })], 'mine'],
  ['reserved for it, and too small', claim(), [volume('fit', '20Mi'), volume('mine', '5Mi', reserved)], 'fit'],
  ['reserved for it, and a device', claim(), [volume('mine', '20Mi', { ...reserved, volumeMode: 'Block' })], undefined],
  ['the one with no more ways of access than are asked for, though it is larger', claim(), [volume('both', '20Mi', { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] }), volume('large', '1Gi')], 'large'],
  ['of another VolumeAttributesClass', claim({ volumeAttributesClassName: 'gold' }), [volume('none', '20Mi'), volume('iron', '20Mi', { volumeAttributesClassName: 'iron' })], undefined],
  ['reserved for it, and of another VolumeAttributesClass', claim(), [volume('mine', '20Mi', { ...reserved, volumeAttributesClassName: 'gold' })], undefined],
  ['of the same VolumeAttributesClass', claim({ volumeAttributesClassName: 'gold' }), [volume('none', '20Mi'), volume('gold', '30Mi', { volumeAttributesClassName: 'gold' })], 'gold'],
  ['not looked at yet', claim(), [{ ...volume('new', '20Mi'), status: { phase: 'Pending' } } as KubeObject], undefined],
]
test.each(cases)('the volume of a claim: %s', (_name, wanting, volumes, wanted) => {
  expect(bestVolume(wanting, volumes, { reservedOnly: false })?.metadata.name).toBe(wanted)
})

test('a claim that waits for its consumer takes only what is reserved for it', () => {
  expect(bestVolume(claim(), [volume('fit', '20Mi')], { reservedOnly: true })).toBeUndefined()
  expect(bestVolume(claim(), [volume('fit', '20Mi'), volume('mine', '1Gi', reserved)], { reservedOnly: true })?.metadata.name).toBe('mine')
})

const node = object('Node', 'a', {}, { metadata: { labels: { 'kubernetes.io/hostname': 'a', 'topology.kubernetes.io/zone': 'z1' } } })
test.each([
  ['of a node', 'rancher.io/local-path', { hostPath: expect.anything(), nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['a'] }] }] } } }],
  ['of a zone', 'disk.example.com', { csi: { driver: 'disk.example.com', volumeHandle: 'vol-box' }, nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['z1'] }] }] } } }],
])('a provisioned volume %s is made for its claim and goes with it', (_name, provisioner, wanted) => {
  const made = provisionedVolume(claim(), object('StorageClass', 'fast', {}, { provisioner, mountOptions: ['noatime'] }), node)
  expect(made['spec']).toMatchObject({ capacity: { storage: '10Mi' }, claimRef: { name: 'box', uid: 'box' }, persistentVolumeReclaimPolicy: 'Delete', storageClassName: 'fast', mountOptions: ['noatime'], ...wanted })
})

test.each([
  [{ hostPath: { path: '/tmp/a' } }, undefined],
  [{ hostPath: { path: '/data/a' } }, 'host_path deleter only supports /tmp/.+ but received provided /data/a'],
  [{ nfs: { server: 's', path: '/' } }, 'error getting deleter volume plugin for volume "v": no deletable volume plugin matched'],
])('what can be deleted: %j', (source, why) => {
  expect(undeletable(volume('v', '1Gi', source))).toBe(why)
})
