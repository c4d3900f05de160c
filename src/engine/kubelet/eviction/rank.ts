import { newQuantity, quantity, type Quantity } from '../../api/quantity.ts'
import type { PodResources } from '../../api/podResources.ts'
import type { Pod } from '../../api/types.ts'

/** What a node can run short of, as the messages name it (pkg/kubelet/eviction/helpers.go signalToResource). */
export type Resource = 'memory' | 'ephemeral-storage' | 'inodes' | 'pids'

/** How much of each resource a pod uses; undefined: nothing is known of it. */
export interface PodUsage {
  pod: Pod
  used: Record<Resource, number> | undefined
  /** Container -> what it uses of memory and ephemeral storage. */
  containers: ReadonlyMap<string, { memory: number; 'ephemeral-storage': number }>
}

/**
 * The pods of a node in the order in which they are evicted: those that use more than they have requested first, then by
 * priority, then by how far beyond their request they are (eviction/helpers.go rankMemoryPressure, rankDiskPressureFunc, rankPIDPressure).
 */
export function rankForEviction(pods: readonly PodUsage[], resource: Resource): PodUsage[] {
  return [...pods].sort((a, b) => unknownFirst(a, b) || exceedingFirst(a, b, resource) || byPriority(a, b) || excess(b, resource) - excess(a, resource))
}

function unknownFirst(a: PodUsage, b: PodUsage): number {
  return Number(b.used === undefined) - Number(a.used === undefined)
}

/** Inodes and process ids cannot be requested, so nobody exceeds a request of them. */
function exceedingFirst(a: PodUsage, b: PodUsage, resource: Resource): number {
  if (resource === 'inodes' || resource === 'pids') return 0
  return Number(excess(b, resource) > 0) - Number(excess(a, resource) > 0)
}

function byPriority(a: PodUsage, b: PodUsage): number {
  return (a.pod.spec.priority ?? 0) - (b.pod.spec.priority ?? 0)
}

function excess({ pod, used }: PodUsage, resource: Resource): number {
  return (used?.[resource] ?? 0) - requested(pod, resource)
}

/**
 * The containers together or the largest of the init containers, unless the pod asks as a whole, and what running it takes besides
 * (GetResourceRequestQuantity; KEP-2837).
 */
function requested({ spec }: Pod, resource: Resource): number {
  const whole = resource === 'memory' ? (spec as PodResources).resources?.requests?.[resource] : undefined
  const running = spec.containers.reduce((sum, { resources }) => sum + requestOf(resources, resource).value, 0)
  const most = whole !== undefined ? quantity(whole).value : Math.max(running, ...(spec.initContainers ?? []).map(({ resources }) => requestOf(resources, resource).value))
  return most === 0 ? 0 : most + quantity(spec.overhead?.[resource]).value
}

type Requirements = Pod['spec']['containers'][number]['resources']

function requestOf(requirements: Requirements, resource: Resource): Quantity {
  return quantity((requirements?.requests as Record<string, string> | undefined)?.[resource])
}

/** Why a pod is evicted, in upstream's words, and the annotations of the event; the blank at the end is theirs (helpers.go evictionMessage). */
export function evictionMessage(usage: PodUsage, resource: Resource, threshold: string, available: string): { message: string; annotations: Record<string, string> } {
  const shortage = `The node was low on resource: ${resource}. Threshold quantity: ${threshold}, available: ${available}. `
  const offenders = offendersOf(usage, resource)
  const blame = offenders.map(({ name, used, request }) => `Container ${name} was using ${used}, request is ${request}, has larger consumption of ${resource}. `)
  const annotations = {
    offending_containers: offenders.map(({ name }) => name).join(','),
    offending_containers_usage: offenders.map(({ used }) => used).join(','),
    starved_resource: resource,
  }
  return { message: shortage + blame.join(''), annotations }
}

/** The containers, sidecars included, that use more than they have requested. */
function offendersOf({ pod, containers }: PodUsage, resource: Resource): { name: string; used: string; request: string }[] {
  if (resource === 'inodes' || resource === 'pids') return []
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap(({ name, resources }) => {
    const used = containers.get(name)?.[resource] ?? 0
    const request = requestOf(resources, resource)
    return used > request.value ? [{ name, used: newQuantity(used, 'BinarySI').text, request: request.text }] : []
  })
}
