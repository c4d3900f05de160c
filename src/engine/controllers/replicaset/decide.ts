import { semanticEqual } from '../../api/equality.ts'
import { matches, type Selector } from '../../api/selector.ts'
import { formatTime } from '../../api/time.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import type { PodGroup } from '../common/pod-tally.ts'
import { isAvailable, isReady, podCondition, timeOf } from '../common/pods.ts'

/** At most so many pods are created or deleted in one go (pkg/controller/replicaset BurstReplicas). */
export const burstReplicas = 500

/** How many pods to create (positive) or to delete (negative). */
export function replicasMissing(wanted: number, active: number): number {
  const missing = wanted - active
  return Math.max(-burstReplicas, Math.min(burstReplicas, missing))
}

/** Why pods could not be created or deleted this time. */
export interface ReplicaFailure {
  creating: boolean
  message: string
}

/** What a status counts, of active pods. */
export interface ReplicaCounts {
  replicas: number
  /** Having all labels of the template. */
  labelled: number
  ready: number
  /** Ready for minReadySeconds. */
  available: number
}

export function countReplicas(set: KubeObject, pods: readonly Pod[], now: number): ReplicaCounts {
  const minReadySeconds: number = set['spec'].minReadySeconds ?? 0
  const ready = pods.filter(isReady)
  return {
    replicas: pods.length,
    labelled: pods.filter(({ metadata }) => hasLabelsOf(set, metadata.labels)).length,
    ready: ready.length,
    available: ready.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
  }
}

/**
 * The same from a tally, when nothing but numbers is to be known: the pods of the set are those that it has, none is to be adopted or
 * released, and being ready is being available. Undefined when the pods have to be looked at.
 */
export function tallyReplicas(set: KubeObject, selector: Selector, owned: Iterable<PodGroup>, orphans: Iterable<PodGroup>): ReplicaCounts | undefined {
  if (set['spec'].minReadySeconds) return undefined
  for (const { labels } of orphans) if (matches(selector, labels)) return undefined
  const counts: ReplicaCounts = { replicas: 0, labelled: 0, ready: 0, available: 0 }
  for (const { labels, active, ready } of owned) {
    if (!matches(selector, labels)) return undefined
    counts.replicas += active
    counts.ready += ready
    counts.available += ready
    if (hasLabelsOf(set, labels)) counts.labelled += active
  }
  return counts
}

function hasLabelsOf(set: KubeObject, labels: Readonly<Record<string, string>> | undefined): boolean {
  const wanted: Readonly<Record<string, string>> = set['spec'].template.metadata?.labels ?? {}
  for (const key in wanted) if (labels?.[key] !== wanted[key]) return false
  return true
}

/** status of a ReplicaSet or ReplicationController (pkg/controller/replicaset/replica_set_utils.go calculateStatus). */
export function replicaSetStatus(set: KubeObject, counts: ReplicaCounts, failure: ReplicaFailure | undefined, now: number): Record<string, unknown> {
  const { replicas, labelled, ready, available } = counts
  const conditions = conditionsWith(set['status']?.conditions ?? [], failure, now)
  return {
    replicas,
    ...(labelled > 0 ? { fullyLabeledReplicas: labelled } : {}),
    ...(ready > 0 ? { readyReplicas: ready } : {}),
    ...(available > 0 ? { availableReplicas: available } : {}),
    observedGeneration: set.metadata.generation ?? 0,
    ...(conditions.length > 0 ? { conditions } : {}),
  }
}

interface Condition {
  type: string
  status: string
  reason: string
  message: string
  lastTransitionTime: string
}

function conditionsWith(old: readonly Condition[], failure: ReplicaFailure | undefined, now: number): readonly Condition[] {
  const present = old.some(({ type }) => type === 'ReplicaFailure')
  if (failure === undefined) return present ? old.filter(({ type }) => type !== 'ReplicaFailure') : old
  // While it lasts, the first failure stays as it was told.
  if (present) return old
  const reason = failure.creating ? 'FailedCreate' : 'FailedDelete'
  return [...old, { type: 'ReplicaFailure', status: 'True', lastTransitionTime: formatTime(now), reason, message: failure.message }]
}

/** Whether the status must be written. */
export function statusDiffers(set: KubeObject, status: Record<string, unknown>): boolean {
  const { replicas = 0, ...old } = set['status'] ?? {}
  return !semanticEqual({ replicas, ...old }, status)
}

/** After how long a ready pod will count as available; undefined when nothing is waited for. */
export function nextAvailableMs(set: KubeObject, pods: readonly Pod[], now: number): number | undefined {
  const minReadySeconds: number = set['spec'].minReadySeconds ?? 0
  if (minReadySeconds === 0) return undefined
  const waits = pods
    .filter((pod) => isReady(pod) && !isAvailable(pod, minReadySeconds, now))
    .map((pod) => timeOf(podCondition(pod, 'Ready')!.lastTransitionTime) + minReadySeconds * 1000 - now)
  return waits.length === 0 ? undefined : Math.min(...waits)
}
