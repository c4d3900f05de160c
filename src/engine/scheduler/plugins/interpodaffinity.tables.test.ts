/** The situations of upstream's tables (interpodaffinity/filtering_test.go, scoring_test.go), told in few words. */
import { describe, expect, it } from 'vitest'
import { situation, type NodeSpec, type PodSpecShort } from '../testing/builders.ts'
import { interPodAffinity } from './interpodaffinity.ts'
import type { AffinityState, InterPodAffinityArgs } from './affinitystate.ts'
import type { AffinityScores } from './interpodaffinityscore.ts'

const team = (name: string, of: string) => ({ metadata: { name, labels: { team: of } } })
const namespaces = [team('a1', 'a'), team('a2', 'a'), team('b1', 'b'), team('b2', 'b'), { metadata: { name: 'ns1' } }, { metadata: { name: 'default' } }]

type Labels = Record<string, string>
interface Term { key: string; operator: string; values?: string[] }
const among = (key: string, ...values: string[]): Term => ({ key, operator: 'In', values })
const notAmong = (key: string, ...values: string[]): Term => ({ key, operator: 'NotIn', values })
const has = (key: string): Term => ({ key, operator: 'Exists' })
const lacks = (key: string): Term => ({ key, operator: 'DoesNotExist' })
const term = (topologyKey: string, ...matchExpressions: Term[]) => ({ topologyKey, labelSelector: { matchExpressions } })
const ofTeam = (of: string) => ({ namespaceSelector: { matchExpressions: [among('team', of)] } })

interface Wishes { near?: object[]; away?: object[]; likes?: [number, object][]; dislikes?: [number, object][] }
const weighted = (list: [number, object][]) => list.map(([weight, podAffinityTerm]) => ({ weight, podAffinityTerm }))
const affinity = ({ near = [], away = [], likes = [], dislikes = [] }: Wishes) => ({
  affinity: {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: near, preferredDuringSchedulingIgnoredDuringExecution: weighted(likes) },
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: away, preferredDuringSchedulingIgnoredDuringExecution: weighted(dislikes) },
  },
})
const pod = (labels: Labels, wishes: Wishes = {}, more: Partial<PodSpecShort> = {}): PodSpecShort => ({ labels, spec: affinity(wishes), ...more })
let made = 0
const at = (node: string, labels: Labels, wishes: Wishes = {}, namespace = 'default'): PodSpecShort => pod(labels, wishes, { name: `p${made++}`, node, namespace })
const machines = (labels: Record<string, Labels>): NodeSpec[] => Object.entries(labels).map(([name, own]) => ({ name, labels: own }))

const scan = { service: 'scan' }
const s1 = { security: 'S1' }
const s2 = { security: 'S2' }
const xyz = (key: string) => ({ [key]: '', xyz: '' })

/** What is said of a node: fits, near (no affinity), away (own anti-affinity), unwelcome (of those who are there); skip: no part is taken. */
type Said = 'fits' | 'near' | 'away' | 'unwelcome'
const words: Record<string, Said> = {
  "node(s) didn't match pod affinity rules": 'near',
  "node(s) didn't match pod anti-affinity rules": 'away',
  "node(s) didn't satisfy existing pods anti-affinity rules": 'unwelcome',
}

function said(nodes: NodeSpec[], existing: PodSpecShort[], incoming: PodSpecShort): Said[] | 'skip' {
  const { handle, incoming: info } = situation({ nodes, existing, objects: { namespaces } })
  const plugin = interPodAffinity(handle)
  const prepared = plugin.preFilter!(info(incoming)) as { state?: AffinityState }
  if (prepared.state === undefined) return 'skip'
  return nodes.map(({ name }) => {
    const status = plugin.filter!(prepared.state!, info(incoming), handle.cache.nodes.find((node) => node.name === name)!)
    return status === undefined ? 'fits' : words[status.reasons[0]!]!
  })
}

describe('InterPodAffinity, one node', () => {
  const node = machines({ n1: { region: 'r1', zone: 'z11' } })
  const scanner = at('n1', scan)
  const exist = (...keys: string[]) => keys.map((key) => term('zone', has(key)))
  const cases: [what: string, incoming: PodSpecShort, existing: PodSpecShort[], wanted: Said | 'skip'][] = [
    ['nothing wanted', pod({}), [], 'skip'],
    ['In', pod(s2, { near: [term('region', among('service', 'scan', 'v2'))] }), [scanner], 'fits'],
    ['NotIn', pod(s2, { near: [term('region', notAmong('service', 'scan3', 'v3'))] }), [scanner], 'fits'],
    ['another namespace is named', pod(s2, { near: [{ ...term('region', among('service', 'scan')), namespaces: ['elsewhere'] }] }), [at('n1', scan, {}, 'ns1')], 'near'],
    ['labels of no pod', pod(scan, { near: [term('region', among('service', 'virus', 'v2'))] }), [scanner], 'near'],
    ['several terms', pod(s2, { near: [term('region', has('service'), lacks('wrong')), term('region', among('service', 'scan'), notAmong('service', 'wrong'))] }), [scanner], 'fits'],
    ['several terms, one of them does not hold', pod(s2, { near: [term('region', has('service'), lacks('wrong')), term('region', among('service', 'scan2'), notAmong('service', 'wrong'))] }), [scanner], 'near'],
    ['near and away', pod(s2, { near: [term('region', among('service', 'scan'))], away: [term('node', among('service', 'virus'))] }), [scanner], 'fits'],
    ['near and away, and so are those there', pod(s2, { near: [term('region', among('service', 'scan'))], away: [term('node', among('service', 'virus'))] }), [at('n1', scan, { away: [term('node', among('service', 'virus'))] })], 'fits'],
    ['near, but away too', pod(s2, { near: [term('region', among('service', 'scan'))], away: [term('zone', among('service', 'scan'))] }), [scanner], 'away'],
    ['near, but not wanted there', pod(scan, { near: [term('region', among('service', 'scan'))], away: [term('node', among('service', 'virus'))] }), [at('n1', scan, { away: [term('zone', among('service', 'scan'))] })], 'unwelcome'],
    ['near to what it is not itself', pod(scan, { near: [term('region', notAmong('service', 'scan', 'v2'))] }), [scanner], 'near'],
    ['wants nothing, is not wanted', pod(scan), [at('n1', scan, { away: [term('zone', among('service', 'scan'))] })], 'unwelcome'],
    ['wants nothing, is none of those not wanted', pod(scan), [at('n1', scan, { away: [term('zone', notAmong('service', 'scan'))] })], 'skip'],
    ['away by one of two terms', pod(scan, { away: [term('region', has('service')), term('region', has('security'))] }), [at('n1', s1, { away: [term('zone', has('security'))] })], 'away'],
    ['away by one of two terms of one zone', pod(scan, { away: exist('service', 'security') }), [at('n1', s1, { away: exist('security') })], 'away'],
    ['the same turned round', pod(s1, { away: exist('security') }), [at('n1', scan, { away: exist('service', 'security') })], 'unwelcome'],
    ['both away from each other', pod(xyz('abc'), { away: exist('abc', 'def') }), [at('n1', xyz('def'), { away: exist('abc', 'def') })], 'away'],
    ['both away from each other, turned round', pod(xyz('def'), { away: exist('abc', 'def') }), [at('n1', xyz('abc'), { away: exist('abc', 'def') })], 'away'],
    ['namespaces of a team', pod(s2, { near: [{ ...term('region', among('service', 'scan')), ...ofTeam('a') }] }), [at('n1', scan, {}, 'a1')], 'fits'],
    ['namespaces of another team', pod(s2, { near: [{ ...term('region', among('service', 'scan')), ...ofTeam('a') }] }), [at('n1', scan, {}, 'b1')], 'near'],
    ['away, namespaces of a team', pod(s2, { away: [{ ...term('zone', among('service', 'scan')), ...ofTeam('a') }] }, { namespace: 'a1' }), [at('n1', scan, {}, 'a2')], 'away'],
    ['away, all namespaces', pod(s2, { away: [{ ...term('zone', among('service', 'scan')), namespaceSelector: {} }] }, { namespace: 'a1' }), [at('n1', scan, {}, 'a2')], 'away'],
    ['away, namespaces of another team', pod(s2, { away: [{ ...term('zone', among('service', 'scan')), ...ofTeam('a') }] }, { namespace: 'a1' }), [at('n1', scan, {}, 'b1')], 'fits'],
  ]
  it.each(cases)('%s', (_what, incoming, existing, wanted) => {
    const found = said(node, existing, incoming)
    expect(found === 'skip' ? found : found[0]).toBe(wanted)
  })
})

describe('InterPodAffinity, several nodes', () => {
  const regions = machines({ n1: { region: 'C' }, n2: { region: 'C', az: 'az1' }, n3: { region: 'I' } })
  const zones = machines({ n1: { region: 'r1', zone: 'z1' }, n2: { region: 'r1', zone: 'z2' } })
  const oneZone = machines({ n1: { region: 'r1', zone: 'z1' }, n2: { region: 'r1', zone: 'z1' } })
  const three = machines({ n1: { region: 'r1', zone: 'z1' }, n2: { region: 'r1', zone: 'z2' }, n3: { region: 'r1', zone: 'z3' } })
  const collection = pod({ foo: 'bar', ...scan }, { near: [term('zone', among('foo', 'bar')), term('zone', among('service', 'scan'))] })
  const both = { foo: '', bar: '' }
  const away = (...terms: [string, string][]): Wishes => ({ away: terms.map(([key, label]) => term(key, has(label))) })
  const near = (...terms: [string, string][]): Wishes => ({ near: terms.map(([key, label]) => term(key, has(label))) })
  const cases: [what: string, nodes: NodeSpec[], incoming: PodSpecShort, existing: PodSpecShort[], wanted: Said[] | 'skip'][] = [
    ['all of the region', regions, pod({}, { near: [term('region', among('foo', 'bar'))] }), [at('n1', { foo: 'bar' })], ['fits', 'fits', 'near']],
    ['the first that matches all its terms goes anywhere', zones, collection, [at('n1', { foo: 'bar' })], ['fits', 'fits']],
    ['but not where the key is missing', machines({ n1: { z: '1' }, n2: { z: '2' } }), collection, [at('n1', { foo: 'bar' })], ['near', 'near']],
    ['away, by region', oneZone, pod({}, { away: [term('region', among('foo', 'abc'))] }), [at('n1', { foo: 'abc' })], ['away', 'away']],
    ['away, by any of two terms', zones, pod({}, { away: [term('region', among('foo', 'abc')), term('zone', among('service', 'scan'))] }), [at('n1', { foo: 'abc', ...scan })], ['away', 'away']],
    ['away, another region is free', regions, pod({}, { away: [term('region', among('foo', 'abc'))] }), [at('n1', { foo: 'abc' })], ['away', 'away', 'fits']],
    [
      'those of another namespace may not want it', regions, pod({ foo: '123' }, { away: [term('region', among('foo', 'bar'))] }, { namespace: 'ns1' }),
      [at('n1', { foo: 'bar' }, {}, 'ns1'), at('n3', {}, { away: [term('region', among('foo', '123'))] }, 'ns2')], ['away', 'away', 'fits'],
    ],
    ['not wanted by a key no node has', oneZone, pod({ foo: '' }), [at('n1', {}, away(['nokey', 'foo']))], 'skip'],
    ['away by a key no node has', oneZone, pod({}, away(['nokey', 'foo'])), [at('n1', { foo: '' })], ['fits', 'fits']],
    ['not wanted by two, each for its key', zones, pod(both), [at('n1', {}, away(['zone', 'foo'])), at('n1', {}, away(['region', 'bar']))], ['unwelcome', 'unwelcome']],
    ['away from two, each for its key', zones, pod({}, away(['zone', 'foo'], ['region', 'bar'])), [at('n1', { foo: '' }), at('n2', { bar: '' })], ['away', 'away']],
    ['not wanted, one key no node has', zones, pod(both), [at('n1', {}, away(['nokey', 'foo'], ['zone', 'bar']))], ['unwelcome', 'fits']],
    ['away, one key no node has', zones, pod({}, away(['nokey', 'foo'], ['zone', 'bar'])), [at('n1', both)], ['away', 'fits']],
    ['not wanted, two keys', zones, pod(both), [at('n1', {}, away(['region', 'foo'], ['zone', 'bar']))], ['unwelcome', 'unwelcome']],
    ['away, two keys', zones, pod({}, away(['region', 'foo'], ['zone', 'bar'])), [at('n1', both)], ['away', 'away']],
    ['not wanted on two of three', three, pod(both), [at('n1', {}, away(['zone', 'foo'], ['zone', 'labelA'])), at('n2', {}, away(['zone', 'bar'], ['zone', 'labelB']))], ['unwelcome', 'unwelcome', 'fits']],
    ['near to one that matches both terms', oneZone, pod({}, near(['region', 'foo'], ['zone', 'bar'])), [at('n1', both)], ['fits', 'fits']],
    ['near to two that match one term each', zones, pod({}, near(['region', 'foo'], ['zone', 'bar'])), [at('n1', { foo: '' }), at('n2', { bar: '' })], ['near', 'near']],
  ]
  it.each(cases)('%s', (_what, nodes, incoming, existing, wanted) => {
    expect(said(nodes, existing, incoming)).toEqual(wanted)
  })
})

describe('InterPodAffinity, while preemption tries', () => {
  const fooBar = term('region', among('foo', 'bar'))
  const complex = [term('region', among('foo', 'bar', 'buzz')), term('zone', notAmong('service', 'bar', 'security', 'test'))]
  const nodes = machines({ n1: { region: 'r1', zone: 'z11' }, n2: { region: 'r1', zone: 'z12' }, n3: { region: 'r2', zone: 'z21' } })
  const foo = { foo: 'bar' }
  const cases: [what: string, pending: PodSpecShort, p2: Wishes, added: PodSpecShort][] = [
    ['away', pod(foo, { away: [fooBar] }), { away: [fooBar] }, at('n2', foo, { away: [fooBar] })],
    ['away, by two terms', pod(foo, { away: complex }), { away: [fooBar] }, at('n1', foo, { away: complex })],
    ['near, by two terms', pod(foo, { near: complex }), { away: [fooBar], near: complex }, at('n1', foo, { away: complex })],
  ]
  const counts = ({ affinityCounts, antiAffinityCounts, existingAntiAffinity }: AffinityState) =>
    [affinityCounts, antiAffinityCounts, existingAntiAffinity].map((all) => [...all.keys()].flatMap(([key, values]) => [...values].map(([value, count]) => `${key}=${value}: ${count}`)).sort())
  it.each(cases)('%s: a pod more is the same as having it there, and a pod less takes it back', (_what, pending, p2, added) => {
    const there = [at('n1', foo), at('n3', {}, p2)]
    const whole = situation({ nodes, existing: [...there, added], objects: { namespaces } })
    const wholeState = (interPodAffinity(whole.handle).preFilter!(whole.incoming(pending)) as { state: AffinityState }).state
    const { handle, incoming } = situation({ nodes, existing: there, objects: { namespaces } })
    const plugin = interPodAffinity(handle)
    const { state } = plugin.preFilter!(incoming(pending)) as { state: AffinityState }
    const before = counts(state)
    const node = handle.cache.nodes.find(({ name }) => name === added.node)!
    plugin.addPod!(state, incoming(pending), incoming(added), node)
    expect(counts(state)).toEqual(counts(wholeState))
    plugin.removePod!(state, incoming(pending), incoming(added), node)
    expect(counts(state)).toEqual(before)
  })
})

describe('InterPodAffinity scores', () => {
  const [china, india, az1, az2, chinaAz1] = [{ region: 'C' }, { region: 'I' }, { az: 'az1' }, { az: 'az2' }, { region: 'C', az: 'az1' }]
  const likeS1: Wishes = { likes: [[5, term('region', among('security', 'S1'))]] }
  const likeS2: Wishes = { likes: [[6, term('region', among('security', 'S2'))]] }
  const mixed: Wishes = { likes: [[8, term('region', notAmong('security', 'S1'), among('security', 'S2'))], [2, term('region', has('security'), lacks('wrong'))]] }
  const needS: Wishes = { near: [term('region', among('security', 'S1', 'v2')), term('region', has('security'), lacks('wrong'))] }
  const dislikeS1: Wishes = { dislikes: [[5, term('az', among('security', 'S1'))]] }
  const dislikeS2: Wishes = { dislikes: [[5, term('az', among('security', 'S2'))]] }
  const likeDislike: Wishes = { likes: [[8, term('region', among('security', 'S1'))]], dislikes: [[5, term('az', among('security', 'S2'))]] }
  const inTeam = { ...term('region', among('security', 'S1')), namespaces: ['b2'], ...ofTeam('a') }
  const teamLike: Wishes = { likes: [[5, inTeam]] }
  const teamDislike: Wishes = { dislikes: [[5, inTeam]] }
  const needsTeam: Wishes = { near: [{ ...term('region', among('security', 'S1')), namespaces: ['default', 'b2'], ...ofTeam('a') }] }
  const regions = [china, india, az1]
  const two = [china, india]
  const ofA = (wishes: Wishes) => pod(s1, wishes, { namespace: 'a1' })
  const many = (...placed: [node: number, namespace?: string][]) => placed.map(([node, namespace]) => at(`n${node}`, s1, {}, namespace))
  const cases: [what: string, incoming: PodSpecShort, existing: PodSpecShort[], nodes: Labels[], scores: number[] | 'skip', args?: InterPodAffinityArgs][] = [
    ['no wishes', pod(s1), [], regions, 'skip'],
    ['by key and by pods', pod(s1, likeS1), [at('n1', s1), at('n2', s2), at('n3', s1)], regions, [100, 0, 0]],
    ['all of the region alike', pod({}, likeS1), [at('n1', s1)], [china, chinaAz1, india], [100, 100, 0]],
    ['the region that has more of them', pod(s1, likeS2), ['n1', 'n1', 'n2', 'n3', 'n4', 'n5'].map((n) => at(n, s2)), [china, india, china, china, india], [100, 0, 100, 100, 0]],
    ['operators', pod(s1, mixed), [at('n1', s1), at('n2', s2), at('n3', s1)], regions, [20, 100, 0]],
    ['liked by those there', pod(s2), [at('n1', s1, likeS1), at('n2', s2, likeS2)], regions, [0, 100, 0]],
    ['liked by those there, by team', ofA({}), [at('n1', s1, teamLike), at('n2', s2, likeS2)], regions, [100, 0, 0]],
    ['disliked by those there, by team', ofA({}), [at('n1', s1, teamDislike), at('n2', s2, likeS2)], regions, [0, 100, 100]],
    ['needed by those there', pod(s1), [at('n1', s1, needS), at('n2', s2, needS)], regions, [100, 100, 0]],
    ['disliked', pod(s1, dislikeS1), [at('n1', s1), at('n2', s2)], [az1, china], [0, 100]],
    ['disliked, but no domain', pod(s1, dislikeS1), [at('n1', s1), at('n2', s1)], [az1, china], [0, 100]],
    ['disliked, two of them', pod(s1, dislikeS1), [at('n1', s1), at('n1', s1), at('n2', s2)], [az1, india], [0, 100]],
    ['disliked by those there', pod(s2), [at('n1', s1, dislikeS2), at('n2', s2, dislikeS1)], [az1, az2], [0, 100]],
    ['likes and dislikes', pod(s1, likeDislike), [at('n1', s1), at('n2', s1)], [china, az1], [100, 0]],
    ['likes and dislikes, brothers', pod(s1, likeDislike), ['n1', 'n1', 'n2', 'n3', 'n3', 'n4', 'n5'].map((n) => at(n, s1)), [chinaAz1, india, china, china, india], [100, 0, 100, 100, 0]],
    ['likes and dislikes both ways', pod(s1, likeDislike), [at('n1', s1), at('n2', s2), at('n3', {}, likeDislike), at('n4', {}, dislikeS1)], [china, az1, india, az2], [100, 0, 100, 0]],
    ['one of a region likes', pod(s1), [at('n1', s1), at('n2', {}, likeDislike)], [china, china], [0, 0]],
    ['by team', ofA(teamLike), many([1, 'a1'], [1, 'a1'], [1, 'b1'], [2, 'a2']), two, [100, 0]],
    ['by team and by name', ofA(teamLike), many([1, 'a1'], [1, 'a1'], [1, 'b2'], [2, 'a2']), two, [100, 0]],
    ['disliked by team', ofA(teamDislike), many([1, 'a1'], [1, 'a1'], [1, 'b1'], [2, 'a2']), two, [0, 100]],
    ['disliked by team and by name', ofA(teamDislike), many([1, 'a1'], [1, 'a1'], [1, 'b2'], [2, 'a2']), two, [0, 100]],
    ['wishes of others are not asked', pod(s2), [at('n1', s1, likeDislike), at('n2', s2, likeS2)], two, 'skip', { ignorePreferredTermsOfExistingPods: true }],
    ['wishes of others are asked', pod(s2), [at('n1', s1, likeDislike), at('n2', s2, likeS2)], two, [0, 100]],
    ['no nodes', pod(s2), [], [], 'skip'],
    ['needs of others', pod(s1), [at('n1', {}, needsTeam), at('n2', {}, needsTeam)], regions, [100, 100, 0]],
    ['needs of others, weight 0', pod(s1), [at('n1', {}, needsTeam), at('n2', {}, needsTeam)], regions, 'skip', { hardPodAffinityWeight: 0 }],
    ['needs of others, another namespace', pod(s1, {}, { namespace: 'b1' }), [at('n1', {}, needsTeam), at('n2', {}, needsTeam)], regions, 'skip'],
    ['needs of others, of a team', ofA({}), [at('n1', {}, needsTeam), at('n2', {}, needsTeam)], regions, [100, 100, 0]],
    ['needs of others, by name', pod(s1, {}, { namespace: 'b2' }), [at('n1', {}, needsTeam), at('n2', {}, needsTeam)], regions, [100, 100, 0]],
  ]
  it.each(cases)('%s', (_what, incoming, existing, labels, wanted, args = {}) => {
    const nodes = machines(Object.fromEntries(labels.map((own, i) => [`n${i + 1}`, own])))
    const { handle, incoming: info } = situation({ nodes, existing, objects: { namespaces } })
    const plugin = interPodAffinity(handle, args)
    const inOrder = nodes.map(({ name }) => handle.cache.nodes.find((node) => node.name === name)!)
    const prepared = plugin.preScore!(info(incoming), inOrder, undefined) as { state?: AffinityScores }
    const scores = new Int32Array(inOrder.length)
    if (prepared.state !== undefined) {
      plugin.score!(prepared.state, info(incoming), inOrder, scores)
      plugin.normalize!(prepared.state, info(incoming), inOrder, scores)
    }
    expect(prepared.state === undefined ? 'skip' : [...scores]).toEqual(wanted)
  })
})
