import { podLimits } from '../../api/podResources.ts'
import { quantity, type Quantity } from '../../api/quantity.ts'
import type { Pod } from '../../api/types.ts'

/** What a pod's files take on the node's disk, in bytes. */
export interface StorageUsage {
  /** Writable layers and logs, by container. */
  containers: ReadonlyMap<string, number>
  /** emptyDir volumes that lie on disk or in memory, by name. */
  volumes: ReadonlyMap<string, number>
}

/** Whether there is anything to look at: most pods limit nothing. */
export function limitsLocalStorage({ spec }: Pod): boolean {
  if (spec.volumes?.some(({ emptyDir }) => emptyDir?.sizeLimit !== undefined) === true) return true
  return [...spec.containers, ...(spec.initContainers ?? [])].some(({ resources }) => limitOf(resources).value > 0)
}

/**
 * Why a pod must go because of its own limits on local storage: an emptyDir, the pod as a whole, a container
 * (pkg/kubelet/eviction/eviction_manager.go localStorageEviction).
 */
export function localStorageViolation(pod: Pod, usage: StorageUsage): string | undefined {
  return emptyDirViolation(pod, usage) ?? podViolation(pod, usage) ?? containerViolation(pod, usage)
}

function emptyDirViolation(pod: Pod, { volumes }: StorageUsage): string | undefined {
  for (const { name, emptyDir } of pod.spec.volumes ?? []) {
    const limit = emptyDir?.sizeLimit
    const bytes = quantity(limit).value
    if (limit === undefined || bytes <= 0 || (volumes.get(name) ?? 0) <= bytes) continue
    return `Usage of EmptyDir volume "${name}" exceeds the limit "${limit}". `
  }
  return undefined
}

/** Counts only when a container has a limit, an init container or a sidecar perhaps; those without one then add nothing. */
function podViolation(pod: Pod, { containers, volumes }: StorageUsage): string | undefined {
  const limit = podLimits(pod.spec)['ephemeral-storage']
  if (limit === undefined) return undefined
  const used = [...containers.values(), ...diskVolumes(pod, volumes)].reduce((sum, bytes) => sum + bytes, 0)
  const { value, text } = quantity(limit)
  if (used <= value) return undefined
  return `Pod ephemeral local storage usage exceeds the total limit of containers ${text}. `
}

function containerViolation(pod: Pod, { containers }: StorageUsage): string | undefined {
  for (const { name, resources } of pod.spec.containers) {
    const { value, text } = limitOf(resources)
    if (value === 0 || (containers.get(name) ?? 0) <= value) continue
    return `Container ${name} exceeded its local ephemeral storage limit "${text}". `
  }
  return undefined
}

function diskVolumes(pod: Pod, volumes: ReadonlyMap<string, number>): number[] {
  return (pod.spec.volumes ?? []).flatMap(({ name, emptyDir }) =>
    emptyDir !== undefined && emptyDir.medium !== 'Memory' ? [volumes.get(name) ?? 0] : [],
  )
}

function limitOf(requirements: Pod['spec']['containers'][number]['resources']): Quantity {
  return quantity((requirements?.limits as Record<string, string> | undefined)?.['ephemeral-storage'])
}
