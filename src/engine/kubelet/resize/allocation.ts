import { formatTime } from '../../api/time.ts'
import type { Node, Pod, PodCondition } from '../../api/types.ts'
import type { Client } from '../../client/client.ts'
import type { TaskId } from '../../kernel/kernel.ts'
import { qosClass } from '../../api/qos.ts'
import type { Rejection } from '../admission.ts'
import { findContainer, type PodRuntimeStatus } from '../kuberuntime/runtime-status.ts'
import { differences, requirementsOf, samePodRequirements, withRequirements, type PodRequirements, type Requirements } from './requirements.ts'
import { infeasible } from './feasible.ts'

/** Virtual ms between two attempts to grant what was deferred (allocation_manager.go retryDelay). */
const retryMs = 180_000

/** There only for pods whose resources have been changed since they came to the node. */
interface Allocation {
  allocated: PodRequirements
  /** What the running containers have. */
  actuated: Map<string, Requirements>
  pending: PodCondition | undefined
  inProgress: PodCondition | undefined
}

export interface AllocationHost {
  /** The pod as the API server last told: with what its containers ask for. */
  pod(uid: string): Pod | undefined
  node(): Node
  /** Why the node has no room for it beside the others, as when it first came. */
  rejection(pod: Pod): Rejection | undefined
  /** Its conditions, or what was allocated to it, have changed. */
  podChanged(uid: string): void
  resized(pod: Pod): void
}

/**
 * What the node has given to each pod, which may lag behind what the pod asks for: a resize that does not fit now is deferred, one
 * that never will is infeasible, one that was granted is in progress until the containers have it
 * (pkg/kubelet/allocation/allocation_manager.go, v1.34).
 */
export class AllocationManager {
  private readonly client: Client
  private readonly host: AllocationHost
  private readonly allocations = new Map<string, Allocation>()
  private retryTask: TaskId | undefined

  constructor(client: Client, host: AllocationHost) {
    this.client = client
    this.host = host
  }

  /** The pod as it was granted. */
  allocated(pod: Pod): Pod {
    const allocation = this.allocations.get(pod.metadata.uid)
    return allocation === undefined ? pod : withRequirements(pod, allocation.allocated)
  }

  /** What its running containers have; undefined: what their spec says, nothing was ever resized. */
  actuated(uid: string): ReadonlyMap<string, Requirements> | undefined {
    return this.allocations.get(uid)?.actuated
  }

  setActuated(pod: Pod, container: string): void {
    const allocation = this.allocations.get(pod.metadata.uid)
    if (allocation !== undefined) allocation.actuated.set(container, requirementsOf(pod).get(container) ?? {})
  }

  conditions(uid: string): PodCondition[] {
    const allocation = this.allocations.get(uid)
    return [allocation?.pending, allocation?.inProgress].filter((condition) => condition !== undefined)
  }

  /** The pod's spec has changed. */
  podUpdated(old: Pod, pod: Pod): void {
    const { uid } = pod.metadata
    let allocation = this.allocations.get(uid)
    if (allocation === undefined) {
      if (samePodRequirements(requirementsOf(old), requirementsOf(pod))) return
      const allocated = requirementsOf(old)
      this.allocations.set(uid, (allocation = { allocated, actuated: new Map(allocated), pending: undefined, inProgress: undefined }))
    }
    this.decide(pod, allocation)
  }

  /** What has ended may have made room. */
  podRemoved(uid: string): void {
    this.allocations.delete(uid)
    this.retryPending()
  }

  /** At each sync: a granted resize is over when every running container has what was allocated. `pod` as it was allocated. */
  checkProgress(pod: Pod, status: PodRuntimeStatus): void {
    const { uid } = pod.metadata
    const allocation = this.allocations.get(uid)
    if (allocation === undefined) return
    const lags = [...allocation.allocated].some(([name, requirements]) =>
      findContainer(status, name)?.state === 'running' && differences(requirements, allocation.actuated.get(name) ?? {}).length > 0)
    if (lags) allocation.inProgress ??= this.condition('PodResizeInProgress', pod, undefined)
    else if (allocation.inProgress !== undefined) {
      allocation.inProgress = undefined
      this.host.resized(pod)
      this.retryPending()
    }
  }

  /** The runtime could not do it, or may now. */
  actuationFailed(pod: Pod, message: string): void {
    const allocation = this.allocations.get(pod.metadata.uid)
    if (allocation !== undefined) allocation.inProgress = this.condition('PodResizeInProgress', pod, allocation.inProgress, { reason: 'Error', message })
  }

  private decide(pod: Pod, allocation: Allocation): void {
    const wanted = requirementsOf(pod)
    if (samePodRequirements(allocation.allocated, wanted)) {
      allocation.pending = undefined
      return
    }
    const refusal = this.refusal(pod)
    if (refusal === undefined) {
      allocation.allocated = wanted
      allocation.pending = undefined
      allocation.inProgress = this.condition('PodResizeInProgress', pod, undefined)
    } else {
      allocation.pending = this.condition('PodResizePending', pod, allocation.pending, refusal)
      if (refusal.reason === 'Deferred') this.retryLater()
    }
  }

  private refusal(pod: Pod): Rejection | undefined {
    const message = infeasible(pod, this.host.node())
    if (message !== undefined) return { reason: 'Infeasible', message }
    const rejection = this.host.rejection(pod)
    return rejection && { reason: 'Deferred', message: rejection.message }
  }

  /** By priority, then by QoS class, then the longest waiting (sortPendingResizes). What asks for less never waits. */
  private retryPending(): void {
    const deferred = [...this.allocations].flatMap(([uid, allocation]) => {
      const pod = this.host.pod(uid)
      return allocation.pending?.reason === 'Deferred' && pod !== undefined ? [{ pod, allocation }] : []
    })
    const rank = ({ pod }: { pod: Pod }): number => (pod.spec.priority ?? 0) * 2 + (qosClass(pod.spec) === 'Guaranteed' ? 1 : 0)
    const since = ({ allocation }: { allocation: Allocation }): string => allocation.pending?.lastTransitionTime ?? ''
    for (const { pod, allocation } of deferred.toSorted((a, b) => rank(b) - rank(a) || (since(a) < since(b) ? -1 : Number(since(a) > since(b))))) {
      const before = allocation.pending
      this.decide(pod, allocation)
      if (allocation.pending?.message !== before?.message) this.host.podChanged(pod.metadata.uid)
    }
  }

  private retryLater(): void {
    if (this.retryTask !== undefined) return
    this.retryTask = this.client.later(retryMs, () => {
      this.retryTask = undefined
      this.retryPending()
    })
  }

  private condition(type: string, pod: Pod, old: PodCondition | undefined, why?: Rejection): PodCondition {
    const now = formatTime(this.client.kernel.now)
    const lastTransitionTime = old !== undefined && old.reason === why?.reason ? old.lastTransitionTime! : now
    const { generation } = pod.metadata
    return { type, status: 'True', lastProbeTime: now, lastTransitionTime, ...why, ...(generation === undefined ? {} : { observedGeneration: generation }) }
  }
}
