/** What a pod's containers ask for together (component-helpers/resource). */
import { addLists, maxLists } from './quantity.ts'
import type { ResourceList } from './types.ts'

interface WithContainers {
  containers?: readonly { resources?: { requests?: ResourceList } }[]
  initContainers?: readonly { resources?: { requests?: ResourceList }; restartPolicy?: string }[]
}

/** Containers together with sidecars, or the largest moment of initialisation, whichever is more. */
export function aggregateRequests(spec: WithContainers): ResourceList {
  let total: ResourceList = {}
  for (const c of spec.containers ?? []) total = addLists(total, c.resources?.requests ?? {})
  let sidecars: ResourceList = {}
  let peak: ResourceList = {}
  for (const c of spec.initContainers ?? []) {
    const requests = c.resources?.requests ?? {}
    if (c.restartPolicy === 'Always') {
      sidecars = addLists(sidecars, requests)
      peak = maxLists(peak, sidecars)
    } else peak = maxLists(peak, addLists(sidecars, requests))
  }
  return maxLists(addLists(total, sidecars), peak)
}
