import { expect, test } from 'vitest'
import type { Node, Taint } from '../../api/types.ts'
import { now, object, pod } from '../testing/objects.ts'
import { daemonPod, daemonSetStatus, decideNodes, decideRollingUpdate, nodeShouldRun } from './decide.ts'

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
])('%s', (_name, on, spec, run, stay) => {
  expect(nodeShouldRun(set(spec), on)).toEqual({ run, stay })
})

const nodes = ['a', 'b', 'c'].map((name) => node(name))
const on = (name: string, of: string, more = {}) => pod({ name, node: of, labels: { 'controller-revision-hash': 'old' }, ...more })

test('nodes without a pod get one; what is double or has ended goes', () => {
  const podsOn = new Map([['a', [on('a1', 'a'), on('a2', 'a')]], ['b', [on('b1', 'b', { phase: 'Failed' })]], ['gone', [on('g1', '')]]])
  const { create, remove, ended } = decideNodes(set(), nodes, podsOn)
  expect(create).toEqual(['c'])
  expect(remove.map(({ metadata }) => metadata.name)).toEqual(['a2', 'b1', 'g1'])
  expect(ended.map(({ metadata }) => metadata.name)).toEqual(['b1'])
})

test('an update takes as many as may be missing, and those that serve nobody anyway', () => {
  const podsOn = new Map([['a', [on('a1', 'a')]], ['b', [on('b1', 'b')]], ['c', [on('c1', 'c')]]])
  expect(decideRollingUpdate(set(), nodes, podsOn, 'new', now).map(({ metadata }) => metadata.name)).toEqual(['a1'])
  podsOn.set('c', [on('c1', 'c', { ready: false })])
  expect(decideRollingUpdate(set(), nodes, podsOn, 'new', now).map(({ metadata }) => metadata.name)).toEqual(['c1'])
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
