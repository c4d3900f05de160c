import { semanticEqual } from '../../api/equality.ts'
import { formatTime } from '../../api/time.ts'
import type { Response } from '../../api/request.ts'
import type { KubeObject, Pod, Status } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, isRefusal, must, namespaceEnds, Refused, type Call, type Reconciliation, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { candidates, claim, strategicPatch } from '../common/claim.ts'
import { Expectations } from '../common/expectations.ts'
import { createPod, deletePod, isReady, podsResource } from '../common/pods.ts'
import { watchPods } from '../common/pod-watch.ts'
import { podSelector } from '../common/selectors.ts'
import { slowStart } from '../common/slow-start.ts'
import { controllerOf } from '../common/owner.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { nextRecord, remainingMs, type BackoffRecord } from './backoff.ts'
import {
  activeDeadlineMs, busyPods, conditionsWith, countPods, delayedPods, hasPerIndexLimit, hasTrackingFinalizer, indexDelayMs, indexFailures, isComplete, isFinished,
  isIndexed, isManagedByOther, isSuspended, jobCondition, onlyReplaceFailed, trackingFinalizer, verdict, wantedActive, type JobCondition, type JobCounts,
} from './decide.ts'
import { firstPending, indexOf } from './indexes.ts'
import { jobPod, surplusPods } from './pods.ts'
import { countReleased, enactFinished, trackEnded } from './track.ts'

export const jobs = resource('jobs', 'batch')

/** Changes of pods are gathered for so long before the Job is looked at (syncJobBatchPeriod). */
const batchMs = 1000

/** So many pods at most are created or deleted in one look (MaxPodCreateDeletePerSync). */
const burst = 500

/** pkg/controller/job/job_controller.go: pods that run to their end, counted exactly once. */
export function startJobs(options: ComponentOptions, informers: SharedInformers): void {
  new Jobs(options, informers)
}

class Jobs {
  private readonly jobs: Informer<KubeObject>
  private readonly pods: Informer<Pod>
  private readonly controller: Controller
  private readonly orphans: Controller['queue']
  private readonly expectations = new Expectations()
  private readonly backoff = new Map<string, BackoffRecord>()
  /** Pods whose finalizer this process has taken off and not seen go, by the Job's key. */
  private readonly released = new Map<string, Set<string>>()

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.jobs = informers.of(jobs)
    this.pods = informers.pods
    const controller = new Controller(options, 'job-controller', 5, (key) => this.sync(key))
    // DefaultJobApiBackOff, MaxJobApiBackOff.
    controller.queue.backOff = { firstMs: 1000, mostMs: 60_000 }
    this.controller = controller
    this.orphans = controller.queue
    this.jobs.onChange(({ type, object, old }) => {
      const key = keyOf(object)
      if (type === 'update' && old.metadata.generation === object.metadata.generation) return controller.queue.addAfter(key, batchMs)
      controller.queue.add(key)
      if (type === 'delete') this.jobGone(key, object)
    })
    watchPods({
      pods: this.pods,
      owners: this.jobs,
      kind: 'Job',
      selector: ({ spec }) => podSelector(spec.selector),
      expectations: this.expectations,
      enqueue: (key) => controller.queue.addAfter(key, batchMs),
    })
    this.pods.onChange(({ type, object }) => {
      const owner = hasTrackingFinalizer(object) ? controllerOf(object) : undefined
      if (type !== 'delete' && owner?.kind === 'Job') this.checkOrphan(object, owner.name)
    })
  }

  private jobGone(key: string, job: KubeObject): void {
    this.expectations.forget(key)
    this.backoff.delete(key)
    this.released.delete(key)
    for (const pod of this.pods.byIndex('controller', job.metadata.uid)) if (hasTrackingFinalizer(pod)) this.orphans.add(orphanKey(pod))
  }

  /** A pod that nobody will count any more must not be held by its finalizer. */
  private checkOrphan(pod: Pod, name: string): void {
    const job = this.jobs.get(pod.metadata.namespace, name)
    if (job === undefined || job.metadata.uid !== controllerOf(pod)!.uid || isFinished(job)) this.orphans.add(orphanKey(pod))
  }

  private *sync(key: string): Routine {
    if (key.startsWith(orphanPrefix)) return yield* this.syncOrphan(key.slice(orphanPrefix.length))
    const job = this.jobs.byKey(key)
    if (job === undefined || isFinished(job) || isManagedByOther(job)) return
    return yield* this.syncJob(key, job)
  }

  private *syncOrphan(key: string): Routine {
    const pod = this.pods.byKey(key)
    if (pod === undefined || !hasTrackingFinalizer(pod)) return
    const owner = controllerOf(pod)
    const job = owner === undefined ? undefined : this.jobs.get(pod.metadata.namespace, owner.name)
    if (job !== undefined && job.metadata.uid === owner!.uid && (!isFinished(job) || isManagedByOther(job))) return
    yield* must(releaseCall(pod))
  }

  private *syncJob(key: string, stored: KubeObject): Routine {
    const { now } = this.controller
    const satisfied = this.expectations.satisfied(key, now)
    const pods = yield* claim({
      owner: stored, ownerResource: jobs, resource: podsResource, selector: podSelector(stored['spec'].selector), objects: [...candidates(stored, this.pods)],
      finalizer: trackingFinalizer,
    })
    const released = this.releasedOf(key, pods)
    const status = { uncountedTerminatedPods: {}, ...stored['status'] }
    if (status.startTime === undefined && !isSuspended(stored)) status.startTime = formatTime(now)
    let job: KubeObject = { ...stored, status }
    const counts = countPods(job, pods, released)
    const record = nextRecord(this.backoff.get(key), counts.newSucceeded, counts.newFailed)
    const fate = verdict(job, pods, counts, now)
    let ending = fate
    const work: Work = {
      key, job, pods, counts, record, active: counts.active.length, ready: counts.ready, terminating: counts.terminating, waitMs: undefined, refusal: undefined,
    }
    if (ending !== undefined) {
      yield* this.deletePods(work, counts.active)
      // Pods that could not be taken away, or are not in the copy yet, would be forgotten: the end is told at a later look.
      if (work.active > 0 || !satisfied) ending = undefined
    } else {
      const managed = satisfied && job.metadata.deletionTimestamp === undefined
      if (managed) yield* this.manage(work)
      if (isComplete(job, counts.succeeded, work.active)) {
        ending = jobCondition('SuccessCriteriaMet', 'True', 'CompletionsReached', 'Reached expected number of succeeded pods', now)
      } else if (managed) job = this.noteSuspension(job)
    }
    job = withNumbers(job, work)
    yield* this.track(key, stored, job, pods, counts, ending, released)
    this.backoff.set(key, record)
    if (work.refusal !== undefined) return { failed: true }
    const wait = Math.min(work.waitMs ?? Infinity, fate === undefined ? activeDeadlineMs(job, now) : Infinity)
    return wait === Infinity ? {} : { requeueAfterMs: wait } satisfies Reconciliation
  }

  private releasedOf(key: string, pods: readonly Pod[]): Set<string> {
    const before = this.released.get(key)
    const still = new Set(pods.filter((pod) => hasTrackingFinalizer(pod) && before?.has(pod.metadata.uid) === true).map(({ metadata }) => metadata.uid))
    this.released.set(key, still)
    return still
  }

  /** A Job that goes on is active from now on: activeDeadlineSeconds counts anew. */
  private noteSuspension(job: KubeObject): KubeObject {
    const { now, recorder } = this.controller
    const suspended = isSuspended(job)
    const next = suspended
      ? jobCondition('Suspended', 'True', 'JobSuspended', 'Job suspended', now)
      : jobCondition('Suspended', 'False', 'JobResumed', 'Job resumed', now)
    const conditions = conditionsWith(job['status'].conditions, next)
    if (conditions === job['status'].conditions) return job
    recorder.event(job, 'Normal', suspended ? 'Suspended' : 'Resumed', next.message)
    return { ...job, status: { ...job['status'], conditions, ...(suspended ? {} : { startTime: formatTime(now) }) } }
  }

  // --- pods ----------------------------------------------------------------------------------------

  private *manage(work: Work): Routine<void> {
    const { job, counts } = work
    const active = counts.active
    if (isSuspended(job)) return yield* this.dismissPods(work, active)
    const wanted = wantedActive(job, counts.succeeded, active.length)
    const surplus = surplusPods(job, active, Math.max(0, active.length - wanted)).slice(0, burst)
    // Never both in one look: pods that are too many go first.
    if (surplus.length > 0) return yield* this.dismissPods(work, surplus)
    const missing = wanted - work.active - (onlyReplaceFailed(job) ? counts.terminating : 0)
    if (missing > 0) yield* this.createPods(work, Math.min(missing, burst))
  }

  private *createPods(work: Work, count: number): Routine<void> {
    const { key, job, record } = work
    const { now } = this.controller
    if (!hasPerIndexLimit(job) && remainingMs(record, now) > 0) return waitFor(work, remainingMs(record, now))
    const chosen = isIndexed(job) ? this.pendingPods(work, count) : Array.from({ length: count }, () => jobPod(job))
    if (chosen.length === 0) return
    this.expectations.expectCreations(key, chosen.length, now)
    const calls = chosen.map((pod): Call => ({ ...createPod(pod, job.metadata.namespace!), answered: (response) => this.created(job, response) }))
    const { succeeded, refusal } = yield* slowStart(calls)
    if (succeeded < chosen.length) this.expectations.creationObserved(key, chosen.length - succeeded)
    work.active += succeeded
    work.refusal = refusal
  }

  /** Pods for the first indexes that lack one; an index that has failed waits its own time, and holds its turn meanwhile. */
  private pendingPods(work: Work, count: number): Pod[] {
    const { job, pods, counts } = work
    const { now } = this.controller
    const { succeededIndexes, failedIndexes } = counts
    const busy = new Set(busyPods(job, pods, counts).map(indexOf))
    const failed = delayedPods(job, pods, counts)
    const next = firstPending(count, job['spec'].completions ?? 0, (index) => busy.has(index) || succeededIndexes.has(index) || failedIndexes.has(index))
    const waits = next.map((index) => indexDelayMs(failed.get(index), now))
    const due = next.filter((_index, i) => waits[i]! <= 0)
    if (due.length === 0 && next.length > 0) waitFor(work, Math.min(...waits))
    return due.map((index) => jobPod(job, index, indexFailures(job, failed.get(index))))
  }

  private created(job: KubeObject, response: Response): void {
    const { recorder } = this.controller
    if (!isRefusal(response)) recorder.event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${(response.body as KubeObject).metadata.name}`)
    else if (!namespaceEnds(response.body as Status)) recorder.event(job, 'Warning', 'FailedCreate', `Error creating: ${(response.body as Status).message}`)
  }

  /** Of a Job that ends: they keep the finalizer, and are counted (deleteActivePods). */
  private *deletePods(work: Work, chosen: readonly Pod[]): Routine<void> {
    if (chosen.length === 0) return
    const responses = yield chosen.map((pod) => deletePod(pod))
    responses.forEach((response, i) => this.deleted(work, chosen[i]!, response))
  }

  /** Of a Job that goes on without them: the finalizer goes first, so that they do not count as failed (deleteJobPods). */
  private *dismissPods(work: Work, chosen: readonly Pod[]): Routine<void> {
    if (chosen.length === 0) return
    this.expectations.expectDeletions(work.key, chosen.map(keyOf), this.controller.now)
    const releases = yield chosen.map(releaseCall)
    const doomed = chosen.filter((pod, i) => {
      const response = releases[i]!
      if (isRefusal(response)) this.deleted(work, pod, response, 'removing completion finalizer')
      return !isRefusal(response)
    })
    const responses = doomed.length === 0 ? [] : yield doomed.map((pod) => deletePod(pod))
    responses.forEach((response, i) => this.deleted(work, doomed[i]!, response))
  }

  /** What has become of one: gone already is as good. `silent`: what was tried before the deletion, which says nothing. */
  private deleted(work: Work, pod: Pod, response: Response, silent?: string): void {
    const { job } = work
    const { recorder } = this.controller
    if (isRefusal(response)) {
      this.expectations.deletionObserved(work.key, keyOf(pod))
      if (response.code !== 404) {
        work.refusal ??= response
        if (silent === undefined) recorder.event(job, 'Warning', 'FailedDelete', `Error deleting: ${(response.body as Status).message}`)
        return
      }
    } else recorder.event(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
    work.active--
    work.terminating++
    if (isReady(pod)) work.ready--
  }

  // --- counting ------------------------------------------------------------------------------------

  private *track(
    key: string, stored: KubeObject, job: KubeObject, pods: readonly Pod[], counts: JobCounts, ending: JobCondition | undefined, released: Set<string>,
  ): Routine<void> {
    const tracking = trackEnded(job, pods, counts, ending, released)
    let current: KubeObject = { ...job, status: tracking.status }
    let changed = tracking.changed || !semanticEqual(job['status'], stored['status'])
    if (changed) {
      current = yield* this.updateStatus(current)
      changed = false
    }
    if (tracking.release.length > 0) {
      yield* this.release(tracking.release, released)
      const withFinalizer = new Set(pods.filter((pod) => hasTrackingFinalizer(pod) && !released.has(pod.metadata.uid)).map(({ metadata }) => metadata.uid))
      const counted = countReleased(current['status'], withFinalizer)
      current = { ...current, status: counted.status }
      changed = counted.changed
    }
    const { status, finished } = tracking.partial ? { status: current['status'], finished: undefined } : enactFinished(current['status'], ending, this.controller.now)
    if (!changed && finished === undefined) return
    yield* this.updateStatus({ ...current, status })
    if (finished === undefined) return
    const complete = finished.type === 'Complete'
    if (complete && typeof job['spec'].completions === 'number' && status['succeeded'] > job['spec'].completions) {
      this.controller.recorder.event(job, 'Warning', 'TooManySucceededPods', 'Too many succeeded pods running after completion count reached')
    }
    this.controller.recorder.event(job, complete ? 'Normal' : 'Warning', complete ? 'Completed' : finished.reason, complete ? 'Job completed' : finished.message)
    this.backoff.delete(key)
  }

  private *release(pods: readonly Pod[], released: Set<string>): Routine<void> {
    const responses = yield pods.map(releaseCall)
    let refused: Response | undefined
    responses.forEach((response, i) => {
      if (isRefusal(response) && response.code !== 404) refused ??= response
      else released.add(pods[i]!.metadata.uid)
    })
    if (refused !== undefined) throw new Refused(refused)
  }

  private *updateStatus(job: KubeObject): Routine<KubeObject> {
    const { namespace, name } = job.metadata
    return yield* must({ verb: 'update', info: jobs, subresource: 'status', namespace, name, body: job })
  }
}

/** What one look at a Job comes to know on its way. */
interface Work {
  key: string
  job: KubeObject
  pods: readonly Pod[]
  counts: JobCounts
  record: BackoffRecord
  active: number
  ready: number
  terminating: number
  waitMs: number | undefined
  refusal: Response | undefined
}

/** Nothing is created before; upstream's manageJob then says that none is active, though others may be. */
function waitFor(work: Work, waitMs: number): void {
  work.waitMs = waitMs
  work.active = 0
}

function withNumbers(job: KubeObject, { active, ready, terminating }: Work): KubeObject {
  const { active: _active, ...rest } = job['status']
  return { ...job, status: { ...rest, ...(active > 0 ? { active } : {}), ready, terminating } }
}

const orphanPrefix = 'orphan '
const orphanKey = (pod: Pod): string => orphanPrefix + keyOf(pod)

function releaseCall({ metadata: { namespace, name, uid } }: Pod): Call {
  const body = { metadata: { uid, '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] } }
  return { verb: 'patch', info: podsResource, namespace, name, body, contentType: strategicPatch, tolerate: [404, 409] }
}
