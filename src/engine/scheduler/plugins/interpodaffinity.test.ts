import { describe, expect, it } from 'vitest'
import { situation, type PodSpecShort, type Situation } from '../testing/builders.ts'
import { scoresOf, shortVerdict, verdict } from '../testing/verdict.ts'

const host = 'kubernetes.io/hostname'
const zone = 'topology.kubernetes.io/zone'
const machine = (name: string, inZone: string) => ({ name, labels: { [host]: name, [zone]: inZone } })
/** Two nodes in the east, one in the west. */
const nodes = [machine('e1', 'east'), machine('e2', 'east'), machine('w1', 'west')]

const term = (matchLabels: Record<string, string>, topologyKey: string, more: object = {}) => ({ labelSelector: { matchLabels }, topologyKey, ...more })
type Rules = 'podAffinity' | 'podAntiAffinity'
const require = (rules: Rules, ...terms: object[]) => ({ spec: { affinity: { [rules]: { requiredDuringSchedulingIgnoredDuringExecution: terms } } } })
const prefer = (wishes: Partial<Record<Rules, [weight: number, term: object][]>>) => ({
  spec: {
    affinity: Object.fromEntries(Object.entries(wishes).map(([rules, list]) =>
      [rules, { preferredDuringSchedulingIgnoredDuringExecution: list.map(([weight, podAffinityTerm]) => ({ weight, podAffinityTerm })) }])),
  },
})
const web = { labels: { app: 'web' } }
const no = (...names: string[]) => names.map((name) => `${name}: node(s) didn't match pod affinity rules`)
const away = (...names: string[]) => names.map((name) => `${name}: node(s) didn't match pod anti-affinity rules`)
const unwelcome = (...names: string[]) => names.map((name) => `${name}: node(s) didn't satisfy existing pods anti-affinity rules`)

describe('InterPodAffinity filters', () => {
  const cases: [what: string, given: Omit<Situation, 'nodes'>, pod: PodSpecShort, feasible: string[], because: string[]][] = [
    [
      'on the same host', { existing: [{ name: 'db', node: 'e1', labels: { app: 'db' } }] },
      { ...web, ...require('podAffinity', term({ app: 'db' }, host)) }, ['e1'], no('e2', 'w1'),
    ],
    [
      'nobody to be near to', { existing: [{ name: 'x', node: 'e1', labels: { app: 'other' } }] },
      { ...web, ...require('podAffinity', term({ app: 'db' }, zone)) }, [], no('e1', 'e2', 'w1'),
    ],
    ['the first of a group may stand anywhere', {}, { ...web, ...require('podAffinity', term(web.labels, zone)) }, ['e1', 'e2', 'w1'], []],
    [
      'the second of a group may not', { existing: [{ name: 'first', node: 'w1', ...web }] },
      { ...web, ...require('podAffinity', term(web.labels, zone)) }, ['w1'], no('e1', 'e2'),
    ],
    [
      'one pod has to match all terms; two that share them do not help',
      { existing: [{ name: 'db', node: 'e1', labels: { app: 'db' } }, { name: 'back', node: 'e1', labels: { tier: 'back' } }] },
      require('podAffinity', term({ app: 'db' }, zone), term({ tier: 'back' }, zone)), [], no('e1', 'e2', 'w1'),
    ],
    [
      'one pod that matches all terms', { existing: [{ name: 'db', node: 'e1', labels: { app: 'db', tier: 'back' } }] },
      require('podAffinity', term({ app: 'db' }, zone), term({ tier: 'back' }, host)), ['e1'], no('e2', 'w1'),
    ],
    [
      'other namespaces are not looked at', { existing: [{ name: 'db', namespace: 'prod', node: 'e1', labels: { app: 'db' } }] },
      require('podAffinity', term({ app: 'db' }, zone)), [], no('e1', 'e2', 'w1'),
    ],
    [
      'unless they are named', { existing: [{ name: 'db', namespace: 'prod', node: 'e1', labels: { app: 'db' } }] },
      require('podAffinity', term({ app: 'db' }, zone, { namespaces: ['prod'] })), ['e1', 'e2'], no('w1'),
    ],
    [
      'or chosen by their labels',
      {
        objects: { namespaces: [{ metadata: { name: 'prod', labels: { team: 'x' } } }, { metadata: { name: 'test', labels: { team: 'y' } } }, { metadata: { name: 'default' } }] },
        existing: [{ name: 'db', namespace: 'prod', node: 'e1', labels: { app: 'db' } }, { name: 'db', namespace: 'test', node: 'w1', labels: { app: 'db' } }],
      },
      require('podAffinity', term({ app: 'db' }, zone, { namespaceSelector: { matchLabels: { team: 'x' } } })), ['e1', 'e2'], no('w1'),
    ],
    [
      'expressions hold together',
      { existing: [{ name: 'test', node: 'e1', labels: { app: 'db', env: 'test' } }, { name: 'prod', node: 'w1', labels: { app: 'db', env: 'prod' } }] },
      require('podAffinity', {
        labelSelector: { matchExpressions: [{ key: 'app', operator: 'Exists' }, { key: 'env', operator: 'NotIn', values: ['test'] }] }, topologyKey: zone,
      }),
      ['w1'], no('e1', 'e2'),
    ],
    [
      'away from its like, by host', { existing: [{ name: 'a', node: 'e1', ...web }, { name: 'b', node: 'w1', ...web }] },
      { ...web, ...require('podAntiAffinity', term(web.labels, host)) }, ['e2'], away('e1', 'w1'),
    ],
    [
      'away from its like, by zone', { existing: [{ name: 'a', node: 'e1', ...web }] },
      { ...web, ...require('podAntiAffinity', term(web.labels, zone)) }, ['w1'], away('e1', 'e2'),
    ],
    [
      'who is there already may refuse a newcomer',
      { existing: [{ name: 'quiet', node: 'e1', labels: { app: 'db' }, ...require('podAntiAffinity', term({ app: 'noisy' }, zone)) }] },
      { labels: { app: 'noisy' } }, ['w1'], unwelcome('e1', 'e2'),
    ],
    [
      'but only in its own namespace',
      { existing: [{ name: 'quiet', namespace: 'prod', node: 'e1', ...require('podAntiAffinity', term({ app: 'noisy' }, zone)) }] },
      { labels: { app: 'noisy' } }, ['e1', 'e2', 'w1'], [],
    ],
    [
      'a selector of namespaces of who is there sees the newcomer’s namespace',
      {
        objects: { namespaces: [{ metadata: { name: 'default', labels: { loud: 'yes' } } }] },
        existing: [{ name: 'quiet', namespace: 'prod', node: 'e1', ...require('podAntiAffinity', term({ app: 'noisy' }, host, { namespaceSelector: { matchLabels: { loud: 'yes' } } })) }],
      },
      { labels: { app: 'noisy' } }, ['e2', 'w1'], unwelcome('e1'),
    ],
  ]
  it.each(cases)('%s', (_what, given, pod, feasible, because) => {
    expect(shortVerdict({ nodes, ...given }, pod)).toEqual({ feasible, because })
  })

  it('lets preemption try where anti-affinity refuses, not where affinity does', () => {
    const existing = [{ name: 'a', node: 'e1', ...web }]
    expect(verdict({ nodes, existing }, { ...web, ...require('podAntiAffinity', term(web.labels, zone)) }).resolvable).toEqual(['e1', 'e2'])
    expect(verdict({ nodes, existing }, require('podAffinity', term({ app: 'db' }, zone))).resolvable).toEqual([])
    const quiet = { name: 'quiet', node: 'e1', ...require('podAntiAffinity', term({ app: 'noisy' }, zone)) }
    expect(verdict({ nodes, existing: [quiet] }, { labels: { app: 'noisy' } }).resolvable).toEqual(['e1', 'e2'])
  })

  it('looks at classes of pods, not at pods', () => {
    const existing = Array.from({ length: 300 }, (_, i) => ({ name: `r${i}`, node: ['e1', 'e2', 'w1'][i % 3]!, ...web }))
    const { handle, framework, incoming } = situation({ nodes: nodes.map((n) => ({ ...n, allocatable: { cpu: '8', memory: '32Gi', pods: '500' } })), existing })
    framework.preFilter(incoming({ ...web, ...require('podAffinity', term(web.labels, zone)) }))
    expect(handle.work).toMatchObject({ podsVisited: 0, classesVisited: 1 })
  })
})

describe('InterPodAffinity scores', () => {
  const cases: [what: string, existing: PodSpecShort[], pod: PodSpecShort, raw: number[], normalized: number[]][] = [
    [
      'wishes for zone and host add up', [{ name: 'x', node: 'e1', labels: { app: 'db' } }, { name: 'y', node: 'w1', labels: { app: 'db' } }],
      { ...web, ...prefer({ podAffinity: [[10, term({ app: 'db' }, zone)], [10, term({ app: 'db' }, host)]] }) }, [20, 10, 20], [100, 0, 100],
    ],
    [
      'a wish to be apart counts against', [{ name: 'x', node: 'e1', ...web }],
      { ...web, ...prefer({ podAntiAffinity: [[100, term(web.labels, host)]] }) }, [-100, 0, 0], [0, 100, 100],
    ],
    [
      'both together', [{ name: 'x', node: 'e1', labels: { app: 'db' } }, { name: 'y', node: 'e1', ...web }],
      { ...web, ...prefer({ podAffinity: [[8, term({ app: 'db' }, zone)]], podAntiAffinity: [[5, term(web.labels, host)]] }) }, [3, 8, 0], [37, 100, 0],
    ],
    [
      'who is there may wish for the newcomer', [{ name: 'x', node: 'w1', labels: { app: 'db' }, ...prefer({ podAffinity: [[7, term(web.labels, host)]] }) }],
      web, [0, 0, 7], [0, 0, 100],
    ],
    [
      'a requirement of who is there counts as a wish of one', [{ name: 'x', node: 'w1', ...web, ...require('podAffinity', term(web.labels, host)) }],
      web, [0, 0, 1], [0, 0, 100],
    ],
    [
      'no difference is no score', [{ name: 'x', node: 'e1', labels: { app: 'db' } }, { name: 'y', node: 'w1', labels: { app: 'db' } }],
      { ...web, ...prefer({ podAffinity: [[5, term({ app: 'db' }, zone)]] }) }, [5, 5, 5], [0, 0, 0],
    ],
  ]
  it.each(cases)('%s', (_what, existing, pod, raw, normalized) => {
    const table = (scores: number[]) => ({ e1: scores[0], e2: scores[1], w1: scores[2] })
    const found = scoresOf('InterPodAffinity', { nodes, existing }, pod)
    expect(found?.raw).toEqual(table(raw))
    expect(found?.normalized).toEqual(table(normalized))
  })

  it('takes no part when nobody matches', () => {
    const existing = [{ name: 'x', node: 'e1', labels: { app: 'other' } }]
    expect(scoresOf('InterPodAffinity', { nodes, existing }, prefer({ podAffinity: [[5, term({ app: 'db' }, zone)]] }))).toBeUndefined()
  })
})
