import { expect, test } from 'vitest'
import type { Node, NodeCondition, Taint } from '../../api/types.ts'
import { now, object, pod } from '../testing/objects.ts'
import { executingTaintsOf, notReadyConditions, olderLabelsOf, schedulingTaintsOf, silentConditions } from './decide.ts'

const node = (ready: NodeCondition['status'], spec: object = {}, more: NodeCondition[] = []): Node =>
  ({ ...object('Node', 'a', spec), status: { conditions: [{ type: 'Ready', status: ready }, ...more] } }) as unknown as Node
const names = (taints: Taint[] | undefined) => taints?.map(({ key, effect }) => `${key}:${effect}`)

test.each([
  ['well', node('True'), undefined],
  ['not ready', node('False'), ['node.kubernetes.io/not-ready:NoSchedule']],
  ['silent', node('Unknown'), ['node.kubernetes.io/unreachable:NoSchedule']],
  ['cordoned', node('True', { unschedulable: true }), ['node.kubernetes.io/unschedulable:NoSchedule']],
  ['full', node('True', {}, [{ type: 'DiskPressure', status: 'True' }]), ['node.kubernetes.io/disk-pressure:NoSchedule']],
  ['short of process ids', node('True', {}, [{ type: 'PIDPressure', status: 'True' }]), ['node.kubernetes.io/pid-pressure:NoSchedule']],
  ['short of memory', node('True', {}, [{ type: 'MemoryPressure', status: 'True' }]), ['node.kubernetes.io/memory-pressure:NoSchedule']],
  ['no longer cordoned', node('True', { taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }, { key: 'own', effect: 'NoSchedule' }] }), ['own:NoSchedule']],
])('taints of a node that is %s', (_name, of, wanted) => {
  expect(names(schedulingTaintsOf(of, now))).toEqual(wanted)
})

test('a node that is not ready drives its pods away, too', () => {
  expect(names(executingTaintsOf(node('False'), now))).toEqual(['node.kubernetes.io/not-ready:NoExecute'])
})

test('a node that was not ready and is now silent changes its taint', () => {
  const taints = [{ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }]
  expect(names(executingTaintsOf(node('Unknown', { taints }), now))).toEqual(['node.kubernetes.io/unreachable:NoExecute'])
  expect(executingTaintsOf(node('True', { taints }), now)).toEqual([])
})

test('of a silent node nothing is known; said once', () => {
  const conditions = silentConditions(node('True'), now)!
  expect(conditions.map(({ type, status }) => `${type}=${status}`)).toEqual(['Ready=Unknown', 'MemoryPressure=Unknown', 'DiskPressure=Unknown', 'PIDPressure=Unknown'])
  for (const type of ['MemoryPressure', 'DiskPressure', 'PIDPressure']) expect(conditions.find((c) => c.type === type)).toBeDefined()
  expect(conditions[0]).toMatchObject({ reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' })
  expect(silentConditions({ ...node('True'), status: { conditions } }, now)).toBeUndefined()
  // Whatever else somebody has said meanwhile.
  expect(silentConditions(node('Unknown', {}, [{ type: 'DiskPressure', status: 'False' }]), now)).toBeUndefined()
})

test.each<[string, Record<string, string>, Record<string, string> | undefined]>([
  ['is missing', { 'kubernetes.io/os': 'linux' }, { 'beta.kubernetes.io/os': 'linux' }],
  ['says something else', { 'kubernetes.io/arch': 'arm64', 'beta.kubernetes.io/arch': 'amd64' }, { 'beta.kubernetes.io/arch': 'arm64' }],
  ['says the same', { 'kubernetes.io/os': 'linux', 'beta.kubernetes.io/os': 'linux' }, undefined],
  ['stands alone', { 'beta.kubernetes.io/os': 'linux' }, undefined],
])('an older label of a node that %s', (_name, labels, wanted) => {
  expect(olderLabelsOf({ ...node('True'), metadata: { name: 'a', labels } } as never)).toEqual(wanted)
})

test('its pods are no longer ready, those that were', () => {
  expect(notReadyConditions(pod({ name: 'a' }), now)).toMatchObject([{ type: 'Ready', status: 'False' }])
  expect(notReadyConditions(pod({ name: 'a', ready: false }), now)).toBeUndefined()
})
