import type { Kernel, TaskId } from '../kernel/kernel.ts'
import type { Containerd } from '../runtime/containerd.ts'
import { nothingRuns, type PodRuntimeStatus } from './kuberuntime/runtime-status.ts'

interface RelistTask {
  readonly type: 'relist'
}

/** Virtual ms between two looks at the runtime (pkg/kubelet/kubelet.go genericPlegRelistPeriod). */
export const relistPeriodMs = 1000

/**
 * The pod lifecycle event generator: looks once a second at what the runtime has, keeps it as the cache that pod
 * workers read, and wakes the workers of pods that have changed (pkg/kubelet/pleg/generic.go). A second in which
 * nothing has changed and nobody waits is not simulated: nobody could tell.
 */
export class Pleg {
  /** Told of each pod whose containers have changed since the last look. */
  podChanged: (uid: string) => void = () => {}
  private readonly kernel: Kernel
  private readonly runtime: Containerd
  private readonly target: string
  private readonly phaseMs: number
  private readonly cache = new Map<string, PodRuntimeStatus>()
  private readonly dirty = new Set<string>()
  private waiting: { since: number; resume: () => void }[] = []
  private lastRelistAt: number
  private scheduled: TaskId | undefined
  private scheduledFor = 0

  constructor(kernel: Kernel, runtime: Containerd, target: string) {
    this.kernel = kernel
    this.runtime = runtime
    this.target = target
    this.phaseMs = kernel.random(`pleg phase of ${target}`).int(relistPeriodMs)
    this.lastRelistAt = kernel.now
    runtime.records.changed = (uid) => {
      this.dirty.add(uid)
      this.scheduleRelist()
    }
  }

  /** What the runtime had at the last look. */
  status(uid: string): PodRuntimeStatus {
    return this.cache.get(uid) ?? nothingRuns
  }

  /** What it has now, past the cache: for those who have just changed it. */
  fresh(uid: string): PodRuntimeStatus {
    return look(this.runtime, uid)
  }

  /** Resumes as soon as the cache is newer than `since` (cache.GetNewerThan); at once when it is. */
  newerThan(since: number, resume: () => void): void {
    if (this.currentAt() > since) return resume()
    this.waiting.push({ since, resume })
    this.scheduleRelist()
  }

  /** What was there before anybody looked is no event. */
  begin(): void {
    for (const uid of this.dirty) this.cache.set(uid, look(this.runtime, uid))
    this.dirty.clear()
  }

  relist(): void {
    this.scheduled = undefined
    this.lastRelistAt = this.kernel.now
    const changed: string[] = []
    for (const uid of this.dirty) {
      const before = this.cache.get(uid)
      const now = look(this.runtime, uid)
      if (now.containers.length + now.sandboxes.length === 0) this.cache.delete(uid)
      else this.cache.set(uid, now)
      if (eventful(before ?? nothingRuns, now)) changed.push(uid)
    }
    this.dirty.clear()
    const resumed = this.waiting
    this.waiting = []
    for (const uid of changed) this.podChanged(uid)
    for (const { resume } of resumed) resume()
  }

  private scheduleRelist(): void {
    if (this.scheduled !== undefined) return
    this.scheduledFor = this.nextTick()
    this.scheduled = this.kernel.scheduleAt(this.target, this.scheduledFor, { type: 'relist' } as RelistTask)
  }

  /** The first tick after now. */
  private nextTick(): number {
    const passed = (this.kernel.now - this.phaseMs) % relistPeriodMs
    return this.kernel.now - passed + relistPeriodMs
  }

  /** When the cache was last true: at the last tick whose relist has run, or would have found nothing. */
  private currentAt(): number {
    const lastTick = this.nextTick() - relistPeriodMs
    const stillToRun = this.scheduled !== undefined && this.scheduledFor <= lastTick
    return Math.max(this.lastRelistAt, stillToRun ? lastTick - relistPeriodMs : lastTick)
  }
}

function look(runtime: Containerd, uid: string): PodRuntimeStatus {
  return { sandboxes: runtime.sandboxesOf(uid).reverse(), containers: runtime.containersOf(uid).reverse() }
}

/**
 * Something started or died: a container that is created and not yet started is no event, nor is it one that the rest of a dead one is
 * gone (isSyncPodWorthy).
 */
function eventful(before: PodRuntimeStatus, now: PodRuntimeStatus): boolean {
  return changedAmong(before.sandboxes, now.sandboxes) || changedAmong(before.containers, now.containers)
}

function changedAmong(before: readonly Seen[], now: readonly Seen[]): boolean {
  const isNew = ({ id, state }: Seen): boolean => state !== 'created' && before.find((old) => old.id === id)?.state !== state
  const isLost = ({ id, state }: Seen): boolean =>
    state !== 'created' && state !== 'exited' && state !== 'notready' && !now.some((one) => one.id === id)
  return now.some(isNew) || before.some(isLost)
}

type Seen = { id: string; state: string }
