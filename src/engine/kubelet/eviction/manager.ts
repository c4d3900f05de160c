import { newQuantity } from '../../api/quantity.ts'
import { parseDuration } from '../../api/time.ts'
import type { Pod } from '../../api/types.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import type { KillOptions } from '../pod-workers.ts'
import { isCritical } from '../critical.ts'
import type { VolumeManager } from '../volumes/volume-manager.ts'
import { limitsLocalStorage, localStorageViolation, type StorageUsage } from './limits.ts'
import { evictionMessage, rankForEviction, type PodUsage } from './rank.ts'
import { capacityOf, type PressureCondition, type Supply } from './signals.ts'
import { enoughFree, leastFree, thresholdsOf, type Threshold } from './thresholds.ts'

/** Virtual ms between two looks that find nothing to do (monitoringInterval). */
const monitoringMs = 10_000
/** Virtual ms: whether nothing of evicted pods is left is looked at so often, and no longer than so long (podCleanupPollFreq, podCleanupTimeout). */
const cleanupPollMs = 1000
const cleanupTimeoutMs = 30_000
/** Virtual ms until a pressure that is over is believed to be, unless the configuration says otherwise. */
const defaultTransitionMs = 300_000
/** What an evicted pod is given at a hard threshold. */
const immediateGraceSeconds = 1

export interface EvictionHost {
  /** Pods on the node that are not over. */
  activePods(): Iterable<Pod>
  kill(pod: Pod, options: KillOptions): void
  /** Neither containers nor volumes of the pod are left on the node. */
  isCleanedUp(pod: Pod): boolean
  /** Returns the bytes that it has freed. */
  removeUnusedImages(): number
  /** The node's conditions have changed. */
  conditionsChanged(): void
}

/**
 * Watches what the node is short of and ends pods before the kernel must: those over their own storage limits, and one at a
 * time while a threshold is met (pkg/kubelet/eviction/eviction_manager.go).
 */
export class EvictionManager {
  private readonly context: KubeletContext
  private readonly volumes: VolumeManager
  private readonly host: EvictionHost
  /** What something outside of all pods takes of a resource: the fault. */
  private readonly taken = new Map<Supply, number>()
  /** Condition -> when its threshold was last met. */
  private readonly observed = new Map<PressureCondition, number>()
  private thresholds: readonly Threshold[] = []
  private transitionMs = defaultTransitionMs
  /** Since when thresholds have been met without a break, and those that are acted upon until enough is free. */
  private since: ReadonlyMap<Threshold, number> = new Map()
  private pressing: readonly Threshold[] = []
  /** Of the last look: whom it has evicted, and how many of them have not ended yet. */
  private evicted: Pod[] = []
  private open = 0

  constructor(context: KubeletContext, volumes: VolumeManager, host: EvictionHost) {
    this.context = context
    this.volumes = volumes
    this.host = host
    this.configured()
  }

  /** The kubelet has read its configuration, perhaps anew: of what it saw before it knows nothing. */
  configured(): void {
    const { configuration } = this.context
    this.thresholds = thresholdsOf(configuration)
    this.transitionMs = parseDuration(configuration.evictionPressureTransitionPeriod ?? '') || defaultTransitionMs
    this.since = new Map()
    this.pressing = []
  }

  start(): void {
    this.context.client.later(monitoringMs, () => this.synchronize())
  }

  /** Leaves only half of the threshold of a resource free, or gives it back. */
  press(supply: Supply, on: boolean): void {
    if (!on) {
      this.taken.delete(supply)
      return
    }
    const threshold = this.thresholds.find(({ signal }) => signal.supply === supply)
    const free = this.available(supply, this.usages()) + (this.taken.get(supply) ?? 0)
    this.taken.set(supply, Math.max(0, free - (threshold === undefined ? 0 : this.least(threshold) / 2)))
  }

  /** Conditions under pressure now, for the node's status and for admission. */
  pressures(): PressureCondition[] {
    return [...this.observed.keys()]
  }

  /** Looks, and looks again: at once when what was evicted is gone, otherwise after a while. */
  private synchronize(): void {
    this.evicted = []
    this.relieve()
    if (this.evicted.length === 0) this.start()
  }

  private ended(inTime: boolean): void {
    if (--this.open > 0) return
    if (inTime) this.awaitCleanup(this.evicted, this.context.kernel.now + cleanupTimeoutMs)
    else this.start()
  }

  private awaitCleanup(pods: readonly Pod[], deadline: number): void {
    const { client, kernel } = this.context
    client.later(cleanupPollMs, () => {
      if (kernel.now >= deadline || pods.every((pod) => this.host.isCleanedUp(pod))) this.synchronize()
      else this.awaitCleanup(pods, deadline)
    })
  }

  private relieve(): void {
    const evicted = this.evictOverLimit()
    if (this.taken.size === 0 && this.observed.size === 0 && this.pressing.length === 0 && !this.podsFillNode()) return
    const usages = this.usages()
    const free = ({ signal }: Threshold): number => this.available(signal.supply, usages)
    const isMet = (one: Threshold): boolean => free(one) < (this.pressing.includes(one) ? this.enough(one) : this.least(one))
    const met = this.thresholds.filter(isMet)
    this.updateConditions(met)
    this.pressing = this.lasting(met)
    const [threshold] = this.pressing
    if (evicted || threshold === undefined) return
    this.announce(threshold)
    // The disk is first freed of what no pod would miss.
    if (threshold.signal.condition === 'DiskPressure' && this.host.removeUnusedImages() > 0 && !isMet(threshold)) return
    this.reclaim(threshold, usages)
  }

  /** Of those that are met the ones that have been for their time (thresholdsFirstObservedAt, thresholdsMetGracePeriod). */
  private lasting(met: readonly Threshold[]): Threshold[] {
    const { now } = this.context.kernel
    const { since } = this
    this.since = new Map(met.map((threshold) => [threshold, since.get(threshold) ?? now]))
    return met.filter((threshold) => now - this.since.get(threshold)! >= (threshold.graceMs ?? 0))
  }

  /** Whether the pods alone bring the node near a threshold: a glance that costs little, for most nodes are well. */
  private podsFillNode(): boolean {
    const { runtime } = this.context
    let memory = 0
    let disk = this.imageBytes()
    for (const { metadata } of this.host.activePods()) {
      for (const { id } of runtime.containersOf(metadata.uid)) {
        const os = runtime.running(id)
        if (os === undefined) continue
        memory += os.memoryUsed()
        disk += os.files.usedBytes
      }
    }
    const node = this.context.node()
    const used: Partial<Record<Supply, number>> = { memory, disk }
    return this.thresholds.some((one) => capacityOf(one.signal.supply, node) - (used[one.signal.supply] ?? 0) < this.enough(one))
  }

  private announce({ signal }: Threshold): void {
    const { nodeName, recorder } = this.context
    const node = { kind: 'Node', apiVersion: 'v1', name: nodeName, uid: nodeName }
    recorder.eventOn(node, 'Warning', 'EvictionThresholdMet', `Attempting to reclaim ${signal.resource}`)
  }

  /** Bytes of the node's disk that are used: by pods, images, and whatever a fault has put there. */
  diskUsed(): number {
    return capacityOf('disk', this.context.node()) - this.available('disk', this.usages())
  }

  private imageBytes(): number {
    return this.context.runtime.images.list().reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
  }

  /** Pods over their own limits go, whatever the node has, but for those that the cluster needs. */
  private evictOverLimit(): boolean {
    let evicted = false
    for (const pod of [...this.host.activePods()]) {
      if (!limitsLocalStorage(pod) || isCritical(pod)) continue
      const message = localStorageViolation(pod, this.storage(pod))
      if (message === undefined) continue
      this.evict(pod, message)
      evicted = true
    }
    return evicted
  }

  private updateConditions(met: readonly Threshold[]): void {
    const { now } = this.context.kernel
    const before = this.pressures().join()
    for (const { signal } of met) this.observed.set(signal.condition, now)
    for (const [condition, at] of this.observed) if (now - at >= this.transitionMs) this.observed.delete(condition)
    if (this.pressures().join() !== before) this.host.conditionsChanged()
  }

  private reclaim(threshold: Threshold, usages: readonly PodUsage[]): void {
    const { resource, supply } = threshold.signal
    const victim = rankForEviction(usages.filter(({ pod }) => !isCritical(pod)), resource)[0]
    if (victim === undefined) return
    const format = supply === 'memory' || supply === 'disk' ? 'BinarySI' : 'DecimalSI'
    const text = (value: number): string => newQuantity(Math.max(0, Math.floor(value)), format).text
    const { message, annotations } = evictionMessage(victim, resource, text(this.least(threshold)), text(this.available(supply, usages)))
    this.evict(victim.pod, message, annotations, threshold.graceMs === undefined ? immediateGraceSeconds : this.graceFor(victim.pod))
  }

  /** With `annotations` for what the node is short of, without them for what the pod itself has taken. */
  private evict(pod: Pod, message: string, annotations?: Readonly<Record<string, string>>, gracePeriodSeconds = immediateGraceSeconds): void {
    this.context.recorder.event(pod, 'Warning', 'Evicted', message, { annotations })
    this.evicted.push(pod)
    this.open++
    const disrupted = annotations === undefined ? {} : { disrupted: message }
    this.host.kill(pod, { gracePeriodSeconds, reason: 'Evicted', message, ...disrupted, ended: (inTime) => this.ended(inTime) })
  }

  /** At a soft threshold a pod has its own time, as far as the configuration lets it; a second it has always. */
  private graceFor({ spec }: Pod): number {
    const most = this.context.configuration.evictionMaxPodGracePeriod ?? 0
    return Math.max(immediateGraceSeconds, Math.min(most, spec.terminationGracePeriodSeconds ?? most))
  }

  private least(threshold: Threshold): number {
    return leastFree(threshold, this.context.node())
  }

  private enough(threshold: Threshold): number {
    return enoughFree(threshold, this.context.node())
  }

  private available(supply: Supply, usages: readonly PodUsage[]): number {
    const resource = resourceOf[supply]
    const used = usages.reduce((sum, usage) => sum + (usage.used?.[resource] ?? 0), supply === 'disk' ? this.imageBytes() : 0)
    return capacityOf(supply, this.context.node()) - used - (this.taken.get(supply) ?? 0)
  }

  private usages(): PodUsage[] {
    return [...this.host.activePods()].map((pod) => this.usage(pod))
  }

  private usage(pod: Pod): PodUsage {
    const { runtime } = this.context
    const storage = this.storage(pod)
    const containers = new Map<string, { memory: number; 'ephemeral-storage': number }>()
    const used = { memory: 0, 'ephemeral-storage': 0, inodes: 0, pids: 0 }
    for (const { id, name } of runtime.containersOf(pod.metadata.uid)) {
      const os = runtime.running(id)
      if (os === undefined) continue
      const memory = Math.floor(os.memoryUsed())
      const disk = storage.containers.get(name) ?? 0
      containers.set(name, { memory, 'ephemeral-storage': disk })
      used.memory += memory
      used['ephemeral-storage'] += disk
      used.inodes += os.files.usedInodes
      used.pids += os.processes().length
    }
    for (const bytesUsed of storage.volumes.values()) used['ephemeral-storage'] += bytesUsed
    return { pod, used, containers }
  }

  private storage(pod: Pod): StorageUsage {
    const { runtime } = this.context
    const containers = new Map<string, number>()
    for (const { id, name } of runtime.containersOf(pod.metadata.uid)) {
      const os = runtime.running(id)
      if (os !== undefined) containers.set(name, os.files.usedBytes)
    }
    const volumes = new Map<string, number>()
    for (const { name, emptyDir } of pod.spec.volumes ?? []) if (emptyDir !== undefined) volumes.set(name, this.volumes.filesOf(pod.metadata.uid, name)?.usedBytes ?? 0)
    return { containers, volumes }
  }
}

const resourceOf = { memory: 'memory', disk: 'ephemeral-storage', inodes: 'inodes', pids: 'pids' } as const
