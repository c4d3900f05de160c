import { quantity } from '../../api/quantity.ts'
import type { Container } from '../../api/types.ts'

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
