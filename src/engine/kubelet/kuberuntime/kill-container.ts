import type { Container, Pod } from '../../api/types.ts'
import { findSpec, containerEvent, type KubeletContext } from '../kubelet-context.ts'
import type { KillReason } from './compute-pod-actions.ts'
import { runHook } from './lifecycle-hooks.ts'
import { all, run, wait, type Routine } from '../routine.ts'
import type { TerminationOrdering } from './termination-ordering.ts'

/** At the least this long between the stop signal and KILL, whatever the grace period. */
const minimumGracePeriodSeconds = 2

export interface Kill {
  id: string
  name: string
  /** '' = the usual "Stopping container". */
  message: string
  reason: KillReason
  /** Instead of what pod and container say: the pod worker's, or eviction's. */
  gracePeriodOverride: number | undefined
  ordering?: TerminationOrdering
}

/**
 * Stops one container: the event, preStop inside the grace period, its turn among the sidecars, the stop signal, KILL for
 * what is left (pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer).
 */
export function* killContainer(context: KubeletContext, pod: Pod, kill: Kill): Routine<void> {
  const container = findSpec(pod, kill.name)?.container
  containerEvent(context, pod, kill.name)('Normal', 'Killing', kill.message || `Stopping container ${kill.name}`)
  let graceSeconds = kill.gracePeriodOverride ?? terminationGracePeriod(pod, container, kill.reason)
  const preStop = container?.lifecycle?.preStop
  if (preStop !== undefined && graceSeconds > 0) {
    graceSeconds -= yield* executePreStopHook(context, pod, container!, kill.id, graceSeconds)
  }
  if (kill.ordering !== undefined && graceSeconds > 0) {
    graceSeconds -= yield* kill.ordering.waitForTurn(kill.name, graceSeconds)
  }
  const timeout = Math.max(graceSeconds, minimumGracePeriodSeconds)
  yield* wait<void>((resume) => context.runtime.stopContainer(kill.id, timeout, resume))
  kill.ordering?.terminated(kill.name)
}

/** kuberuntime_container.go setTerminationGracePeriod. */
export function terminationGracePeriod(pod: Pod, container: Container | undefined, reason: KillReason): number {
  if (pod.metadata.deletionGracePeriodSeconds !== undefined) return pod.metadata.deletionGracePeriodSeconds
  if (pod.spec.terminationGracePeriodSeconds === undefined) return minimumGracePeriodSeconds
  const probe = reason === 'LivenessProbe' ? container?.livenessProbe : reason === 'StartupProbe' ? container?.startupProbe : undefined
  return probe?.terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds
}

/** Runs until the hook has ended or the grace period is spent; returns the whole seconds it took. */
function* executePreStopHook(context: KubeletContext, pod: Pod, container: Container, id: string, graceSeconds: number): Routine<number> {
  const began = context.kernel.now
  yield* wait<void>((resume) => {
    let open = true
    const once = (): void => {
      if (!open) return
      open = false
      context.kernel.cancel(timer)
      resume()
    }
    const timer = context.client.later(graceSeconds * 1000, once)
    run(runHook(context, pod, container, id, 'preStop', container.lifecycle!.preStop!), (failure) => {
      if (failure !== undefined) containerEvent(context, pod, container.name)('Warning', 'FailedPreStopHook', 'PreStopHook failed')
      once()
    })
  })
  return Math.floor((context.kernel.now - began) / 1000)
}

/** All of them at once (killContainersWithSyncResult). */
export function* killContainers(context: KubeletContext, pod: Pod, kills: readonly Kill[]): Routine<void> {
  yield* all(kills.map((kill) => killContainer(context, pod, kill)))
}
