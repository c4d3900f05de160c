import { expect, test } from 'vitest'
import type { OwnerNode } from '../shared/objects/ownerTree.ts'
import { layoutCluster } from './layout.ts'
import { ownerPicture } from './ownerLines.ts'
import { tabHeight } from './tabs.ts'

const leaf = (name: string): OwnerNode => ({ key: `pods/default/${name}`, kind: 'Pod', name, children: [], more: 0 })

function stage(pods: number) {
  const names = Array.from({ length: pods }, (_, i) => `web-${i}`)
  const layout = layoutCluster({ nodes: [{ name: 'node1', pods, tainted: false }, { name: 'node2', pods: 0, tainted: false }], unscheduled: 0 }, { width: 1000, height: 700 })
  const placed = { ...layout, pods: new Map(names.map((name, i) => [`default/${name}`, layout.podBox('node1', i)])), services: new Map() }
  const set: OwnerNode = { key: 'replicasets/default/web-a', kind: 'ReplicaSet', name: 'web-a', children: names.map(leaf), more: 0 }
  const old: OwnerNode = { key: 'replicasets/default/web-0', kind: 'ReplicaSet', name: 'web-0', children: [], more: 0 }
  return { placed, tree: { key: 'deployments/default/web', kind: 'Deployment', name: 'web', children: [old, set], more: 0 } satisfies OwnerNode }
}

test('a chip for each that has made something, a line to each pod, inside of the picture', () => {
  const { placed, tree } = stage(3)
  const { chips, lines } = ownerPicture([tree], placed)
  expect(chips.map(({ key }) => key)).toEqual(['deployments/default/web', 'replicasets/default/web-a'])
  expect(lines).toHaveLength(1 + 3)
  const [left, right] = chips
  expect(left!.x + left!.width / 2).toBeLessThan(right!.x - right!.width / 2)
  for (const { x, width } of chips) {
    expect(x - width / 2).toBeGreaterThanOrEqual(0)
    expect(x + width / 2).toBeLessThanOrEqual(placed.width)
  }
})

test('a line to a pod runs above the tabs of the machines, and down beside the pod', () => {
  const { placed, tree } = stage(3)
  const { y } = placed.machines.get('node1')!
  for (const { d } of ownerPicture([tree], placed).lines.slice(1)) {
    const points = [...d.matchAll(/(-?[\d.]+)[ ,](-?[\d.]+)/g)].map(([, left, top]) => ({ x: Number(left), y: Number(top) }))
    const edge = points.at(-1)!
    expect(edge.y).toBeGreaterThan(y)
    for (const point of points) expect(point.y < y - tabHeight / 2 || point.x <= edge.x).toBe(true)
  }
})

test('a hundred pods are one line to each machine, with their number', () => {
  const { placed, tree } = stage(100)
  const { lines } = ownerPicture([tree], placed)
  expect(lines.map(({ pods }) => pods)).toEqual([1, 100])
})

test('nobody who has made nothing', () => {
  const { placed, tree } = stage(0)
  expect(ownerPicture([], placed)).toEqual({ chips: [], lines: [] })
  expect(ownerPicture([tree], placed).lines).toEqual([])
})
