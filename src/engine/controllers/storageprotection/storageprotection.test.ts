import { expect, test } from 'vitest'
import { createCluster } from '../../index.ts'

const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
const claim = (fields: object = {}) => ({
  apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'box' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: 'manual', ...fields },
})
const volume = {
  apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'shelf' },
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'manual', hostPath: { path: '/data' } },
}
const user = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'user' },
  spec: { containers: [{ name: 'c', image: 'nginx:1.27' }], volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'box' } }] },
}

function withVolume() {
  const cluster = createCluster({ nodes: 1 })
  cluster.request({ verb: 'create', path: '/api/v1/persistentvolumes', body: volume })
  cluster.request({ verb: 'create', path: claims, body: claim() })
  cluster.run({ for: '5s' })
  return cluster
}

test('a claim stays until no pod uses it, a volume until it is released', () => {
  const cluster = withVolume()
  const phaseOf = (kind: string, name: string): string | undefined => {
    const object = cluster.world().get(kind, name)
    return object?.metadata.deletionTimestamp === undefined ? (object?.['status'].phase as string | undefined) : 'Terminating'
  }
  cluster.request({ verb: 'create', path: '/api/v1/namespaces/default/pods', body: user })
  cluster.run({ for: '10s' })
  cluster.request({ verb: 'delete', path: `${claims}/box` })
  cluster.request({ verb: 'delete', path: '/api/v1/persistentvolumes/shelf' })
  cluster.run({ for: '5s' })
  expect([phaseOf('PersistentVolumeClaim', 'box'), phaseOf('PersistentVolume', 'shelf')]).toEqual(['Terminating', 'Terminating'])
  cluster.request({ verb: 'delete', path: '/api/v1/namespaces/default/pods/user', body: { gracePeriodSeconds: 0 } })
  cluster.run({ for: '5s' })
  expect([phaseOf('PersistentVolumeClaim', 'box'), phaseOf('PersistentVolume', 'shelf')]).toEqual([undefined, undefined])
})

test('a claim that nobody uses goes at once', () => {
  const cluster = withVolume()
  cluster.request({ verb: 'delete', path: `${claims}/box` })
  cluster.run({ for: '1s' })
  expect(cluster.world().get('PersistentVolumeClaim', 'box')).toBeUndefined()
  expect(cluster.world().get('PersistentVolume', 'shelf')!['status'].phase).toBe('Released')
})

test.each([
  ['that it names', { persistentVolumeClaim: { claimName: 'box' } }, true],
  ['that was made for it', { ephemeral: { volumeClaimTemplate: { spec: claim().spec } } }, false],
])('whether a pod that has ended and is only held by a finalizer keeps the claim %s', (_which, source, stays) => {
  const cluster = withVolume()
  const ends = { command: ['true'], name: 'c', image: 'busybox' }
  const spec = { restartPolicy: 'Never', containers: [ends], volumes: [{ name: 'v', ...source }] }
  cluster.request({ verb: 'create', path: '/api/v1/namespaces/default/pods', body: { ...user, metadata: { name: 'done', finalizers: ['example.com/hold'] }, spec } })
  const name = stays ? 'box' : 'done-v'
  cluster.run({ for: '5s' })
  cluster.request({ verb: 'create', path: '/api/v1/persistentvolumes', body: { ...volume, metadata: { name: 'second' } } })
  cluster.run({ for: '20s' })
  expect(cluster.world().get('Pod', 'done')!['status'].phase).toBe('Succeeded')
  cluster.request({ verb: 'delete', path: `${claims}/${name}` })
  cluster.run({ for: '3s' })
  expect(cluster.world().get('PersistentVolumeClaim', name)).toBeDefined()
  cluster.request({ verb: 'delete', path: '/api/v1/namespaces/default/pods/done' })
  cluster.run({ for: '3s' })
  expect(cluster.world().get('Pod', 'done')).toBeDefined()
  expect(cluster.world().get('PersistentVolumeClaim', name) !== undefined).toBe(stays)
})

test('a class of attributes stays while a volume or a claim names it', () => {
  const cluster = createCluster({ nodes: 1 })
  const classes = '/apis/storage.k8s.io/v1/volumeattributesclasses'
  const there = (): unknown => cluster.world().get('VolumeAttributesClass', 'gold')?.metadata
  const remove = (path: string): void => {
    cluster.request({ verb: 'delete', path })
    cluster.run({ for: '3s' })
  }
  cluster.request({ verb: 'create', path: classes, body: { apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttributesClass', metadata: { name: 'gold' }, driverName: 'csi.example.com', parameters: { iops: '100' } } })
  expect(there()).toMatchObject({ finalizers: ['kubernetes.io/vac-protection'] })
  const named = { volumeAttributesClassName: 'gold' }
  cluster.request({ verb: 'create', path: '/api/v1/persistentvolumes', body: { ...volume, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], csi: { driver: 'csi.example.com', volumeHandle: 'v' }, ...named } } })
  cluster.request({ verb: 'create', path: claims, body: claim(named) })
  cluster.run({ for: '3s' })
  remove(`${classes}/gold`)
  expect(there()).toMatchObject({ deletionTimestamp: expect.anything() })
  remove('/api/v1/persistentvolumes/shelf')
  expect(there()).toBeDefined()
  remove(`${claims}/box`)
  expect(there()).toBeUndefined()
})
