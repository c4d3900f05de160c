import type { PodRuntimeStatus } from '../kuberuntime/runtime-status.ts'

/** Of each container the last one that ended stays, for its log and its lastState (minDeadContainerInPod). */
const keptDead = 1

/**
 * What of a pod's dead containers and sandboxes nobody needs any more: all but the newest dead container of each name, or every dead one when
 * `all` (the pod is evicted, or deleted and done); sandboxes that were replaced and are empty (pkg/kubelet/pod_container_deletor.go,
 * kuberuntime_gc.go).
 */
export function deadContainers({ containers, sandboxes }: PodRuntimeStatus, all: boolean): { containers: string[]; sandboxes: string[] } {
  const kept = new Map<string, number>()
  const gone = new Set<string>()
  for (const { id, name, state } of containers) {
    if (state !== 'exited') continue
    const before = kept.get(name) ?? 0
    kept.set(name, before + 1)
    if (all || before >= keptDead) gone.add(id)
  }
  const used = new Set(containers.filter(({ id }) => !gone.has(id)).map(({ sandboxID }) => sandboxID))
  const replaced = sandboxes.slice(1).filter(({ id, state }) => state === 'notready' && !used.has(id))
  return { containers: [...gone], sandboxes: replaced.map(({ id }) => id) }
}
