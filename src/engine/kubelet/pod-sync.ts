import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from '../api/types.ts'
import { deadlineMessage, deadlineOf, deadlineReason } from './active-deadline.ts'
import { Backoff } from './backoff.ts'
import { backoffKey } from './kuberuntime/crash-backoff.ts'
import { pullErrorIn, type FoundPod } from './found-pod.ts'
import type { ImageManager } from './images/image-manager.ts'
import type { KubeletContext } from './kubelet-context.ts'
import { killPod } from './kuberuntime/kill-pod.ts'
import { keyringOf, noKeys } from './images/pull-secrets.ts'
import type { Pleg } from './pleg.ts'
import type { KillOptions, PodSyncer, UpdateType } from './pod-workers.ts'
import type { Prober } from './prober/prober.ts'
import type { PodRuntimeStatus } from './kuberuntime/runtime-status.ts'
import { atOnce, wait, type Routine } from './routine.ts'
import { isStaticPod } from './static-pods/manifest.ts'
import type { StaticPods } from './static-pods/static-pods.ts'
import { generatePodStatus, isTerminal } from './status/generate.ts'
import type { StartFailure } from './status/container-statuses.ts'
import type { StatusManager } from './status/manager.ts'
import { syncRuntime } from './kuberuntime/sync-runtime.ts'
import type { AllocationManager } from './resize/allocation.ts'
import type { DraManager } from './devices/dra-manager.ts'
import type { KnownObjects, VolumeManager } from './volumes/volume-manager.ts'
import { containerOptions } from './kuberuntime/container-options.ts'
import type { ContainerOptions } from './kuberuntime/start-container.ts'

export interface PodSyncParts {
  allocations: AllocationManager
  images: ImageManager
  pleg: Pleg
  prober: Prober
  statics: StaticPods
  statuses: StatusManager
  volumes: VolumeManager
  devices: DraManager
}

/**
 * The three syncs of a pod: bring it up and keep it so, end it, clean up behind it
 * (pkg/kubelet/kubelet.go SyncPod, SyncTerminatingPod, SyncTerminatedPod).
 */
export class PodSync implements PodSyncer {
  /** Whether a pod is to end, asked while something of it is waited for; set by the pod workers' owner. */
  isTerminating: (uid: string) => boolean = () => false
  /** Asks the pod workers to look at a pod again. */
  wakeUp: (uid: string) => void = () => {}
  private readonly context: KubeletContext
  private readonly parts: PodSyncParts
  private readonly backoff = new Backoff()
  /** `<pod uid>/<container>` -> why its last start failed (reason_cache.go). */
  private readonly reasons = new Map<string, StartFailure>()
  private readonly purged = new Set<string>()
  /** Pods whose deadline will wake them, and when; it may be brought forward. */
  private readonly deadlines = new Map<string, number>()

  constructor(context: KubeletContext, parts: PodSyncParts) {
    this.context = context
    this.parts = parts
  }

  newerThan(since: number, resume: () => void): void {
    this.parts.pleg.newerThan(since, resume)
  }

  *syncPod(pod: Pod, _type: UpdateType): Routine<{ terminal: boolean; failed: boolean }> {
    const { statuses, volumes, prober } = this.parts
    const runtime = this.parts.pleg.status(pod.metadata.uid)
    this.parts.allocations.checkProgress(pod, runtime)
    const status = this.generate(pod, runtime, false)
    statuses.setPodStatus(pod, status)
    if (isTerminal(status)) return { terminal: true, failed: false }
    this.watchDeadline(pod, statuses.status(pod.metadata.uid) ?? status)
    const { networkProblem, recorder } = this.context
    const problem = pod.spec.hostNetwork === true ? undefined : networkProblem()
    if (problem !== undefined) {
      recorder.event(pod, 'Warning', 'NetworkNotReady', `network is not ready: ${problem}`)
      return { terminal: false, failed: true }
    }
    if (isStaticPod(pod)) yield* this.parts.statics.reconcileMirror(pod)

    if (!(yield* volumes.waitForAttachAndMount(pod, () => this.isTerminating(pod.metadata.uid)))) return { terminal: false, failed: true }
    prober.addPod(pod)

    const { allocations, devices, images, pleg } = this.parts
    const keyring = yield* keyringOf(this.context, volumes.objects, pod)
    const result = yield* syncRuntime(this.context, {
      images,
      keyring,
      purged: this.purged,
      probes: prober,
      backoff: this.backoff,
      allocations,
      devices,
      options: (p, container, podIP) => containerOptions(this.context, { images, volumes, devices, keyring }, p, container, podIP),
    }, pod, runtime)
    for (const name of result.started) this.reasons.delete(`${pod.metadata.uid}/${name}`)
    for (const [name, failure] of result.failures) this.reasons.set(`${pod.metadata.uid}/${name}`, failure)
    // Others see the end of a resize at the next look at the runtime (SetPodWatchCondition).
    if (result.resized) pleg.newerThan(this.context.kernel.now, () => this.wakeUp(pod.metadata.uid))
    return { terminal: false, failed: result.failed }
  }

  *syncTerminatingPod(pod: Pod, gracePeriodSeconds: number | undefined, kill: KillOptions | undefined): Routine<void> {
    const { pleg, prober, statuses } = this.parts
    const { uid } = pod.metadata
    const runtime = pleg.status(uid)
    statuses.setPodStatus(pod, this.generate(pod, runtime, false, kill))
    prober.stopLivenessAndStartup(pod)
    yield* killPod(this.context, pod, pleg.fresh(uid), gracePeriodSeconds)
    prober.removePod(pod)
    yield* this.parts.devices.release(pod)
    const stopped = pleg.fresh(uid)
    statuses.setPodStatus(pod, this.generate(pod, stopped, true, kill))
  }

  *syncTerminatedPod(pod: Pod): Routine<void> {
    const { pleg, statuses, volumes } = this.parts
    const { uid } = pod.metadata
    statuses.setPodStatus(pod, this.generate(pod, pleg.fresh(uid), true))
    // Volumes are unmounted once the kubelet's own view says that no container uses them.
    yield* wait<void>((resume) => pleg.newerThan(this.context.kernel.now, resume))
    volumes.unmount(pod)
    statuses.terminatePod(pod)
  }

  /** Says so each time, as upstream does; the recorder counts. */
  private pastDeadline(pod: Pod): boolean {
    const deadline = deadlineOf(pod, pod.status)
    if (deadline === undefined || this.context.kernel.now < deadline) return false
    this.context.recorder.event(pod, 'Normal', deadlineReason, deadlineMessage)
    return true
  }

  /** A pod with a deadline is looked at again when it is over. */
  private watchDeadline(pod: Pod, status: PodStatus): void {
    const deadline = deadlineOf(pod, status)
    const { uid } = pod.metadata
    if (deadline === undefined || this.deadlines.get(uid) === deadline) return
    this.deadlines.set(uid, deadline)
    this.context.client.later(deadline - this.context.kernel.now, () => this.wakeUp(uid))
  }

  /** A pod that was here before the film begins: what the kubelet would remember of it. Its volumes are there; returns what its containers are started with. */
  found(pod: Pod, { waiting }: FoundPod, known: KnownObjects): (container: Container, podIP: string) => ContainerOptions {
    const { devices, images, prober, volumes } = this.parts
    volumes.found(pod, known)
    prober.foundPods.add(pod.metadata.uid)
    for (const { container, failure, backoff } of waiting) {
      this.reasons.set(`${pod.metadata.uid}/${container.name}`, failure)
      if (backoff !== undefined) this.backoff.found(backoffKey(pod, container), backoff)
      const pullError = pullErrorIn(failure)
      if (pullError !== undefined) images.found(pod, container, pullError)
    }
    return (container, podIP) => atOnce(containerOptions(this.context, { images, volumes, devices, keyring: noKeys }, pod, container, podIP))
  }

  /** What its pods name is known without asking, until this is called with nothing. */
  setKnown(known: KnownObjects | undefined): void {
    this.parts.volumes.setKnown(known)
  }

  /** They live in the kubelet's memory alone. */
  forgetBackoffs(): void {
    this.backoff.forget()
  }

  /** Everything that is remembered of a pod that is gone. */
  forget(uid: string): void {
    this.deadlines.delete(uid)
    for (const keys of [this.reasons, this.purged]) for (const key of keys.keys()) if (key.startsWith(`${uid}/`)) keys.delete(key)
  }

  private generate(pod: Pod, runtime: PodRuntimeStatus, terminal: boolean, kill?: KillOptions): PodStatus {
    const { prober, statuses } = this.parts
    const known = statuses.status(pod.metadata.uid)
    const withStatus = known === undefined ? pod : { ...pod, status: { ...known, conditions: conditionsOf(pod, known) } }
    const status = generatePodStatus(withStatus, runtime, {
      terminal,
      resizeConditions: this.parts.allocations.conditions(pod.metadata.uid),
      actuated: this.parts.allocations.actuated(pod.metadata.uid),
      nodeIP: this.context.nodeIP,
      startFailure: (container) => this.reasons.get(`${pod.metadata.uid}/${container}`),
      started: (container: Container, s: ContainerStatus) => prober.isStarted(pod, container, s),
      ready: (container: Container, s: ContainerStatus) => prober.isReady(pod, container, s),
    })
    const ended: KillOptions | undefined = this.pastDeadline(withStatus) ? { reason: deadlineReason, message: deadlineMessage } : kill
    return ended?.reason === undefined ? status : failedBy(status, ended.reason, ended)
  }
}

/** Readiness gates are set by others: the API server's word on them counts. */
function conditionsOf(pod: Pod, known: PodStatus): PodStatus['conditions'] {
  const gates = new Set((pod.spec.readinessGates ?? []).map(({ conditionType }) => conditionType))
  const own = (known.conditions ?? []).filter(({ type }) => !gates.has(type))
  return [...own, ...(pod.status.conditions ?? []).filter(({ type }) => gates.has(type))]
}

/** The kubelet itself has ended the pod: phase, reason and message are its own, whatever the containers say. */
function failedBy(status: PodStatus, reason: string, { message, disrupted }: KillOptions): PodStatus {
  const failed: PodStatus = { ...status, phase: 'Failed', reason, ...(message === undefined ? {} : { message }) }
  if (disrupted === undefined) return failed
  const others = (status.conditions ?? []).filter(({ type }) => type !== 'DisruptionTarget')
  const condition: PodCondition = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message: disrupted }
  return { ...failed, conditions: [...others, condition] }
}
