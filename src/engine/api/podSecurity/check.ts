import type { Container, ObjectMeta, PodSpec } from '../types.ts'

/** What is checked: a pod, or the template of one. */
export interface Checked {
  metadata: Partial<ObjectMeta>
  spec: PodSpec
}

/** What is wrong, in a word, and where: printed as "reason (detail)". */
export interface Violation {
  reason: string
  detail: string
}

export interface Check {
  /** Checks run in the order of their ids. */
  id: string
  /** Minor version of the first policy that has it. */
  since: number
  /** `minor`: of the policy's version; Infinity for the latest. */
  check: (pod: Checked, minor: number) => Violation | undefined
}

/** Security contexts are read loosely: a template is checked before anybody has validated it. */
export const contextOf = (container: Container): Record<string, any> => (container.securityContext ?? {}) as Record<string, any>

export const podContext = ({ spec }: Checked): Record<string, any> => (spec.securityContext ?? {}) as Record<string, any>

export function containersOf({ spec }: Checked): Container[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...((spec.ephemeralContainers ?? []) as unknown as Container[])]
}

export const namesWhere = (pod: Checked, test: (container: Container) => boolean): string[] => containersOf(pod).filter(test).map(({ name }) => name)

/** Whatever stands in them. */
export const quoted = (words: readonly string[]): string => words.map((word) => `"${word}"`).join(', ')

export const sorted = (words: Iterable<string>): string[] => [...new Set(words)].sort()

export const plural = (word: string, n: number): string => (n === 1 ? word : `${word}s`)

/** `container "a"`, `containers "a", "b"` */
export const containers = (names: readonly string[]): string => `${plural('container', names.length)} ${quoted(names)}`

/** Who has set something wrong: "pod", "container "a"", or both. */
export function setters(pod: boolean, names: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(names.length > 0 ? [containers(names)] : [])].join(' and ')
}

/** Nothing that only Linux has is asked of it, since v1.25. */
export const isWindows = ({ spec }: Checked, minor: number): boolean => minor >= 25 && spec.os?.name === 'windows'
