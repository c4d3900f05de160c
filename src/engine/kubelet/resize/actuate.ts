import type { Pod } from '../../api/types.ts'
import { limitsOf } from '../kuberuntime/container-limits.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { findContainer, type PodRuntimeStatus } from '../kuberuntime/runtime-status.ts'
import { wait, type Routine } from '../routine.ts'
import type { AllocationManager } from './allocation.ts'
import { differences, memoryLimit, podMemoryLimit, requirementsOf, resizableContainers, resizeRestarts, type Requirements } from './requirements.ts'
import { sidecarsOf } from '../../api/sidecar.ts'

/**
 * Gives running containers what was allocated to them, in place; `pod` as it was allocated. Returns whether something was done, or why
 * not (kuberuntime_manager.go doPodResizeAction).
 */
export function* resizeContainers(context: KubeletContext, allocations: AllocationManager, pod: Pod, status: PodRuntimeStatus): Routine<boolean | { error: string }> {
  const actuated = allocations.actuated(pod.metadata.uid)
  if (actuated === undefined) return false
  const behind = resizableContainers(pod).flatMap((container) => {
    const record = findContainer(status, container.name)
    const has = actuated.get(container.name) ?? {}
    // One that restarts for it gets it when it starts.
    if (record?.state !== 'running' || differences(container.resources as Requirements, has).length === 0 || resizeRestarts(container, has)) return []
    return [{ container, record, has }]
  })
  if (behind.length === 0) return false
  const error = belowUsage(context, pod, status, actuated, behind.map(({ container }) => container.name))
  if (error !== undefined) return { error }
  for (const { container, record } of behind) {
    yield* wait<void>((resume) => context.runtime.updateContainerResources(record.id, limitsOf(container, pod), resume))
    allocations.setActuated(pod, container.name)
  }
  return true
}

/**
 * Memory is not taken from under who uses it: a limit that goes down must lie above what is used now. Nobody promises that it still does
 * when the limit is set (kuberuntime_manager.go validateMemoryResizeAction, v1.34).
 */
function belowUsage(context: KubeletContext, pod: Pod, status: PodRuntimeStatus, actuated: ReadonlyMap<string, Requirements>, names: readonly string[]): string | undefined {
  const used = (name: string): number => {
    const record = findContainer(status, name)
    return Math.floor((record === undefined ? undefined : context.runtime.running(record.id)?.memoryUsed()) ?? 0)
  }
  const allocated = requirementsOf(pod)
  const wrong: string[] = []
  const check = (what: string, now: number | undefined, next: number | undefined, usage: number): void => {
    const decreases = next !== undefined && next < (now ?? Infinity)
    if (decreases && usage > next) wrong.push(`attempting to set ${what} memory limit (${next}) below current usage (${usage})`)
  }
  const sum = status.containers.filter(({ state }) => state === 'running').reduce((bytes, { name }) => bytes + used(name), 0)
  check('pod', podMemoryLimit(actuated), podMemoryLimit(allocated), sum)
  for (const name of names) check(`container "${name}"`, memoryLimit(actuated.get(name) ?? {}), memoryLimit(allocated.get(name) ?? {}), used(name))
  if (wrong.length === 0) return undefined
  return `cannot decrease memory limits: ${wrong.length === 1 ? wrong[0] : `[${wrong.join(', ')}]`}`
}

/** The event's words; containers as they were allocated. */
export function resizeCompleted({ spec }: Pod): string {
  const summary = (containers: Pod['spec']['containers']): object[] =>
    containers.map(({ name, resources = {} }) => ({ name, resources: { limits: resources.limits, requests: resources.requests } }))
  const sidecars = summary(sidecarsOf(spec))
  const summaries = { ...(sidecars.length === 0 ? {} : { initContainers: sidecars }), containers: summary(spec.containers) }
  return `Pod resize completed: ${JSON.stringify(summaries)}`
}
