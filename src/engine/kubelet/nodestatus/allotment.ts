import type { KubeletConfiguration } from '../../api/kubeletConfiguration.ts'
import { newQuantity, quantity } from '../../api/quantity.ts'
import type { Node, ResourceList } from '../../api/types.ts'

/**
 * A machine as a kubelet with this configuration registers it: how many pods it takes, and what is left for them of what it has
 * (pkg/kubelet/cm/node_container_manager_linux.go GetNodeAllocatableReservation). Where nothing is said of it, pods may have all there is.
 */
export function allotted(node: Node, capacity: ResourceList, { maxPods, kubeReserved, systemReserved, evictionHard }: KubeletConfiguration): Node {
  const has = { ...capacity, ...node.status?.capacity, ...(maxPods !== undefined && { pods: String(maxPods) }) }
  const status = { ...node.status, capacity: has }
  if (status.allocatable === undefined && (kubeReserved ?? systemReserved ?? evictionHard) !== undefined) {
    const kept = [kubeReserved, systemReserved, { memory: evictionHard?.['memory.available'], 'ephemeral-storage': evictionHard?.['nodefs.available'] }]
    status.allocatable = Object.fromEntries(Object.entries(has).map(([name, amount]) => [name, without(String(amount), kept.map((one: Amounts = {}) => one[name]))]))
  }
  return { ...node, status }
}

/** The same machine when its kubelet is started with another configuration: what has changed in that changes it. */
export function reallotted(node: Node, before: KubeletConfiguration, configuration: KubeletConfiguration): Node {
  const reserves = ({ kubeReserved, systemReserved, evictionHard }: KubeletConfiguration): string => JSON.stringify([kubeReserved, systemReserved, evictionHard])
  const isSamePods = (before.maxPods ?? defaultMaxPods) === (configuration.maxPods ?? defaultMaxPods)
  if (isSamePods && reserves(before) === reserves(configuration)) return node
  const { allocatable, ...status } = node.status
  const maxPods = isSamePods ? undefined : (configuration.maxPods ?? defaultMaxPods)
  const next = allotted({ ...node, status } as Node, status.capacity ?? {}, { ...configuration, ...(maxPods === undefined ? {} : { maxPods }) })
  // A kubelet reports both always.
  return { ...next, status: { ...next.status, allocatable: next.status.allocatable ?? next.status.capacity } } as Node
}

const defaultMaxPods = 110

type Amounts = Readonly<Record<string, string | undefined>>

function without(amount: string, kept: readonly (string | undefined)[]): string {
  const { value, milliValue } = quantity(amount)
  const isWhole = !amount.endsWith('m') && kept.every((one) => one === undefined || !one.endsWith('m'))
  const of = (one: string | undefined): number => (one === undefined ? 0 : one.endsWith('%') ? Math.floor((value * Number.parseFloat(one)) / 100) : isWhole ? quantity(one).value : quantity(one).milliValue)
  const left = Math.max(0, (isWhole ? value : milliValue) - kept.reduce((sum, one) => sum + of(one), 0))
  return !isWhole ? quantity(`${left}m`).text : newQuantity(left, amount.endsWith('i') ? 'BinarySI' : 'DecimalSI').text
}
