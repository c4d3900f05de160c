import { affinityHolds, requiredNodeAffinity } from '../api/nodeSelector.ts'
import { collide, hostPortsOf } from '../api/hostPorts.ts'
import { firstUntolerated } from '../api/tolerations.ts'
import { aggregateRequests } from '../api/podResources.ts'
import { quantity } from '../api/quantity.ts'
import type { Node, Pod } from '../api/types.ts'
import { forbiddenSysctl } from './sysctls.ts'
import { isStaticPod } from './static-pods/manifest.ts'
import type { PressureCondition } from './eviction/signals.ts'
import { qosClass } from '../api/qos.ts'

/** Why a node does not take a pod that was sent to it; the pod then fails with it. */
export interface Rejection {
  reason: string
  message: string
}

/**
 * The node's own last word: a pod that named its node, or was bound while the node changed, may not fit
 * (pkg/kubelet/lifecycle/predicate.go and eviction's Admit).
 */
export function rejectPod(pod: Pod, node: Node, others: Iterable<Pod>, pressures: readonly PressureCondition[]): Rejection | undefined {
  return underPressure(pod, pressures) ?? forbiddenSysctl(pod) ?? otherSystem(pod) ?? unfit(pod, node, [...others])
}

/** Critical pods come in always; under memory pressure alone so do those that have requested something, or tolerate it. */
function underPressure(pod: Pod, pressures: readonly PressureCondition[]): Rejection | undefined {
  if (pressures.length === 0 || isStaticPod(pod) || (pod.spec.priority ?? 0) >= criticalPriority) return undefined
  if (pressures.length === 1 && pressures[0] === 'MemoryPressure') {
    if (qosClass(pod.spec) !== 'BestEffort') return undefined
    const tolerated = pod.spec.tolerations?.some((t) => (t.key === memoryPressureTaint || (!t.key && t.operator === 'Exists')) && (!t.effect || t.effect === 'NoSchedule'))
    if (tolerated === true) return undefined
  }
  return { reason: 'Evicted', message: `The node had condition: [${pressures.join(', ')}]. ` }
}

const criticalPriority = 2_000_000_000
const memoryPressureTaint = 'node.kubernetes.io/memory-pressure'

/** The reason that may be gone when the node is read anew: its labels may have changed since. */
export const wrongNodeReason = 'NodeAffinity'

function wrongNode(pod: Pod, node: Node): Rejection | undefined {
  const { name, labels = {} } = node.metadata
  const fits = affinityHolds(requiredNodeAffinity(pod.spec), { name, labels })
  return fits ? undefined : { reason: wrongNodeReason, message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector" }
}

/** What the scheduler would look at, in the order in which the kubelet does (lifecycle/predicate.go generalFilter). */
function unfit(pod: Pod, node: Node, others: readonly Pod[]): Rejection | undefined {
  return notEnough(pod, node, others) ?? wrongNode(pod, node) ?? takenPorts(pod, others) ?? untolerated(pod, node)
}

function otherSystem({ spec }: Pod): Rejection | undefined {
  const wanted = spec.nodeSelector?.['kubernetes.io/os']
  if (wanted !== undefined && wanted !== 'linux') {
    return { reason: 'PodOSSelectorNodeLabelDoesNotMatch', message: 'Failed to admit pod as the `kubernetes.io/os` label doesn\'t match node label' }
  }
  const system = (spec as { os?: { name?: string } }).os?.name ?? 'linux'
  return system === 'linux' ? undefined : { reason: 'PodOSNotSupported', message: "Failed to admit pod as the OS field doesn't match node OS" }
}

function takenPorts(pod: Pod, others: readonly Pod[]): Rejection | undefined {
  const wanted = hostPortsOf(pod)
  const taken = wanted.length > 0 && others.some((other) => hostPortsOf(other).some((port) => wanted.some((mine) => collide(port, mine))))
  return taken ? { reason: 'NodePorts', message: "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports" } : undefined
}

/** A static pod runs on its node whatever taint that has. */
function untolerated(pod: Pod, { spec }: Node): Rejection | undefined {
  const taints = (spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute')
  if (taints.length === 0 || isStaticPod(pod) || firstUntolerated(taints, pod.spec.tolerations) === undefined) return undefined
  return { reason: 'TaintToleration', message: "Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate" }
}

function notEnough(pod: Pod, node: Node, present: readonly Pod[]): Rejection | undefined {
  const allocatable = node.status.allocatable ?? {}
  const limit = quantity(allocatable['pods'] ?? '110').value
  if (present.length + 1 > limit) return insufficient('pods', 1, present.length, limit)
  for (const [name, amount] of Object.entries(aggregateRequests(pod.spec))) {
    const request = milli(name, amount)
    if (request === 0) continue
    const capacity = milli(name, allocatable[name] ?? '0')
    const taken = present.reduce((sum, { spec }) => sum + milli(name, aggregateRequests(spec)[name] ?? '0'), 0)
    if (taken + request > capacity) return insufficient(name, request, taken, capacity)
  }
  return undefined
}

/** CPU counts in thousandths, everything else in whole units, as the message has them. */
function milli(name: string, amount: string): number {
  const parsed = quantity(amount)
  return name === 'cpu' ? parsed.milliValue : parsed.value
}

function insufficient(resource: string, requested: number, used: number, capacity: number): Rejection {
  const message = `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`
  return { reason: `OutOf${resource}`, message }
}
