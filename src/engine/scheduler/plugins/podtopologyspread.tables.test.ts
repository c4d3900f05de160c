/**
 * The situations of upstream's tables (podtopologyspread/filtering_test.go, scoring_test.go), told in few words: machines a and b are in zone 1,
 * x and y in zone 2; where pods are is a line of their machines, and a label of theirs other than `foo` follows a colon.
 */
import { describe, expect, it } from 'vitest'
import type { Taint } from '../../api/types.ts'
import { situation, type NodeSpec, type PodSpecShort } from '../testing/builders.ts'
import { podTopologySpread } from './podtopologyspread.ts'
import type { SpreadScores } from './spreadscore.ts'
import type { SpreadState } from './spreadstate.ts'

const host = 'kubernetes.io/hostname'
const zoneOf: Record<string, string> = { a: '1', b: '1', x: '2', y: '2' }
const taints: Taint[] = [{ key: 'spread', value: '', effect: 'NoSchedule' }]

const machine = (name: string, labels: Record<string, string | undefined> = {}, more: Partial<NodeSpec> = {}): NodeSpec => {
  const all = { zone: zoneOf[name], node: name, [host]: name, ...labels }
  return { name, ...more, labels: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Record<string, string> }
}
const four = () => [...'abxy'].map((name) => machine(name))
/** Four machines of which the last lacks the label that the pod wants of its node. */
const wanted = (...without: string[]) => [...'abxy'].map((name) => machine(name, without.includes(name) ? {} : { foo: '' }))

const labelsOf = (text: string) => Object.fromEntries(text.split(',').map((label) => [label, '']))
const podsAt = (line: string, more: Partial<PodSpecShort> = {}): PodSpecShort[] =>
  line.split(' ').filter(Boolean).map((text, i) => {
    const [node, labels = 'foo'] = text.split(':')
    return { name: `p${i}`, node: node!, labels: labelsOf(labels), ...more }
  })

type Selects = string | null
const constraint = (whenUnsatisfiable: string) => (topologyKey: string, maxSkew = 1, selects: Selects = 'foo', more: object = {}) =>
  ({ topologyKey, maxSkew, whenUnsatisfiable, ...(selects === null ? {} : { labelSelector: { matchExpressions: selects === '' ? [] : [{ key: selects, operator: 'Exists' }] } }), ...more })
const hard = constraint('DoNotSchedule')
const soft = constraint('ScheduleAnyway')
const pod = (constraints: object[], labels = 'foo', spec: object = {}): PodSpecShort => ({ labels: labelsOf(labels), spec: { ...spec, topologySpreadConstraints: constraints } })

const onFoo = { nodeSelector: { foo: '' } }
const affine = (key: string, operator: string, ...values: string[]) =>
  ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }] } } } })
const foo = affine('foo', 'In', '')
const anyNode = { nodeAffinityPolicy: 'Ignore' }
const untainted = { nodeTaintsPolicy: 'Honor' }

describe('PodTopologySpread lets in', () => {
  /** `fits`: the machines that take the pod; behind a stroke those on which not even preemption helps. */
  const cases: [what: string, incoming: PodSpecShort, existing: PodSpecShort[], fits: string, nodes?: NodeSpec[]][] = [
    ['everywhere where nobody is', pod([hard('zone')]), [], 'abxy'],
    ['everywhere, a pod that is not counted itself', pod([hard('zone', 1, 'bar')]), [], 'abxy'],
    ['without a look at other namespaces', pod([hard('zone')]), [...podsAt('a a', { namespace: 'other' }), ...podsAt('x y')], 'ab'],
    ['everywhere without a selector', pod([hard('zone', 1, null)]), podsAt('x y'), 'abxy'],
    ['every zone of 3 and 3', pod([hard('zone')]), podsAt('a a b y y y'), 'abxy'],
    ['a zone without the machine that lacks the label', pod([hard('zone')]), podsAt('a b x y'), 'a|b', [machine('a'), machine('b', { zone: undefined, zon: '1' }), machine('x'), machine('y')]],
    ['nowhere where no machine has the label', pod([hard('rack')]), [], '|ax', [machine('a'), machine('x')]],
    ['of 2 1 0 3 the empty machine', pod([hard('node')]), podsAt('a a b y y y'), 'x'],
    ['of 2 1 0 3 two machines where the skew may be 2', pod([hard('node', 2)]), podsAt('a a b y y y'), 'bx'],
    ['a pod that does not count where the skew is 1 already', pod([hard('node')], 'bar'), podsAt('a a b y y y'), 'bx'],
    ['the less full of those that the pod may use', pod([hard('node')], 'foo', affine('node', 'In', 'a', 'y')), podsAt('a a b y y y'), 'abx'],
    ['where pods are about to go', pod([hard('node')]), [...podsAt('a', { deletionTimestamp: '2026-01-01T00:00:00Z' }), ...podsAt('b')], 'a', [machine('a'), machine('b')]],
    ['a zone without those on machines it may not use', pod([hard('zone')], 'foo', affine('node', 'NotIn', 'b')), podsAt('b b y'), 'ab'],
    ['of 2 2 1 the last when four domains are wanted', pod([hard('node', 2, 'foo', { minDomains: 4 })]), podsAt('a a b b x'), 'x', [machine('a'), machine('b'), machine('x')]],
    ['of 2 2 1 all when two domains are', pod([hard('node', 2, 'foo', { minDomains: 2 })]), podsAt('a a b b x'), 'abx', [machine('a'), machine('b'), machine('x')]],
    ['of zones 2 1 the second when three are wanted', pod([hard('zone', 2, 'foo', { minDomains: 3 })]), podsAt('a b y'), 'xy'],
    ['of zones 2 1 both when one is', pod([hard('zone', 2, 'foo', { minDomains: 1 })]), podsAt('a b y'), 'abxy'],
    ['by nodeSelector, honoured', pod([hard('node')], 'foo', onFoo), podsAt('a b y'), 'xy', wanted('y')],
    ['by nodeSelector, ignored', pod([hard('node', 1, 'foo', anyNode)], 'foo', onFoo), podsAt('a b y'), 'x', wanted('y')],
    ['by node affinity, honoured', pod([hard('node')], 'foo', foo), podsAt('a b y'), 'xy', wanted('y')],
    ['by node affinity, ignored', pod([hard('node', 1, 'foo', anyNode)], 'foo', foo), podsAt('a b y'), 'x', wanted('y')],
    ['by taints, honoured', pod([hard('node', 1, 'foo', untainted)]), podsAt('a b y'), 'xy', [...wanted().slice(0, 3), machine('y', {}, { taints })]],
    ['by taints, ignored', pod([hard('node')]), podsAt('a b y'), 'x', [...wanted().slice(0, 3), machine('y', {}, { taints })]],
    ['zones 3 3, machines 2 1 0 3', pod([hard('zone'), hard('node')]), podsAt('a a b y y y'), 'x'],
    ['zones 3 4, machines 2 1 0 4: nowhere', pod([hard('zone'), hard('node')]), podsAt('a a b y y y y'), ''],
    ['two labels: zones 1 0, machines 0 0 0 1', pod([hard('zone'), hard('node', 1, 'bar')], 'foo,bar'), podsAt('a y:bar'), 'x'],
    ['two labels: zones 1 0, machines 0 0 1 1: nowhere', pod([hard('zone'), hard('node', 1, 'bar')], 'foo,bar'), podsAt('a x:bar y:bar'), ''],
    ['two labels: zones 2 3, machines 1 0 0 1', pod([hard('zone'), hard('node', 1, 'bar')], 'foo,bar'), podsAt('a a:foo,bar y y:foo,bar y'), 'b'],
    ['two labels of which the pod has one', pod([hard('zone'), hard('node', 1, 'bar')], 'bar'), podsAt('a x:bar y:bar'), 'ab'],
    ['two keys, of which a machine lacks one', pod([hard('zone'), hard('node')]), podsAt('a y'), 'b|x', [machine('a'), machine('b'), machine('x', { node: undefined }), machine('y')]],
    ['zone by affinity, machine without', pod([hard('zone'), hard('node', 1, 'foo', anyNode)], 'foo', onFoo), podsAt('a b y'), 'x', wanted('y')],
    ['zone by taints, machine without', pod([hard('zone', 1, 'foo', untainted), hard('node')]), podsAt('a b y'), 'x', [...wanted().slice(0, 3), machine('y', {}, { taints })]],
    ['both by affinity', pod([hard('zone'), hard('node')], 'foo', onFoo), podsAt('a b y'), 'bx', [...wanted('b').slice(0, 3), machine('y', { foo: '' }, { taints })]],
    ['zone by both, machine by none', pod([hard('zone', 1, 'foo', untainted), hard('node', 1, 'foo', anyNode)], 'foo', onFoo), podsAt('a b y'), 'x', [...wanted('b').slice(0, 3), machine('y', { foo: '' }, { taints })]],
  ]
  it.each(cases)('%s', (_what, incoming, existing, fits, nodes = four()) => {
    const { handle, incoming: info } = situation({ nodes, existing })
    const plugin = podTopologySpread(handle, { defaultingType: 'List' })
    const { state } = plugin.preFilter!(info(incoming)) as { state: SpreadState }
    const codes = handle.cache.nodes.map((node) => [node.name, plugin.filter!(state, info(incoming), node)?.code] as const)
    const names = (code: string | undefined) => codes.filter((one) => one[1] === code).map(([name]) => name).sort().join('')
    const hopeless = names('UnschedulableAndUnresolvable')
    expect(names(undefined) + (hopeless === '' ? '' : `|${hopeless}`)).toBe(fits)
  })
})

describe('PodTopologySpread scores', () => {
  const bare = (...names: string[]) => names.map((name) => machine(name, { zone: undefined }))
  const three = (tainted = false) => [machine('a', { foo: '' }), machine('b', { foo: '' }), machine('x', {}, tainted ? { taints } : {})]
  const service = { services: [{ metadata: { name: 's', namespace: 'default' }, spec: { selector: { foo: '' } } }] }
  /** `scores`: of the machines that passed the filters, in their order; `failed`: machines that did not. */
  const cases: [what: string, incoming: PodSpecShort, existing: PodSpecShort[], nodes: NodeSpec[], scores: number[], failed?: NodeSpec[], objects?: object][] = [
    ['nobody there', pod([soft(host)]), [], bare('a', 'b'), [100, 100]],
    ['the only candidate', pod([soft(host)]), podsAt('a a b'), bare('a'), [100], bare('b')],
    ['as many everywhere', pod([soft(host)]), podsAt('a b'), bare('a', 'b'), [100, 100]],
    ['2 1 0 3', pod([soft(host)]), podsAt('a a b y y y'), bare('a', 'b', 'x', 'y'), [20, 60, 100, 0]],
    ['without a selector', pod([soft(host, 1, null)]), podsAt('a a b y y y'), bare('a', 'b', 'x', 'y'), [100, 100, 100, 100]],
    ['2 1 0 3, skew 2', pod([soft(host, 2)]), podsAt('a a b y y y'), bare('a', 'b', 'x', 'y'), [33, 66, 100, 16]],
    ['4 3 2 1, skew 3', pod([soft(host, 3)]), podsAt('a a a a b b b x x y'), bare('a', 'b', 'x', 'y'), [44, 66, 77, 100]],
    ['4 3 2 1 by the built-in constraints, zones unknown', { labels: labelsOf('foo') }, podsAt('a a a a b b b x x y'), bare('a', 'b', 'x', 'y'), [44, 66, 77, 100], [], service],
    ['4 2 1, the fourth no candidate', pod([soft(host)]), podsAt('a a a a b b x y y y'), bare('a', 'b', 'x'), [33, 83, 100], bare('y')],
    ['4 ? 1, one without the label', pod([soft(host)]), podsAt('a a a a b b x y y y'), [...bare('a'), { name: 'b', labels: { n: 'b' } }, ...bare('x')], [16, 0, 100], bare('y')],
    ['zones 6 4, of which one machine is no candidate', pod([soft('zone')]), podsAt('a a a a b b x y y y'), [machine('a'), machine('b'), machine('x')], [75, 75, 100], [machine('y')]],
    ['zone and machine, two candidates', pod([soft('zone'), soft(host)]), podsAt('a a b x x y y y y'), [machine('a'), machine('x')], [100, 63], [machine('b'), machine('y')]],
    ['two labels', pod([soft('zone'), soft(host, 1, 'bar')], 'foo,bar'), podsAt('a b:foo,bar y y:bar'), four(), [60, 20, 100, 60]],
    ['two labels, a zone without', pod([soft('zone'), soft(host, 1, 'bar')], 'foo,bar'), podsAt('b:bar x y:foo,bar'), four(), [100, 60, 40, 0]],
    ['two labels, three candidates', pod([soft('zone'), soft(host, 1, 'bar')], 'foo,bar'), podsAt('a b:foo,bar y y:bar'), four().slice(0, 3), [50, 25, 100], [machine('y')]],
    ['other namespaces', pod([soft(host)]), [...podsAt('a', { namespace: 'other' }), ...podsAt('a b b')], bare('a', 'b'), [100, 33]],
    ['pods about to go', pod([soft(host)]), [...podsAt('a', { deletionTimestamp: '2026-01-01T00:00:00Z' }), ...podsAt('b')], bare('a', 'b'), [100, 0]],
    ['minDomains says nothing here', pod([soft('node', 2, 'foo', { minDomains: 10 })]), podsAt('a a b b x'), [machine('a'), machine('b'), machine('x')], [75, 75, 100]],
    ['nodeSelector, honoured', pod([soft('node')], 'foo', onFoo), podsAt('a a b x'), three(), [0, 33, 100]],
    ['nodeSelector, ignored', pod([soft('node', 1, 'foo', anyNode)], 'foo', onFoo), podsAt('a a b x'), three(), [66, 100, 100]],
    ['node affinity, honoured', pod([soft('node')], 'foo', foo), podsAt('a a b x'), three(), [0, 33, 100]],
    ['node affinity, ignored', pod([soft('node', 1, 'foo', anyNode)], 'foo', foo), podsAt('a a b x'), three(), [66, 100, 100]],
    ['taints, honoured', pod([soft('node', 1, 'foo', untainted)]), podsAt('a a b x'), three(true), [0, 33, 100]],
    ['taints, ignored', pod([soft('node')]), podsAt('a a b x'), three(true), [66, 100, 100]],
    [
      'matchLabelKeys beside an empty selector', pod([soft('zone', 1, '', { matchLabelKeys: ['foo'] }), soft(host, 1, '', { matchLabelKeys: ['bar'] })], 'foo,bar'),
      podsAt('a b:foo,bar x x:bar'), four(), [60, 20, 60, 100],
    ],
    [
      'matchLabelKeys beside a selector', pod([soft('zone'), soft(host, 1, 'bar', { matchLabelKeys: ['baz'] })], 'foo,bar,baz'),
      podsAt('a b:foo,bar,baz x x:bar x:bar,baz'), four(), [60, 20, 60, 100],
    ],
  ]
  it.each(cases)('%s', (_what, incoming, existing, nodes, wantedScores, failed = [], objects = {}) => {
    const { handle, incoming: info } = situation({ nodes: [...nodes, ...failed], existing, objects })
    const plugin = podTopologySpread(handle)
    const candidates = handle.cache.nodes.filter(({ name }) => nodes.some((node) => node.name === name))
    const { state } = plugin.preScore!(info(incoming), candidates, undefined) as { state: SpreadScores }
    const scores = new Int32Array(candidates.length)
    plugin.score!(state, info(incoming), candidates, scores)
    plugin.normalize!(state, info(incoming), candidates, scores)
    const byName = Object.fromEntries(candidates.map(({ name }, i) => [name, scores[i]]))
    expect(nodes.map(({ name }) => byName[name])).toEqual(wantedScores)
  })

  it('takes no part for a pod that nothing selects', () => {
    const replicasets = [{ metadata: { name: 'rs1', namespace: 'default' }, spec: { selector: { matchExpressions: [{ key: 'tar', operator: 'Exists' }] } } }]
    const { handle, incoming } = situation({ nodes: [machine('a')], objects: { replicasets } })
    const plugin = podTopologySpread(handle, { defaultingType: 'List', defaultConstraints: [{ maxSkew: 2, topologyKey: 'planet', whenUnsatisfiable: 'ScheduleAnyway' }] })
    const other = { labels: labelsOf('foo,baz'), owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'rs2' } }
    expect(plugin.preScore!(incoming(other), handle.cache.nodes, undefined)).toMatchObject({ code: 'Skip' })
  })
})
