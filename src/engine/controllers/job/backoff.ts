import type { Pod } from '../../api/types.ts'
import { podCondition, timeOf } from '../common/pods.ts'
import { sidecarsOf } from '../../api/sidecar.ts'

/** pkg/controller/job/backoff_utils.go: failures in a row make the next pod wait. */
export interface BackoffRecord {
  failures: number
  lastFailureMs: number
}

const firstDelayMs = 10_000
const longestDelayMs = 600_000

/** When a pod ended: the last of its containers and sidecars, or when it became unready, or was marked, or was made (getFinishedTime). */
export function finishTime(pod: Pod): number {
  const sidecars = (pod.status.initContainerStatuses ?? []).filter(({ name }) => sidecarsOf(pod.spec).some((container) => container.name === name))
  const ends = [...(pod.status.containerStatuses ?? []), ...sidecars].map(({ state }) => timeOf(state?.terminated?.finishedAt))
  if (ends.length > 0 && ends.every((end) => end > 0)) return Math.max(...ends)
  const ready = podCondition(pod, 'Ready')
  if (ready?.status === 'False' && ready.lastTransitionTime) return timeOf(ready.lastTransitionTime)
  return pod.metadata.deletionTimestamp === undefined ? timeOf(pod.metadata.creationTimestamp) : timeOf(pod.metadata.deletionTimestamp) - (pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000
}

/** The record with what has ended since: a success begins the count anew. */
export function nextRecord(record: BackoffRecord | undefined, succeeded: readonly Pod[], failed: readonly Pod[]): BackoffRecord {
  const before = record ?? { failures: 0, lastFailureMs: 0 }
  const successMs = Math.max(0, ...succeeded.map(finishTime))
  const failures = failed.map(finishTime).filter((end) => end > successMs)
  const base = succeeded.length > 0 ? { failures: 0, lastFailureMs: 0 } : before
  return failures.length === 0 ? base : { failures: base.failures + failures.length, lastFailureMs: Math.max(...failures) }
}

/** Virtual ms until another pod may be made; 0 or less: now. */
export function remainingMs({ failures, lastFailureMs }: BackoffRecord, now: number): number {
  if (failures === 0) return 0
  return lastFailureMs + Math.min(firstDelayMs * 2 ** (failures - 1), longestDelayMs) - now
}
