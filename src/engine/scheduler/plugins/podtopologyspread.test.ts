import { describe, expect, it } from 'vitest'
import { situation, type NodeSpec, type PodSpecShort, type Situation } from '../testing/builders.ts'
import { scoresOf, shortVerdict, verdict } from '../testing/verdict.ts'

const host = 'kubernetes.io/hostname'
const zone = 'topology.kubernetes.io/zone'
const machine = (name: string, inZone: string, more: Partial<NodeSpec> = {}): NodeSpec =>
  ({ name, ...more, labels: { [host]: name, [zone]: inZone, ...more.labels } })
/** Two zones of two nodes. */
const nodes = [machine('e1', 'east'), machine('e2', 'east'), machine('w1', 'west'), machine('w2', 'west')]

const labels = { app: 'shop' }
const replicas = (counts: Record<string, number>, more: Partial<PodSpecShort> = {}): PodSpecShort[] =>
  Object.entries(counts).flatMap(([node, count]) => Array.from({ length: count }, (_, i) => ({ name: `${node}-${i}`, node, labels, ...more })))
const spread = (topologyKey: string, maxSkew: number, more: object = {}) =>
  ({ topologyKey, maxSkew, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: labels }, ...more })
const withSpread = (...topologySpreadConstraints: object[]): PodSpecShort => ({ labels, spec: { topologySpreadConstraints } })
const skewed = (...names: string[]) => names.map((name) => `${name}: node(s) didn't match pod topology spread constraints`)

describe('PodTopologySpread filters', () => {
  const cases: [what: string, given: Partial<Situation>, pod: PodSpecShort, feasible: string[], because: string[]][] = [
    ['the smaller zone', { existing: replicas({ e1: 2, e2: 1, w1: 1, w2: 1 }) }, withSpread(spread(zone, 1)), ['w1', 'w2'], skewed('e1', 'e2')],
    ['the empty host', { existing: replicas({ e1: 2, e2: 1, w2: 3 }) }, withSpread(spread(host, 1)), ['w1'], skewed('e1', 'e2', 'w2')],
    ['hosts within the skew', { existing: replicas({ e1: 2, e2: 1, w1: 1, w2: 1 }) }, withSpread(spread(host, 1)), ['e2', 'w1', 'w2'], skewed('e1')],
    [
      'two constraints at once', { existing: replicas({ e1: 2, e2: 1, w1: 1 }) }, withSpread(spread(zone, 1), spread(host, 1)),
      ['w2'], skewed('e1', 'e2', 'w1'),
    ],
    ['too few domains: every one is too full', { existing: replicas({ e1: 1, w1: 1 }) }, withSpread(spread(zone, 1, { minDomains: 3 })), [], skewed('e1', 'e2', 'w1', 'w2')],
    ['enough domains', { existing: replicas({ e1: 1, w1: 1 }) }, withSpread(spread(zone, 1, { minDomains: 2 })), ['e1', 'e2', 'w1', 'w2'], []],
    [
      'pods that are ending do not count', { existing: replicas({ e1: 1 }, { deletionTimestamp: '2026-01-01T00:00:00Z' }) },
      withSpread(spread(zone, 1)), ['e1', 'e2', 'w1', 'w2'], [],
    ],
    ['other namespaces do not count', { existing: replicas({ e1: 1 }, { namespace: 'other' }) }, withSpread(spread(zone, 1)), ['e1', 'e2', 'w1', 'w2'], []],
    [
      'nodeAffinityPolicy Ignore: a domain that the pod cannot use keeps the minimum at nothing',
      {
        nodes: [machine('e1', 'east', { labels: { use: 'y' } }), machine('w1', 'west', { labels: { use: 'y' } }), machine('s1', 'south')],
        existing: replicas({ e1: 1, w1: 1 }),
      },
      { labels, spec: { nodeSelector: { use: 'y' }, topologySpreadConstraints: [spread(zone, 1, { nodeAffinityPolicy: 'Ignore' })] } },
      [], [...skewed('e1'), "s1: node(s) didn't match Pod's node affinity/selector", ...skewed('w1')],
    ],
    [
      'nodeAffinityPolicy Honor, the default: such a domain is none',
      {
        nodes: [machine('e1', 'east', { labels: { use: 'y' } }), machine('w1', 'west', { labels: { use: 'y' } }), machine('s1', 'south')],
        existing: replicas({ e1: 1, w1: 1 }),
      },
      { labels, spec: { nodeSelector: { use: 'y' }, topologySpreadConstraints: [spread(zone, 1)] } },
      ['e1', 'w1'], ["s1: node(s) didn't match Pod's node affinity/selector"],
    ],
    [
      'nodeTaintsPolicy Ignore, the default: tainted nodes are domains',
      { nodes: [machine('e1', 'east'), machine('w1', 'west', { taints: [{ key: 'x', value: 'y', effect: 'NoSchedule' }] })], existing: replicas({ e1: 1 }) },
      withSpread(spread(zone, 1)), [], [...skewed('e1'), 'w1: node(s) had untolerated taint(s)'],
    ],
    [
      'nodeTaintsPolicy Honor: they are none',
      { nodes: [machine('e1', 'east'), machine('w1', 'west', { taints: [{ key: 'x', value: 'y', effect: 'NoSchedule' }] })], existing: replicas({ e1: 1 }) },
      withSpread(spread(zone, 1, { nodeTaintsPolicy: 'Honor' })), ['e1'], ['w1: node(s) had untolerated taint(s)'],
    ],
    [
      'matchLabelKeys: only pods of the same revision count',
      { existing: replicas({ e1: 3 }, { labels: { ...labels, rev: 'old' } }) },
      { labels: { ...labels, rev: 'new' }, spec: { topologySpreadConstraints: [spread(zone, 1, { matchLabelKeys: ['rev'] })] } },
      ['e1', 'e2', 'w1', 'w2'], [],
    ],
  ]
  it.each(cases)('%s', (_what, given, pod, feasible, because) => {
    expect(shortVerdict({ nodes, ...given }, pod)).toEqual({ feasible, because })
  })

  it('tells a missing label from a skew, and lets preemption try only the latter', () => {
    const found = verdict({ nodes: [...nodes, { name: 'bare' }], existing: replicas({ e1: 1 }) }, withSpread(spread(zone, 1)))
    expect(found.rejected['bare']).toEqual(["node(s) didn't match pod topology spread constraints (missing required label)"])
    expect(found.resolvable).toEqual(['e1', 'e2'])
  })
})

describe('PodTopologySpread scores', () => {
  const soft = (topologyKey: string, maxSkew: number) => spread(topologyKey, maxSkew, { whenUnsatisfiable: 'ScheduleAnyway' })
  const cases: [what: string, given: Partial<Situation>, pod: PodSpecShort, raw: object, normalized: object][] = [
    ['by zone', { existing: replicas({ e1: 2, e2: 1, w1: 1 }) }, withSpread(soft(zone, 1)), { e1: 4, e2: 4, w1: 1, w2: 1 }, { e1: 25, e2: 25, w1: 100, w2: 100 }],
    ['nothing there yet', {}, withSpread(soft(host, 1)), { e1: 0, e2: 0, w1: 0, w2: 0 }, { e1: 100, e2: 100, w1: 100, w2: 100 }],
    [
      'a larger skew makes less of a difference', { existing: replicas({ e1: 2, e2: 1, w2: 3 }) }, withSpread(soft(host, 3)),
      { e1: 6, e2: 4, w1: 2, w2: 7 }, { e1: 42, e2: 71, w1: 100, w2: 28 },
    ],
    [
      'a node without the key gets nothing', { nodes: [...nodes, { name: 'bare', labels: { [host]: 'bare' } }], existing: replicas({ e1: 1 }) }, withSpread(soft(zone, 1)),
      { e1: 1, e2: 1, w1: 0, w2: 0, bare: 0 }, { e1: 0, e2: 0, w1: 100, w2: 100, bare: 0 },
    ],
  ]
  it.each(cases)('%s', (_what, given, pod, raw, normalized) => {
    expect(scoresOf('PodTopologySpread', { nodes, ...given }, pod)).toEqual({ raw, normalized })
  })
})

describe('PodTopologySpread without constraints of the pod', () => {
  const set = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'shop' }
  const replicaset = { metadata: { name: 'shop', namespace: 'default' }, spec: { selector: { matchLabels: labels } } }

  it('spreads by host (skew 3) and zone (skew 5) the pods that a ReplicaSet selects', () => {
    const found = scoresOf('PodTopologySpread', { nodes, existing: replicas({ e1: 3 }), objects: { replicasets: [replicaset] } }, { labels, owner: set })
    // host: 3 * ln(6) + 2; zone: 3 * ln(4) + 4
    expect(found?.raw).toEqual({ e1: Math.round(3 * Math.log(6) + 2 + 3 * Math.log(4) + 4), e2: Math.round(2 + 3 * Math.log(4) + 4), w1: 6, w2: 6 })
    expect(found?.normalized).toMatchObject({ w1: 100, w2: 100 })
  })

  it('knows pods by the services that select them', () => {
    const service = { metadata: { name: 'shop', namespace: 'default' }, spec: { selector: labels } }
    const found = scoresOf('PodTopologySpread', { nodes, existing: replicas({ e1: 1 }), objects: { services: [service] } }, { labels })
    expect(found?.raw).toMatchObject({ w1: 6 })
  })

  it('leaves a bare pod alone that nothing selects', () => {
    expect(scoresOf('PodTopologySpread', { nodes, existing: replicas({ e1: 1 }) }, { labels })).toBeUndefined()
  })

  it('counts classes of replicas, not replicas', () => {
    const roomy = nodes.map((node) => ({ ...node, allocatable: { cpu: '64', memory: '64Gi', pods: '500' } }))
    const { handle, framework, incoming } = situation({ nodes: roomy, existing: replicas({ e1: 200, w1: 200 }), objects: { replicasets: [replicaset] } })
    const info = incoming({ labels, owner: set })
    framework.score(framework.preFilter(info).cycle, info, handle.cache.nodes)
    expect(handle.work.podsVisited).toBe(0)
    expect(handle.work.classesVisited).toBe(1)
  })
})
