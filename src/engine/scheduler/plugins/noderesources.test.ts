import { describe, expect, it } from 'vitest'
import type { PodSpecShort, Situation } from '../testing/builders.ts'
import { scoresOf, shortVerdict, verdict } from '../testing/verdict.ts'

const room = (cpu: string, memory = '32Gi', pods = '110', more: Record<string, string> = {}) => ({ cpu, memory, pods, ...more })

describe('NodeResourcesFit filters', () => {
  const cases: [what: string, given: Situation, pod: PodSpecShort, feasible: string[], because: string[]][] = [
    [
      'what runs there is taken off',
      { nodes: [{ name: 'busy', allocatable: room('2') }, { name: 'idle', allocatable: room('4') }], existing: [{ name: 'tenant', node: 'busy', requests: { cpu: '1500m' } }] },
      { requests: { cpu: '1' } }, ['idle'], ['busy: Insufficient cpu'],
    ],
    [
      'to the last byte and thousandth',
      { nodes: [{ name: 'a', allocatable: room('2', '4Gi') }], existing: [{ name: 'tenant', node: 'a', requests: { cpu: '1250m', memory: '1Gi' } }] },
      { requests: { cpu: '750m', memory: '3Gi' } }, ['a'], [],
    ],
    [
      'of init containers only the greediest counts',
      { nodes: [{ name: 'enough', allocatable: room('1500m') }, { name: 'short', allocatable: room('1400m') }] },
      { initContainers: [{ name: 'first', requests: { cpu: '1500m' } }, { name: 'second', requests: { cpu: '1' } }], containers: [{ requests: { cpu: '500m' } }] },
      ['enough'], ['short: Insufficient cpu'],
    ],
    [
      'a modest init container costs nothing beside the sum of the others',
      { nodes: [{ name: 'a', allocatable: room('1') }] },
      { initContainers: [{ name: 'setup', requests: { cpu: '900m' } }], containers: [{ requests: { cpu: '600m' } }, { requests: { cpu: '400m' } }] },
      ['a'], [],
    ],
    [
      'a sidecar that starts after an init container does not run beside it',
      { nodes: [{ name: 'n900', allocatable: room('900m') }, { name: 'n850', allocatable: room('850m') }] },
      {
        initContainers: [{ name: 'setup', requests: { cpu: '900m' } }, { name: 'proxy', restartPolicy: 'Always', requests: { cpu: '300m' } }],
        containers: [{ requests: { cpu: '500m' } }],
      },
      ['n900'], ['n850: Insufficient cpu'],
    ],
    [
      'a sidecar that starts before an init container runs beside it',
      { nodes: [{ name: 'n1200', allocatable: room('1200m') }, { name: 'n1199', allocatable: room('1199m') }] },
      {
        initContainers: [{ name: 'proxy', restartPolicy: 'Always', requests: { cpu: '300m' } }, { name: 'setup', requests: { cpu: '900m' } }],
        containers: [{ requests: { cpu: '500m' } }],
      },
      ['n1200'], ['n1199: Insufficient cpu'],
    ],
    [
      'of what a pod asks nothing of it may be had more than there is',
      { nodes: [{ name: 'a', allocatable: room('4', '32Gi', '110', { 'example.com/gpu': '1' }) }], existing: [{ name: 'tenant', node: 'a', requests: { 'example.com/gpu': '2' } }] },
      { requests: { cpu: '1', 'example.com/gpu': '0' } }, ['a'], [],
    ],
    [
      'places for pods run out',
      {
        nodes: [{ name: 'full', allocatable: room('8', '32Gi', '2') }, { name: 'one-left', allocatable: room('8', '32Gi', '3') }],
        existing: [{ name: 'a', node: 'full' }, { name: 'b', node: 'full' }, { name: 'c', node: 'one-left' }, { name: 'd', node: 'one-left' }],
      },
      {}, ['one-left'], ['full: Too many pods'],
    ],
    [
      'every shortage is told, places first',
      { nodes: [{ name: 'full', allocatable: room('1', '32Gi', '1') }], existing: [{ name: 'a', node: 'full', requests: { cpu: '800m' } }] },
      { requests: { cpu: '500m' } }, [], ['full: Too many pods + Insufficient cpu'],
    ],
    [
      'extended resources: too few on one node, none on another',
      {
        nodes: [
          { name: 'two', allocatable: room('8', '32Gi', '110', { 'example.com/gpu': '2' }) },
          { name: 'four', allocatable: room('8', '32Gi', '110', { 'example.com/gpu': '4' }) },
          { name: 'none' },
        ],
        existing: [{ name: 'a', node: 'four', requests: { cpu: '1', 'example.com/gpu': '1' } }],
      },
      { requests: { cpu: '1', 'example.com/gpu': '3' } }, ['four'], ['none: Insufficient example.com/gpu', 'two: Insufficient example.com/gpu'],
    ],
    [
      'the overhead of the runtime class is added',
      { nodes: [{ name: 'n1000', allocatable: room('1') }, { name: 'n1100', allocatable: room('1100m') }] },
      { requests: { cpu: '900m' }, spec: { overhead: { cpu: '200m' } } }, ['n1100'], ['n1000: Insufficient cpu'],
    ],
    [
      'requests of the whole pod take the place of the containers',
      { nodes: [{ name: 'a', allocatable: room('1') }, { name: 'b', allocatable: room('3') }] },
      { requests: { cpu: '500m' }, spec: { resources: { requests: { cpu: '2' } } } }, ['b'], ['a: Insufficient cpu'],
    ],
    [
      'an overcommitted node still takes a pod that asks for nothing of it',
      { nodes: [{ name: 'a', allocatable: room('1') }], existing: [{ name: 'big', node: 'a', requests: { cpu: '3' } }] },
      { requests: { memory: '1Gi' } }, ['a'], [],
    ],
  ]
  it.each(cases)('%s', (_what, given, pod, feasible, because) => {
    expect(shortVerdict(given, pod)).toEqual({ feasible, because })
  })

  it('more than the node has when empty is hopeless, more than is left is not', () => {
    const given = { nodes: [{ name: 'a', allocatable: room('4') }, { name: 'b', allocatable: room('4') }], existing: [{ name: 'x', node: 'a', requests: { cpu: '3' } }] }
    expect(verdict(given, { requests: { cpu: '2' } }).resolvable).toEqual(['a'])
    expect(verdict(given, { requests: { cpu: '5' } }).resolvable).toEqual([])
  })

  it('ignores the extended resources that a profile ignores', () => {
    const configuration = { profiles: [{ pluginConfig: [{ name: 'NodeResourcesFit', args: { ignoredResourceGroups: ['example.com'] } }] }] }
    const pod = { requests: { 'example.com/gpu': '1' } }
    expect(verdict({ nodes: [{ name: 'a' }], configuration }, pod).feasible).toEqual(['a'])
    expect(verdict({ nodes: [{ name: 'a' }] }, pod).feasible).toEqual([])
  })
})

describe('NodeResourcesFit scores by LeastAllocated', () => {
  const cases: [what: string, given: Situation, pod: PodSpecShort, scores: Record<string, number>][] = [
    [
      'more is left on the larger node',
      { nodes: [{ name: 'four', allocatable: room('4', '8Gi') }, { name: 'six', allocatable: room('6', '8Gi') }] },
      { requests: { cpu: '3', memory: '4Gi' } }, { four: 37, six: 50 },
    ],
    [
      'a pod without requests counts as 100m and 200Mi',
      { nodes: [{ name: 'one', allocatable: room('1', '1000Mi') }, { name: 'two', allocatable: room('2', '2000Mi') }] },
      {}, { one: 85, two: 92 },
    ],
    ['what is left out has its default', { nodes: [{ name: 'a', allocatable: room('4', '4000Mi') }] }, { requests: { cpu: '1' } }, { a: 85 }],
    [
      'a resource that would be used up gives nothing',
      {
        nodes: [{ name: 'tight', allocatable: room('2', '8Gi') }, { name: 'wide', allocatable: room('4', '8Gi') }],
        existing: [{ name: 'x', node: 'tight', requests: { cpu: '1', memory: '1Gi' } }, { name: 'y', node: 'wide', requests: { cpu: '1', memory: '1Gi' } }],
      },
      { requests: { cpu: '1', memory: '1Gi' } }, { tight: 37, wide: 62 },
    ],
  ]
  it.each(cases)('%s', (_what, given, pod, scores) => {
    expect(scoresOf('NodeResourcesFit', given, pod)?.normalized).toEqual(scores)
  })
})

describe('NodeResourcesFit scores by other strategies', () => {
  const withStrategy = (scoringStrategy: object) =>
    ({ profiles: [{ pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy } }] }] }) as Situation['configuration'] & {}
  const resources = [{ name: 'cpu', weight: 1 }, { name: 'memory', weight: 1 }]
  const nodes = [{ name: 'half', allocatable: room('4', '8Gi') }, { name: 'quarter', allocatable: room('8', '16Gi') }]
  const pod = { requests: { cpu: '2', memory: '4Gi' } }

  it('MostAllocated prefers the fuller node', () => {
    const configuration = withStrategy({ type: 'MostAllocated', resources })
    expect(scoresOf('NodeResourcesFit', { nodes, configuration }, pod)?.normalized).toEqual({ half: 50, quarter: 25 })
  })

  it('LeastAllocated weighs resources as it is told', () => {
    const configuration = withStrategy({ type: 'LeastAllocated', resources: [{ name: 'cpu', weight: 3 }, { name: 'memory', weight: 1 }] })
    const uneven = [{ name: 'a', allocatable: room('4', '16Gi') }]
    expect(scoresOf('NodeResourcesFit', { nodes: uneven, configuration }, pod)?.normalized).toEqual({ a: Math.trunc((3 * 50 + 75) / 4) })
  })

  it('RequestedToCapacityRatio follows its curve', () => {
    const shape = [{ utilization: 0, score: 0 }, { utilization: 50, score: 10 }, { utilization: 100, score: 2 }]
    const configuration = withStrategy({ type: 'RequestedToCapacityRatio', resources, requestedToCapacityRatio: { shape } })
    expect(scoresOf('NodeResourcesFit', { nodes, configuration }, pod)?.normalized).toEqual({ half: 100, quarter: 50 })
    expect(scoresOf('NodeResourcesFit', { nodes, configuration }, { requests: { cpu: '4', memory: '8Gi' } })?.normalized)
      .toEqual({ half: 20, quarter: 100 })
  })
})

describe('NodeResourcesBalancedAllocation', () => {
  const cases: [what: string, given: Situation, pod: PodSpecShort, scores: Record<string, number> | undefined][] = [
    [
      'equal shares are best',
      { nodes: [{ name: 'even', allocatable: room('4', '8Gi') }, { name: 'uneven', allocatable: room('8', '8Gi') }] },
      { requests: { cpu: '2', memory: '4Gi' } }, { even: 100, uneven: 87 },
    ],
    [
      'with what runs there',
      {
        nodes: [{ name: 'a', allocatable: room('10', '20Gi') }, { name: 'b', allocatable: room('10', '20Gi') }],
        existing: [{ name: 'x', node: 'a', requests: { cpu: '3' } }, { name: 'y', node: 'b', requests: { cpu: '3', memory: '5Gi' } }],
      },
      { requests: { cpu: '3', memory: '5Gi' } }, { a: 82, b: 95 },
    ],
    ['one resource only', { nodes: [{ name: 'a', allocatable: room('4', '8Gi') }] }, { requests: { memory: '4Gi' } }, { a: 75 }],
    [
      'pods there without requests count as nothing',
      { nodes: [{ name: 'a', allocatable: room('4', '8Gi') }], existing: [{ name: 'x', node: 'a' }, { name: 'y', node: 'a' }] },
      { requests: { cpu: '1', memory: '2Gi' } }, { a: 100 },
    ],
    ['a pod that requests nothing is no matter of balance', { nodes: [{ name: 'a' }, { name: 'b' }] }, {}, undefined],
  ]
  it.each(cases)('%s', (_what, given, pod, scores) => {
    expect(scoresOf('NodeResourcesBalancedAllocation', given, pod)?.normalized).toEqual(scores)
  })
})
