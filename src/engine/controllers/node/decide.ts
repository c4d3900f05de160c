import { formatTime } from '../../api/time.ts'
import type { Node, NodeCondition, Pod, Taint } from '../../api/types.ts'
import { timeOf } from '../common/pods.ts'

/** Pure decisions about nodes that fall silent (pkg/controller/nodelifecycle). */

/** Without a sign of life for so long nothing is known of a node (node-monitor-grace-period). */
export const graceMs = 50_000
/** A new node may take longer to say its first word (node-startup-grace-period). */
export const startupGraceMs = 60_000

const key = (name: string): string => `node.kubernetes.io/${name}`
export const notReady = key('not-ready')
export const unreachable = key('unreachable')

export function readyStatus(node: Node): NodeCondition['status'] {
  return node.status.conditions?.find(({ type }) => type === 'Ready')?.status ?? 'Unknown'
}

/** Condition -> status -> taint without execution (nodeConditionToTaintKeyStatusMap). */
const schedulingTaints: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: notReady, Unknown: unreachable },
  MemoryPressure: { True: key('memory-pressure') },
  DiskPressure: { True: key('disk-pressure') },
  NetworkUnavailable: { True: key('network-unavailable') },
  PIDPressure: { True: key('pid-pressure') },
}
const unschedulable = key('unschedulable')
const ownScheduling: ReadonlySet<string> = new Set([unschedulable, ...Object.values(schedulingTaints).flatMap((taints) => Object.values(taints))])

/** The taints that keep new pods away, as conditions and `unschedulable` ask for; undefined when they are right (doNoScheduleTaintingPass). */
export function schedulingTaintsOf(node: Node, now: number): Taint[] | undefined {
  const wanted = (node.status.conditions ?? []).flatMap(({ type, status }) => schedulingTaints[type]?.[status] ?? [])
  if (node.spec.unschedulable === true) wanted.push(unschedulable)
  return withTaints(node, wanted, 'NoSchedule', ownScheduling, now)
}

const ownExecuting: ReadonlySet<string> = new Set([notReady, unreachable])

/** The taint that drives pods away from a node that is not ready or not reachable (processTaintBaseEviction). */
export function executingTaintsOf(node: Node, now: number): Taint[] | undefined {
  const ready = readyStatus(node)
  const wanted = ready === 'True' ? [] : [ready === 'False' ? notReady : unreachable]
  return withTaints(node, wanted, 'NoExecute', ownExecuting, now)
}

/** As if nothing were known against it; undefined when there is nothing to take off. */
export function withoutExecuting(node: Node): Taint[] | undefined {
  const { taints = [] } = node.spec
  const kept = taints.filter(({ key: name, effect }) => effect !== 'NoExecute' || !ownExecuting.has(name))
  return kept.length === taints.length ? undefined : kept
}

function withTaints(node: Node, wanted: readonly string[], effect: 'NoSchedule' | 'NoExecute', own: ReadonlySet<string>, now: number): Taint[] | undefined {
  const { taints = [] } = node.spec
  const mine = (taint: Taint): boolean => taint.effect === effect && own.has(taint.key)
  const kept = taints.filter((taint) => !mine(taint) || wanted.includes(taint.key))
  const missing = wanted.filter((name) => !taints.some((taint) => taint.effect === effect && taint.key === name))
  if (missing.length === 0 && kept.length === taints.length) return undefined
  return [...kept, ...missing.map((name) => ({ key: name, effect, timeAdded: formatTime(now) }))]
}

/** The older name of a label -> the one that has the word (labelReconcileInfo). */
const olderLabels: Readonly<Record<string, string>> = { 'beta.kubernetes.io/os': 'kubernetes.io/os', 'beta.kubernetes.io/arch': 'kubernetes.io/arch' }

/** Labels that have to be set so that older names say the same as the present ones; undefined when they do (reconcileNodeLabels). */
export function olderLabelsOf({ metadata: { labels = {} } }: Node): Record<string, string> | undefined {
  const wrong = Object.entries(olderLabels).filter(([older, present]) => labels[present] !== undefined && labels[older] !== labels[present])
  return wrong.length === 0 ? undefined : Object.fromEntries(wrong.map(([older, present]) => [older, labels[present]!]))
}

/** Conditions of a node that nobody has heard of for too long; undefined when Ready, for which it is done, says so already. */
export function silentConditions(node: Node, now: number): NodeCondition[] | undefined {
  const time = formatTime(now)
  const { conditions = [] } = node.status
  if (conditions.find(({ type }) => type === 'Ready')?.status === 'Unknown') return undefined
  const next = conditions.map((condition): NodeCondition => {
    if (!['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].includes(condition.type) || condition.status === 'Unknown') return condition
    return { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: time }
  })
  for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']) {
    if (conditions.some((condition) => condition.type === type)) continue
    const never = { reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.' }
    next.push({ type, status: 'Unknown', ...never, lastHeartbeatTime: node.metadata.creationTimestamp, lastTransitionTime: time })
  }
  return next
}

/** The pod's conditions with Ready taken away; undefined when it is not ready anyway (MarkPodsNotReady). */
export function notReadyConditions(pod: Pod, now: number): Pod['status']['conditions'] {
  const ready = pod.status.conditions?.find(({ type }) => type === 'Ready')
  if (ready?.status !== 'True') return undefined
  return pod.status.conditions!.map((condition) => (condition === ready ? { ...condition, status: 'False' as const, lastTransitionTime: formatTime(now) } : condition))
}

/** When a node was last heard of by its own words. */
export function heartbeatOf(node: Node): number {
  return timeOf(node.status.conditions?.find(({ type }) => type === 'Ready')?.lastHeartbeatTime)
}
