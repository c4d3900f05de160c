import { aggregateLimits } from '../../api/podResources.ts'
import { quantity } from '../../api/quantity.ts'
import type { Pod, ResourceList } from '../../api/types.ts'

/**
 * The size in bytes of a directory that lies in memory: what pods may use of the node's, less when the pod's cgroup is limited to less, less
 * still when the volume says so (pkg/volume/emptydir calculateEmptyDirMemorySize, pkg/kubelet/cm ResourceConfigForPod).
 */
export function memoryDirectoryBytes(pod: Pod, allocatableBytes: number, sizeLimit: string | undefined): number {
  return [memoryLimitOf(pod), sizeLimit].reduce((size, limit) => {
    const bytes = limit === undefined ? 0 : quantity(limit).value
    return bytes > 0 && bytes < size ? bytes : size
  }, allocatableBytes)
}

/** The limit of the pod as a whole: its own, or that of all containers together when each has one. */
function memoryLimitOf({ spec }: Pod): string | undefined {
  const own = (spec as { resources?: { limits?: ResourceList } }).resources?.limits?.['memory']
  if (own !== undefined) return own
  const limited = [...spec.containers, ...(spec.initContainers ?? [])].every(({ resources }) => resources?.limits?.['memory'] !== undefined)
  return limited ? aggregateLimits(spec)['memory'] : undefined
}
