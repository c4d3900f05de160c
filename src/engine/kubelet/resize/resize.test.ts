import { beforeEach, expect, test } from 'vitest'
import type { Event, Pod } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'

const path = '/api/v1/namespaces/default/pods'
let cluster: Cluster

beforeEach(() => {
  cluster = createCluster({ nodes: 1 })
  const resizePolicy = [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }, { resourceName: 'memory', restartPolicy: 'RestartContainer' }]
  const resources = { requests: { cpu: '200m', memory: '64Mi' }, limits: { cpu: '400m', memory: '128Mi' } }
  const command = ['sh', '-c', 'trap "exit 0" TERM; while true; do cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max; sleep 1; done']
  const spec = { containers: [{ name: 'app', image: 'busybox:1.36', command, resizePolicy, resources }] }
  cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec } as never })
  cluster.run({ for: '6s' })
})

function resize(limits: object): number {
  const body = { spec: { containers: [{ name: 'app', resources: { limits } }] } }
  return cluster.request({ verb: 'PATCH', path: `${path}/web/resize`, contentType: 'application/strategic-merge-patch+json', body: body as never }).code
}

const pod = (): Pod => cluster.world().get('Pod', 'web') as Pod
const events = (): string[] => (cluster.world().list('Event') as Event[]).map(({ reason, message }) => `${reason}: ${message}`)
const lastLines = (): string[] => String(cluster.request({ verb: 'GET', path: `${path}/web/log` }).body).trimEnd().split('\n').slice(-2)

test('more CPU comes without a restart', () => {
  expect(lastLines()).toEqual(['134217728', '40000 100000'])
  expect(resize({ cpu: '800m' })).toBe(200)
  cluster.run({ for: '5s' })
  expect(lastLines()).toEqual(['134217728', '80000 100000'])
  expect(pod().status.containerStatuses).toMatchObject([{ restartCount: 0, resources: { limits: { cpu: '800m' } } }])
  expect(events()).toContain(
    'ResizeCompleted: Pod resize completed: {"containers":[{"name":"app","resources":{"limits":{"cpu":"800m","memory":"128Mi"},"requests":{"cpu":"200m","memory":"64Mi"}}}]}',
  )
})

test('more memory restarts the container when its resizePolicy says so', () => {
  expect(resize({ memory: '256Mi' })).toBe(200)
  cluster.run({ for: '6s' })
  expect(events()).toContain('Killing: Container app resize requires restart')
  expect(pod().status.containerStatuses).toMatchObject([{ restartCount: 1, state: { running: {} } }])
  expect(lastLines()).toEqual(['268435456', '40000 100000'])
})

function resizeTo(resources: object): void {
  const body = { spec: { containers: [{ name: 'app', resources }] } }
  expect(cluster.request({ verb: 'PATCH', path: `${path}/web/resize`, contentType: 'application/strategic-merge-patch+json', body: body as never }).code).toBe(200)
}

const condition = (wanted: string) => pod().status.conditions?.find(({ type }) => type === wanted)

test('what does not fit now is deferred, and granted when there is room', () => {
  const spec = { containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10', resources: { requests: { cpu: '2' } } }] }
  cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'other' }, spec } as never })
  cluster.run({ for: '5s' })
  resizeTo({ requests: { cpu: '3' }, limits: { cpu: '3' } })
  cluster.run({ for: '3s' })
  const message = "Node didn't have enough resource: cpu, requested: 3000, used: 2000, capacity: 4000"
  expect(condition('PodResizePending')).toMatchObject({ status: 'True', reason: 'Deferred', message, observedGeneration: 2 })
  expect(pod().status.containerStatuses).toMatchObject([{ allocatedResources: { cpu: '200m' }, resources: { requests: { cpu: '200m' } } }])
  cluster.request({ verb: 'DELETE', path: `${path}/other`, query: { gracePeriodSeconds: '1' } })
  cluster.run({ for: '5s' })
  expect(condition('PodResizePending')).toBeUndefined()
  expect(condition('PodResizeInProgress')).toBeUndefined()
  expect(pod().status.containerStatuses).toMatchObject([{ restartCount: 0, allocatedResources: { cpu: '3' }, resources: { requests: { cpu: '3' } } }])
  expect(lastLines()).toEqual(['134217728', '300000 100000'])
})

test('what no room is large enough for is infeasible, until it is asked for no longer', () => {
  resizeTo({ requests: { cpu: '5' }, limits: { cpu: '5' } })
  cluster.run({ for: '3s' })
  const message = "Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000"
  expect(condition('PodResizePending')).toMatchObject({ reason: 'Infeasible', message })
  resizeTo({ requests: { cpu: '200m' }, limits: { cpu: '400m' } })
  cluster.run({ for: '3s' })
  expect(condition('PodResizePending')).toBeUndefined()
  expect(events().filter((event) => event.startsWith('Resize'))).toEqual([])
})

test('memory that is used is not taken away', () => {
  const resizePolicy = [{ resourceName: 'memory', restartPolicy: 'NotRequired' }]
  const command = ['stress', '--vm', '1', '--vm-bytes', '40M', '--vm-hang', '0']
  const resources = { requests: { memory: '64Mi' }, limits: { memory: '128Mi' } }
  const spec = { containers: [{ name: 'app', image: 'polinux/stress', command, resizePolicy, resources }] }
  cluster.request({ verb: 'DELETE', path: `${path}/web`, query: { gracePeriodSeconds: '1' } })
  cluster.run({ for: '5s' })
  cluster.request({ verb: 'POST', path, body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec } as never })
  cluster.run({ for: '5s' })
  resizeTo({ requests: { memory: '16Mi' }, limits: { memory: '32Mi' } })
  cluster.run({ for: '30s' })
  const said = condition('PodResizeInProgress')
  expect(said).toMatchObject({ status: 'True', reason: 'Error' })
  expect(said?.message).toMatch(/^cannot decrease memory limits: \[attempting to set pod memory limit \(33554432\) below current usage \(\d+\), attempting to set container "app" memory limit \(33554432\) below current usage \(\d+\)\]$/)
  expect(pod().status.containerStatuses).toMatchObject([{ restartCount: 0, allocatedResources: { memory: '16Mi' }, resources: { limits: { memory: '128Mi' } } }])
})
