import { describe, expect, it } from 'vitest'
import { Framework } from './framework/framework.ts'
import { numFeasibleNodesToFind, SchedulingAlgorithm } from './schedule.ts'
import { node, situation, type NodeSpec } from './testing/builders.ts'

const nodes = (count: number): NodeSpec[] => Array.from({ length: count }, (_, i) => ({ name: `n${String(i).padStart(4, '0')}` }))
const options = { percentageOfNodesToScore: 0 }

describe('how many nodes are enough', () => {
  it.each([[99, 99], [100, 100], [150, 100], [1000, 420], [5000, 500], [6000, 300]])('of %i: %i', (count, enough) => {
    expect(numFeasibleNodesToFind(0, count)).toBe(enough)
  })

  it('can be set', () => {
    expect(numFeasibleNodesToFind(70, 1000)).toBe(700)
    expect(numFeasibleNodesToFind(1, 1000)).toBe(100)
  })
})

describe('a search', () => {
  it('stops when it has enough and goes on from there the next time', () => {
    const { handle, framework, incoming } = situation({ nodes: nodes(200) })
    const algorithm = new SchedulingAlgorithm(handle, options)
    const [first, second, third] = [1, 2, 3].map(() => algorithm.schedule(framework, incoming({})).feasible)
    expect(first).toHaveLength(100)
    expect(first![0]!.name).toBe('n0000')
    expect(second![0]!.name).toBe('n0100')
    expect(third![0]!.name).toBe('n0000')
    expect(handle.work.nodesFiltered).toBe(300)
  })

  it('begins anew with the first node of a cluster that had none', () => {
    const { handle, framework, incoming } = situation({ nodes: [] })
    const algorithm = new SchedulingAlgorithm(handle, options)
    expect(algorithm.schedule(framework, incoming({}))).toMatchObject({ nodeCount: 0, feasible: [], error: undefined })
    handle.cache.setNode(node({ name: 'late' }))
    expect(algorithm.schedule(framework, incoming({})).feasible.map(({ name }) => name)).toEqual(['late'])
  })

  it('looks at zones in turn', () => {
    const zoned = nodes(6).map((node, i) => ({ ...node, labels: { 'topology.kubernetes.io/zone': i < 4 ? 'a' : 'b' } }))
    const { handle } = situation({ nodes: zoned })
    expect(handle.cache.nodes.map(({ name }) => name)).toEqual(['n0000', 'n0004', 'n0001', 'n0005', 'n0002', 'n0003'])
  })

  it('tries the nominated node first, and alone when it fits', () => {
    const { handle, framework, incoming } = situation({ nodes: nodes(5) })
    const decision = new SchedulingAlgorithm(handle, options).schedule(framework, incoming({ nominatedNodeName: 'n0003' }))
    expect(decision.feasible.map(({ name }) => name)).toEqual(['n0003'])
  })

  it('finds the only named node among thousands without looking at the others', () => {
    const { handle, framework, incoming } = situation({ nodes: nodes(3000) })
    const terms = [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n2222'] }] }]
    const affinity = { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } }
    const decision = new SchedulingAlgorithm(handle, options).schedule(framework, incoming({ spec: { affinity } }))
    expect(decision.feasible[decision.winner]!.name).toBe('n2222')
    expect(handle.work.nodesFiltered).toBe(1)
  })
})

describe('the choice', () => {
  it('falls on the highest score', () => {
    const { handle, framework, incoming } = situation({
      nodes: nodes(3), existing: [{ name: 'x', node: 'n0000', requests: { cpu: '4' } }, { name: 'y', node: 'n0002', requests: { cpu: '2' } }],
    })
    const decision = new SchedulingAlgorithm(handle, options).schedule(framework, incoming({ requests: { cpu: '1' } }))
    expect(decision.feasible[decision.winner]!.name).toBe('n0001')
    expect(decision.tie).toBe(false)
  })

  it('among equals falls on each equally often', () => {
    let state = 1
    const random = (bound: number) => Math.floor(((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647) * bound)
    const { handle, framework, incoming } = situation({ nodes: nodes(4), random })
    const algorithm = new SchedulingAlgorithm(handle, options)
    const wins = [0, 0, 0, 0]
    for (let i = 0; i < 4000; i++) {
      const { winner, tie } = algorithm.schedule(framework, incoming({}))
      expect(tie).toBe(true)
      wins[winner]!++
    }
    for (const count of wins) expect(Math.abs(count - 1000)).toBeLessThan(120)
  })

  it('adds the scores with the default weights', () => {
    const { handle, framework, incoming } = situation({ nodes: nodes(2), existing: [{ name: 'x', node: 'n0000', requests: { cpu: '4', memory: '1Gi' } }] })
    const { plugins, totals } = new SchedulingAlgorithm(handle, options).schedule(framework, incoming({ requests: { cpu: '1' } }))
    const weights = Object.fromEntries(plugins.map(({ plugin, weight }) => [plugin, weight]))
    expect(weights).toEqual({ TaintToleration: 3, NodeResourcesFit: 1, NodeResourcesBalancedAllocation: 1, ImageLocality: 1 })
    expect([...framework.profile.weights]).toEqual([
      ['TaintToleration', 3], ['NodeAffinity', 2], ['NodeResourcesFit', 1], ['PodTopologySpread', 2], ['InterPodAffinity', 2],
      ['NodeResourcesBalancedAllocation', 1], ['ImageLocality', 1],
    ])
    for (const i of [0, 1]) expect(totals[i]).toBe(plugins.reduce((sum, { weight, normalized }) => sum + weight * normalized[i]!, 0))
  })
})

describe('room that is kept for a nominated pod', () => {
  const setting = { nodes: [{ name: 'a', allocatable: { cpu: '2', memory: '8Gi', pods: '9' } }] }

  it('is not for pods of lower priority', () => {
    const { handle, framework, incoming } = situation(setting)
    const nominated = incoming({ name: 'vip', priority: 10, requests: { cpu: '2' } })
    const kept = new Framework(framework.profile, handle, { any: true, on: () => [nominated] })
    const algorithm = new SchedulingAlgorithm(handle, options)
    expect(algorithm.schedule(kept, incoming({ requests: { cpu: '1' } })).feasible).toHaveLength(0)
    expect(algorithm.schedule(kept, incoming({ priority: 20, requests: { cpu: '1' } })).feasible).toHaveLength(1)
    expect(algorithm.schedule(kept, nominated).feasible).toHaveLength(1)
  })
})
