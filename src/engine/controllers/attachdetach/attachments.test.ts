import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import { attachmentName, attachmentOf, volumeOf } from './attachments.ts'

/** VolumeAttachments of CSI volumes, in a running cluster. */

function post(cluster: Cluster, path: string, body: object): void {
  const { code, body: answer } = cluster.request({ verb: 'POST', path, body } as never)
  if (code >= 400) throw new Error(JSON.stringify(answer))
}

const remove = (cluster: Cluster, path: string): void => void cluster.request({ verb: 'DELETE', path, body: {} } as never)
const all = (cluster: Cluster) => cluster.world().list('VolumeAttachment')

function withPod(withClass: boolean): Cluster {
  const cluster = createCluster({ seed: 1 })
  if (withClass) post(cluster, '/apis/storage.k8s.io/v1/storageclasses', { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'disk' }, provisioner: 'disk.example.com' })
  const spec = { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: '', csi: { driver: 'disk.example.com', volumeHandle: 'vol-1' } }
  post(cluster, '/api/v1/persistentvolumes', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'shelf' }, spec })
  const claim = { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } } }
  post(cluster, '/api/v1/namespaces/default/persistentvolumeclaims', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: claim })
  addPod(cluster, 'user', 'node2')
  return cluster
}

function addPod(cluster: Cluster, name: string, node: string): void {
  const containers = [{ name: 'app', image: 'nginx:1.27' }]
  const spec = { terminationGracePeriodSeconds: 1, nodeSelector: { 'kubernetes.io/hostname': node }, containers, volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] }
  post(cluster, '/api/v1/namespaces/default/pods', { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec })
}

test('a volume is asked for by name, answered, and let go when nobody uses it', () => {
  const cluster = withPod(true)
  cluster.run({ for: '30s' })
  expect(all(cluster)).toMatchObject([{
    metadata: { name: attachmentName({ driver: 'disk.example.com', handle: 'vol-1' }, 'node2'), finalizers: ['external-attacher/disk-example-com'] },
    spec: { attacher: 'disk.example.com', nodeName: 'node2', source: { persistentVolumeName: 'shelf' } },
    status: { attached: true },
  }])
  expect(cluster.world().get('Pod', 'user', 'default')!['status'].phase).toBe('Running')
  remove(cluster, '/api/v1/namespaces/default/pods/user')
  cluster.run({ for: '20s' })
  expect(all(cluster)).toEqual([])
  expect(cluster.world().get('Node', 'node2')!['status'].volumesAttached).toBeUndefined()
})

test('of two nodes that want it at once one asks; who comes later to the other finds no word of its own', () => {
  const cluster = withPod(true)
  addPod(cluster, 'rival', 'node1')
  cluster.run({ for: '60s' })
  expect(all(cluster)).toMatchObject([{ status: { attached: true } }])
  const told = () => cluster.world().list('Event').filter((event) => event['message']?.includes('Multi-Attach')).map((event) => [event['involvedObject'].name, event['count'] ?? 1])
  const [[loser]] = told() as [[string]]
  expect(told()).toHaveLength(1)
  addPod(cluster, 'late', loser === 'rival' ? 'node1' : 'node2')
  cluster.run({ for: '30s' })
  expect(told()).toHaveLength(1)
})

test('without the driver nobody answers: the pod is told, and the question goes with it', () => {
  const cluster = withPod(false)
  cluster.run({ for: '150s' })
  expect(all(cluster)).toMatchObject([{ status: { attached: false } }])
  const told = cluster.world().list('Event').map((event) => `${event['reason']}: ${event['message']}`)
  expect(told).toContain('FailedAttachVolume: AttachVolume.Attach failed for volume "shelf" : timed out waiting for external-attacher of disk.example.com CSI driver to attach volume vol-1')
  remove(cluster, '/api/v1/namespaces/default/pods/user')
  cluster.run({ for: '10s' })
  expect(all(cluster)).toEqual([])
})

test('what is attached to a node that is taken away is let go', () => {
  const cluster = withPod(true)
  cluster.run({ for: '30s' })
  remove(cluster, '/api/v1/nodes/node2')
  cluster.run({ for: '10s' })
  expect(all(cluster)).toEqual([])
})

test('what is attached is let go though its volume has gone before it', () => {
  const cluster = withPod(true)
  cluster.run({ for: '30s' })
  cluster.fault({ type: 'kubelet-stop', node: 'node2' })
  cluster.run({ for: '70s' })
  remove(cluster, '/api/v1/namespaces/default/persistentvolumeclaims/data')
  cluster.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/pods/user', body: { gracePeriodSeconds: 0 } } as never)
  cluster.run({ for: '5s' })
  remove(cluster, '/api/v1/persistentvolumes/shelf')
  cluster.run({ for: '10s' })
  expect([cluster.world().get('PersistentVolume', 'shelf'), all(cluster).length]).toEqual([undefined, 1])
  cluster.run({ for: '7m' })
  expect([all(cluster), cluster.world().get('Node', 'node2')!['status'].volumesAttached]).toEqual([[], undefined])
})

test('an attachment says which volume it is of', () => {
  const driven = { driver: 'disk.example.com', handle: 'vol-1' }
  expect(volumeOf(attachmentOf(driven, 'shelf', 'node1') as never)).toEqual({ volume: 'shelf' })
  expect(volumeOf(attachmentOf(driven, undefined, 'node1') as never)).toEqual({ inline: 'kubernetes.io/csi/disk.example.com^vol-1' })
})
