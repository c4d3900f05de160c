import { podLimits, type PodResources } from '../../api/podResources.ts'
import { quantity } from '../../api/quantity.ts'
import type { Pod } from '../../api/types.ts'

/**
 * The size in bytes of a directory that lies in memory: what pods may use of the node's, less when the pod's cgroup is limited to less, less
 * still when the volume says so (pkg/volume/emptydir calculateEmptyDirMemorySize, pkg/kubelet/cm ResourceConfigForPod).
 */
export function memoryDirectoryBytes(pod: Pod, allocatableBytes: number, sizeLimit: string | undefined): number {
  return [memoryLimitOf(pod.spec), sizeLimit].reduce((size, limit) => {
    const bytes = limit === undefined ? 0 : quantity(limit).value
    return bytes > 0 && bytes < size ? bytes : size
  }, allocatableBytes)
}

/** The limit of the pod as a whole: its own, or that of all containers together when each has one. */
function memoryLimitOf(spec: PodResources): string | undefined {
  const isLimited = ({ resources }: Pick<PodResources, 'resources'>): boolean => resources?.limits?.['memory'] !== undefined
  return isLimited(spec) || [...(spec.containers ?? []), ...(spec.initContainers ?? [])].every(isLimited) ? podLimits(spec)['memory'] : undefined
}
