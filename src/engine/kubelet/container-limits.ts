import type { ContainerRecord } from '../api/machine.ts'
import { quantity } from '../api/quantity.ts'
import type { Container } from '../api/types.ts'

/** The limits of a container as its cgroup has them; undefined: none. */
export interface Limits {
  memoryLimitBytes: number | undefined
  cpuLimitMillis: number | undefined
}

export function limitsOf({ resources }: Container): Limits {
  const { cpu, memory } = (resources?.limits ?? {}) as { cpu?: string; memory?: string }
  return {
    memoryLimitBytes: memory === undefined ? undefined : quantity(memory).value,
    cpuLimitMillis: cpu === undefined ? undefined : quantity(cpu).milliValue,
  }
}

/** Whether a running container must be started anew to get its new limits (KEP-1287 resizePolicy). */
export function resizeRestarts(container: Container, record: ContainerRecord): boolean {
  const wanted = limitsOf(container)
  const restarts = (resource: string): boolean => container.resizePolicy?.some(({ resourceName, restartPolicy }) => resourceName === resource && restartPolicy === 'RestartContainer') ?? false
  return (
    (wanted.cpuLimitMillis !== record.cpuLimitMillis && restarts('cpu')) ||
    (wanted.memoryLimitBytes !== record.memoryLimitBytes && restarts('memory'))
  )
}
