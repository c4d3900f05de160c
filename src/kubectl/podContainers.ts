/** Which container of a pod a command means (kubectl/pkg/cmd/util/podcmd). */
import type { Pod } from '../engine/api/types.ts'
import { err, type Task } from './session.ts'

const defaultKey = 'kubectl.kubernetes.io/default-container'

export function allContainers({ spec }: Pod): { main: string[]; init: string[]; ephemeral: string[] } {
  const names = (list: readonly { name: string }[] | undefined) => (list ?? []).map((c) => c.name)
  return { main: names(spec.containers), init: names(spec.initContainers), ephemeral: names(spec.ephemeralContainers) }
}

export function findContainer(pod: Pod, name: string): boolean {
  return Object.values(allContainers(pod)).some((names) => names.includes(name))
}

/** The container named by an annotation, or the first; told when there were others. */
export function* defaultContainer(pod: Pod, quiet = false): Task<string> {
  const { container, notice } = defaultContainerOf(pod)
  if (!quiet) yield* err(notice)
  return container
}

export function defaultContainerOf(pod: Pod): { container: string; notice: string } {
  const annotated = pod.metadata.annotations?.[defaultKey]
  if (annotated && findContainer(pod, annotated)) return { container: annotated, notice: '' }
  const unknown = annotated ? `Default container name "${annotated}" not found in pod ${pod.metadata.name}\n` : ''
  const { main, init, ephemeral } = allContainers(pod)
  const container = main[0]!
  if (main.length <= 1 && init.length === 0 && ephemeral.length === 0) return { container, notice: unknown }
  const all = [...main, ...ephemeral.map((name) => `${name} (ephem)`), ...init.map((name) => `${name} (init)`)]
  return { container, notice: `${unknown}Defaulted container "${container}" out of: ${all.join(', ')}\n` }
}
