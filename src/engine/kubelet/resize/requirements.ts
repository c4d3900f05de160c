import { quantity } from '../../api/quantity.ts'
import type { Container, Pod, ResourceList } from '../../api/types.ts'
import { isSidecar } from '../../api/sidecar.ts'

/** What a container asks for, and may use at the most. */
export interface Requirements {
  requests?: ResourceList
  limits?: ResourceList
}

/** Container -> its requirements. */
export type PodRequirements = ReadonlyMap<string, Requirements>

type Resizable = 'cpu' | 'memory'

const resizable: readonly Resizable[] = ['cpu', 'memory']

/** All but init containers that end, and debuggers (allocation_manager.go IsResizableContainer). */
export function resizableContainers({ spec }: Pod): Container[] {
  return [...(spec.initContainers ?? []).filter(isSidecar), ...spec.containers]
}

export function requirementsOf(pod: Pod): PodRequirements {
  return new Map(resizableContainers(pod).map((container) => [container.name, (container.resources ?? {}) as Requirements]))
}

/** CPU in thousandths, memory in bytes; undefined: not given. */
function amount(list: ResourceList | undefined, name: Resizable): number | undefined {
  const text = list?.[name]
  if (text === undefined) return undefined
  return name === 'cpu' ? quantity(text).milliValue : quantity(text).value
}

/** Which of CPU and memory two requirements differ in. */
export function differences(a: Requirements, b: Requirements): Resizable[] {
  return resizable.filter((name) => amount(a.requests, name) !== amount(b.requests, name) || amount(a.limits, name) !== amount(b.limits, name))
}

export function samePodRequirements(a: PodRequirements, b: PodRequirements): boolean {
  return [...a].every(([name, requirements]) => differences(requirements, b.get(name) ?? {}).length === 0)
}

/** Whether a running container must be started anew to get what was allocated to it (KEP-1287 resizePolicy). */
export function resizeRestarts(container: Container, actuated: Requirements): boolean {
  const changed = differences((container.resources ?? {}) as Requirements, actuated)
  return changed.some((name) =>
    container.resizePolicy?.some(({ resourceName, restartPolicy }) => resourceName === name && restartPolicy === 'RestartContainer'))
}

/** The pod with what was allocated to its containers in the place of what they ask for; the pod itself when that is the same. */
export function withRequirements(pod: Pod, given: PodRequirements): Pod {
  if (samePodRequirements(given, requirementsOf(pod))) return pod
  const replace = (container: Container): Container => {
    const resources = given.get(container.name)
    return resources === undefined ? container : { ...container, resources }
  }
  const { initContainers, containers } = pod.spec
  return { ...pod, spec: { ...pod.spec, containers: containers.map(replace), ...(initContainers === undefined ? {} : { initContainers: initContainers.map(replace) }) } }
}

/** Upstream's bytes of a limit of the whole pod: the sum, when every container has one; undefined: unlimited. */
export function podMemoryLimit(given: PodRequirements): number | undefined {
  let sum = 0
  for (const { limits } of given.values()) {
    const limit = amount(limits, 'memory')
    if (limit === undefined) return undefined
    sum += limit
  }
  return sum
}

export function memoryLimit({ limits }: Requirements): number | undefined {
  return amount(limits, 'memory')
}
