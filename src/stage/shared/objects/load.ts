import { quantity } from '../../../engine/api/quantity.ts'
import type { Container, Node, Pod } from '../../../engine/api/types.ts'
import { isSidecar } from '../../../engine/api/sidecar.ts'

/** What a machine has been promised away: requests of its pods against what is allocatable. */
export interface Load {
  /** Millicores. */
  cpu: Share
  /** Bytes. */
  memory: Share
  pods: Share
}

export interface Share {
  used: number
  of: number
}

export interface Requests {
  cpu: number
  memory: number
}

const memo = new WeakMap<Pod, Requests>()

/**
 * Effective requests of a pod (component-helpers/resource PodRequests): the containers and sidecars
 * together, or an init container with the sidecars before it if that is more; plus the overhead.
 */
export function podRequests(pod: Pod): Requests {
  let requests = memo.get(pod)
  if (requests === undefined) memo.set(pod, (requests = { cpu: ofPod(pod, 'cpu'), memory: ofPod(pod, 'memory') }))
  return requests
}

function ofPod({ spec }: Pod, resource: keyof Requests): number {
  let sidecars = 0
  let peak = 0
  for (const container of spec.initContainers ?? []) {
    const own = ofContainer(container, resource)
    if (isSidecar(container)) sidecars += own
    peak = Math.max(peak, isSidecar(container) ? sidecars : sidecars + own)
  }
  const together = spec.containers.reduce((sum, c) => sum + ofContainer(c, resource), sidecars)
  return Math.max(together, peak) + amount(spec.overhead?.[resource] as string | undefined, resource)
}

function ofContainer(container: Container, resource: keyof Requests): number {
  return amount(container.resources?.requests?.[resource] as string | undefined, resource)
}

function amount(text: string | undefined, resource: keyof Requests): number {
  const { milliValue, value } = quantity(text)
  return Number(resource === 'cpu' ? milliValue : value)
}

/** A pod that has ended keeps nothing of its machine. */
export function holdsResources(pod: Pod): boolean {
  return pod.status.phase !== 'Succeeded' && pod.status.phase !== 'Failed'
}

export function loadOf(node: Node, pods: readonly Pod[]): Load {
  const allocatable = node.status.allocatable ?? {}
  const used = { cpu: 0, memory: 0, pods: 0 }
  for (const pod of pods) {
    if (!holdsResources(pod)) continue
    const { cpu, memory } = podRequests(pod)
    used.cpu += cpu
    used.memory += memory
    used.pods++
  }
  return {
    cpu: { used: used.cpu, of: amount(allocatable['cpu'], 'cpu') },
    memory: { used: used.memory, of: amount(allocatable['memory'], 'memory') },
    pods: { used: used.pods, of: Number(quantity(allocatable['pods']).value) },
  }
}
