/** What a pod's containers ask for together (component-helpers/resource). */
import { addLists, maxLists } from './quantity.ts'
import type { ResourceList } from './types.ts'
import { isSidecar } from './sidecar.ts'

interface WithResources {
  resources?: { requests?: ResourceList; limits?: ResourceList }
}

export interface PodResources extends WithResources {
  containers?: readonly WithResources[]
  initContainers?: readonly (WithResources & { restartPolicy?: string })[]
}

export const aggregateRequests = (spec: PodResources): ResourceList => aggregate(spec, 'requests')

export const aggregateLimits = (spec: PodResources): ResourceList => aggregate(spec, 'limits')

/** What a pod may say for itself (KEP-2837). */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-')

/** Of the pod as a whole: what it says for itself goes before what its containers say (KEP-2837). */
export const podRequests = (spec: PodResources): ResourceList => withPodLevel(aggregateRequests(spec), spec.resources?.requests)

export const podLimits = (spec: PodResources): ResourceList => withPodLevel(aggregateLimits(spec), spec.resources?.limits)

function withPodLevel(total: ResourceList, own: ResourceList = {}): ResourceList {
  const supported = Object.entries(own).filter(([name]) => isPodLevelResource(name))
  return supported.length === 0 ? total : { ...total, ...Object.fromEntries(supported) }
}

/** Containers together with sidecars, or the largest moment of initialisation, whichever is more. */
function aggregate(spec: PodResources, what: 'requests' | 'limits'): ResourceList {
  let total: ResourceList = {}
  for (const c of spec.containers ?? []) total = addLists(total, c.resources?.[what] ?? {})
  let sidecars: ResourceList = {}
  let peak: ResourceList = {}
  for (const c of spec.initContainers ?? []) {
    const amounts = c.resources?.[what] ?? {}
    if (isSidecar(c)) {
      sidecars = addLists(sidecars, amounts)
      peak = maxLists(peak, sidecars)
    } else peak = maxLists(peak, addLists(sidecars, amounts))
  }
  return maxLists(addLists(total, sidecars), peak)
}
