/** What would make a pod fit: less to ask for, or a larger node. */
import { newMilliQuantity, newQuantity, quantity } from '../../api/quantity.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { podInfo, type PodInfo } from '../cache/podinfo.ts'
import { amountOf } from '../cache/requests.ts'
import type { Change, PatchOperation } from '../../api/scheduling.ts'
import { applyPatch, pointer } from '../framework/change.ts'
import type { InsufficientResource } from './noderesourcesfit.ts'

type List = 'containers' | 'initContainers'

export function fitChanges(pod: PodInfo, node: NodeInfo, short: readonly InsufficientResource[]): Change[] {
  if (short.length === 0) return []
  const lower = lowerRequests(pod, node, short)
  return lower === undefined ? [raiseAllocatable(node, short)] : [lower, raiseAllocatable(node, short)]
}

/** How much must go, in the resource's own unit (thousandths for cpu). */
const deficit = ({ requested, used, capacity }: InsufficientResource): number => requested - (capacity - used)

/** undefined when asking for less does not help: no place for another pod, or nothing left to give. */
function lowerRequests(pod: PodInfo, node: NodeInfo, short: readonly InsufficientResource[]): Change | undefined {
  const patch: PatchOperation[] = []
  const lowered: { resource: string; by: string }[] = []
  for (const resource of short) {
    if (resource.name === 'pods' || resource.capacity - resource.used < 0) return undefined
    const operations = lowerOne(pod, resource)
    if (operations === undefined) return undefined
    patch.push(...operations)
    lowered.push({ resource: resource.name, by: amountText(resource.name, deficit(resource)) })
  }
  return { target: 'pod', type: 'LowerRequests', patch, facts: { node: node.name, lowered } }
}

/** Takes from the largest requests first, until what the pod asks for in total fits. */
function lowerOne(pod: PodInfo, resource: InsufficientResource): PatchOperation[] | undefined {
  const { name, capacity, used } = resource
  const patch: PatchOperation[] = []
  let tried = pod.pod
  for (const { list, index } of holders(pod, name)) {
    const over = amountOf(podInfo(tried).requests, name) - (capacity - used)
    if (over <= 0) return patch
    const container = tried.spec[list]![index]!
    const present = amountOfQuantity(name, container.resources!.requests![name]!)
    const value = amountText(name, Math.max(0, present - over))
    patch.push(...setRequest(list, index, name, value, container.resources!.limits?.[name], present))
    tried = applyPatch(tried, patch.slice(-2))
  }
  return amountOf(podInfo(tried).requests, name) <= capacity - used ? patch : undefined
}

/** Containers that ask for it, the greediest first. */
function holders({ pod }: PodInfo, name: string): { list: List; index: number }[] {
  const found: { list: List; index: number; amount: number }[] = []
  for (const list of ['containers', 'initContainers'] as const) {
    for (const [index, container] of (pod.spec[list] ?? []).entries()) {
      const text = container.resources?.requests?.[name]
      if (text !== undefined) found.push({ list, index, amount: amountOfQuantity(name, text) })
    }
  }
  return found.sort((a, b) => b.amount - a.amount)
}

/** An extended resource's limit must stay equal to its request. */
function setRequest(list: List, index: number, name: string, value: string, limit: string | undefined, present: number): PatchOperation[] {
  const at = (kind: 'requests' | 'limits') => pointer('spec', list, index, 'resources', kind, name)
  const patch: PatchOperation[] = [{ op: 'replace', path: at('requests'), value }]
  const extended = name !== 'cpu' && name !== 'memory' && name !== 'ephemeral-storage'
  if (extended && limit !== undefined && amountOfQuantity(name, limit) === present) patch.push({ op: 'replace', path: at('limits'), value })
  return patch
}

function raiseAllocatable(node: NodeInfo, short: readonly InsufficientResource[]): Change {
  const raised = short.map((resource) => ({ resource: resource.name, by: amountText(resource.name, deficit(resource)) }))
  const known = node.node?.status.allocatable
  const values = short.map(({ name, used, requested }) => [name, amountText(name, used + requested)] as const)
  const patch: PatchOperation[] = known === undefined
    ? [{ op: 'add', path: '/status/allocatable', value: Object.fromEntries(values) }]
    : values.map(([name, value]) => ({ op: 'add', path: pointer('status', 'allocatable', name), value }))
  return { target: 'node', type: 'RaiseAllocatable', patch, facts: { node: node.name, raised } }
}

function amountOfQuantity(name: string, text: string): number {
  const q = quantity(text)
  return name === 'cpu' ? q.milliValue : q.value
}

function amountText(name: string, amount: number): string {
  if (name === 'cpu') return newMilliQuantity(amount, 'DecimalSI').text
  return newQuantity(amount, name === 'memory' || name === 'ephemeral-storage' ? 'BinarySI' : 'DecimalSI').text
}
