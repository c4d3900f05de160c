import type { PodResources } from '../../api/podResources.ts'
import { isZero, quantity, type Quantity } from '../../api/quantity.ts'
import type { Container, Pod, ResourceList } from '../../api/types.ts'

/** The limits of a container as its cgroup has them; undefined: none. */
export interface Limits {
  memoryLimitBytes: number | undefined
  cpuLimitMillis: number | undefined
}

/** A container that says nothing of it, or nothing, may use what the pod as a whole may (kuberuntime_container_linux.go getCPULimit, getMemoryLimit). */
export function limitsOf({ resources }: Container, { spec }: Pod): Limits {
  const whole = (spec as PodResources).resources?.limits
  const limitOf = (name: string): Quantity => {
    const own = quantity((resources?.limits as ResourceList | undefined)?.[name])
    return isZero(own) ? quantity(whole?.[name]) : own
  }
  return { memoryLimitBytes: limitOf('memory').value || undefined, cpuLimitMillis: limitOf('cpu').milliValue || undefined }
}
