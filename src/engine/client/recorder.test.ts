import { expect, it } from 'vitest'
import type { Event } from '../api/types.ts'
import { createCluster, type Cluster } from '../index.ts'

/** client-go tools/record/event.go and events_cache.go. A container that ends after three seconds, again and again. */
function crashing(): Cluster {
  const cluster = createCluster({ nodes: 1, seed: 2 })
  const containers = [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', 'sleep 3; exit 1'] }]
  cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/pods', body: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'crash' }, spec: { containers } } as never })
  return cluster
}

const told = (cluster: Cluster, reason: string): Event => (cluster.world().list('Event') as unknown as Event[]).find((event) => event.reason === reason)!

it.each([
  ['is away', { type: 'apiserver-stop' }],
  ['cannot be reached', { type: 'node-partition', node: 'node1' }],
] as const)('what happens while the API server %s is told when it is back', (_, fault) => {
  const cluster = crashing()
  cluster.run({ for: '6s' })
  cluster.fault(fault)
  cluster.run({ for: '40s' })
  expect(told(cluster, 'Started').count).toBeLessThan(3)
  cluster.fault({ ...fault, restore: true })
  cluster.run({ for: '12s' })
  expect(told(cluster, 'Started').count).toBe(4)
  expect(Date.parse(told(cluster, 'Started').lastTimestamp!)).toBeLessThan(cluster.now - 5000)
})

it('what nobody was told of is counted: of a container that crashes for hours there are more restarts than messages', () => {
  const cluster = crashing()
  cluster.run({ for: '2h' })
  const { count, firstTimestamp, lastTimestamp } = told(cluster, 'BackOff')
  const messages = cluster.trace.filter(({ kind, verb, resource, name }) => kind === 'write' && verb !== 'delete' && resource === 'events' && name === told(cluster, 'BackOff').metadata.name)
  expect(count).toBeGreaterThan(300)
  expect(messages.length).toBeLessThan(60)
  expect(Date.parse(lastTimestamp!) - Date.parse(firstTimestamp!)).toBeGreaterThan(100 * 60_000)
})
