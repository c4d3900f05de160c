import { formatTime } from '../../api/time.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { hasEnded, isActive, timeOf } from '../common/pods.ts'
import { finishTime, remainingMs } from './backoff.ts'
import { matchFailurePolicy } from './failure-policy.ts'
import { attemptsBefore, failuresOf, indexOf, parseIndexes, type IndexFailures } from './indexes.ts'

/** Pure decisions about a Job (pkg/controller/job/job_controller.go syncJob). */

export const trackingFinalizer = 'batch.kubernetes.io/job-tracking'

export interface JobCondition {
  type: string
  status: 'True' | 'False'
  reason: string
  message: string
  lastProbeTime: string
  lastTransitionTime: string
}

export function jobCondition(type: string, status: 'True' | 'False', reason: string, message: string, now: number): JobCondition {
  const time = formatTime(now)
  return { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message }
}

export function conditionOf(job: KubeObject, type: string): JobCondition | undefined {
  return (job['status']?.conditions as JobCondition[] | undefined)?.find((c) => c.type === type)
}

/** With a condition as it is now, in its place; the same list when nothing changes, and an absent False is none (ensureJobConditionStatus). */
export function conditionsWith(conditions: readonly JobCondition[] | undefined, next: JobCondition): readonly JobCondition[] | undefined {
  const current = conditions?.find(({ type }) => type === next.type)
  if (current === undefined) return next.status === 'False' ? conditions : [...(conditions ?? []), next]
  const same = current.status === next.status && current.reason === next.reason && current.message === next.message
  return same ? conditions : conditions!.map((condition) => (condition === current ? next : condition))
}

/** Somebody else's controller looks after it (KEP-4368): ours leaves it and its pods alone. */
export function isManagedByOther(job: KubeObject): boolean {
  return (job['spec'].managedBy ?? ownController) !== ownController
}

const ownController = 'kubernetes.io/job-controller'

export function isFinished(job: KubeObject): boolean {
  return ['Complete', 'Failed'].some((type) => conditionOf(job, type)?.status === 'True')
}

export const isIndexed = (job: KubeObject): boolean => job['spec'].completionMode === 'Indexed'
export const isSuspended = (job: KubeObject): boolean => job['spec'].suspend === true
export const hasPerIndexLimit = (job: KubeObject): boolean => isIndexed(job) && typeof job['spec'].backoffLimitPerIndex === 'number'

export function hasTrackingFinalizer({ metadata }: Pod): boolean {
  return metadata.finalizers?.includes(trackingFinalizer) === true
}

/** A pod that is taken away counts as failed, unless only those that have failed are replaced (isPodFailed). */
export function hasFailed(pod: Pod, job: KubeObject): boolean {
  if (pod.status.phase === 'Failed') return true
  if (onlyReplaceFailed(job)) return false
  return pod.metadata.deletionTimestamp !== undefined && pod.status.phase !== 'Succeeded'
}

export function onlyReplaceFailed(job: KubeObject): boolean {
  return job['spec'].podReplacementPolicy === 'Failed' || job['spec'].podFailurePolicy !== undefined
}

/** Everything that is counted before anything is decided. */
export interface JobCounts {
  active: readonly Pod[]
  terminating: number
  ready: number
  /** Ended, and not yet in status. */
  newSucceeded: readonly Pod[]
  newFailed: readonly Pod[]
  succeeded: number
  failed: number
  succeededIndexes: Set<number>
  failedIndexes: Set<number>
}

/** `released`: uids of pods whose finalizer has been taken off, though the copy does not show it yet. */
export function countPods(job: KubeObject, pods: readonly Pod[], released: ReadonlySet<string> = new Set()): JobCounts {
  const { status = {}, spec } = job
  const uncounted = new Set<string>([...(status.uncountedTerminatedPods?.succeeded ?? []), ...(status.uncountedTerminatedPods?.failed ?? [])])
  const uncountedFailed = (status.uncountedTerminatedPods?.failed ?? []).length
  const active = pods.filter(isActive)
  const fresh = pods.filter((pod) => hasTrackingFinalizer(pod) && !uncounted.has(pod.metadata.uid) && !released.has(pod.metadata.uid) && hasPlace(job, pod))
  const newSucceeded = fresh.filter((pod) => pod.status.phase === 'Succeeded')
  const newFailed = fresh.filter((pod) => hasFailed(pod, job))
  const counted = newFailed.filter((pod) => matchFailurePolicy(job, pod)?.action !== 'Ignore')
  const succeededIndexes = isIndexed(job) ? doneIndexes(job, pods) : new Set<number>()
  return {
    active,
    terminating: pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !hasEnded(pod)).length,
    ready: active.filter((pod) => pod.status.conditions?.some(({ type, status: s }) => type === 'Ready' && s === 'True')).length,
    newSucceeded,
    newFailed,
    succeeded: isIndexed(job) ? succeededIndexes.size : (status.succeeded ?? 0) + newSucceeded.length + (status.uncountedTerminatedPods?.succeeded ?? []).length,
    failed: (status.failed ?? 0) + counted.length + uncountedFailed,
    succeededIndexes,
    failedIndexes: hasPerIndexLimit(job) ? brokenIndexes(job, pods, spec.backoffLimitPerIndex) : new Set(),
  }
}

/** Numbered pods count only within the numbers that are wanted. */
function hasPlace(job: KubeObject, pod: Pod): boolean {
  return !isIndexed(job) || (indexOf(pod) >= 0 && indexOf(pod) < (job['spec'].completions ?? 0))
}

/** Pods that hold their index: those at work and, when only what has failed is replaced, those about to end. */
export function busyPods(job: KubeObject, pods: readonly Pod[], { active }: JobCounts): readonly Pod[] {
  if (!onlyReplaceFailed(job)) return active
  return [...active, ...pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !hasEnded(pod))]
}

/** By index the failed pod that keeps its finalizer until the next carries its count on (getPodsWithDelayedDeletionPerIndex). */
export function delayedPods(job: KubeObject, pods: readonly Pod[], counts: JobCounts): ReadonlyMap<number, Pod> {
  const delayed = new Map<number, Pod>()
  if (!hasPerIndexLimit(job)) return delayed
  const active = new Set(counts.active.map(indexOf))
  for (const pod of pods) {
    const index = indexOf(pod)
    if (!hasFailed(pod, job) || !hasTrackingFinalizer(pod) || !hasPlace(job, pod)) continue
    if (counts.succeededIndexes.has(index) || counts.failedIndexes.has(index) || active.has(index)) continue
    const before = delayed.get(index)
    if (before === undefined || (attemptsBefore(before) <= attemptsBefore(pod) && finishTime(pod) >= finishTime(before))) delayed.set(index, pod)
  }
  return delayed
}

function doneIndexes(job: KubeObject, pods: readonly Pod[]): Set<number> {
  const completions: number = job['spec'].completions ?? 0
  const done = parseIndexes(job['status']?.completedIndexes, completions)
  for (const pod of pods) {
    const index = indexOf(pod)
    if (pod.status.phase === 'Succeeded' && hasTrackingFinalizer(pod) && index >= 0 && index < completions) done.add(index)
  }
  return done
}

/** Indexes whose pods have failed more often than each may (calculateFailedIndexes). */
function brokenIndexes(job: KubeObject, pods: readonly Pod[], limit: number): Set<number> {
  const completions: number = job['spec'].completions ?? 0
  const broken = parseIndexes(job['status']?.failedIndexes, completions)
  for (const pod of pods) {
    const index = indexOf(pod)
    if (!hasFailed(pod, job) || !hasTrackingFinalizer(pod) || index < 0 || index >= completions) continue
    const action = matchFailurePolicy(job, pod)?.action
    if (action === 'FailIndex' || (action !== 'Ignore' && failuresOf(pod).counted >= limit)) broken.add(index)
  }
  return broken
}

/** Why the Job ends, if it does: the interim condition, FailureTarget or SuccessCriteriaMet. */
export function verdict(job: KubeObject, pods: readonly Pod[], counts: JobCounts, now: number): JobCondition | undefined {
  for (const type of ['FailureTarget', 'SuccessCriteriaMet']) {
    const interim = conditionOf(job, type)
    if (interim?.status === 'True') return interim
  }
  const failure = (reason: string, message: string): JobCondition => jobCondition('FailureTarget', 'True', reason, message, now)
  const policy = pods.map((pod) => (pod.status.phase === 'Failed' ? matchFailurePolicy(job, pod) : undefined)).find((match) => match?.action === 'FailJob')
  if (policy !== undefined) return failure('PodFailurePolicy', policy.message)
  if (pastBackoffLimit(job, pods, counts)) return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  if (activeDeadlineMs(job, now) <= 0) return failure('DeadlineExceeded', 'Job was active longer than specified deadline')
  return isIndexed(job) ? indexVerdict(job, counts, now) : undefined
}

function indexVerdict(job: KubeObject, { failedIndexes, succeededIndexes }: JobCounts, now: number): JobCondition | undefined {
  const { maxFailedIndexes, completions = 0, successPolicy } = job['spec']
  if (typeof maxFailedIndexes === 'number' && failedIndexes.size > maxFailedIndexes) {
    return jobCondition('FailureTarget', 'True', 'MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes', now)
  }
  if (failedIndexes.size > 0 && failedIndexes.size + succeededIndexes.size >= completions) {
    return jobCondition('FailureTarget', 'True', 'FailedIndexes', 'Job has failed indexes', now)
  }
  const rules: { succeededIndexes?: string; succeededCount?: number }[] = successPolicy?.rules ?? []
  const met = rules.findIndex((rule) => {
    const wanted = rule.succeededIndexes === undefined ? undefined : parseIndexes(rule.succeededIndexes, completions)
    // Of no index nobody can have succeeded.
    if (wanted?.size === 0) return false
    const done = wanted === undefined ? succeededIndexes.size : [...wanted].filter((i) => succeededIndexes.has(i)).length
    return done >= (rule.succeededCount ?? wanted?.size ?? completions)
  })
  return met < 0 ? undefined : jobCondition('SuccessCriteriaMet', 'True', 'SuccessPolicy', `Matched rules at index ${met}`, now)
}

function pastBackoffLimit(job: KubeObject, pods: readonly Pod[], { failed }: JobCounts): boolean {
  const limit: number = job['spec'].backoffLimit ?? 6
  if (failed > limit) return true
  if (job['spec'].template.spec.restartPolicy !== 'OnFailure') return false
  const restarts = pods
    .filter(({ status: { phase } }) => phase === 'Running' || phase === 'Pending')
    .flatMap(({ status }) => [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0)
  return limit === 0 ? restarts > 0 : restarts >= limit
}

/** What is left of activeDeadlineSeconds; Infinity when nothing runs out. */
export function activeDeadlineMs(job: KubeObject, now: number): number {
  const { activeDeadlineSeconds } = job['spec']
  const { startTime } = job['status'] ?? {}
  if (typeof activeDeadlineSeconds !== 'number' || startTime === undefined || isSuspended(job)) return Infinity
  return timeOf(startTime) + activeDeadlineSeconds * 1000 - now
}

/** How many pods should be at work. */
export function wantedActive(job: KubeObject, succeeded: number, active: number): number {
  const { completions, parallelism = 1 } = job['spec']
  if (typeof completions === 'number') return Math.max(0, Math.min(parallelism, completions - succeeded))
  // Without a number one success ends it: what runs may finish, nothing new begins.
  return succeeded > 0 ? active : parallelism
}

export function isComplete(job: KubeObject, succeeded: number, active: number): boolean {
  const { completions } = job['spec']
  return typeof completions === 'number' ? succeeded >= completions && active === 0 : succeeded > 0 && active === 0
}

/** Whether the finalizer may go: what is counted is counted. `delayed`: the one of its index that holds the count for the next. */
export function mayRelease(job: KubeObject, pod: Pod, delayed: ReadonlyMap<number, Pod>, ends: boolean): boolean {
  if (job.metadata.deletionTimestamp !== undefined || ends || pod.status.phase === 'Succeeded') return true
  return hasFailed(pod, job) && delayed.get(indexOf(pod)) !== pod
}

/** How long an index that has failed waits for its next pod. */
export function indexDelayMs(failed: Pod | undefined, now: number): number {
  return failed === undefined ? 0 : remainingMs({ failures: attemptsBefore(failed) + 1, lastFailureMs: finishTime(failed) }, now)
}

/** How often the index of a new pod has failed and been let off before it (getNewIndexFailureCounts). */
export function indexFailures(job: KubeObject, replaced: Pod | undefined): IndexFailures {
  if (replaced === undefined) return { counted: 0, ignored: 0 }
  const { counted, ignored } = failuresOf(replaced)
  return matchFailurePolicy(job, replaced)?.action === 'Ignore' ? { counted, ignored: ignored + 1 } : { counted: counted + 1, ignored }
}
