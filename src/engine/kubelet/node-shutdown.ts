import type { KubeletConfiguration, ShutdownGroup } from '../api/kubeletConfiguration.ts'
import type { ObjectReference, Pod } from '../api/types.ts'
import { parseDuration } from '../api/time.ts'
import type { Rejection } from './admission.ts'
import { systemCriticalPriority } from './critical.ts'
import type { KubeletContext } from './kubelet-context.ts'
import type { KillOptions } from './pod-workers.ts'
import { all, run, wait, type Routine } from './routine.ts'

/** Virtual ms that the machine goes on when its kubelet no longer holds it back (systemd's own stopping). */
const poweringOffMs = 1000

const shutdownReason = 'Terminated'
const shutdownMessage = 'Pod was terminated in response to imminent node shutdown.'

/** Who is ended after whom, lowest priority first; none: the machine waits for nobody (migrateConfig). */
export function shutdownGroups({ shutdownGracePeriod = '0s', shutdownGracePeriodCriticalPods = '0s', shutdownGracePeriodByPodPriority = [] }: KubeletConfiguration): ShutdownGroup[] {
  if (shutdownGracePeriodByPodPriority.length > 0) return [...shutdownGracePeriodByPodPriority].sort((a, b) => a.priority - b.priority)
  const seconds = (text: string): number => Math.floor((parseDuration(text) ?? 0) / 1000)
  const whole = seconds(shutdownGracePeriod)
  const critical = seconds(shutdownGracePeriodCriticalPods)
  if (whole === 0 || critical > whole) return []
  return [
    { priority: 0, shutdownGracePeriodSeconds: whole - critical },
    { priority: systemCriticalPriority, shutdownGracePeriodSeconds: critical },
  ]
}

/** A pod belongs to the highest group that is not above it, or to the lowest (groupByPriority). */
export function groupOf(groups: readonly ShutdownGroup[], pod: Pod): number {
  const priority = pod.spec.priority ?? 0
  return Math.max(0, groups.findLastIndex((group) => group.priority <= priority))
}

export interface ShutdownHost {
  activePods(): Iterable<Pod>
  kill(pod: Pod, options: KillOptions): void
  /** The node's Ready condition is to be told at once. */
  statusChanged(): void
  /** Nothing holds the machine back any more. */
  powerOff(): void
}

/**
 * Holds a machine that is to be shut down back until its pods have ended (pkg/kubelet/nodeshutdown, KEP-2000); without a grace period in the
 * kubelet's configuration nobody is waited for.
 */
export class NodeShutdown {
  private readonly context: KubeletContext
  private groups: readonly ShutdownGroup[]
  private readonly host: ShutdownHost
  private shuttingDown = false
  private processing = false

  constructor(context: KubeletContext, host: ShutdownHost) {
    this.context = context
    this.groups = shutdownGroups(context.configuration)
    this.host = host
  }

  /** The kubelet has read its configuration anew. */
  configured(): void {
    this.groups = shutdownGroups(this.context.configuration)
  }

  get isShuttingDown(): boolean {
    return this.shuttingDown
  }

  rejection(): Rejection | undefined {
    return this.shuttingDown ? { reason: 'NodeShutdown', message: 'Pod was rejected as the node is shutting down.' } : undefined
  }

  /** systemd-logind tells that the machine is about to go. */
  begin(): void {
    if (this.groups.length === 0) return this.host.powerOff()
    this.shuttingDown = true
    this.event('Shutdown manager detected shutdown event')
    this.host.statusChanged()
    if (this.processing) return
    this.processing = true
    run(this.endPods(), () => {
      this.processing = false
      this.context.client.later(poweringOffMs, () => {
        if (this.shuttingDown) this.host.powerOff()
      })
    })
  }

  /** Or that it is not. */
  cancel(): void {
    if (!this.shuttingDown) return
    this.shuttingDown = false
    this.event('Shutdown manager detected shutdown cancellation')
    this.host.statusChanged()
  }

  /** The machine has been off, and is on again. */
  restarted(): void {
    this.shuttingDown = false
    this.processing = false
  }

  private *endPods(): Routine<void> {
    const pods = [...this.host.activePods()]
    for (const [i, { shutdownGracePeriodSeconds }] of this.groups.entries()) {
      const members = pods.filter((pod) => groupOf(this.groups, pod) === i)
      if (members.length > 0) yield* this.endGroup(members, shutdownGracePeriodSeconds)
    }
  }

  /** Until all have ended, or the group's time is over. */
  private *endGroup(pods: readonly Pod[], seconds: number): Routine<void> {
    const { client, kernel } = this.context
    yield* wait<void>((resume) => {
      let open = true
      const once = (): void => {
        if (open) {
          open = false
          kernel.cancel(timer)
          resume()
        }
      }
      const timer = client.later(seconds * 1000, once)
      run(all(pods.map((pod) => this.end(pod, seconds))), once)
    })
  }

  private *end(pod: Pod, seconds: number): Routine<void> {
    const own = pod.spec.terminationGracePeriodSeconds ?? Infinity
    yield* wait<void>((resume) => this.host.kill(pod, {
      gracePeriodSeconds: Math.min(own, seconds), reason: shutdownReason, message: shutdownMessage, disrupted: shutdownMessage, ended: () => resume(),
    }))
  }

  private event(message: string): void {
    const { nodeName, recorder } = this.context
    const node: ObjectReference = { kind: 'Node', apiVersion: 'v1', name: nodeName, uid: nodeName }
    recorder.eventOn(node, 'Normal', 'NodeShutdown', message)
  }
}
