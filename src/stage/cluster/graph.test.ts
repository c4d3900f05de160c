import { describe, expect, it } from 'vitest'
import type { Node, Pod } from '../../engine/api/types.ts'
import { testNode, testPod } from '../testing/objects.ts'
import { buildGraph as build, graphKeeper } from './graph.ts'
import type { ClusterGraph, ClusterObjects, GraphNode, GraphOptions } from './graph.ts'
import { populationKeeper } from './population.ts'

const options: GraphOptions = { width: 720, height: 600, level: 'full' }
const nodes = [testNode('node1'), testNode('node2'), testNode('node3')]

type Objects = Omit<ClusterObjects, 'population'> & { nodes: readonly Node[]; pods: readonly Pod[] }

function buildGraph({ nodes: machines, pods, ...rest }: Objects, how: GraphOptions): ClusterGraph {
  return build({ population: populationKeeper()(machines, pods), ...rest }, how)
}

function find<T extends GraphNode['type']>(list: GraphNode[], type: T, id?: string): Extract<GraphNode, { type: T }> {
  return list.find((n) => n.type === type && (id === undefined || n.id === id)) as Extract<GraphNode, { type: T }>
}

function inside(inner: GraphNode, outer: GraphNode): boolean {
  const [a, b] = [inner.position, outer.position]
  return (
    a.x >= b.x && a.y >= b.y && a.x + inner.width! <= b.x + outer.width! && a.y + inner.height! <= b.y + outer.height!
  )
}

describe('where a pod stands', () => {
  it('in the tray until it is bound, then in its machine, as the same node of the graph', () => {
    const before = buildGraph({ nodes, pods: [testPod()] }, options)
    const after = buildGraph({ nodes, pods: [testPod({ node: 'node2' })] }, options)
    const [waiting, bound] = [find(before.nodes, 'pod'), find(after.nodes, 'pod')]
    expect(waiting.id).toBe(bound.id)
    expect(inside(waiting, find(before.nodes, 'tray'))).toBe(true)
    expect(inside(bound, find(after.nodes, 'machine', 'machine/node2'))).toBe(true)
  })

  it('in the tray when its node does not exist', () => {
    const graph = buildGraph({ nodes, pods: [testPod({ node: 'nowhere' })] }, options)
    expect(inside(find(graph.nodes, 'pod'), find(graph.nodes, 'tray'))).toBe(true)
  })

  it('older pods first, so that a newcomer moves nobody', () => {
    const old = testPod({ name: 'z', node: 'node1', createdAt: '2026-01-01T00:00:00Z' })
    const young = testPod({ name: 'a', node: 'node1', createdAt: '2026-01-01T00:00:09Z' })
    const alone = buildGraph({ nodes, pods: [old] }, options)
    const both = buildGraph({ nodes, pods: [young, old] }, options)
    expect(find(both.nodes, 'pod', 'pod/uid-z').position).toEqual(find(alone.nodes, 'pod', 'pod/uid-z').position)
  })

  it.each([
    [2, 'chip', 0],
    [4, 'small', 0],
    [12, 'cell', 0],
    [500, 'cell', 500],
  ])('%i waiting pods are drawn as %s', (count, look, most) => {
    const pods = Array.from({ length: count }, (_, i) => testPod({ name: `p${i}` }))
    const chips = buildGraph({ nodes, pods }, options).nodes.filter((n) => n.type === 'pod')
    expect(chips[0]!.data.look).toBe(look)
    const more = chips.at(-1)!.data.more
    expect(most === 0 ? more : more + chips.length).toBe(most)
  })
})

describe('machines', () => {
  it('grow with their pods and stay alike', () => {
    const pods = Array.from({ length: 4 }, (_, i) => testPod({ name: `p${i}`, node: 'node1' }))
    const graph = buildGraph({ nodes, pods }, options)
    const heights = graph.nodes.filter((n) => n.type === 'machine').map((n) => n.height)
    expect(new Set(heights).size).toBe(1)
    for (const pod of graph.nodes.filter((n) => n.type === 'pod')) {
      expect(inside(pod, find(graph.nodes, 'machine', 'machine/node1'))).toBe(true)
    }
  })

  it('count what their pods request, but not what has ended', () => {
    const pods = [
      testPod({ name: 'a', node: 'node1', cpu: '500m', memory: '1Gi', phase: 'Running' }),
      testPod({ name: 'b', node: 'node1', cpu: '250m', phase: 'Running' }),
      testPod({ name: 'c', node: 'node1', cpu: '1', phase: 'Succeeded' }),
    ]
    const { load } = find(buildGraph({ nodes, pods }, options).nodes, 'machine', 'machine/node1').data
    expect(load).toEqual({
      cpu: { used: 750, of: 4000 },
      memory: { used: 2 ** 30, of: 2 ** 33 },
      pods: { used: 2, of: 110 },
    })
  })

  it('are left to the canvas when zoomed out, with their pods and lines', () => {
    const graph = buildGraph({ nodes, pods: [testPod({ node: 'node1' })] }, { ...options, level: 'cells' })
    expect(graph.nodes.some((n) => n.type === 'pod' || n.type === 'machine')).toBe(false)
    expect(graph.farWires).toHaveLength(nodes.length)
  })

  it('out of sight are no nodes of the graph, nor are their pods', () => {
    const pods = nodes.map((n) => testPod({ name: `on-${n.metadata.name}`, node: n.metadata.name }))
    const { layout } = buildGraph({ nodes, pods }, options)
    const graph = buildGraph({ nodes, pods }, { ...options, sight: { ...layout.machines.get('node2')!, width: 10 } })
    const ids = graph.nodes.filter((n) => n.type === 'pod' || n.type === 'machine').map((n) => n.id)
    expect(ids).toEqual(['machine/node2', 'pod/uid-on-node2'])
  })
})

describe.each([[1], [3], [6], [20], [100], [500]])('%i nodes', (count) => {
  const many = Array.from({ length: count }, (_, i) => testNode(`node${i}`))
  it.each([
    [366, 430],
    [720, 560],
    [1300, 800],
  ])('in a pane of %i x %i overlap nowhere', (width, height) => {
    const { layout } = buildGraph({ nodes: many, pods: [] }, { width, height, level: 'cells' })
    const boxes = [
      layout.kubectl,
      layout.controllers,
      layout.scheduler,
      layout.tray,
      layout.rail,
      layout.etcd,
      ...layout.machines.values(),
    ]
    for (let i = 0; i < boxes.length; i++) {
      for (let j = i + 1; j < boxes.length; j++) {
        const [a, b] = [boxes[i]!, boxes[j]!]
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
        if (!apart) throw new Error(`${JSON.stringify(a)} overlaps ${JSON.stringify(b)}`)
      }
    }
    expect(layout.width).toBeGreaterThan(0)
  })
})

it('every wire begins and ends at nodes of the graph', () => {
  const graph = buildGraph({ nodes, pods: [] }, options)
  const ids = new Set(graph.nodes.map((n) => n.id))
  expect(graph.edges).toHaveLength(7)
  for (const edge of graph.edges) {
    expect(ids).toContain(edge.source)
    expect(ids).toContain(edge.target)
    expect(edge.data!.d).toMatch(/^M[\d.-]+ /)
  }
})

it('keeps what a step did not touch', () => {
  const [a, b] = [testPod({ name: 'a', node: 'node1' }), testPod({ name: 'b', node: 'node1' })]
  const keep = graphKeeper()
  const first = keep(buildGraph({ nodes, pods: [a, b] }, options))
  const same = keep(buildGraph({ nodes, pods: [a, b] }, options))
  expect(same.nodes).toBe(first.nodes)
  expect(same.edges).toBe(first.edges)
  const next = keep(buildGraph({ nodes, pods: [a, { ...b, status: { phase: 'Running' } }] }, options))
  const changed = next.nodes.filter((n) => !first.nodes.includes(n)).map((n) => n.id)
  expect(changed).toEqual(['pod/uid-b'])
})
