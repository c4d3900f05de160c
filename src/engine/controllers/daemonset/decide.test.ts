import { expect, test } from 'vitest'
import type { Node, Taint } from '../../api/types.ts'
import { now, object, pod } from '../testing/objects.ts'
import { daemonPod, daemonSetStatus, decideNodes, decideRollingUpdate, nodeConcerns, nodeShouldRun } from './decide.ts'
import { FailedPods } from './failed-pods.ts'

const set = (spec: object = {}) => object('DaemonSet', 'agent', { template: { metadata: {}, spec: { containers: [{ name: 'main' }], ...spec } }, updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } } })
const node = (name: string, taints: Partial<Taint>[] = [], labels: Record<string, string> = {}): Node =>
  ({ ...object('Node', name, { taints }, { metadata: { labels } }), status: {} }) as unknown as Node

test.each([
  ['a free node', node('a'), {}, true, true],
  ['a cordoned node', node('a', [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]), {}, true, true],
  ['a tainted node', node('a', [{ key: 'gpu', effect: 'NoSchedule' }]), {}, false, true],
  ['a node that drives pods away', node('a', [{ key: 'gpu', effect: 'NoExecute' }]), {}, false, false],
  ['a node that is not reachable', node('a', [{ key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' }]), {}, true, true],
  ['a node that is not selected', node('a'), { nodeSelector: { disk: 'ssd' } }, false, false],
  ['a node without network, for a pod on the host’s', node('a', [{ key: 'node.kubernetes.io/network-unavailable', effect: 'NoSchedule' }]), { hostNetwork: true }, true, true],
])('where a daemon should run: %s', (_name, on, spec, run, stay) => {
  expect(nodeShouldRun(set(spec), on)).toEqual({ run, stay })
})

const tainted = node('a', [{ key: 'gpu', effect: 'NoSchedule' }])
const fleeing = node('a', [{ key: 'gpu', effect: 'NoExecute' }])
test.each([
  ['lacks its pod', node('a'), false, 0, true],
  ['has its pod', node('a'), true, 0, false],
  ['has its pod, and a misplaced one is on record', node('a'), true, 1, true],
  ['has its pod and would get none now', tainted, true, 0, false],
  ['has none and would get none', tainted, false, 0, false],
  ['drives its pod away', fleeing, true, 0, true],
])('a change of a node that %s', (_name, on, scheduled, numberMisscheduled, concerns) => {
  expect(nodeConcerns({ ...set(), status: { numberMisscheduled } }, on, scheduled)).toBe(concerns)
})

const nodes = ['a', 'b', 'c'].map((name) => node(name))
const on = (name: string, of: string, more = {}) => pod({ name, node: of, labels: { 'controller-revision-hash': 'old' }, ...more })

type PodsOn = Record<string, ReturnType<typeof on>[]>
const look = (podsOn: PodsOn, rollingUpdate: object = { maxUnavailable: 1 }) => {
  const of = set()
  return { set: { ...of, spec: { ...of['spec'], updateStrategy: { type: 'RollingUpdate', rollingUpdate } } }, nodes, podsOn: new Map(Object.entries(podsOn)), hash: 'new', now }
}
const short = ({ create, remove }: ReturnType<typeof decideRollingUpdate>) => [create, remove.map(({ metadata }) => metadata.name)]
const fresh = (name: string, of: string, more = {}) => on(name, of, { labels: { 'controller-revision-hash': 'new' }, ...more })

test('nodes without a pod get one; what is double or has ended goes', () => {
  const daemons = look({ a: [on('a1', 'a'), on('a2', 'a')], b: [on('b1', 'b', { phase: 'Failed' })], gone: [on('g1', '')] })
  expect(short(decideNodes(daemons, () => true))).toEqual([['c'], ['a2', 'b1', 'g1']])
  expect(short(decideNodes(daemons, () => false))).toEqual([['c'], ['a2', 'g1']])
})

test.each([
  ['takes as many as may be missing', { a: [on('a1', 'a')], b: [on('b1', 'b')], c: [on('c1', 'c')] }, { maxUnavailable: 1 }, [[], ['a1']]],
  ['takes first what serves nobody', { a: [on('a1', 'a')], b: [on('b1', 'b')], c: [on('c1', 'c', { ready: false })] }, { maxUnavailable: 1 }, [[], ['c1']]],
  ['waits for the one that is new', { a: [fresh('a1', 'a', { ready: false })], b: [on('b1', 'b')], c: [on('c1', 'c')] }, { maxUnavailable: 1 }, [[], []]],
  ['takes a third, rounded up', { a: [on('a1', 'a')], b: [on('b1', 'b')], c: [on('c1', 'c')] }, { maxUnavailable: '34%' }, [[], ['a1', 'b1']]],
  ['with a surge makes new ones first', { a: [on('a1', 'a')], b: [on('b1', 'b')], c: [on('c1', 'c')] }, { maxUnavailable: 0, maxSurge: 1 }, [['a'], []]],
  ['with a surge waits for the new one', { a: [on('a1', 'a'), fresh('a2', 'a', { ready: false })], b: [on('b1', 'b')], c: [on('c1', 'c')] }, { maxUnavailable: 0, maxSurge: 1 }, [[], []]],
  ['with a surge replaces what serves nobody beyond the limit', { a: [on('a1', 'a'), fresh('a2', 'a', { ready: false })], b: [on('b1', 'b', { ready: false })], c: [on('c1', 'c')] }, { maxUnavailable: 0, maxSurge: 1 }, [['b'], []]],
  ['with a surge the old one goes when the new one is available', { a: [on('a1', 'a'), fresh('a2', 'a')], b: [on('b1', 'b')], c: [on('c1', 'c')] }, { maxUnavailable: 0, maxSurge: 1 }, [['b'], ['a1']]],
  ['counts a node without any pod as one that is missing', { a: [on('a1', 'a')], b: [on('b1', 'b')] }, { maxUnavailable: 1 }, [[], []]],
  ['with a surge waits, while a node is gone, for the pod to follow', { a: [on('a1', 'a')], b: [on('b1', 'b')], c: [on('c1', 'c')], gone: [on('g1', 'gone')] }, { maxUnavailable: 0, maxSurge: 1 }, [[], []]],
])('an update %s', (_name, podsOn, rollingUpdate, wanted) => {
  expect(short(decideRollingUpdate(look(podsOn as PodsOn, rollingUpdate)))).toEqual(wanted)
})

test('one that fails again and again is replaced later each time', () => {
  const failed = new FailedPods()
  const waits = [0, 1000, 3000, 7000].map((at) => {
    const wait = failed.delayMs('k', at)
    failed.next('k', at)
    return [wait, failed.delayMs('k', at), failed.delayMs('k', at + 999)]
  })
  expect(waits).toEqual([[0, 1000, 1000], [0, 2000, 2000], [0, 4000, 4000], [0, 8000, 8000]])
})

test('status tells desired, present and misplaced apart', () => {
  const some = [node('a'), node('b'), node('c', [{ key: 'gpu', effect: 'NoSchedule' }])]
  const podsOn = new Map([['a', [on('a1', 'a')]], ['c', [on('c1', 'c')]]])
  expect(daemonSetStatus(set(), some, podsOn, 'old', now)).toEqual({
    currentNumberScheduled: 1, numberMisscheduled: 1, desiredNumberScheduled: 2, numberReady: 1, observedGeneration: 1, updatedNumberScheduled: 1, numberAvailable: 1, numberUnavailable: 1,
  })
})

test('a daemon’s pod has one node to go to', () => {
  const terms = daemonPod(set(), 'b', 'h').spec.affinity!.nodeAffinity!.requiredDuringSchedulingIgnoredDuringExecution!.nodeSelectorTerms
  expect(terms).toEqual([{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['b'] }] }])
})

test('with a surge an old pod that serves where none would be made now stays until enough others serve', () => {
  const off = node('b', [{ key: 'gpu', effect: 'NoSchedule' }])
  const at = (podsOn: PodsOn) => ({ ...look(podsOn, { maxUnavailable: 0, maxSurge: 1 }), nodes: [node('a'), off] })
  expect(short(decideRollingUpdate(at({ a: [fresh('a1', 'a', { ready: false })], b: [on('b1', 'b')] })))).toEqual([[], []])
  expect(short(decideRollingUpdate(at({ a: [fresh('a1', 'a')], b: [on('b1', 'b')] })))).toEqual([[], ['b1']])
  expect(short(decideRollingUpdate(at({ a: [fresh('a1', 'a', { ready: false })], b: [on('b1', 'b', { ready: false })] })))).toEqual([[], ['b1']])
})

test('two pods on a node are one too many for a set that is updated by hand, whatever surge stands beside it', () => {
  const double = { a: [on('a1', 'a'), fresh('a2', 'a', { ready: false })], b: [on('b1', 'b')], c: [on('c1', 'c')] }
  const given = look(double, { maxUnavailable: 0, maxSurge: 1 })
  expect(short(decideNodes(given, () => true))).toEqual([[], []])
  const byHand = { ...given, set: { ...given.set, spec: { ...given.set['spec'], updateStrategy: { ...given.set['spec'].updateStrategy, type: 'OnDelete' } } } }
  expect(short(decideNodes(byHand, () => true))).toEqual([[], ['a2']])
})

test('a pod that bears the number of the template counts as up to date, whatever its hash', () => {
  const of = { ...set(), metadata: { ...set().metadata, annotations: { 'deprecated.daemonset.template.generation': '4' } } }
  const numbered = (name: string, number: string) => on(name, name[0]!, { labels: { 'controller-revision-hash': 'old', 'pod-template-generation': number } })
  const podsOn = new Map([['a', [numbered('a1', '4')]], ['b', [numbered('b1', '3')]], ['c', [fresh('c1', 'c')]]])
  expect(daemonSetStatus(of, nodes, podsOn, 'new', now)['updatedNumberScheduled']).toBe(2)
  expect(short(decideRollingUpdate({ ...look({}), set: of, podsOn }))).toEqual([[], ['b1']])
})
