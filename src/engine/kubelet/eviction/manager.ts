import { newQuantity, quantity } from '../../api/quantity.ts'
import type { Node, Pod } from '../../api/types.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import type { KillOptions } from '../pod-workers.ts'
import type { VolumeManager } from '../volumes/volume-manager.ts'
import { limitsLocalStorage, localStorageViolation, type StorageUsage } from './limits.ts'
import { evictionMessage, rankForEviction, type PodUsage, type Resource } from './rank.ts'

/** Virtual ms between two looks (monitoringInterval), and until a pressure that is over is believed to be. */
const monitoringMs = 10_000
const transitionMs = 300_000
/** What an evicted pod is given at a hard threshold. */
const immediateGraceSeconds = 1

export type PressureCondition = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'

/** What a fault makes scarce. */
export type Signal = 'memory' | 'disk' | 'inodes' | 'pids'

interface SignalFacts {
  resource: Resource
  condition: PressureCondition
  /** The default hard threshold: an amount, or per cent of the capacity. */
  threshold: { amount: string } | { percent: number }
  capacity(node: Node): number
  format: 'BinarySI' | 'DecimalSI'
}

const processIDs = 32_768
const inodesPerByte = 1 / 16_384

const signals: Record<Signal, SignalFacts> = {
  memory: { resource: 'memory', condition: 'MemoryPressure', threshold: { amount: '100Mi' }, capacity: (node) => bytes(node, 'memory'), format: 'BinarySI' },
  disk: { resource: 'ephemeral-storage', condition: 'DiskPressure', threshold: { percent: 10 }, capacity: (node) => bytes(node, 'ephemeral-storage'), format: 'BinarySI' },
  inodes: { resource: 'inodes', condition: 'DiskPressure', threshold: { percent: 5 }, capacity: (node) => Math.floor(bytes(node, 'ephemeral-storage') * inodesPerByte), format: 'DecimalSI' },
  pids: { resource: 'pids', condition: 'PIDPressure', threshold: { percent: 10 }, capacity: () => processIDs, format: 'DecimalSI' },
}

/** Memory first: it is what a node dies of (byEvictionPriority). */
const signalNames = Object.keys(signals) as Signal[]

function bytes(node: Node, resource: string): number {
  return quantity(node.status.capacity?.[resource] ?? '100Gi').value
}

export interface EvictionHost {
  /** Pods on the node that are not over. */
  activePods(): Iterable<Pod>
  kill(pod: Pod, options: KillOptions): void
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
  private readonly taken = new Map<Signal, number>()
  /** Condition -> when its threshold was last met. */
  private readonly observed = new Map<PressureCondition, number>()

  constructor(context: KubeletContext, volumes: VolumeManager, host: EvictionHost) {
    this.context = context
    this.volumes = volumes
    this.host = host
  }

  start(): void {
    this.context.client.later(monitoringMs, () => this.synchronize())
  }

  /** Leaves only half of the threshold of a resource free, or gives it back. */
  press(signal: Signal, on: boolean): void {
    if (!on) {
      this.taken.delete(signal)
      return
    }
    const free = this.available(signal, this.usages()) + (this.taken.get(signal) ?? 0)
    this.taken.set(signal, Math.max(0, free - this.threshold(signal) / 2))
  }

  /** Conditions under pressure now, for the node's status and for admission. */
  pressures(): PressureCondition[] {
    return [...this.observed.keys()]
  }

  private synchronize(): void {
    this.context.client.later(monitoringMs, () => this.synchronize())
    const evicted = this.evictOverLimit()
    if (this.taken.size === 0 && this.observed.size === 0 && !this.podsFillNode()) return
    const usages = this.usages()
    const isMet = (signal: Signal): boolean => this.available(signal, usages) < this.threshold(signal)
    const met = signalNames.filter(isMet)
    this.updateConditions(met)
    const [signal] = met
    if (evicted || signal === undefined) return
    this.announce(signal)
    // The disk is first freed of what no pod would miss.
    if (signals[signal].condition === 'DiskPressure' && this.host.removeUnusedImages() > 0 && !isMet(signal)) return
    this.reclaim(signal, usages)
  }

  /** Whether the pods alone bring the node near a threshold: a glance that costs little, for most nodes are well. */
  private podsFillNode(): boolean {
    const { runtime } = this.context
    let memory = 0
    let disk = 0
    for (const { metadata } of this.host.activePods()) {
      for (const { id } of runtime.containersOf(metadata.uid)) {
        const os = runtime.running(id)
        if (os === undefined) continue
        memory += os.memoryUsed()
        disk += os.files.usedBytes
      }
    }
    const fills = (signal: Signal, used: number): boolean => signals[signal].capacity(this.context.node()) - used < this.threshold(signal)
    return fills('memory', memory) || fills('disk', disk)
  }

  private announce(signal: Signal): void {
    const { nodeName, recorder } = this.context
    const node = { kind: 'Node', apiVersion: 'v1', name: nodeName, uid: nodeName }
    recorder.eventOn(node, 'Warning', 'EvictionThresholdMet', `Attempting to reclaim ${signals[signal].resource}`)
  }

  /** Bytes of the node's disk that are used: by pods, images, and whatever a fault has put there. */
  diskUsed(): number {
    const node = this.context.node()
    const images = this.context.runtime.images.list().reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0)
    return signals.disk.capacity(node) - this.available('disk', this.usages()) + images
  }

  /** Pods over their own limits go, whatever the node has. */
  private evictOverLimit(): boolean {
    let evicted = false
    for (const pod of [...this.host.activePods()]) {
      if (!limitsLocalStorage(pod)) continue
      const message = localStorageViolation(pod, this.storage(pod))
      if (message === undefined) continue
      this.evict(pod, message, false)
      evicted = true
    }
    return evicted
  }

  private updateConditions(met: readonly Signal[]): void {
    const { now } = this.context.kernel
    const before = this.pressures().join()
    for (const signal of met) this.observed.set(signals[signal].condition, now)
    for (const [condition, at] of this.observed) if (now - at >= transitionMs) this.observed.delete(condition)
    if (this.pressures().join() !== before) this.host.conditionsChanged()
  }

  private reclaim(signal: Signal, usages: readonly PodUsage[]): void {
    const { resource, format } = signals[signal]
    const victim = rankForEviction(usages.filter(({ pod }) => !isCritical(pod)), resource)[0]
    if (victim === undefined) return
    const text = (value: number): string => newQuantity(Math.max(0, Math.floor(value)), format).text
    this.evict(victim.pod, evictionMessage(victim, resource, text(this.threshold(signal)), text(this.available(signal, usages))), true)
  }

  private evict(pod: Pod, message: string, byPressure: boolean): void {
    this.context.recorder.event(pod, 'Warning', 'Evicted', message)
    this.host.kill(pod, { gracePeriodSeconds: immediateGraceSeconds, reason: 'Evicted', message, disrupted: byPressure })
  }

  private threshold(signal: Signal): number {
    const { threshold, capacity } = signals[signal]
    return 'amount' in threshold ? quantity(threshold.amount).value : (capacity(this.context.node()) * threshold.percent) / 100
  }

  private available(signal: Signal, usages: readonly PodUsage[]): number {
    const { resource, capacity } = signals[signal]
    const used = usages.reduce((sum, usage) => sum + (usage.used?.[resource] ?? 0), 0)
    return capacity(this.context.node()) - used - (this.taken.get(signal) ?? 0)
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

/** Pods that the cluster itself needs are not evicted (types.IsCriticalPod). */
function isCritical(pod: Pod): boolean {
  return (pod.spec.priority ?? 0) >= 2_000_000_000
}
