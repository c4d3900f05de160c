import { beforeEach, expect, test } from 'vitest'
import type { ContainerRecord } from '../../api/machine.ts'
import type { Event, Pod } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

const path = '/api/v1/namespaces/default/pods/web-node1'
let cluster: Cluster

beforeEach(() => {
  cluster = createCluster({ nodes: 1 })
})

function put(image: string, more: object = {}): void {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }], ...more } }
  cluster.fault({ type: 'static-pod', node: 'node1', file: 'web.yaml', pod })
}

const mirror = (): Pod | undefined => cluster.world().get('Pod', 'web-node1') as Pod | undefined
const containers = (): ContainerRecord[] => cluster.machines.get('node1')!.range('containers/') as ContainerRecord[]
const running = (): string[] => containers().filter(({ state }) => state === 'running').map(({ image }) => image)

test('is shown in the API server by its mirror', () => {
  put('nginx:1.27')
  cluster.run({ for: '12s' })
  const { metadata, spec, status } = mirror()!
  const hash = metadata.annotations!['kubernetes.io/config.hash']
  expect(hash).toMatch(/^[0-9a-f]{32}$/)
  expect(metadata).toMatchObject({
    labels: { app: 'web' },
    annotations: { 'kubernetes.io/config.mirror': hash, 'kubernetes.io/config.source': 'file' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: 'node1', controller: true }],
  })
  expect(spec).toMatchObject({ nodeName: 'node1', tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] })
  expect(status.phase).toBe('Running')
  expect(containers()).toMatchObject([{ podUID: hash }])
  expect((cluster.world().list('Event') as Event[]).map(({ involvedObject, reason }) => [involvedObject.uid, reason])).toContainEqual([hash, 'Started'])
})

test('runs on when its mirror is deleted, and has a new one at once', () => {
  put('nginx:1.27')
  cluster.run({ for: '12s' })
  const before = mirror()!.metadata.uid
  cluster.request({ verb: 'DELETE', path })
  cluster.run({ for: '1s' })
  expect(mirror()!.metadata.uid).not.toBe(before)
  expect(mirror()!.status.phase).toBe('Pending')
  cluster.run({ for: '12s' })
  expect(mirror()!.status).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 0 }] })
  expect(containers()).toHaveLength(1)
})

test('ends with its file, and its mirror after it', () => {
  put('busybox:1.36', { containers: [{ name: 'web', image: 'busybox:1.36', command: ['sh', '-c', 'trap "sleep 4; exit 0" TERM; while true; do sleep 1; done'] }] })
  cluster.run({ for: '12s' })
  cluster.fault({ type: 'static-pod', node: 'node1', file: 'web.yaml', restore: true })
  cluster.run({ for: '3s' })
  expect(mirror()?.status.phase).toBe('Running')
  cluster.run({ for: '10s' })
  expect(mirror()).toBeUndefined()
  expect(running()).toEqual([])
})

test('whose file lies there again before it has ended begins anew after its end', () => {
  const slow = { containers: [{ name: 'web', image: 'busybox:1.36', command: ['sh', '-c', 'trap "sleep 6; exit 1" TERM; while true; do sleep 1; done'] }] }
  put('busybox:1.36', slow)
  cluster.run({ for: '12s' })
  const [first] = containers()
  cluster.fault({ type: 'static-pod', node: 'node1', file: 'web.yaml', restore: true })
  cluster.run({ for: '2s' })
  put('busybox:1.36', slow)
  cluster.run({ for: '2s' })
  expect(containers().map(({ id }) => id)).toEqual([first!.id])
  cluster.run({ for: '15s' })
  expect(containers()).toMatchObject([{ state: 'running', podUID: first!.podUID }])
  expect(containers()[0]!.id).not.toBe(first!.id)
  expect(mirror()!.status.phase).toBe('Running')
})

test('is replaced when its file changes, one after the other', () => {
  put('nginx:1.27')
  cluster.run({ for: '12s' })
  put('nginx:1.28')
  cluster.run({ until: () => running().length === 0, for: '10s' })
  cluster.run({ for: '15s' })
  expect(running()).toEqual(['docker.io/library/nginx:1.28'])
  expect(mirror()!.spec.containers[0]!.image).toBe('nginx:1.28')
})

test('needs no API server', () => {
  cluster.fault({ type: 'apiserver-stop' })
  put('nginx:1.27')
  cluster.run({ for: '15s' })
  expect(running()).toEqual(['docker.io/library/nginx:1.27'])
  cluster.fault({ type: 'apiserver-stop', restore: true })
  cluster.run({ for: '2m' })
  expect(mirror()!.status.phase).toBe('Running')
})

test('what is no pod is left alone', () => {
  put('', { containers: [] })
  cluster.fault({ type: 'static-pod', node: 'node1', file: 'svc.yaml', pod: { apiVersion: 'v1', kind: 'Service' } })
  cluster.fault({ type: 'static-pod', node: 'node1', file: 'nameless.yaml', pod: { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'web', image: 'nginx' }] } } })
  cluster.run({ for: '5s' })
  const refused = cluster.trace.filter(({ detail }) => detail?.type === 'ManifestRefused').map(({ detail }) => detail!['message'])
  expect(refused).toEqual(['invalid pod: spec.containers: Required value', "couldn't parse as pod: Service", 'invalid pod: name is needed for the pod'])
  expect(cluster.world().list('Pod')).toEqual([])
})

test.each<[object, string]>([
  [{ volumes: [{ name: 'v', configMap: { name: 'c' } }] }, 'configmaps'],
  [{ containers: [{ name: 'web', image: 'nginx', envFrom: [{ secretRef: { name: 's' } }] }] }, 'secrets'],
  [{ serviceAccountName: 'robot' }, 'serviceaccounts'],
  [{ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] }, 'persistentvolumeclaims'],
])('what needs objects of the API is not run: %j (config/common.go)', (spec, resource) => {
  put('nginx', spec)
  cluster.run({ for: '5s' })
  expect(cluster.trace.flatMap(({ detail }) => (detail?.type === 'ManifestRefused' ? [detail['message']] : []))).toEqual([`static pods may not reference ${resource}`])
  expect(running()).toEqual([])
})
