import { formatTime } from '../../api/time.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { conditionOf, delayedPods, hasFailed, hasPerIndexLimit, hasTrackingFinalizer, isIndexed, jobCondition, mayRelease, type JobCondition, type JobCounts } from './decide.ts'
import { matchFailurePolicy } from './failure-policy.ts'
import { formatIndexes, indexOf } from './indexes.ts'

/**
 * Counting ended pods exactly once, though the Job and its pods cannot be written together (trackJobStatusAndRemoveFinalizers):
 * first their uids go into status, then their finalizers go, then the uids become numbers.
 */
export interface Tracking {
  status: Record<string, any>
  release: readonly Pod[]
  changed: boolean
  /** There were too many for one go: the Job is not over yet. */
  partial: boolean
}

/** As many are counted in one go (MaxUncountedPods). */
const maxUncounted = 500

export function trackEnded(
  job: KubeObject, pods: readonly Pod[], counts: JobCounts, ending: JobCondition | undefined, released: ReadonlySet<string>,
): Tracking {
  const cleaned = countReleased(job['status'] ?? {}, uidsWithFinalizer(pods, released))
  let { status, changed } = cleaned
  const release: Pod[] = []
  const succeeded: string[] = [...(status['uncountedTerminatedPods'].succeeded ?? [])]
  const failed: string[] = [...(status['uncountedTerminatedPods'].failed ?? [])]
  const delayed = delayedPods(job, pods, counts)
  // Of a Job that ends badly even what still runs has failed.
  const fails = ending !== undefined && ending.type !== 'SuccessCriteriaMet'
  let partial = false
  for (const pod of pods) {
    const { uid } = pod.metadata
    if (!hasTrackingFinalizer(pod) || released.has(uid)) continue
    if (!mayRelease(job, pod, delayed, ending !== undefined)) continue
    release.push(pod)
    if (failed.includes(uid) || succeeded.includes(uid)) continue
    if (pod.status.phase === 'Succeeded') {
      if (!isIndexed(job)) succeeded.push(uid)
    } else if ((fails || hasFailed(pod, job)) && countsAsFailed(job, pod)) failed.push(uid)
    partial = succeeded.length + failed.length >= maxUncounted
    if (partial) break
  }
  const uncounted = uncountedOf(succeeded, failed)
  changed ||= size(uncounted) !== size(status['uncountedTerminatedPods'])
  status = { ...status, uncountedTerminatedPods: uncounted }
  if (isIndexed(job)) ({ status, changed } = withIndexes(job, status, counts, changed))
  if (ending !== undefined && conditionOf(job, ending.type) === undefined) {
    status = { ...status, conditions: [...(status['conditions'] ?? []), ending] }
    changed = true
  }
  return { status, release, changed, partial }
}

function uidsWithFinalizer(pods: readonly Pod[], released: ReadonlySet<string>): Set<string> {
  return new Set(pods.filter((pod) => hasTrackingFinalizer(pod) && !released.has(pod.metadata.uid)).map(({ metadata }) => metadata.uid))
}

function countsAsFailed(job: KubeObject, pod: Pod): boolean {
  const index = indexOf(pod)
  if (isIndexed(job) && (index < 0 || index >= (job['spec'].completions ?? 0))) return false
  return matchFailurePolicy(job, pod)?.action !== 'Ignore'
}

function withIndexes(job: KubeObject, status: Record<string, any>, { succeededIndexes, failedIndexes }: JobCounts, changed: boolean) {
  const completed = formatIndexes(succeededIndexes)
  const next: Record<string, any> = { ...status }
  if (completed !== (status['completedIndexes'] ?? '')) {
    next['completedIndexes'] = completed
    next['succeeded'] = succeededIndexes.size
    changed = true
  }
  if (hasPerIndexLimit(job)) {
    const failed = formatIndexes(failedIndexes)
    changed ||= failed !== status['failedIndexes']
    next['failedIndexes'] = failed
  }
  return { status: next, changed }
}

/** Uids whose finalizers are gone become numbers (cleanUncountedPodsWithoutFinalizers). */
export function countReleased(status: Record<string, any>, withFinalizer: ReadonlySet<string>): { status: Record<string, any>; changed: boolean } {
  const { succeeded = [], failed = [] } = (status['uncountedTerminatedPods'] ?? {}) as { succeeded?: string[]; failed?: string[] }
  const left = uncountedOf(succeeded.filter((uid) => withFinalizer.has(uid)), failed.filter((uid) => withFinalizer.has(uid)))
  const newSucceeded = succeeded.length - (left.succeeded ?? []).length
  const newFailed = failed.length - (left.failed ?? []).length
  const next: Record<string, any> = { ...status, uncountedTerminatedPods: left }
  if (newSucceeded > 0) next['succeeded'] = (status['succeeded'] ?? 0) + newSucceeded
  if (newFailed > 0) next['failed'] = (status['failed'] ?? 0) + newFailed
  return { status: next, changed: newSucceeded + newFailed > 0 }
}

interface Uncounted {
  succeeded?: string[]
  failed?: string[]
}

function uncountedOf(succeeded: string[], failed: string[]): Uncounted {
  return { ...(succeeded.length > 0 ? { succeeded } : {}), ...(failed.length > 0 ? { failed } : {}) }
}

const size = ({ succeeded = [], failed = [] }: Uncounted): number => succeeded.length + failed.length

/** The last condition, once everything is counted and nothing is ending any more (enactJobFinished). */
export function enactFinished(status: Record<string, any>, ending: JobCondition | undefined, now: number): { status: Record<string, any>; finished: JobCondition | undefined } {
  if (ending === undefined || size(status['uncountedTerminatedPods'] ?? {}) > 0 || (status['terminating'] ?? 0) > 0) return { status, finished: undefined }
  const type = ending.type === 'FailureTarget' ? 'Failed' : 'Complete'
  const finished = jobCondition(type, 'True', ending.reason, ending.message, now)
  const conditions = [...(status['conditions'] ?? []), finished]
  return { status: { ...status, conditions, ...(type === 'Complete' ? { completionTime: formatTime(now) } : {}) }, finished }
}
