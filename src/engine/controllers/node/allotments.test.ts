import { expect, test } from 'vitest'
import type { Node } from '../../api/types.ts'
import { createCluster } from '../../index.ts'
import { freeRange, ttls, ttlStep } from './allotments.ts'

/** Size before and now, and the seconds then (pkg/controller/ttl/ttl_controller.go ttlBoundaries). */
test.each([[1, 1, 0], [1, 100, 0], [100, 101, 15], [101, 95, 15], [101, 89, 0], [1000, 1001, 60], [1001, 900, 60], [1001, 899, 30], [1, 5000, 300], [5000, 10, 0]])('a cluster of %i nodes that has %i: objects may be %i s old', (before, now, seconds) => {
  expect(ttls[ttlStep(ttlStep(0, before), now)]![2]).toBe(seconds)
})

test.each<[(string | undefined)[], string | undefined]>([
  [['10.244.1.0/24', '10.244.2.0/24', undefined], '10.244.3.0/24'],
  [['10.244.1.0/24', '10.244.3.0/24', undefined], '10.244.4.0/24'],
  [[undefined], '10.244.1.0/24'],
  [['192.168.0.0/24', undefined], undefined],
])('nodes with %j: the next range is %s', (ranges, range) => {
  expect(freeRange(ranges.map((podCIDR) => ({ spec: { podCIDR } }) as Node))).toBe(range)
})

test('a node made by hand gets what is due to it', () => {
  const cluster = createCluster({ nodes: 2 })
  cluster.request({ verb: 'POST', path: '/api/v1/nodes', body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'byhand' } } as never })
  cluster.run({ for: '2s' })
  const { metadata, spec } = cluster.world().get('Node', 'byhand') as Node
  expect([metadata.annotations, spec.podCIDR, spec.podCIDRs]).toEqual([{ 'node.alpha.kubernetes.io/ttl': '0' }, '10.244.3.0/24', ['10.244.3.0/24']])
})

test('a cluster that outgrows its step tells each node that is heard of, and what is taken off is put back', () => {
  const cluster = createCluster({ nodes: 100, latency: 'zero' })
  const patch = (name: string, metadata: object) => cluster.request({ verb: 'PATCH', path: `/api/v1/nodes/${name}`, contentType: 'application/merge-patch+json', body: { metadata } } as never)
  const ttl = (name: string): string | undefined => (cluster.world().get('Node', name) as Node).metadata.annotations?.['node.alpha.kubernetes.io/ttl']
  patch('node1', { annotations: { 'node.alpha.kubernetes.io/ttl': null } })
  cluster.run({ for: '1s' })
  expect(ttl('node1')).toBe('0')
  cluster.request({ verb: 'POST', path: '/api/v1/nodes', body: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'another' } } as never })
  patch('node2', { labels: { a: 'b' } })
  cluster.run({ for: '1s' })
  expect([ttl('another'), ttl('node2'), ttl('node3')]).toEqual(['15', '15', '0'])
})
