import { beforeEach, expect, test } from 'vitest'
import type { Event, Pod } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'

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
