import { expect, test } from 'vitest'
import type { Node } from '../../api/types.ts'
import { createCluster } from '../../index.ts'
import { freeRange, ttlOf } from './allotments.ts'

test.each([[1, 0], [100, 0], [101, 15], [1000, 30], [1001, 60], [5000, 300]])('in a cluster of %i nodes objects may be %i s old (ttl_controller.go)', (size, seconds) => expect(ttlOf(size)).toBe(seconds))

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
