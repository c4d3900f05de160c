import { goQuote } from '../field.ts'
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
  check: (pod: Checked) => Violation | undefined
}

/** Security contexts are read loosely: a template is checked before anybody has validated it. */
export const contextOf = (container: Container): Record<string, any> => (container.securityContext ?? {}) as Record<string, any>

export const podContext = ({ spec }: Checked): Record<string, any> => (spec.securityContext ?? {}) as Record<string, any>

export function containersOf({ spec }: Checked): Container[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...((spec.ephemeralContainers ?? []) as unknown as Container[])]
}

export const namesWhere = (pod: Checked, test: (container: Container) => boolean): string[] => containersOf(pod).filter(test).map(({ name }) => name)

export const quoted = (words: readonly string[]): string => words.map(goQuote).join(', ')

export const sorted = (words: Iterable<string>): string[] => [...new Set(words)].sort()

export const plural = (word: string, n: number): string => (n === 1 ? word : `${word}s`)

/** `container "a"`, `containers "a", "b"` */
export const containers = (names: readonly string[]): string => `${plural('container', names.length)} ${quoted(names)}`

/** Who has set something wrong: "pod", "container "a"", or both. */
export function setters(pod: boolean, names: readonly string[]): string {
  return [...(pod ? ['pod'] : []), ...(names.length > 0 ? [containers(names)] : [])].join(' and ')
}

export const isWindows = ({ spec }: Checked): boolean => spec.os?.name === 'windows'
