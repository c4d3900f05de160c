/**
 * What a pod asks for, in the scheduler's numbers (k8s.io/component-helpers/resource, PodRequests; and
 * framework.Resource): thousandths of a CPU, bytes, whole units of anything else.
 */
import { quantity } from '../../api/quantity.ts'
import type { Container, ContainerStatus, Pod, ResourceList } from '../../api/types.ts'
import { isSidecar } from '../../api/sidecar.ts'

export interface Scalar {
  readonly name: string
  readonly amount: number
}

export interface ResourceAmounts {
  milliCPU: number
  memory: number
  ephemeralStorage: number
  /** Extended resources, huge pages and attachable volumes, by name. */
  scalars: readonly Scalar[]
}

/** What a container without a request counts as when nodes are scored (pkg/scheduler/util/pod_resources.go). */
export const defaultMilliCPURequest = 100
export const defaultMemoryRequest = 200 * 1024 * 1024

const none: ResourceAmounts = { milliCPU: 0, memory: 0, ephemeralStorage: 0, scalars: [] }

const isScalar = (name: string): boolean => name !== 'cpu' && name !== 'memory' && name !== 'ephemeral-storage' && name !== 'pods'

/** The amounts of a list such as `requests` or `allocatable`. */
export function amountsOf(list: Readonly<Record<string, unknown>> | undefined): ResourceAmounts {
  if (list === undefined) return none
  const scalars: Scalar[] = []
  for (const name of Object.keys(list)) if (isScalar(name)) scalars.push({ name, amount: quantity(list[name] as string).value })
  return {
    milliCPU: quantity(list['cpu'] as string).milliValue,
    memory: quantity(list['memory'] as string).value,
    ephemeralStorage: quantity(list['ephemeral-storage'] as string).value,
    scalars: scalars.length > 1 ? scalars.sort((a, b) => (a.name < b.name ? -1 : 1)) : scalars,
  }
}

function combine(a: ResourceAmounts, b: ResourceAmounts, by: (x: number, y: number) => number): ResourceAmounts {
  if (a === none) return b
  return {
    milliCPU: by(a.milliCPU, b.milliCPU),
    memory: by(a.memory, b.memory),
    ephemeralStorage: by(a.ephemeralStorage, b.ephemeralStorage),
    scalars: combineScalars(a.scalars, b.scalars, by),
  }
}

function combineScalars(a: readonly Scalar[], b: readonly Scalar[], by: (x: number, y: number) => number): readonly Scalar[] {
  if (b.length === 0) return a
  if (a.length === 0) return b
  const amounts = new Map(a.map((s) => [s.name, s.amount]))
  for (const { name, amount } of b) amounts.set(name, by(amounts.get(name) ?? 0, amount))
  return [...amounts].map(([name, amount]) => ({ name, amount })).sort((x, y) => (x.name < y.name ? -1 : 1))
}

const plus = (x: number, y: number): number => x + y
export const addAmounts = (a: ResourceAmounts, b: ResourceAmounts): ResourceAmounts => combine(a, b, plus)
const maxAmounts = (a: ResourceAmounts, b: ResourceAmounts): ResourceAmounts => combine(a, b, Math.max)

type AmountsOfContainer = (container: Container) => ResourceAmounts

/** Containers add up; init containers run one after another, beside the sidecars that started before them. */
function aggregate(pod: Pod, of: AmountsOfContainer): ResourceAmounts {
  let total = none
  for (const container of pod.spec.containers ?? []) total = addAmounts(total, of(container))
  const inits = pod.spec.initContainers
  if (inits === undefined || inits.length === 0) return total
  let sidecars = none
  let init = none
  for (const container of inits) {
    const amounts = addAmounts(sidecars, of(container))
    if (isSidecar(container)) sidecars = amounts
    init = maxAmounts(init, amounts)
  }
  return maxAmounts(addAmounts(total, sidecars), init)
}

/** cpu, memory and huge pages of `spec.resources.requests` take the place of the containers' sum. */
function withPodLevel(amounts: ResourceAmounts, list: ResourceList | undefined): ResourceAmounts {
  if (list === undefined) return amounts
  const own = amountsOf(list)
  return {
    milliCPU: 'cpu' in list ? own.milliCPU : amounts.milliCPU,
    memory: 'memory' in list ? own.memory : amounts.memory,
    ephemeralStorage: amounts.ephemeralStorage,
    scalars: combineScalars(amounts.scalars, own.scalars.filter((s) => s.name.startsWith('hugepages-')), (_, y) => y),
  }
}

interface PodLevel {
  resources?: { requests?: ResourceList }
  overhead?: ResourceList
}

function finish(pod: Pod, of: AmountsOfContainer): ResourceAmounts {
  const spec = pod.spec as unknown as PodLevel
  const amounts = withPodLevel(aggregate(pod, of), spec.resources?.requests)
  return spec.overhead === undefined ? amounts : addAmounts(amounts, amountsOf(spec.overhead))
}

export interface ResizableStatus extends ContainerStatus {
  resources?: { requests?: ResourceList }
}

/**
 * While a container is being resized it holds the most of what it has, was given and asks for; what it asks for in vain does not
 * count (component-helpers/resource determineContainerReqs).
 */
function heldBy(pod: Pod): AmountsOfContainer {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])] as ResizableStatus[]
  const resized = statuses.filter((s) => s.resources?.requests !== undefined || s.allocatedResources !== undefined)
  if (resized.length === 0) return (container) => amountsOf(container.resources?.requests)
  const infeasible = pod.status.conditions?.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible') === true
  return (container) => {
    const asked = amountsOf(container.resources?.requests)
    const status = resized.find((s) => s.name === container.name)
    if (status === undefined) return asked
    const given = maxAmounts(amountsOf(status.resources?.requests), amountsOf(status.allocatedResources))
    return infeasible ? given : maxAmounts(asked, given)
  }
}

/** What the pod takes from a node that runs it. */
export function podRequests(pod: Pod): ResourceAmounts {
  return finish(pod, heldBy(pod))
}

/** The same with the default amounts for containers that ask for nothing: what scoring counts. */
export function nonZeroRequests(pod: Pod): { milliCPU: number; memory: number } {
  const held = heldBy(pod)
  return finish(pod, (container) => {
    const amounts = held(container)
    const requests = container.resources?.requests
    return {
      milliCPU: requests !== undefined && 'cpu' in requests ? amounts.milliCPU : defaultMilliCPURequest,
      memory: requests !== undefined && 'memory' in requests ? amounts.memory : defaultMemoryRequest,
      ephemeralStorage: 0,
      scalars: [],
    }
  })
}

/** Requests of one resource by name, as scoring strategies name resources. */
export function amountOf(amounts: ResourceAmounts, name: string): number {
  if (name === 'cpu') return amounts.milliCPU
  if (name === 'memory') return amounts.memory
  if (name === 'ephemeral-storage') return amounts.ephemeralStorage
  return amounts.scalars.find((s) => s.name === name)?.amount ?? 0
}
