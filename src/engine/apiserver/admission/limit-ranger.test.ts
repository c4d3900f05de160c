import { expect, test } from 'vitest'
import { createCluster } from '../../index.ts'
import type { KubeObject, Status } from '../../api/types.ts'

const path = '/api/v1/namespaces/default'

/** Creates a pod in a namespace with one LimitRange; what came of it. */
function create(limits: object[], resources: object): { resources?: object; annotation?: string; refused?: string } {
  const c = createCluster({ nodes: 1 })
  c.request({ verb: 'POST', path: `${path}/limitranges`, body: { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'bounds' }, spec: { limits } } })
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'app', image: 'nginx', resources }] } }
  const answer = c.request({ verb: 'POST', path: `${path}/pods`, body })
  if (answer.code !== 201) return { refused: (answer.body as Status).message! }
  const pod = answer.body as KubeObject
  const annotation = pod.metadata.annotations?.['kubernetes.io/limit-ranger']
  return { resources: pod.spec.containers[0].resources, ...(annotation === undefined ? {} : { annotation }) }
}

const container = { type: 'Container', default: { cpu: '100m', memory: '64Mi' }, defaultRequest: { cpu: '20m', memory: '16Mi' }, max: { cpu: '200m', memory: '128Mi' }, min: { cpu: '10m' } }

test('a container without resources gets the defaults, and it is said', () => {
  expect(create([container], {})).toEqual({
    resources: { requests: { cpu: '20m', memory: '16Mi' }, limits: { cpu: '100m', memory: '64Mi' } },
    annotation: 'LimitRanger plugin set: cpu, memory request for container app; cpu, memory limit for container app',
  })
})

test('a limit of its own makes a request of its own', () => {
  expect(create([{ ...container, max: { cpu: '1' } }], { limits: { cpu: '800m' } }).resources).toMatchObject({ requests: { cpu: '800m' }, limits: { cpu: '800m' } })
})

test.each<[string, object[], object, string]>([
  ['above the maximum, twice', [container], { limits: { cpu: '1', memory: '1Gi' } }, '[maximum cpu usage per Container is 200m, but limit is 1, maximum memory usage per Container is 128Mi, but limit is 1Gi]'],
  ['below the minimum', [{ type: 'Container', min: { cpu: '10m' } }], { requests: { cpu: '5m' } }, 'minimum cpu usage per Container is 10m, but request is 5m'],
  ['without what has a minimum', [{ type: 'Pod', min: { memory: '1Mi' } }], {}, 'minimum memory usage per Pod is 1Mi.  No request is specified'],
  ['with too great a ratio', [{ type: 'Container', maxLimitRequestRatio: { cpu: '2' } }], { requests: { cpu: '100m' }, limits: { cpu: '500m' } }, 'cpu max limit to request ratio per Container is 2, but provided ratio is 5.000000'],
])('a pod %s is refused', (_, limits, resources, why) => {
  expect(create(limits, resources).refused).toBe(`pods "p" is forbidden: ${why}`)
})

test('what a pod says for itself goes before what its containers say', () => {
  const c = createCluster({ nodes: 1 })
  c.request({ verb: 'POST', path: `${path}/limitranges`, body: { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'bounds' }, spec: { limits: [{ type: 'Pod', max: { cpu: '1' } }] } } })
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { resources: { limits: { cpu: '2' } }, containers: [{ name: 'app', image: 'nginx' }] } }
  expect((c.request({ verb: 'POST', path: `${path}/pods`, body }).body as Status).message).toBe('pods "p" is forbidden: maximum cpu usage per Pod is 1, but limit is 2')
})

test('a resize keeps within the bounds, and so does a claim that is to grow', () => {
  const c = createCluster({ nodes: 1 })
  const answer = (verb: 'POST' | 'PUT' | 'PATCH', at: string, body: object) => c.request({ verb, path: at, body, ...(verb === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {}) }).body as Status
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'c' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'x', resources: { requests: { storage: '1Gi' } } } }
  answer('POST', '/api/v1/persistentvolumes', { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'v' }, spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'x', hostPath: { path: '/v' } } })
  answer('POST', `${path}/persistentvolumeclaims`, claim)
  c.run({ for: '5s' })
  answer('POST', `${path}/pods`, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [{ name: 'app', image: 'nginx', resources: { requests: { cpu: '100m' } } }] } })
  const limits = [{ type: 'Container', min: { cpu: '200m' } }, { type: 'PersistentVolumeClaim', max: { storage: '2Gi' } }]
  answer('POST', `${path}/limitranges`, { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'bounds' }, spec: { limits } })
  expect(answer('PATCH', `${path}/pods/p/resize`, { spec: { containers: [{ name: 'app', resources: { requests: { cpu: '150m' } } }] } }).message).toBe('pods "p" is forbidden: minimum cpu usage per Container is 200m, but request is 150m')
  const resources = { requests: { storage: '3Gi' } }
  expect(answer('PATCH', `${path}/persistentvolumeclaims/c`, { spec: { resources } }).message).toBe('persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 3Gi')
})
