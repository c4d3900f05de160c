import { extended } from '../api/extended.ts'
import type { Attempt, AttemptSummary } from '../api/scheduling.ts'
import type { Pod } from '../api/types.ts'
import { Client, resource, type ComponentOptions } from '../client/client.ts'
import type { InitialObjects } from '../client/informer.ts'
import type { Kernel, TaskId } from '../kernel/kernel.ts'
import type { StepDetail } from '../kernel/step.ts'
import type { Latency } from '../latency.ts'
import { AttemptLog } from './attempts.ts'
import { BindingCycle } from './bindingcycle.ts'
import { SchedulerCache } from './cache/cache.ts'
import type { NodeInfo } from './cache/nodeinfo.ts'
import type { PodInfo } from './cache/podinfo.ts'
import type { KubeSchedulerConfiguration } from '../api/schedulerConfiguration.ts'
import { defaultInitialBackoffSeconds, defaultMaxBackoffSeconds, makeProfiles } from './config.ts'
import { filterDetail, scoreDetail } from './details.ts'
import { EventHandlers } from './eventhandlers.ts'
import { assignedPodDelete } from './framework/events.ts'
import { fitErrorMessage, noNodesMessage } from './framework/fiterror.ts'
import { Framework } from './framework/framework.ts'
import { NodeStatuses } from './framework/nodestatuses.ts'
import { noWork, type Handle, type Work } from './framework/plugin.ts'
import { isRejected, messageOf, type Status } from './framework/status.ts'
import { SchedulerInformers } from './informers.ts'
import { statusPatch } from './podstatus.ts'
import { Preemptor } from './preemptor.ts'
import type { QueuedPod } from './queue/queuedpod.ts'
import { maxUnschedulableMs, SchedulingQueue, type Move, type QueueProfile } from './queue/schedulingqueue.ts'
import { SeriesRecorder } from './recorder.ts'
import { SchedulingAlgorithm, type Decision } from './schedule.ts'

export const schedulerName = 'kube-scheduler'

const pods = resource('pods')

/** Unschedulable pods are looked through for those that have waited too long this often. */
const leftoverFlushMs = 30_000

export interface SchedulerOptions extends ComponentOptions {
  configuration?: KubeSchedulerConfiguration
  /** Of one that somebody has installed: its target, and whose service account it shows. */
  place?: { target: string; account: { namespace: string; name: string } }
}

/** A profile at work: its plugins, and the source that its events name. */
interface Profile extends QueueProfile {
  readonly framework: Framework
  readonly recorder: SeriesRecorder
  /** Names of its filters, in order. */
  readonly filters: readonly string[]
}

/** Why a pod could not be placed, as it is told. */
interface Failure {
  readonly reason: 'Unschedulable' | 'SchedulerError'
  readonly message: string
  readonly plugins: ReadonlySet<string>
  /** undefined: the pod's nomination stays as it is; '' takes it back. */
  readonly nominatedNodeName: string | undefined
}

const noPlugins: ReadonlySet<string> = new Set()

/**
 * kube-scheduler: gives every pod that asks for it a node. One pod is tried at a time (the scheduling
 * cycle); what was decided is written while the next one is tried already (the binding cycle), on the
 * assumption that it will succeed.
 */
export class Scheduler {
  readonly work: Work = noWork()
  readonly queue: SchedulingQueue
  private readonly kernel: Kernel
  private readonly latency: Latency
  private readonly client: Client
  private readonly cache = new SchedulerCache()
  private readonly informers: SchedulerInformers
  private readonly profiles = new Map<string, Profile>()
  private readonly algorithm: SchedulingAlgorithm
  private readonly bindings: BindingCycle
  private readonly preemptor: Preemptor
  private readonly log = new AttemptLog()
  private readonly startedAt: number
  /** A pod is being tried. */
  private busy = false
  private isStopped = false
  private readonly timers: { backoff: Timer; leftover: Timer } = { backoff: noTimer, leftover: noTimer }

  constructor(options: SchedulerOptions) {
    const { kernel, latency, configuration = {}, place } = options
    this.kernel = kernel
    this.latency = latency
    this.startedAt = kernel.now
    this.client = new Client(options, schedulerName, place?.target, place?.account)
    const responsible = (pod: Pod) => this.profiles.has(pod.spec.schedulerName ?? '')
    this.informers = new SchedulerInformers(this.client, responsible)
    this.queue = this.makeQueue(configuration)
    this.preemptor = this.makePreemptor()
    const handle = this.makeHandle()
    for (const profile of makeProfiles(configuration, handle)) {
      const framework = new Framework(profile, handle, this.queue.nominator)
      const recorder = new SeriesRecorder(this.client, profile.schedulerName)
      this.profiles.set(profile.schedulerName, {
        framework, recorder, filters: profile.enabled.filter.map(({ name }) => name), hints: framework.hints(),
        preEnqueue: (pod) => framework.preEnqueue(pod),
      })
    }
    this.algorithm = new SchedulingAlgorithm(handle, { percentageOfNodesToScore: configuration.percentageOfNodesToScore ?? 0 })
    this.bindings = new BindingCycle(this.client)
    new EventHandlers(this.cache, this.queue, responsible).register(this.informers)
    for (const kind of ['persistentvolumes', 'persistentvolumeclaims', 'resourceclaims'] as const) {
      this.informers.listers[kind].onChange(() => this.bindings.recheck())
    }
    kernel.register(this.client.target, (task: { type: string }) => this.handle(task))
  }

  /** Begins as a scheduler that has been up for a while. */
  start(etcd: InitialObjects): void {
    this.informers.startWith(etcd)
    // Whoever waits already is tried in a task, for that is a step of the film.
    if (etcd.range('pods/').some(({ spec }) => !spec.nodeName)) this.client.later(0, () => {})
    else this.goOn()
  }

  /** Its process has ended: it hears of nothing any more, and tries nothing. */
  stop(): void {
    this.isStopped = true
    this.informers.stop()
  }

  /** All attempts to place a pod, the first one first. */
  attempts(podUID: string): readonly Attempt[] {
    return this.log.of(podUID)
  }

  /** The attempt that a step of filtering stands for, with its whole tables. */
  attemptAt(step: number): Attempt | undefined {
    return this.log.atStep(step)
  }

  forgetAttempts(): void {
    this.log.forget()
  }

  /** Where pods were placed by attempts before a step: uid -> node. Their bindings may not have been written by then. */
  placedBefore(step: number): ReadonlyMap<string, string> {
    return this.log.placedBefore(step)
  }

  private makeQueue(configuration: KubeSchedulerConfiguration): SchedulingQueue {
    return new SchedulingQueue({
      initialBackoffMs: 1000 * (configuration.podInitialBackoffSeconds ?? defaultInitialBackoffSeconds),
      maxBackoffMs: 1000 * (configuration.podMaxBackoffSeconds ?? defaultMaxBackoffSeconds),
      now: () => this.kernel.now,
      profile: (pod) => this.profileOf(pod),
      cause: () => this.kernel.cause,
      moved: (move) => this.recordMove(move),
      asked: () => void this.work.hintsAsked++,
    })
  }

  private makePreemptor(): Preemptor {
    return new Preemptor({
      client: this.client,
      recorder: (pod) => this.profileOf(pod).recorder,
      latest: (pod) => this.latest(pod),
      nominatedOn: (nodeName) => this.queue.nominator.on(nodeName),
      activate: (pod) => this.queue.activate(pod),
    })
  }

  private makeHandle(): Handle {
    const { kernel, cache, work } = this
    return {
      cache,
      work,
      listers: this.informers.listers,
      now: () => kernel.now,
      random: (purpose) => {
        const random = kernel.random(purpose)
        return (bound) => random.int(bound)
      },
      isPreempting: (uid) => this.preemptor.isPreempting(uid),
    }
  }

  private profileOf(pod: Pod): Profile {
    const profile = this.profiles.get(pod.spec.schedulerName ?? '')
    if (profile === undefined) throw new Error(`profile not found for scheduler name "${pod.spec.schedulerName}"`)
    return profile
  }

  /** The informer's version of the same pod. */
  private latest({ metadata }: Pod): Pod | undefined {
    const pod = this.informers.pods.get(metadata.namespace, metadata.name)
    return pod?.metadata.uid === metadata.uid ? pod : undefined
  }

  private handle(task: { type: string }): void {
    if (!this.client.handle(task)) throw new Error(`${schedulerName}: task ${task.type} is unknown`)
    this.goOn()
  }

  /** Tries the next pod if none is being tried, and sets the alarms of the queue. */
  private goOn(): void {
    while (!this.busy && !this.isStopped) {
      const pod = this.queue.pop()
      if (pod === undefined) break
      this.kernel.cause = pod.cause
      this.tryPod(pod)
    }
    this.setTimers()
  }

  // --- scheduling cycle ---------------------------------------------------------------------------

  private tryPod(queued: QueuedPod): void {
    const { pod } = queued.info
    const { framework, recorder, filters } = this.profileOf(pod)
    if (pod.metadata.deletionTimestamp !== undefined) {
      const note = `skip schedule deleting pod: ${pod.metadata.namespace}/${pod.metadata.name}`
      recorder.event(pod, { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', note })
      return this.queue.done(queued.uid)
    }
    if (this.cache.isAssumed(queued.uid)) return this.queue.done(queued.uid)
    this.busy = true
    const decision = this.algorithm.schedule(framework, queued.info)
    const step = this.record(pod, filterDetail(decision, queued.attempts), 'create/filter')
    const facts = { attempt: queued.attempts, schedulerName: framework.profile.schedulerName, at: this.kernel.now, step }
    const attempt = this.log.record(queued.info, facts, decision, filters)
    this.client.later(this.latency.of('scheduling'), () => {
      this.busy = false
      this.conclude(queued, decision, attempt)
    })
  }

  private conclude(queued: QueuedPod, decision: Decision, attempt: AttemptSummary): void {
    const { framework } = this.profileOf(queued.info.pod)
    const { error, feasible, winner } = decision
    if (error !== undefined) return this.fail(queued, attempt, errorFailure(messageOf(error)))
    const node = feasible[winner]
    if (node === undefined) return this.fail(queued, attempt, this.unschedulable(queued.info, decision, framework, attempt))
    this.record(queued.info.pod, scoreDetail(decision, queued.attempts), 'create/score')
    attempt.outcome = 'Scheduled'
    this.place(queued, decision, node, attempt)
  }

  /** No node: perhaps room can be made. */
  private unschedulable(info: PodInfo, decision: Decision, framework: Framework, attempt: AttemptSummary): Failure {
    const { nodeCount, statuses, preFilter, cycle, unschedulablePlugins } = decision
    if (nodeCount === 0) return { reason: 'Unschedulable', message: noNodesMessage, plugins: noPlugins, nominatedNodeName: '' }
    const latest = this.latest(info.pod)
    const current = latest === undefined ? info : { ...info, pod: latest }
    const { message: postFilterMessage, nominatedNodeName, preemption } = framework.postFilter(cycle, current, statuses)
    if (preemption !== undefined) {
      attempt.nominatedNodeName = preemption.nodeName
      const victims = preemption.victims.map(({ pod }) => ({ namespace: pod.metadata.namespace, name: pod.metadata.name, uid: pod.metadata.uid }))
      this.record(info.pod, { type: 'Preempt', attempt: attempt.attempt, node: preemption.nodeName, victims, pdbViolations: preemption.pdbViolations })
      this.preemptor.start(current.pod, preemption)
    }
    const preFilterMessage = preFilter === undefined ? '' : messageOf(preFilter)
    const message = fitErrorMessage({ nodeCount, statuses, preFilterMessage, postFilterMessage })
    return { reason: 'Unschedulable', message, plugins: unschedulablePlugins, nominatedNodeName }
  }

  /** Assumes the pod on the node, so that the next decision reckons with it, and has it bound. */
  private place(queued: QueuedPod, decision: Decision, node: NodeInfo, attempt: AttemptSummary): void {
    const { info } = queued
    const { framework } = this.profileOf(info.pod)
    if (this.cache.get(info.uid) !== undefined) {
      const message = `pod ${info.uid}(${info.key}) is in the cache, so can't be assumed`
      return this.fail(queued, attempt, errorFailure(message))
    }
    const assumed: PodInfo = { ...info, pod: { ...info.pod, spec: extended(info.pod.spec, { nodeName: node.name }) } }
    this.cache.assume(assumed, node.name)
    this.queue.nominator.delete(info.uid)
    const refused = framework.reserve(decision.cycle, assumed, node) ?? framework.permit(assumed, node)
    if (refused !== undefined) return this.takeBack(queued, decision, node, refused, attempt)
    this.queue.done(info.uid)
    this.bindings.start({
      framework, cycle: decision.cycle, pod: assumed, node,
      done: (status) => {
        if (status !== undefined) return this.takeBack(queued, decision, node, status, attempt)
        const note = `Successfully assigned ${info.namespace}/${info.pod.metadata.name} to ${node.name}`
        this.profileOf(info.pod).recorder.event(assumed.pod, { type: 'Normal', reason: 'Scheduled', action: 'Binding', note })
      },
    })
  }

  /** The assumption was wrong: the room is free again for others. */
  private takeBack(queued: QueuedPod, { cycle }: Decision, node: NodeInfo, status: Status, attempt: AttemptSummary): void {
    const { info } = queued
    const { framework } = this.profileOf(info.pod)
    framework.unreserve(cycle, info, node)
    this.cache.forget(info.uid)
    if (!isRejected(status)) {
      this.queue.moveAll(assignedPodDelete, info.pod, undefined)
      return this.fail(queued, attempt, errorFailure(messageOf(status)))
    }
    const statuses = new NodeStatuses()
    statuses.set(node.name, status)
    const message = fitErrorMessage({ nodeCount: 1, statuses, preFilterMessage: '', postFilterMessage: '' })
    this.fail(queued, attempt, { reason: 'Unschedulable', message, plugins: new Set([status.plugin]), nominatedNodeName: '' })
    this.queue.moveAll(assignedPodDelete, info.pod, undefined, (other) => other.metadata.uid !== info.uid)
  }

  /** The pod goes back into the queue, and everybody can read why (handleSchedulingFailure). */
  private fail(queued: QueuedPod, attempt: AttemptSummary, failure: Failure): void {
    const { pod } = queued.info
    const { reason, message, plugins, nominatedNodeName } = failure
    attempt.outcome = reason === 'Unschedulable' ? 'Unschedulable' : 'Error'
    attempt.message = message
    this.record(pod, { type: attempt.outcome, attempt: queued.attempts, message, plugins: [...plugins].sort(), nominatedNodeName })
    queued.unschedulablePlugins = plugins
    const latest = this.latest(pod)
    if (latest === undefined || latest.spec.nodeName) this.queue.done(queued.uid)
    else {
      this.queue.addUnschedulable(queued, latest)
      this.queue.nominator.add(queued.info, nominatedNodeName)
    }
    const { recorder } = this.profileOf(pod)
    recorder.event(pod, { type: 'Warning', reason: 'FailedScheduling', action: 'Scheduling', note: message })
    const condition = { type: 'PodScheduled', status: 'False', reason, message } as const
    const body = statusPatch(pod, { condition, nominatedNodeName }, this.kernel.now)
    if (body === undefined) return
    const { namespace, name } = pod.metadata
    this.client.send('patch', pods, { subresource: 'status', namespace, name, body, contentType: 'application/strategic-merge-patch+json' })
  }

  // --- alarms and records -------------------------------------------------------------------------

  private setTimers(): void {
    this.timers.backoff = this.alarm(this.timers.backoff, this.queue.nextBackoffCompletion(), () => {
      this.timers.backoff = noTimer
      this.queue.flushBackoffCompleted()
    })
    const oldest = this.queue.oldestUnschedulable()
    this.timers.leftover = this.alarm(this.timers.leftover, oldest === undefined ? undefined : this.leftoverFlushAfter(oldest), () => {
      this.timers.leftover = noTimer
      this.queue.flushUnschedulableLeftover()
    })
  }

  /** The first of the regular flushes at which a pod that waits since then has waited too long. */
  private leftoverFlushAfter(since: number): number {
    const ticks = Math.floor((since + maxUnschedulableMs - this.startedAt) / leftoverFlushMs) + 1
    return this.startedAt + ticks * leftoverFlushMs
  }

  private alarm(timer: Timer, at: number | undefined, ring: () => void): Timer {
    if (timer.at === at) return timer
    this.kernel.cancel(timer.task)
    if (at === undefined) return noTimer
    this.kernel.cause = undefined
    return { at, task: this.client.later(at - this.kernel.now, ring) }
  }

  private record(pod: Pod, detail: StepDetail, milestone?: string): number {
    const { namespace, name, uid } = pod.metadata
    return this.kernel.record({
      kind: 'decision', from: schedulerName, to: schedulerName, resource: 'pods', namespace, name, uid, milestone, detail,
    }).index
  }

  /** A step of its own, so that the next attempt can say what it was woken by. */
  private recordMove({ pod, to, event, plugin }: Move): number {
    const { cause } = this.kernel
    const step = this.record(pod.info.pod, { type: 'Requeued', event, plugin, queue: to, attempts: pod.attempts })
    this.kernel.cause = cause
    return step
  }
}

interface Timer {
  readonly at: number | undefined
  readonly task: TaskId | undefined
}

const noTimer: Timer = { at: undefined, task: undefined }

function errorFailure(message: string): Failure {
  return { reason: 'SchedulerError', message, plugins: noPlugins, nominatedNodeName: '' }
}
