import type { Pod } from '../api/types.ts'
import type { Client } from '../client/client.ts'
import type { TaskId } from '../kernel/kernel.ts'
import { run, wait, type Routine } from './routine.ts'
import { isTerminal } from './status/generate.ts'

export type UpdateType = 'create' | 'update' | 'sync' | 'kill'

/** Why the kubelet itself ends a pod: eviction, a deadline. */
export interface KillOptions {
  gracePeriodSeconds?: number
  /** Phase, reason and message that the pod is to have. */
  reason?: string
  message?: string
  /** The pod is ended for the node's sake: it gets the condition DisruptionTarget, with this message. */
  disrupted?: string
  /** Told once: nothing of the pod runs any more (KillPodOptions.CompletedCh), or the runtime has taken too long for it. */
  ended?: (inTime: boolean) => void
}

/** The three syncs of a pod's life; each runs to its end before the next one begins. */
export interface PodSyncer {
  /** Returns whether the pod is over, and whether something went wrong. */
  syncPod(pod: Pod, type: UpdateType): Routine<{ terminal: boolean; failed: boolean }>
  syncTerminatingPod(pod: Pod, gracePeriodSeconds: number | undefined, kill: KillOptions | undefined): Routine<void>
  syncTerminatedPod(pod: Pod): Routine<void>
  /** Resumes once the view of the runtime is newer than `since`. */
  newerThan(since: number, resume: () => void): void
}

interface Worker {
  pod: Pod
  type: UpdateType
  /** A version that was not yet looked at. */
  pending: boolean
  working: boolean
  lastSyncAt: number
  terminatingAt: number | undefined
  terminatedAt: number | undefined
  finished: boolean
  /** Gone from the API server. */
  removed: boolean
  /** 0: nobody has asked for one; the pod's own counts. */
  gracePeriodSeconds: number
  kill: KillOptions | undefined
  resync: TaskId | undefined
}

/** Virtual ms; each is stretched by up to a half (wait.Jitter) and rounded up to the next tick of the sync loop. */
const resyncIntervalMs = 60_000
const backOffPeriodMs = 10_000
const jitter = 0.5
const syncLoopPeriodMs = 1000

/**
 * One worker a pod, which knows where in its life the pod is: to be synced, terminating, terminated. Once it is
 * terminating there is no way back (pkg/kubelet/pod_workers.go).
 */
export class PodWorkers {
  private readonly client: Client
  private readonly syncer: PodSyncer
  private readonly workers = new Map<string, Worker>()
  private readonly tickPhaseMs: number
  /** Told when a removed pod needs nothing any more. */
  forgotten: (uid: string) => void = () => {}

  constructor(client: Client, syncer: PodSyncer) {
    this.client = client
    this.syncer = syncer
    this.tickPhaseMs = client.kernel.random(`sync loop of ${client.name}`).int(syncLoopPeriodMs)
  }

  updatePod(pod: Pod, type: UpdateType, kill?: KillOptions): void {
    const { uid } = pod.metadata
    let worker = this.workers.get(uid)
    if (worker === undefined) {
      if (type === 'sync' || type === 'kill') return
      this.workers.set(uid, (worker = newWorker(pod)))
    }
    if (worker.finished) return
    worker.pod = pod
    worker.type = worker.pending && type === 'sync' ? worker.type : type
    this.considerTermination(worker, type, kill)
    worker.pending = true
    this.work(worker)
  }

  /** The pod is no longer in the API server: what still runs is stopped, then it is forgotten. */
  removePod(pod: Pod): void {
    const worker = this.workers.get(pod.metadata.uid)
    if (worker === undefined) return
    worker.removed = true
    if (worker.finished) this.forget(worker)
    else this.updatePod(pod, 'kill')
  }

  sync(uid: string): void {
    const worker = this.workers.get(uid)
    if (worker !== undefined) this.updatePod(worker.pod, 'sync')
  }

  /** False only when nothing of the pod runs and nothing will. */
  couldHaveRunningContainers(uid: string): boolean {
    const worker = this.workers.get(uid)
    return worker !== undefined && worker.terminatedAt === undefined
  }

  isTerminating(uid: string): boolean {
    return this.workers.get(uid)?.terminatingAt !== undefined
  }

  /** Evicted, or deleted and done: nothing dead of it is kept. */
  shouldContentBeRemoved(uid: string): boolean {
    const worker = this.workers.get(uid)
    if (worker === undefined) return true
    return worker.kill?.reason === 'Evicted' || (worker.pod.metadata.deletionTimestamp !== undefined && worker.terminatedAt !== undefined)
  }

  knows(uid: string): boolean {
    return this.workers.has(uid)
  }

  private considerTermination(worker: Worker, type: UpdateType, kill: KillOptions | undefined): void {
    const { pod } = worker
    const ends = type === 'kill' || pod.metadata.deletionTimestamp !== undefined || isTerminal(pod.status)
    if (!ends) return
    worker.terminatingAt ??= this.client.kernel.now
    worker.kill ??= kill
    worker.gracePeriodSeconds = effectiveGracePeriod(worker.gracePeriodSeconds, pod, kill)
  }

  private work(worker: Worker): void {
    if (worker.working || !worker.pending) return
    worker.working = true
    worker.pending = false
    this.client.kernel.cancel(worker.resync)
    worker.resync = undefined
    run(this.turn(worker), (after) => {
      worker.lastSyncAt = this.client.kernel.now
      worker.working = false
      if (worker.finished) {
        if (worker.removed) this.forget(worker)
      } else this.requeue(worker, after)
    })
  }

  private *turn(worker: Worker): Routine<'now' | 'soon' | 'later'> {
    const { syncer } = this
    const { pod, type, terminatingAt } = worker
    if (worker.terminatedAt === undefined) yield* wait<void>((resume) => syncer.newerThan(worker.lastSyncAt, resume))
    // What came in while waiting is a sync of its own, unless the pod is to end: then nothing else is done with it.
    if (worker.terminatingAt !== terminatingAt) worker.pending = false
    if (worker.terminatedAt !== undefined) {
      yield* syncer.syncTerminatedPod(worker.pod)
      worker.finished = true
      return 'later'
    }
    if (worker.terminatingAt !== undefined) {
      yield* syncer.syncTerminatingPod(worker.pod, worker.gracePeriodSeconds || undefined, worker.kill)
      worker.terminatedAt = this.client.kernel.now
      worker.kill?.ended?.(true)
      return 'now'
    }
    const { terminal, failed } = yield* syncer.syncPod(pod, type)
    if (terminal) worker.terminatingAt ??= this.client.kernel.now
    return terminal ? 'now' : failed ? 'soon' : 'later'
  }

  private requeue(worker: Worker, after: 'now' | 'soon' | 'later'): void {
    if (after === 'now') worker.pending = true
    if (worker.pending) return this.work(worker)
    const base = after === 'soon' ? backOffPeriodMs : resyncIntervalMs
    const random = this.client.kernel.random(`resync of ${this.client.name}`).float()
    const due = this.client.kernel.now + base * (1 + jitter * random)
    worker.resync = this.client.later(this.nextTick(due) - this.client.kernel.now, () => {
      worker.resync = undefined
      this.updatePod(worker.pod, 'sync')
    })
  }

  /** The sync loop looks once a second for pods that are due. */
  private nextTick(due: number): number {
    return Math.ceil((due - this.tickPhaseMs) / syncLoopPeriodMs) * syncLoopPeriodMs + this.tickPhaseMs
  }

  private forget(worker: Worker): void {
    const { uid } = worker.pod.metadata
    this.client.kernel.cancel(worker.resync)
    this.workers.delete(uid)
    this.forgotten(uid)
  }
}

function newWorker(pod: Pod): Worker {
  return {
    pod,
    type: 'create',
    pending: false,
    working: false,
    lastSyncAt: -1,
    terminatingAt: undefined,
    terminatedAt: undefined,
    finished: false,
    removed: false,
    gracePeriodSeconds: 0,
    kill: undefined,
    resync: undefined,
  }
}

/**
 * A grace period may get shorter, never longer, and is never less than one second
 * (pod_workers.go calculateEffectiveGracePeriod).
 */
export function effectiveGracePeriod(previous: number, pod: Pod, kill: KillOptions | undefined): number {
  const given = [kill?.gracePeriodSeconds, pod.metadata.deletionGracePeriodSeconds].filter((s) => s !== undefined)
  const seconds = given.reduce((least, s) => (least === 0 || s < least ? s : least), previous)
  if (given.length === 0 && seconds === 0) return Math.max(pod.spec.terminationGracePeriodSeconds ?? 0, 1)
  return Math.max(seconds, 1)
}
