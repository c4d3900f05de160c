import type { Pod } from '../api/types.ts'
import { isSidecar } from './compute-pod-actions.ts'
import { limitsOf, resizeRestarts } from './container-limits.ts'
import type { KubeletContext } from './kubelet-context.ts'
import { findContainer, type PodRuntimeStatus } from './runtime-status.ts'
import { wait, type Routine } from './routine.ts'

/** Gives running containers the limits that their spec has now, in place (kuberuntime_manager.go doPodResizeAction). */
export function* resizeContainers(context: KubeletContext, pod: Pod, status: PodRuntimeStatus): Routine<void> {
  let resized = false
  for (const container of [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers]) {
    const record = findContainer(status, container.name)
    if (record?.state !== 'running') continue
    const wanted = limitsOf(container)
    if (wanted.cpuLimitMillis === record.cpuLimitMillis && wanted.memoryLimitBytes === record.memoryLimitBytes) continue
    resized = true
    // One that restarts for it gets them when it starts.
    if (!resizeRestarts(container, record)) yield* wait<void>((resume) => context.runtime.updateContainerResources(record.id, wanted, resume))
  }
  if (!resized) return
  const containers = pod.spec.containers.map(({ name, resources = {} }) => ({ name, resources: { limits: resources.limits, requests: resources.requests } }))
  context.recorder.event(pod, 'Normal', 'ResizeCompleted', `Pod resize completed: ${JSON.stringify({ containers })}`)
}
