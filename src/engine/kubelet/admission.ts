import { affinityHolds, requiredNodeAffinity } from '../api/nodeSelector.ts'
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
  return underPressure(pod, pressures) ?? forbiddenSysctl(pod) ?? wrongNode(pod, node) ?? notEnough(pod, node, others)
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

function notEnough(pod: Pod, node: Node, others: Iterable<Pod>): Rejection | undefined {
  const present = [...others]
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
