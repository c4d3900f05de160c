import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import { recyclerPod } from './recycle.ts'

const volumePath = '/api/v1/persistentvolumes'
const ofVolume = (cluster: Cluster): string[] => cluster.world().list('Event')
  .filter((event) => event['involvedObject'].kind === 'PersistentVolume').map((event) => `${event['type']} ${event['reason']}: ${event['message']}`)

function released(source: object): Cluster {
  const cluster = createCluster({ seed: 1, nodes: 1 })
  const send = (path: string, body: object): number => cluster.request({ verb: 'POST', path, body } as never).code
  send(volumePath, { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'shelf' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], persistentVolumeReclaimPolicy: 'Recycle', ...source } })
  cluster.run({ for: '1s' })
  send('/api/v1/namespaces/default/persistentvolumeclaims', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec: { storageClassName: '', accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } })
  cluster.run({ for: '2s' })
  return cluster
}
const dropClaim = (cluster: Cluster): void => void cluster.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/persistentvolumeclaims/data' } as never)
const volume = (cluster: Cluster) => cluster.world().get('PersistentVolume', 'shelf')!

test('a volume that is let go is emptied by a pod and free for the next', () => {
  const cluster = released({ hostPath: { path: '/data/shelf', type: 'DirectoryOrCreate' } })
  const mount = { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }], containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'echo secret > /v/file; mkdir /v/dir'], volumeMounts: [{ name: 'v', mountPath: '/v' }] }], restartPolicy: 'Never' }
  cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'writer' }, spec: mount } } as never)
  cluster.run({ for: '15s' })
  cluster.request({ verb: 'DELETE', path: '/api/v1/namespaces/default/pods/writer' } as never)
  cluster.run({ for: '5s' })
  dropClaim(cluster)
  cluster.run({ for: '1s' })
  expect(volume(cluster)['status'].phase).toBe('Released')
  cluster.run({ for: '20s' })
  expect([volume(cluster)['status'].phase, volume(cluster)['spec'].claimRef, cluster.world().get('Pod', 'recycler-for-shelf')]).toEqual(['Available', undefined, undefined])
  const told = ofVolume(cluster)
  expect(told).toContain('Normal RecyclerPod: Recycler pod: Successfully assigned default/recycler-for-shelf to node1')
  expect(told).toContain('Normal RecyclerPod: Recycler pod: Started container pv-recycler')
  expect(told.at(-1)).toBe('Normal VolumeRecycled: Volume recycled')
  const look = { volumes: [{ name: 'v', hostPath: { path: '/data/shelf' } }], restartPolicy: 'Never', containers: [{ name: 'app', image: 'busybox:1.36', command: ['sh', '-c', 'ls -A /v | wc -l'], volumeMounts: [{ name: 'v', mountPath: '/v' }] }] }
  cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'look' }, spec: look } } as never)
  cluster.run({ for: '10s' })
  expect(cluster.request({ verb: 'GET', path: '/api/v1/namespaces/default/pods/look/log' } as never).body).toBe('0\n')
})

test('a volume that nobody can empty has failed', () => {
  const cluster = released({ csi: { driver: 'disk.example.com', volumeHandle: 'vol-1' } })
  dropClaim(cluster)
  cluster.run({ for: '5s' })
  expect(volume(cluster)['status']).toMatchObject({ phase: 'Failed', message: 'No recycler plugin found for the volume!' })
  expect(ofVolume(cluster)).toEqual(['Warning VolumeFailedRecycle: No recycler plugin found for the volume!'])
})

test.each([
  ['hostPath', { hostPath: { path: '/a' } }, '1Gi', 60],
  ['hostPath', { hostPath: { path: '/a' } }, '10Gi', 300],
  ['nfs', { nfs: { server: 's', path: '/a' } }, '1Gi', 300],
])('the pod for a %s has time by the size', (_name, source, storage, seconds) => {
  expect(recyclerPod({ metadata: { name: 'v' }, spec: { ...source, capacity: { storage } } } as never)).toMatchObject({ spec: { activeDeadlineSeconds: seconds, volumes: [{ name: 'vol', ...source }] } })
})
