import { expect, test } from 'vitest'
import type { Pod } from '../../engine/api/types.ts'
import { shortPodName } from '../shared/objects/systemPods.ts'
import { layoutCluster, type Box } from './layout.ts'
import { boxesOf, countPods } from './standing.ts'

const pod = (namespace: string, name: string, more: object = {}): Pod => ({ metadata: { namespace, name, ...more }, spec: { nodeName: 'control-plane' } }) as unknown as Pod
const own = ['coredns-66bc5c9577-649q9', 'etcd-control-plane', 'kube-proxy-gjcm5'].map((name) => pod('kube-system', name))
const mixed = [own[0]!, pod('default', 'web'), own[1]!, own[2]!, pod('default', 'client')]

test('the cluster\'s own pods stand small at the foot of their machine, and take no room from the others', () => {
  const population = (system: number) => ({ nodes: ['a', 'b', 'c'].map((name) => ({ name, pods: 2, system, tainted: false })), unscheduled: 0 })
  const layout = layoutCluster(population(3), { width: 664, height: 500 })
  const machine = layout.machines.get('a')!
  const boxes = boxesOf(layout, 'a', mixed)
  const inside = ({ x, y, width, height }: Box): boolean => x >= machine.x && y >= machine.y && x + width <= machine.x + machine.width && y + height <= machine.y + machine.height
  expect(boxes.every(inside)).toBe(true)
  const [first, web, second, third, client] = boxes as [Box, Box, Box, Box, Box]
  expect([web, client]).toEqual([layout.podBox('a', 0), layout.podBox('a', 1)])
  expect(client.y + client.height).toBeLessThanOrEqual(first.y)
  expect([second.y - first.y, third.y - second.y]).toEqual([24, 24])
  expect(layout.density).toBe('roomy')
})

test('a machine is as high as its own pods and the cluster\'s need together', () => {
  const heightOf = (nodes: { pods: number; system: number }[]): number =>
    layoutCluster({ nodes: nodes.map((node, i) => ({ name: `n${i}`, tainted: false, ...node })), unscheduled: 0 }, { width: 664, height: 900 }).machines.get('n0')!.height
  const few = heightOf([{ pods: 0, system: 7 }, { pods: 3, system: 1 }])
  expect(few).toBeLessThan(heightOf([{ pods: 3, system: 7 }, { pods: 3, system: 1 }]))
  expect(few).toBeGreaterThan(heightOf([{ pods: 0, system: 0 }, { pods: 3, system: 0 }]))
})

test('counts', () => {
  expect(countPods(mixed)).toEqual({ pods: 2, system: 3 })
})

test.each([
  [pod('kube-system', 'kube-scheduler-control-plane', { ownerReferences: [{ kind: 'Node' }] }), 'kube-scheduler'],
  [pod('kube-system', 'coredns-66bc5c9577-649q9', { labels: { 'pod-template-hash': '66bc5c9577' } }), 'coredns-649q9'],
  [pod('kube-system', 'kube-proxy-gjcm5'), 'kube-proxy-gjcm5'],
])('a name in few letters', (given, short) => {
  expect(shortPodName(given)).toBe(short)
})
