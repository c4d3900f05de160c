/**
 * Which pod is tried next (pkg/scheduler/backend/queue/scheduling_queue.go).
 *
 *   active         to be tried, by priority, then by age
 *   backoff        to be tried again after a while; taken early when nothing is active
 *   unschedulable  waits for an event that one of the plugins that refused it thinks helpful,
 *                  or for PreEnqueue to let it in; after five minutes it is tried anyway
 *
 * Events that come while a pod is being tried are kept for it: they may help although the decision has
 * not seen them.
 */
import type { KubeObject, Pod } from '../../api/types.ts'
import { podInfo } from '../cache/podinfo.ts'
import {
  forceActivate, isWildcard, matchesEvent, podUpdateEvents, unschedulableTimeout, type ClusterEvent, type EventHint,
} from '../framework/events.ts'
import type { Status } from '../framework/status.ts'
import { BackoffQueue } from './backoffqueue.ts'
import { Heap } from './heap.ts'
import { Nominator } from './nominator.ts'
import { activeBefore, type QueuedPod } from './queuedpod.ts'

export type SubQueue = 'active' | 'backoff' | 'unschedulable'

/** What a profile contributes to the queue. */
export interface QueueProfile {
  preEnqueue(pod: Pod): Status | undefined
  readonly hints: readonly PluginHint[]
}

export interface PluginHint {
  readonly plugin: string
  readonly hint: EventHint
}

/** A pod leaves the unschedulable: told for the record. */
export interface Move {
  readonly pod: QueuedPod
  readonly to: SubQueue
  readonly event: string
  /** The plugin that thought the event helpful, when one did. */
  readonly plugin: string | undefined
}

export interface QueueOptions {
  readonly initialBackoffMs: number
  readonly maxBackoffMs: number
  now(): number
  /** The profile that the pod asks for. */
  profile(pod: Pod): QueueProfile
  /** Index of the step that is current. */
  cause(): number | undefined
  /** Records a move; returns the index of the step that tells of it. */
  moved(move: Move): number | undefined
  /** Counts questions to plugins. */
  asked(): void
}

/** After this long a pod is tried whatever has happened. */
export const maxUnschedulableMs = 5 * 60_000

/** An event that came while a pod was being tried. */
interface HeldEvent {
  readonly event: ClusterEvent
  readonly old: KubeObject | undefined
  readonly next: KubeObject | undefined
}

interface InFlight {
  readonly events: HeldEvent[]
}

/** Whether a pod is worth another try, and the plugin that thinks so (undefined: none in particular). */
type Worth = { queue: false } | { queue: true; plugin: string | undefined }

const notWorth: Worth = { queue: false }
const noPlugins: ReadonlySet<string> = new Set()

export class SchedulingQueue {
  readonly nominator = new Nominator()
  private readonly options: QueueOptions
  private readonly active = new Heap<QueuedPod>((pod) => pod.key, activeBefore)
  private readonly backoff: BackoffQueue
  /** By key, in the order in which they came. */
  private readonly unschedulable = new Map<string, QueuedPod>()
  /** By uid: pods that are being tried or bound. */
  private readonly inFlight = new Map<string, InFlight>()
  /** By profile and event: the plugins that have registered for it. */
  private readonly registered = new Map<QueueProfile, Map<string, readonly PluginHint[]>>()
  private nextSequence = 1

  constructor(options: QueueOptions) {
    this.options = options
    this.backoff = new BackoffQueue({ initialMs: options.initialBackoffMs, maxMs: options.maxBackoffMs, now: () => options.now() })
  }

  /** A new pod. */
  add(pod: Pod): void {
    this.moveToActive(this.newQueuedPod(pod), 'UnscheduledPodAdd', undefined)
  }

  /** The next pod to try, or undefined when there is none. */
  pop(): QueuedPod | undefined {
    const pod = this.active.pop() ?? this.backoff.popEarly()
    if (pod === undefined) return undefined
    if (this.inFlight.has(pod.uid)) return this.pop()
    pod.attempts++
    pod.unschedulablePlugins = noPlugins
    pod.gatingPlugin = ''
    this.inFlight.set(pod.uid, { events: [] })
    return pod
  }

  /** The pod is no longer being tried. */
  done(uid: string): void {
    this.inFlight.delete(uid)
  }

  /** A pod that was tried in vain comes back. `latest` is its present version. */
  addUnschedulable(pod: QueuedPod, latest: Pod): void {
    const held = this.inFlight.get(pod.uid)?.events ?? []
    this.done(pod.uid)
    if (this.find(pod.key) !== undefined) return
    pod.info = podInfo(latest, pod.info)
    if (pod.unschedulablePlugins.size === 0) pod.consecutiveErrors++
    else {
      pod.unschedulableCount++
      pod.consecutiveErrors = 0
    }
    pod.timestamp = this.options.now()
    pod.backoffUntil = undefined
    pod.cause = this.options.cause()
    for (const { event, old, next } of held) {
      const worth = this.worthOf(pod, event, old, next)
      if (worth.queue) return this.requeue(pod, event.label, worth.plugin)
    }
    if (pod.unschedulablePlugins.size === 0) this.requeue(pod, 'ScheduleAttemptFailure', undefined)
    else this.unschedulable.set(pod.key, pod)
  }

  /** A pod that waits has changed. */
  update(old: Pod, next: Pod): void {
    const events = podUpdateEvents(next, old)
    const flight = this.inFlight.get(next.metadata.uid)
    if (flight !== undefined) {
      for (const event of events) flight.events.push({ event, old, next })
      return
    }
    const key = keyOf(next)
    const waiting = this.active.get(key) ?? this.backoff.get(key) ?? this.unschedulable.get(key)
    if (waiting === undefined) return this.moveToActive(this.newQueuedPod(next), 'UnscheduledPodUpdate', undefined)
    const before = waiting.info
    waiting.info = podInfo(next, before)
    this.nominator.update(before, waiting.info)
    if (this.active.has(key)) this.active.put(waiting)
    else if (this.unschedulable.has(key)) this.offer(waiting, events, old, next)
  }

  private offer(pod: QueuedPod, events: readonly ClusterEvent[], old: Pod, next: Pod): void {
    for (const event of events) {
      const worth = this.worthOf(pod, event, old, next)
      if (!worth.queue) continue
      this.requeue(pod, event.label, worth.plugin)
      if (!this.unschedulable.has(pod.key)) return
    }
  }

  delete(pod: Pod): void {
    const key = keyOf(pod)
    this.nominator.delete(pod.metadata.uid)
    if (this.active.delete(key) === undefined && this.backoff.delete(key) === undefined) this.unschedulable.delete(key)
  }

  /** Something has happened in the cluster: pods whose plugins think that it may help are tried again. */
  moveAll(event: ClusterEvent, old: KubeObject | undefined, next: KubeObject | undefined, wanted: (pod: Pod) => boolean = () => true): void {
    // Who is moved leaves the map meanwhile.
    const waiting = [...this.unschedulable.values()]
    for (const pod of waiting) {
      if (!wanted(pod.info.pod) || !this.mayUngate(pod, event)) continue
      const worth = this.worthOf(pod, event, old, next)
      if (worth.queue) this.requeue(pod, event.label, worth.plugin)
    }
    for (const flight of this.inFlight.values()) flight.events.push({ event, old, next })
  }

  /** Whether anybody could be helped by an event: a pod that waits, or one that is being scheduled now. */
  get isListening(): boolean {
    return this.unschedulable.size > 0 || this.inFlight.size > 0
  }

  /** Tries a pod at once, whatever its plugins say. */
  activate(pod: Pod): void {
    const key = keyOf(pod)
    const waiting = this.unschedulable.get(key) ?? this.backoff.delete(key)
    if (waiting !== undefined) this.moveToActive(waiting, forceActivate.label, undefined)
    else this.inFlight.get(pod.metadata.uid)?.events.push({ event: forceActivate, old: undefined, next: pod })
  }

  flushBackoffCompleted(): void {
    for (const pod of this.backoff.popCompleted()) {
      pod.cause = this.options.cause()
      this.active.put(pod)
    }
  }

  flushUnschedulableLeftover(): void {
    const now = this.options.now()
    const late = [...this.unschedulable.values()].filter((pod) => now - pod.timestamp > maxUnschedulableMs)
    for (const pod of late) {
      if (!this.mayUngate(pod, unschedulableTimeout)) continue
      this.requeue(pod, unschedulableTimeout.label, undefined)
    }
  }

  /** When flushBackoffCompleted will have something to do (virtual ms). */
  nextBackoffCompletion(): number | undefined {
    return this.backoff.nextCompletion()
  }

  /** Since when the pod that has waited longest without a try has waited (virtual ms); gated pods do not count. */
  oldestUnschedulable(): number | undefined {
    let oldest: number | undefined
    for (const { timestamp, gatingPlugin } of this.unschedulable.values()) {
      if (gatingPlugin === '' && (oldest === undefined || timestamp < oldest)) oldest = timestamp
    }
    return oldest
  }

  /** In which sub-queue a pod is; undefined when it is in none. */
  whereIs(namespace: string, name: string): { queue: SubQueue; pod: QueuedPod } | undefined {
    return this.find(`${namespace}/${name}`)
  }

  sizes(): Readonly<Record<SubQueue | 'inFlight', number>> {
    return { active: this.active.size, backoff: this.backoff.size, unschedulable: this.unschedulable.size, inFlight: this.inFlight.size }
  }

  private find(key: string): { queue: SubQueue; pod: QueuedPod } | undefined {
    const active = this.active.get(key)
    if (active !== undefined) return { queue: 'active', pod: active }
    const backoff = this.backoff.get(key)
    if (backoff !== undefined) return { queue: 'backoff', pod: backoff }
    const unschedulable = this.unschedulable.get(key)
    return unschedulable === undefined ? undefined : { queue: 'unschedulable', pod: unschedulable }
  }

  private newQueuedPod(pod: Pod): QueuedPod {
    return {
      info: podInfo(pod),
      key: keyOf(pod),
      uid: pod.metadata.uid,
      timestamp: this.options.now(),
      attempts: 0,
      unschedulableCount: 0,
      consecutiveErrors: 0,
      backoffUntil: undefined,
      unschedulablePlugins: noPlugins,
      gatingPlugin: '',
      sequence: this.nextSequence++,
      cause: this.options.cause(),
    }
  }

  /** A gated pod can only be let in by an event in which the gating plugin is interested. */
  private mayUngate(pod: QueuedPod, event: ClusterEvent): boolean {
    return pod.gatingPlugin === '' || this.hintsFor(pod, event).some(({ plugin }) => plugin === pod.gatingPlugin)
  }

  private hintsFor(pod: QueuedPod, event: ClusterEvent): readonly PluginHint[] {
    const profile = this.options.profile(pod.info.pod)
    let byEvent = this.registered.get(profile)
    if (byEvent === undefined) this.registered.set(profile, (byEvent = new Map()))
    const key = `${event.resource}/${event.action}`
    let hints = byEvent.get(key)
    if (hints === undefined) byEvent.set(key, (hints = profile.hints.filter(({ hint }) => matchesEvent(hint, event))))
    return hints
  }

  /** isPodWorthRequeuing: asks those plugins that refused the pod. */
  private worthOf(pod: QueuedPod, event: ClusterEvent, old: KubeObject | undefined, next: KubeObject | undefined): Worth {
    if (pod.unschedulablePlugins.size === 0) return { queue: true, plugin: undefined }
    if (isWildcard(event)) {
      const forOther = next !== undefined && next.metadata.uid !== pod.uid
      return forOther ? notWorth : { queue: true, plugin: undefined }
    }
    for (const { plugin, hint } of this.hintsFor(pod, event)) {
      if (!pod.unschedulablePlugins.has(plugin)) continue
      this.options.asked()
      if (hint.hint === undefined || hint.hint(pod.info.pod, old, next) === 'Queue') return { queue: true, plugin }
    }
    return notWorth
  }

  private requeue(pod: QueuedPod, event: string, plugin: string | undefined): void {
    if (this.backoff.isBackingOff(pod)) this.moveToBackoff(pod, event, plugin)
    else this.moveToActive(pod, event, plugin)
  }

  private moveToBackoff(pod: QueuedPod, event: string, plugin: string | undefined): void {
    if (!this.letIn(pod)) return
    this.leave(pod, 'backoff', event, plugin)
    this.backoff.add(pod)
  }

  private moveToActive(pod: QueuedPod, event: string, plugin: string | undefined): void {
    if (!this.letIn(pod)) return
    this.leave(pod, 'active', event, plugin)
    this.active.put(pod)
    if (event === 'UnscheduledPodAdd' || event === 'UnscheduledPodUpdate') this.nominator.add(pod.info)
  }

  private leave(pod: QueuedPod, to: SubQueue, event: string, plugin: string | undefined): void {
    const waited = this.unschedulable.delete(pod.key)
    pod.cause = waited ? this.options.moved({ pod, to, event, plugin }) : this.options.cause()
  }

  /** PreEnqueue; a pod that is kept out waits among the unschedulable. */
  private letIn(pod: QueuedPod): boolean {
    const status = this.options.profile(pod.info.pod).preEnqueue(pod.info.pod)
    pod.gatingPlugin = status?.plugin ?? ''
    if (status === undefined) return true
    pod.unschedulablePlugins = new Set([...pod.unschedulablePlugins, status.plugin])
    this.unschedulable.set(pod.key, pod)
    return false
  }
}

function keyOf({ metadata }: Pod): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}
