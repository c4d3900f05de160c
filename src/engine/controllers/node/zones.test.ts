import { expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../index.ts'
import type { NodeCondition } from '../../api/types.ts'
import { rateOf, ZoneQueue, zoneState } from './zones.ts'

const ready = (text: string): NodeCondition['status'][] => [...text].map((letter) => (letter === '+' ? 'True' : 'Unknown'))
test.each([
  ['+++', 'Normal'],
  ['+--', 'Normal'],
  ['++---', 'PartialDisruption'],
  ['+++---', 'Normal'],
  ['+---', 'PartialDisruption'],
  ['-', 'FullDisruption'],
  ['----', 'FullDisruption'],
  ['', 'Normal'],
])('a zone of %s is %s', (text, state) => {
  expect(zoneState(ready(text))).toBe(state)
})

test('a zone in trouble is emptied more slowly when it is large and not at all when it is small', () => {
  expect([rateOf('Normal', 5), rateOf('FullDisruption', 5), rateOf('PartialDisruption', 50), rateOf('PartialDisruption', 51)]).toEqual([0.1, 0.1, 0, 0.01])
})

test('nodes of a zone are let through one every ten seconds', () => {
  const queue = new ZoneQueue()
  for (const node of ['a', 'b', 'c']) queue.add(node)
  expect(queue.take(0)).toEqual(['a'])
  queue.add('a')
  expect([queue.take(9_999), queue.nextMs(9_999)]).toEqual([[], 1])
  expect(queue.take(10_000)).toEqual(['b'])
  queue.setRate(0, 12_000)
  expect([queue.take(60_000), queue.nextMs(60_000)]).toEqual([[], undefined])
})

const lost = (cluster: Cluster): string[] =>
  cluster.world().list('Node').filter((node) => node['spec'].taints?.some(({ effect }: { effect: string }) => effect === 'NoExecute')).map(({ metadata }) => metadata.name)

test('with every node silent nobody is driven away; when one is back, the others count', () => {
  const nodes = ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {}, status: {} }) as never)
  const cluster = createCluster({ seed: 1, nodes })
  cluster.run({ for: '5s' })
  for (const node of ['a', 'b']) cluster.fault({ type: 'kubelet-stop', node })
  cluster.run({ for: '120s' })
  expect(lost(cluster)).toEqual([])
  expect(cluster.world().get('Node', 'a')?.['spec'].taints).toMatchObject([{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }])
  cluster.fault({ type: 'kubelet-stop', node: 'a', restore: true })
  cluster.run({ for: '120s' })
  expect(lost(cluster)).toEqual(['b'])
})

test('a node whose line is cut falls silent and comes back, and an API server that was away makes nobody silent', () => {
  const cluster = createCluster({ seed: 1 })
  cluster.run({ for: '5s' })
  cluster.fault({ type: 'node-partition', node: 'node2' })
  cluster.run({ for: '70s' })
  expect(lost(cluster)).toEqual(['node2'])
  cluster.fault({ type: 'node-partition', node: 'node2', restore: true })
  cluster.run({ for: '60s' })
  expect(lost(cluster)).toEqual([])
  cluster.fault({ type: 'apiserver-stop' })
  cluster.run({ for: '120s' })
  cluster.fault({ type: 'apiserver-stop', restore: true })
  cluster.run({ for: '120s' })
  expect(cluster.world().list('Event').filter(({ reason, involvedObject }: any) => reason === 'NodeNotReady' && involvedObject.name !== 'node2')).toEqual([])
})
