import { expect, test } from 'vitest'
import { kubectl } from '../../kubectl/index.ts'
import { createCluster, type Cluster } from '../index.ts'

const events = (cluster: Cluster): string[] => cluster.world().list('Event').map(({ metadata }) => metadata.name)
const event = (name: string) => ({
  apiVersion: 'v1', kind: 'Event', metadata: { name, namespace: 'default' }, involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' }, reason: 'Told', message: name, type: 'Normal',
})
const tell = (cluster: Cluster, name: string) => expect(cluster.request({ verb: 'POST', path: '/api/v1/namespaces/default/events', body: event(name) }).code).toBe(201)

test('an Event ends an hour and a lease after it was last written, and whoever watches is told', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  tell(cluster, 'first')
  cluster.run({ for: '30m' })
  tell(cluster, 'second')
  expect(cluster.request({ verb: 'PATCH', path: '/api/v1/namespaces/default/events/second', contentType: 'application/merge-patch+json', body: { message: 'again' } }).code).toBe(200)
  cluster.run({ for: '30m59s' })
  expect(events(cluster)).toEqual(['first', 'second'])
  cluster.run({ for: '2s' })
  expect(events(cluster)).toEqual(['second'])
  expect(cluster.trace.filter(({ from, verb, name }) => from === 'etcd' && verb === 'delete' && name === 'first')).toHaveLength(1)
  cluster.run({ for: '30m' })
  expect(events(cluster)).toEqual([])
})

test('one that is written again lives on', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  tell(cluster, 'first')
  cluster.run({ for: '40m' })
  cluster.request({ verb: 'PATCH', path: '/api/v1/namespaces/default/events/first', contentType: 'application/merge-patch+json', body: { message: 'again' } })
  cluster.run({ for: '59m' })
  expect(events(cluster)).toEqual(['first'])
  cluster.run({ for: '3m' })
  expect(events(cluster)).toEqual([])
})

test('a busy cluster needs no more timers than minutes', () => {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  for (let i = 0; i < 50; i++) tell(cluster, `e${i}`)
  cluster.run({ for: '61m5s' })
  expect(events(cluster)).toEqual([])
  expect(kubectl(cluster, 'get events').stderr).toBe('No resources found in default namespace.\n')
})

test('what another cluster has told ends an hour after it was told there; what has outlived that stays an hour more', () => {
  const told = (name: string, lastTimestamp: string) => ({ ...event(name), metadata: { name, namespace: 'default', uid: name }, firstTimestamp: lastTimestamp, lastTimestamp }) as never
  const cluster = createCluster({
    nodes: 1, latency: 'zero', startTime: '2025-05-02T12:00:00Z',
    objects: [told('recent', '2025-05-02T11:59:50Z'), told('older', '2025-05-02T11:20:00Z'), told('outlived', '2025-05-02T07:00:00Z')],
  })
  cluster.run({ for: '20m' })
  expect(events(cluster)).toEqual(['older', 'outlived', 'recent'])
  cluster.run({ for: '2m' })
  expect(events(cluster)).toEqual(['outlived', 'recent'])
  cluster.run({ for: '39m' })
  expect(events(cluster)).toEqual([])
})
