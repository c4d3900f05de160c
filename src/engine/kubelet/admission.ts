import { affinityHolds, requiredNodeAffinity } from '../api/nodeSelector.ts'
import { collide, hostPortsOf } from '../api/hostPorts.ts'
import { firstUntolerated, isTolerated } from '../api/tolerations.ts'
import { podRequests } from '../api/podResources.ts'
import { addLists, quantity } from '../api/quantity.ts'
import type { Node, Pod, Taint } from '../api/types.ts'
import { isCritical } from './critical.ts'
import { forbiddenSysctl } from './kuberuntime/sysctls.ts'
import { isStaticPod } from './static-pods/manifest.ts'
import type { KubeletConfiguration } from '../api/kubeletConfiguration.ts'
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
export function rejectPod(pod: Pod, node: Node, others: Iterable<Pod>, pressures: readonly PressureCondition[], { allowedUnsafeSysctls }: KubeletConfiguration = {}): Rejection | undefined {
  return underPressure(pod, pressures) ?? forbiddenSysctl(pod, allowedUnsafeSysctls) ?? otherSystem(pod) ?? unfit(pod, node, [...others])
}

function unfit(pod: Pod, node: Node, present: readonly Pod[]): Rejection | undefined {
  const [first] = shortagesOf(pod, node, present)
  const shortage = first && insufficient(first)
  const misfit = wrongNode(pod, node) ?? takenPorts(pod, present) ?? untolerated(pod, node)
  // The order of lifecycle/predicate.go generalFilter; for a pod that the cluster needs room can be made, if only room is missing.
  return isCritical(pod) ? (misfit ?? shortage) : (shortage ?? misfit)
}

/** Critical pods come in always; under memory pressure alone so do those that have requested something, or tolerate it. */
function underPressure(pod: Pod, pressures: readonly PressureCondition[]): Rejection | undefined {
  if (pressures.length === 0 || isCritical(pod)) return undefined
  if (pressures.length === 1 && pressures[0] === 'MemoryPressure') {
    if (qosClass(pod.spec) !== 'BestEffort') return undefined
    if (isTolerated(pod.spec.tolerations, memoryPressureTaint)) return undefined
  }
  return { reason: 'Evicted', message: `The node had condition: [${pressures.join(' ')}]. ` }
}

const memoryPressureTaint: Taint = { key: 'node.kubernetes.io/memory-pressure', effect: 'NoSchedule' }

/** The reason that may be gone when the node is read anew: its labels may have changed since. */
export const wrongNodeReason = 'NodeAffinity'

function wrongNode(pod: Pod, node: Node): Rejection | undefined {
  const { name, labels = {} } = node.metadata
  const fits = affinityHolds(requiredNodeAffinity(pod.spec), { name, labels })
  return fits ? undefined : { reason: wrongNodeReason, message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector" }
}

/** It is the pod's label that counts here; a selector of nodes is seen to like every other. */
function otherSystem({ metadata, spec }: Pod): Rejection | undefined {
  const wanted = metadata.labels?.['kubernetes.io/os']
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

/** What the node has too little of for a pod, beside those that are there. */
export interface Shortage {
  resource: string
  /** CPU in thousandths, everything else in whole units. */
  requested: number
  used: number
  capacity: number
}

/** Extended resources that the node does not know at all are somebody else's business: a pod that has been bound gets in without them. */
export function shortagesOf(pod: Pod, node: Node, others: readonly Pod[]): Shortage[] {
  // Only what is asked for is added up: most pods ask for little, and nodes have many.
  const requests = requestsOf(pod)
  const lists = requests.size === 1 ? [] : others.map(({ spec }) => totalRequests(spec))
  const usedOf = (resource: string): number =>
    resource === 'pods' ? others.length : lists.reduce((sum, list) => sum + unitsOf(resource, list[resource] ?? '0'), 0)
  const allocatable = { pods: '110', ...node.status.allocatable } as Record<string, string>
  const shortages: Shortage[] = []
  for (const [resource, requested] of requests) {
    if (requested === 0 || (resource.includes('/') && allocatable[resource] === undefined)) continue
    const capacity = unitsOf(resource, allocatable[resource] ?? '0')
    const used = usedOf(resource)
    if (used + requested > capacity) shortages.push({ resource, requested, used, capacity })
  }
  return shortages
}

/** Resource -> what a pod requests of it, one place among the pods to begin with: CPU in thousandths, everything else in whole units. */
export function requestsOf({ spec }: Pod): Map<string, number> {
  return new Map([['pods', 1], ...Object.entries(totalRequests(spec)).map(([name, amount]) => [name, unitsOf(name, amount)] as const)])
}

const totalRequests = (spec: Pod['spec']): Record<string, string> => addLists(podRequests(spec), spec.overhead ?? {})

function unitsOf(resource: string, amount: string): number {
  const parsed = quantity(amount)
  return resource === 'cpu' ? parsed.milliValue : parsed.value
}

function insufficient({ resource, requested, used, capacity }: Shortage): Rejection {
  const message = `Node didn't have enough resource: ${resource}, requested: ${requested}, used: ${used}, capacity: ${capacity}`
  return { reason: `OutOf${resource}`, message }
}
