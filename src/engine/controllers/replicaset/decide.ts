import { semanticEqual } from '../../api/equality.ts'
import { formatTime } from '../../api/time.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
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

/** status of a ReplicaSet or ReplicationController (pkg/controller/replicaset/replica_set_utils.go calculateStatus). */
export function replicaSetStatus(set: KubeObject, pods: readonly Pod[], failure: ReplicaFailure | undefined, now: number): Record<string, unknown> {
  const template = Object.entries<string>(set['spec'].template.metadata?.labels ?? {})
  const minReadySeconds: number = set['spec'].minReadySeconds ?? 0
  const labelled = pods.filter(({ metadata: { labels } }) => template.every(([key, value]) => labels?.[key] === value)).length
  const ready = pods.filter(isReady)
  const available = ready.filter((pod) => isAvailable(pod, minReadySeconds, now)).length
  const conditions = conditionsWith(set['status']?.conditions ?? [], failure, now)
  return {
    replicas: pods.length,
    ...(labelled > 0 ? { fullyLabeledReplicas: labelled } : {}),
    ...(ready.length > 0 ? { readyReplicas: ready.length } : {}),
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
