import { describe, expect, it } from 'vitest'
import type { Node, Pod } from '../api/types.ts'
import { rejectPod, wrongNodeReason } from './admission.ts'
import type { PressureCondition } from './eviction/signals.ts'

const node = (labels: Record<string, string>): Node =>
  ({ metadata: { name: 'node1', labels }, spec: {}, status: { allocatable: { cpu: '2', memory: '4Gi', pods: '2' } } }) as unknown as Node
const pod = (spec: object, cpu = '0'): Pod =>
  ({ metadata: { name: 'p' }, spec: { containers: [{ name: 'c', resources: { requests: { cpu } } }], ...spec }, status: {} }) as unknown as Pod
const affinity = (...nodeSelectorTerms: object[]): object => ({ affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } })
const term = (...matchExpressions: object[]) => ({ matchExpressions })

const wrongNode = { reason: wrongNodeReason, message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector" }

describe('a node takes a pod only when it is as the pod wants it', () => {
  it.each([
    ['the label', { nodeSelector: { disk: 'ssd' } }, { disk: 'ssd' }, undefined],
    ['another value', { nodeSelector: { disk: 'ssd' } }, { disk: 'hdd' }, wrongNode],
    ['required affinity that holds', affinity(term({ key: 'disk', operator: 'Exists' })), { disk: 'hdd' }, undefined],
    ['required affinity that does not', affinity(term({ key: 'disk', operator: 'In', values: ['ssd'] })), { disk: 'hdd' }, wrongNode],
    ['one of two terms', affinity(term({ key: 'x', operator: 'Exists' }), term({ key: 'disk', operator: 'Exists' })), { disk: 'hdd' }, undefined],
    ['the name of another node', affinity({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node2'] }] }), {}, wrongNode],
  ])('%s', (_what, spec, labels, expected) => {
    expect(rejectPod(pod(spec), node(labels as Record<string, string>), [], [])).toEqual(expected)
  })
})

describe('a node takes a pod only when', () => {
  const withPort = (hostPort: number, more: object = {}): Pod => pod({ containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort, ...more }] }] })
  const taken = { reason: 'NodePorts', message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports" }
  const tainted = (effect: string): Node => ({ ...node({}), spec: { taints: [{ key: 'dedicated', value: 'gpu', effect }] } }) as Node
  const untolerated = { reason: 'TaintToleration', message: "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate" }

  it.each([
    ['its host port is free', withPort(8080), node({}), [withPort(8081)], undefined],
    ['nobody else has its host port', withPort(8080), node({}), [withPort(8080)], taken],
    ['only another protocol has it', withPort(8080), node({}), [withPort(8080, { protocol: 'UDP' })], undefined],
    ['it tolerates what ends pods there', pod({}), tainted('NoExecute'), [], untolerated],
    ['it does so', pod({ tolerations: [{ operator: 'Exists' }] }), tainted('NoExecute'), [], undefined],
    ['what keeps only the scheduler away', pod({}), tainted('NoSchedule'), [], undefined],
    ['it is a static pod', { ...pod({}), metadata: { name: 'p', annotations: { 'kubernetes.io/config.source': 'file' } } } as never, tainted('NoExecute'), [], undefined],
    ['its label names its system', { ...pod({}), metadata: { name: 'p', labels: { 'kubernetes.io/os': 'windows' } } } as never, node({}), [], { reason: 'PodOSSelectorNodeLabelDoesNotMatch', message: "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label" }],
    ['it is the node that it selects by its system', pod({ nodeSelector: { 'kubernetes.io/os': 'windows' } }), node({ 'kubernetes.io/os': 'linux' }), [], wrongNode],
    ['it is of its system', pod({ os: { name: 'windows' } }), node({}), [], { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" }],
  ])('%s', (_what, wanted, at, others, expected) => {
    expect(rejectPod(wanted, at, others, [])).toEqual(expected)
  })
})

describe('a node takes a pod only when there is room', () => {
  it.each([
    ['what the pod asks for as a whole', { resources: { requests: { cpu: '3' } } }, 3000],
    ['what running it takes besides', { overhead: { cpu: '2500m' } }, 2500],
    ['both', { resources: { requests: { cpu: '1' } }, overhead: { cpu: '1500m' } }, 2500],
  ])('%s counts', (_what, spec, requested) => {
    const message = `Node didn't have enough resource: cpu, requested: ${requested}, used: 0, capacity: 2000`
    expect(rejectPod(pod(spec), node({}), [], [])).toEqual({ reason: 'OutOfcpu', message })
    expect(rejectPod(pod({}, '1'), node({}), [pod(spec)], [])).toMatchObject({ reason: 'OutOfcpu' })
  })

  const onPort = (hostPort: number): Pod => pod({ containers: [{ name: 'c', ports: [{ containerPort: 80, hostPort }] }] })

  it.each<[string, string, Pod[], object | undefined, object?]>([
    ['to the last thousandth', '500m', [pod({}, '1500m')], undefined],
    ['too little cpu', '600m', [pod({}, '1500m')], { reason: 'OutOfcpu', message: "Node didn't have enough resource: cpu, requested: 600, used: 1500, capacity: 2000" }],
    ['too many pods', '0', [pod({}), pod({})], { reason: 'OutOfpods', message: "Node didn't have enough resource: pods, requested: 1, used: 2, capacity: 2" }],
    ['both too little and the wrong node', '600m', [pod({}, '1500m')], { reason: 'OutOfcpu', message: "Node didn't have enough resource: cpu, requested: 600, used: 1500, capacity: 2000" }, { nodeSelector: { disk: 'ssd' } }],
    ['the wrong node for a pod that room could be made for', '600m', [pod({}, '1500m')], wrongNode, { nodeSelector: { disk: 'ssd' }, priority: 2_000_000_000 }],
    ['a port that is taken', '0', [onPort(80)], { reason: 'NodePorts', message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports" }, onPort(80).spec],
    ['another port', '0', [onPort(81)], undefined, onPort(80).spec],
    ['an extended resource that the node does not know', '0', [], undefined, { containers: [{ name: 'c', resources: { requests: { 'example.com/gpu': '1' } } }] }],
  ])('%s', (_what, cpu, others, expected, more = {}) => {
    expect(rejectPod(pod(more, cpu), node({}), others, [])).toEqual(expected)
  })
})

describe('a node under pressure takes a pod only when it does little harm', () => {
  const nothing = { containers: [{ name: 'c' }] }
  const something = { containers: [{ name: 'c', resources: { requests: { memory: '1Mi' } } }] }
  const bearing = (toleration: object): object => ({ ...nothing, tolerations: [toleration] })
  const refused = (conditions: string) => ({ reason: 'Evicted', message: `The node had condition: [${conditions}]. ` })

  it.each<[string, object, PressureCondition[], object | undefined]>([
    ['best effort', nothing, ['MemoryPressure'], refused('MemoryPressure')],
    ['burstable', something, ['MemoryPressure'], undefined],
    ['best effort that tolerates it', bearing({ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists' }), ['MemoryPressure'], undefined],
    ['best effort that tolerates everything', bearing({ operator: 'Exists' }), ['MemoryPressure'], undefined],
    ['best effort that tolerates another value of it', bearing({ key: 'node.kubernetes.io/memory-pressure', value: 'x' }), ['MemoryPressure'], refused('MemoryPressure')],
    ['best effort that tolerates something else', bearing({ key: 'other', operator: 'Exists' }), ['MemoryPressure'], refused('MemoryPressure')],
    ['burstable, short of disk', something, ['DiskPressure'], refused('DiskPressure')],
    ['critical, short of disk', { ...nothing, priority: 2_000_000_000 }, ['DiskPressure'], undefined],
    ['burstable, short of both', something, ['MemoryPressure', 'DiskPressure'], refused('MemoryPressure DiskPressure')],
  ])('%s', (_what, spec, pressures, expected) => {
    expect(rejectPod(pod(spec), node({}), [], pressures)).toEqual(expected)
  })
})
