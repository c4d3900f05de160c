/** What quotas count of pods (pkg/quota/v1/evaluator/core/pods.go). */
import { semanticEqual } from '../equality.ts'
import { isPodLevelResource, podLimits, podRequests, type PodResources } from '../podResources.ts'
import { maxLists } from '../quantity.ts'
import { isSidecar } from '../sidecar.ts'
import { parseTime } from '../time.ts'
import type { Container, ContainerStatus, Pod, ResourceList } from '../types.ts'

const computed = ['cpu', 'memory', 'ephemeral-storage']
const countName = 'count/pods'

const counted = new Set([countName, 'pods', ...computed.flatMap((name) => [name, `requests.${name}`, `limits.${name}`])])

/** Who limits these demands them of every container. */
const demanded = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'])

export const countsOfPods = (name: string): boolean => counted.has(name) || /^(requests\.)?hugepages-/.test(name) || isExtendedForQuota(name)

/** `requests.example.com/gpu`. */
const isExtendedForQuota = (name: string): boolean => name.startsWith('requests.') && isExtended(name.slice('requests.'.length))

const isExtended = (name: string): boolean => name.includes('/') && !name.includes('kubernetes.io/')

export function podUsage(pod: Pod, nowMs: number): ResourceList {
  // Whatever has ended is still an object.
  if (!isLive(pod, nowMs)) return { [countName]: '1' }
  const spec = withActualResources(pod)
  return { [countName]: '1', ...computeUsage(podRequests(spec), podLimits(spec)) }
}

/** Where a resize is under way a container counts with the more of what it is to have and what it has (component-helpers, UseStatusResources). */
function withActualResources({ spec, status }: Pod): Pod['spec'] {
  const isInfeasible = status?.conditions?.some(({ type, reason }) => type === 'PodResizePending' && reason === 'Infeasible') === true
  const actual = (container: Container, statuses: readonly ContainerStatus[] = []): Container => {
    const status = statuses.find(({ name }) => name === container.name)
    const resources = status?.resources as { requests?: ResourceList; limits?: ResourceList } | undefined
    if (resources === undefined) return container
    const wanted = isInfeasible ? undefined : container.resources
    const requests = maxLists(maxLists(wanted?.requests ?? {}, resources.requests ?? {}), (status?.allocatedResources as ResourceList | undefined) ?? {})
    return { ...container, resources: { requests, limits: maxLists(wanted?.limits ?? {}, resources.limits ?? {}) } }
  }
  return {
    ...spec,
    containers: spec.containers.map((container) => actual(container, status?.containerStatuses)),
    initContainers: (spec.initContainers ?? []).map((container) => (isSidecar(container) ? actual(container, status?.initContainerStatuses) : container)),
  }
}

/** Another amount is asked for, or is there. */
export function resourcesChanged(before: Pod, after: Pod): boolean {
  const amounts = ({ spec, status }: Pod): unknown[] => [
    ...[...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => resources ?? null),
    ...[...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].map(({ resources, allocatedResources }) => [resources ?? null, allocatedResources ?? null]),
  ]
  const same = before.spec.containers === after.spec.containers && before.spec.initContainers === after.spec.initContainers && before.status === after.status
  return !same && !semanticEqual(amounts(before), amounts(after))
}

/** A pod that has ended, or whose time to end is over, uses nothing. */
export function isLive({ metadata, status }: Pod, nowMs: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return false
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true
  return nowMs <= parseTime(deletionTimestamp)! + deletionGracePeriodSeconds * 1000
}

function computeUsage(requests: ResourceList, limits: ResourceList): ResourceList {
  const usage: ResourceList = { pods: '1' }
  for (const name of computed) {
    if (requests[name] !== undefined) usage[name] = usage[`requests.${name}`] = requests[name]
    if (limits[name] !== undefined) usage[`limits.${name}`] = limits[name]
  }
  for (const [name, amount] of Object.entries(requests)) {
    if (name.startsWith('hugepages-')) usage[name] = usage[`requests.${name}`] = amount
    else if (isExtended(name)) usage[`requests.${name}`] = amount
  }
  return usage
}

const saysAsAWhole = ({ resources }: PodResources): boolean => Object.keys({ ...resources?.requests, ...resources?.limits }).some(isPodLevelResource)

/** Why a pod cannot be counted: containers that do not say how much they need, of a pod that does not say it as a whole. */
export function podConstraints(limited: readonly string[], { spec }: Pod): string | undefined {
  if (saysAsAWhole(spec)) return undefined
  const missing = new Map<string, Set<string>>()
  const wanted = limited.filter((name) => demanded.has(name)).sort()
  for (const container of [...(spec.containers ?? []), ...(spec.initContainers ?? [])] as Container[]) {
    const given = computeUsage((container.resources?.requests ?? {}) as ResourceList, (container.resources?.limits ?? {}) as ResourceList)
    for (const name of wanted) {
      if (given[name] !== undefined) continue
      const containers = missing.get(name)
      if (containers === undefined) missing.set(name, new Set([container.name]))
      else containers.add(container.name)
    }
  }
  if (missing.size === 0) return undefined
  return `must specify ${wanted.filter((name) => missing.has(name)).map((name) => `${name} for: ${[...missing.get(name)!].sort().join(',')}`).join('; ')}`
}
