/** What a pod asks for and may use, all containers together (kubectl/pkg/util/resource). */
import { addLists, maxLists } from '../../engine/api/quantity.ts'
import type { Container, ContainerStatus, Pod, ResourceList } from '../../engine/api/types.ts'
import { isSidecar } from '../../engine/api/sidecar.ts'

export interface PodTotals {
  requests: ResourceList
  limits: ResourceList
}

export function podTotals(pod: Pod): PodTotals {
  const { spec, status } = pod
  const overhead = (spec.overhead ?? {}) as ResourceList
  const requests = addLists(together(spec, (c, statuses) => requestsOf(c, statuses), status.containerStatuses ?? [], status.initContainerStatuses ?? []), overhead)
  const limits = together(spec, (c) => (c.resources?.limits ?? {}) as ResourceList, [], [])
  const limited = Object.keys(limits).filter((name) => name in overhead)
  return { requests, limits: addLists(limits, Object.fromEntries(limited.map((name) => [name, overhead[name]!]))) }
}

type AmountsOf = (container: Container, statuses: readonly ContainerStatus[]) => ResourceList

/** What was allocated counts while it is more than what is asked for (a resize that has not happened yet). */
function requestsOf(container: Container, statuses: readonly ContainerStatus[]): ResourceList {
  const status = statuses.find((s) => s.name === container.name) as { resources?: unknown; allocatedResources?: ResourceList } | undefined
  const requests = (container.resources?.requests ?? {}) as ResourceList
  return status?.resources ? maxLists(requests, status.allocatedResources ?? {}) : requests
}

/** Containers and sidecars run at the same time; other init containers one after the other, beside earlier sidecars. */
function together(spec: Pod['spec'], amountsOf: AmountsOf, statuses: readonly ContainerStatus[], initStatuses: readonly ContainerStatus[]): ResourceList {
  let total: ResourceList = {}
  for (const container of spec.containers) total = addLists(total, amountsOf(container, statuses))
  let sidecars: ResourceList = {}
  let peak: ResourceList = {}
  for (const container of spec.initContainers ?? []) {
    const amounts = amountsOf(container, initStatuses)
    const sidecar = isSidecar(container)
    if (sidecar) {
      total = addLists(total, amounts)
      sidecars = addLists(sidecars, amounts)
    }
    peak = maxLists(peak, sidecar ? sidecars : addLists(sidecars, amounts))
  }
  return maxLists(total, peak)
}
