import { civilTime, formatTime } from '../../api/time.ts'
import type { Response } from '../../api/request.ts'
import type { KubeObject, ObjectReference } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, Refused, type Reconciliation, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { referenceTo } from '../../client/recorder.ts'
import { controllerReference, timeOf } from '../common/pods.ts'
import { conditionOf, isFinished } from '../job/decide.ts'
import { jobs } from '../job/job.ts'
import { controllerOf } from '../common/owner.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { dueTime, manyMissed, nextCheckMs, parseSchedule, timeIn, type Schedule } from './schedule.ts'

const cronJobs = resource('cronjobs', 'batch')

/** pkg/controller/cronjob/cronjob_controllerv2.go: a Job whenever its time has come. */
export function startCronJobs(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(cronJobs)
  const made = informers.of<KubeObject>(jobs)
  const controller: Controller = new Controller(options, 'cronjob-controller', 5, (key) => sync(key, all, made, controller))
  all.onChange(({ type, object, old }) => {
    // With other times the next of them is waited for: what the new line has missed so far is not made up for (updateCronJob).
    const wait = type === 'update' && isRescheduled(object, old) ? untilNext(object, controller.now) : undefined
    if (wait === undefined) controller.queue.add(keyOf(object))
    else controller.queue.addAfter(keyOf(object), wait)
  })
  made.onChange(({ object }) => {
    const owner = controllerOf(object)
    if (owner?.kind === 'CronJob') controller.queue.add(`${object.metadata.namespace}/${owner.name}`)
  })
}

function isRescheduled({ spec: next }: KubeObject, { spec: old }: KubeObject): boolean {
  return next.schedule !== old.schedule || next.timeZone !== old.timeZone
}

function untilNext(cronJob: KubeObject, now: number): number | undefined {
  const { schedule: text, timeZone } = cronJob['spec']
  const schedule = parseSchedule(text, timeZone)
  return 'error' in schedule ? undefined : nextCheckMs(cronJob, schedule, now)
}

function* sync(key: string, all: Informer<KubeObject>, made: Informer<KubeObject>, controller: Controller): Routine {
  const cronJob = all.byKey(key)
  if (cronJob === undefined) return
  const own = [...made.byIndex('controller', cronJob.metadata.uid)]
  const look = new Look(controller, cronJob, own)
  yield* look.cleanUp()
  try {
    yield* look.followJobs()
    return yield* look.start()
  } finally {
    // What has been seen is told even when the rest is refused.
    yield* look.writeStatus()
  }
}

/** One look at a CronJob. Its status is gathered and written once, at the end. */
class Look {
  private readonly controller: Controller
  private cronJob: KubeObject
  private readonly own: readonly KubeObject[]
  private before: Record<string, any>
  private status: Record<string, any>

  constructor(controller: Controller, cronJob: KubeObject, own: readonly KubeObject[]) {
    this.controller = controller
    this.cronJob = cronJob
    this.own = own
    this.before = cronJob['status'] ?? {}
    this.status = this.before
  }

  private get active(): readonly ObjectReference[] {
    return this.status['active'] ?? []
  }

  private event(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.controller.recorder.event(this.cronJob, type, reason, message)
  }

  /** Old ended Jobs beyond the history limits (cleanupFinishedJobs). */
  *cleanUp(): Routine<void> {
    const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = this.cronJob['spec']
    for (const [type, limit] of [['Complete', successfulJobsHistoryLimit], ['Failed', failedJobsHistoryLimit]] as const) {
      if (limit === undefined) continue
      const ended = this.own.filter((job) => conditionOf(job, type)?.status === 'True')
      const sorted = ended.toSorted((a, b) => timeOf(a['status'].startTime) - timeOf(b['status'].startTime) || (a.metadata.name < b.metadata.name ? -1 : 1))
      for (const job of sorted.slice(0, Math.max(0, ended.length - limit))) yield* this.deleteJob(job.metadata.name)
    }
  }

  private *deleteJob(name: string): Routine<Response> {
    const { namespace } = this.cronJob.metadata
    const response = yield* ask({ verb: 'delete', info: jobs, namespace, name, body: { propagationPolicy: 'Background' } })
    if (isRefusal(response)) {
      this.event('Warning', 'FailedDelete', `Deleted job: ${(response.body as { message?: string }).message}`)
      return response
    }
    this.forget(name)
    this.event('Normal', 'SuccessfulDelete', `Deleted job ${name}`)
    return response
  }

  private forget(name: string): void {
    const active = this.active.filter((reference) => reference.name !== name)
    if (active.length === this.active.length) return
    const { active: _active, ...rest } = this.status
    this.status = active.length > 0 ? { ...rest, active } : rest
  }

  /** What has become of the Jobs that were at work. The copies may be late: before something is told of, the server is asked. */
  *followJobs(): Routine<void> {
    for (const job of this.own) {
      const listed = this.active.some(({ uid }) => uid === job.metadata.uid)
      if (!listed && !isFinished(job)) {
        if (!(yield* this.isListedNow(job))) this.event('Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${job.metadata.name}`)
      } else if (listed && isFinished(job)) {
        this.forget(job.metadata.name)
        const complete = conditionOf(job, 'Complete')?.status === 'True'
        this.event('Normal', 'SawCompletedJob', `Saw completed job: ${job.metadata.name}, condition: ${complete ? 'Complete' : 'Failed'}`)
      }
      if (conditionOf(job, 'Complete')?.status === 'True') this.noteSuccess(job['status'].completionTime)
    }
    const known = new Set(this.own.map(({ metadata }) => metadata.uid))
    for (const { uid, name } of this.active) {
      if (known.has(uid!)) continue
      const response = yield* this.getJob(name!)
      if (response.code !== 404 && isRefusal(response)) throw new Refused(response)
      if (response.code !== 404) continue
      this.event('Normal', 'MissingJob', `Active job went missing: ${name}`)
      this.forget(name!)
    }
  }

  /** Whether the CronJob, as it is now, has the Job at work; from then on it is looked at as it is now. */
  private *isListedNow({ metadata: { uid } }: KubeObject): Routine<boolean> {
    const { namespace, name } = this.cronJob.metadata
    const fresh = yield* must({ verb: 'get', info: cronJobs, namespace, name })
    const active: readonly ObjectReference[] = fresh['status']?.active ?? []
    if (!active.some((reference) => reference.uid === uid)) return false
    this.cronJob = fresh
    this.status = fresh['status']
    this.before = this.status
    return true
  }

  private *getJob(name: string): Routine<Response> {
    return yield* ask({ verb: 'get', info: jobs, namespace: this.cronJob.metadata.namespace, name })
  }

  private noteSuccess(time: string | undefined): void {
    if (time !== undefined && timeOf(time) > timeOf(this.status['lastSuccessfulTime'])) this.status = { ...this.status, lastSuccessfulTime: time }
  }

  /** Starts the Job that is due, if one is and may. */
  *start(): Routine<Reconciliation> {
    const { cronJob, controller: { now } } = this
    const { schedule: text, timeZone, suspend } = cronJob['spec']
    if (cronJob.metadata.deletionTimestamp !== undefined || suspend === true) return {}
    const schedule = parseSchedule(text, timeZone)
    if ('error' in schedule) {
      this.event('Warning', 'UnparseableSchedule', `unparseable schedule: ${JSON.stringify(text)} : ${schedule.error}`)
      return {}
    }
    if (schedule.after(now) === undefined) {
      this.event('Warning', 'InvalidSchedule', `invalid schedule: ${text} : time difference between two schedules is less than 1 second`)
      return {}
    }
    const due = dueTime(cronJob, schedule, now)
    if (due.missed > manyMissed) {
      this.event('Warning', 'TooManyMissedTimes', `too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew`)
    }
    if (due.at !== undefined) yield* this.startAt(due.at, now)
    return this.again(schedule, now)
  }

  private *startAt(at: number, now: number): Routine<void> {
    const { startingDeadlineSeconds, concurrencyPolicy } = this.cronJob['spec']
    if (startingDeadlineSeconds !== undefined && at + startingDeadlineSeconds * 1000 < now) {
      return this.event('Warning', 'MissSchedule', `Missed scheduled time to start a job: ${rfc1123(at)}`)
    }
    if (this.active.some(({ name }) => name === this.jobName(at)) || this.status['lastScheduleTime'] === formatTime(at)) return
    if (concurrencyPolicy === 'Forbid' && this.active.length > 0) {
      return this.event('Normal', 'JobAlreadyActive', 'Not starting job because prior execution is running and concurrency policy is Forbid')
    }
    if (concurrencyPolicy === 'Replace') for (const { name } of this.active) yield* this.replaceJob(name!)
    yield* this.createJob(at)
  }

  private *replaceJob(name: string): Routine<void> {
    const response = yield* this.getJob(name)
    if (isRefusal(response)) {
      this.event('Warning', 'FailedGet', `Get job: ${(response.body as { message?: string }).message}`)
      throw new Refused(response)
    }
    const deleted = yield* this.deleteJob(name)
    if (isRefusal(deleted)) throw new Refused(deleted)
  }

  private jobName(at: number): string {
    return `${this.cronJob.metadata.name}-${Math.floor(at / 60_000)}`
  }

  private *createJob(at: number): Routine<void> {
    const { cronJob } = this
    const { metadata: { labels, annotations } = {} as Partial<KubeObject['metadata']>, spec } = cronJob['spec'].jobTemplate
    const { namespace } = cronJob.metadata
    const body = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name: this.jobName(at),
        namespace,
        ...(labels === undefined ? {} : { labels }),
        annotations: { ...annotations, 'batch.kubernetes.io/cronjob-scheduled-timestamp': timeIn(cronJob['spec'].timeZone ?? 'UTC', at) },
        ownerReferences: [controllerReference(cronJob)],
      },
      spec,
    }
    const response = yield* ask({ verb: 'create', info: jobs, namespace, body })
    const job = isRefusal(response) ? yield* this.creationRefused(response, body.metadata.name) : (response.body as KubeObject)
    if (job === undefined) return
    if (!isRefusal(response)) this.event('Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`)
    this.status = { ...this.status, active: [...this.active, referenceTo(job)], lastScheduleTime: formatTime(at) }
  }

  /** The Job of that name, when an earlier look has made it and could not write that down; undefined when it is somebody else's. */
  private *creationRefused(response: Response, name: string): Routine<KubeObject | undefined> {
    const refused = new Refused(response)
    if (refused.code === 409 && refused.status.reason === 'AlreadyExists') {
      const present = yield* this.getJob(name)
      if (isRefusal(present)) throw new Refused(present)
      const job = present.body as KubeObject
      const ours = controllerOf(job)?.uid === this.cronJob.metadata.uid && !this.active.some(({ uid }) => uid === job.metadata.uid)
      return ours ? job : undefined
    }
    if (!refused.namespaceEnds) this.event('Warning', 'FailedCreate', `Error creating job: ${refused.message}`)
    throw refused
  }

  /** With the time that it has just been started at, if it has. */
  private again(schedule: Schedule, now: number): Reconciliation {
    const requeueAfterMs = nextCheckMs({ ...this.cronJob, status: this.status }, schedule, now)
    return requeueAfterMs === undefined ? {} : { requeueAfterMs }
  }

  *writeStatus(): Routine<void> {
    if (this.status === this.before) return
    const { namespace, name } = this.cronJob.metadata
    yield* must({ verb: 'update', info: cronJobs, subresource: 'status', namespace, name, body: { ...this.cronJob, status: this.status } })
  }
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Go's RFC1123Z: "Mon, 05 Jan 2026 09:00:00 +0000". */
function rfc1123(ms: number): string {
  const { weekday, day, month, year, hour, minute, second } = civilTime(ms)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${weekdays[weekday]}, ${two(day)} ${months[month - 1]} ${year} ${two(hour)}:${two(minute)}:${two(second)} +0000`
}
