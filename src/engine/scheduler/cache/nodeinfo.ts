/** A node with the pods on it and what they take (framework.NodeInfo). */
import { quantity } from '../../api/quantity.ts'
import type { Labels } from '../../api/selector.ts'
import type { Node, Taint } from '../../api/types.ts'
import { NodeColumns } from './columns.ts'
import { anyIP, type HostPort } from '../../api/hostPorts.ts'
import type { PodInfo } from './podinfo.ts'
import { amountsOf, type Scalar } from './requests.ts'

export const hostnameLabel = 'kubernetes.io/hostname'
export const zoneLabel = 'topology.kubernetes.io/zone'

const noLabels: Labels = {}
const noTaints: readonly Taint[] = []

/** Nodes without taints share one empty list: a search through thousands of nodes reads one place in memory instead of one each. */
function taintsWith(taints: readonly Taint[], effects: readonly string[]): readonly Taint[] {
  const found = taints.filter(({ effect }) => effects.includes(effect))
  return found.length === 0 ? noTaints : found
}

export class NodeInfo {
  readonly name: string
  readonly columns: NodeColumns
  /** Its row in the columns. */
  readonly row: number
  /** undefined: pods are assigned to it, but no such node is known. */
  node: Node | undefined
  labels: Labels = noLabels
  private hostname: string | undefined = undefined
  private zone: string | undefined = undefined
  unschedulable = false
  /** Taints with effect NoSchedule or NoExecute. */
  hardTaints: readonly Taint[] = noTaints
  /** Taints with effect PreferNoSchedule. */
  softTaints: readonly Taint[] = noTaints
  /** By uid, in the order in which they came. */
  readonly pods = new Map<string, PodInfo>()
  private readonly allocatableScalars = new Map<string, number>()
  private readonly requestedScalars = new Map<string, number>()
  /** 'ip|protocol|port' -> how many pods hold it. */
  private readonly ports = new Map<string, number>()

  constructor(name: string, columns: NodeColumns = new NodeColumns(1)) {
    this.name = name
    this.columns = columns
    this.row = columns.take()
  }

  setNode(node: Node): void {
    const before = this.node
    this.node = node
    if (before?.metadata.labels !== node.metadata.labels) this.setLabels(node.metadata.labels ?? noLabels)
    if (before?.spec !== node.spec) this.setSpec(node)
    if (before?.status.allocatable !== node.status.allocatable || before === undefined) this.setAllocatable(node)
  }

  removeNode(): void {
    this.node = undefined
    this.setLabels(noLabels)
  }

  private setLabels(labels: Labels): void {
    this.labels = labels
    this.hostname = labels[hostnameLabel]
    this.zone = labels[zoneLabel]
  }

  /** Its domain in a topology; the two that everybody uses are at hand. */
  domain(topologyKey: string): string | undefined {
    if (topologyKey === hostnameLabel) return this.hostname
    return topologyKey === zoneLabel ? this.zone : this.labels[topologyKey]
  }

  private setSpec({ spec }: Node): void {
    const taints = spec.taints ?? noTaints
    this.unschedulable = spec.unschedulable === true
    this.hardTaints = taintsWith(taints, ['NoSchedule', 'NoExecute'])
    this.softTaints = taintsWith(taints, ['PreferNoSchedule'])
  }

  private setAllocatable({ status }: Node): void {
    const { columns, row } = this
    const amounts = amountsOf(status.allocatable)
    columns.allocatableMilliCPU[row] = amounts.milliCPU
    columns.allocatableMemory[row] = amounts.memory
    columns.allocatableEphemeralStorage[row] = amounts.ephemeralStorage
    columns.allowedPods[row] = quantity(status.allocatable?.['pods']).value
    this.allocatableScalars.clear()
    for (const { name, amount } of amounts.scalars) this.allocatableScalars.set(name, amount)
  }

  addPod(pod: PodInfo): void {
    this.pods.set(pod.uid, pod)
    this.account(pod, 1)
  }

  removePod(pod: PodInfo): void {
    const held = this.pods.get(pod.uid)
    if (held === undefined) throw new Error(`scheduler cache: pod ${pod.key} is not on node ${this.name}`)
    this.pods.delete(pod.uid)
    this.account(held, -1)
  }

  private account(pod: PodInfo, sign: 1 | -1): void {
    const { columns, row } = this
    const { requests } = pod
    columns.podCount[row]! += sign
    columns.requestedMilliCPU[row]! += sign * requests.milliCPU
    columns.requestedMemory[row]! += sign * requests.memory
    columns.requestedEphemeralStorage[row]! += sign * requests.ephemeralStorage
    columns.nonZeroMilliCPU[row]! += sign * pod.nonZeroMilliCPU
    columns.nonZeroMemory[row]! += sign * pod.nonZeroMemory
    for (const { name, amount } of requests.scalars) bump(this.requestedScalars, name, sign * amount)
    for (const port of pod.hostPorts) bump(this.ports, portKey(port), sign)
  }

  allocatableOf(name: string): number {
    const { columns, row } = this
    if (name === 'cpu') return columns.allocatableMilliCPU[row]!
    if (name === 'memory') return columns.allocatableMemory[row]!
    if (name === 'ephemeral-storage') return columns.allocatableEphemeralStorage[row]!
    if (name === 'pods') return columns.allowedPods[row]!
    return this.allocatableScalars.get(name) ?? 0
  }

  requestedOf(name: string): number {
    const { columns, row } = this
    if (name === 'cpu') return columns.requestedMilliCPU[row]!
    if (name === 'memory') return columns.requestedMemory[row]!
    if (name === 'ephemeral-storage') return columns.requestedEphemeralStorage[row]!
    if (name === 'pods') return columns.podCount[row]!
    return this.requestedScalars.get(name) ?? 0
  }

  /** First of `scalars` that it has too little of, and the others: all of them. */
  missingScalars(scalars: readonly Scalar[]): readonly Scalar[] {
    return scalars.filter(({ name, amount }) => amount > 0 && amount > this.allocatableOf(name) - this.requestedOf(name))
  }

  /** HostPortInfo.CheckConflict: 0.0.0.0 collides with every address. */
  portTaken(port: HostPort): boolean {
    if (this.ports.size === 0) return false
    if (port.ip !== anyIP) return this.ports.has(portKey(port)) || this.ports.has(portKey({ ...port, ip: anyIP }))
    const ending = `|${port.protocol}|${port.port}`
    for (const key of this.ports.keys()) if (key.endsWith(ending)) return true
    return false
  }

  /** A copy to try things on: it has columns of its own and leaves the cache alone. */
  clone(): NodeInfo {
    const copy = new NodeInfo(this.name)
    copy.node = this.node
    copy.setLabels(this.labels)
    copy.unschedulable = this.unschedulable
    copy.hardTaints = this.hardTaints
    copy.softTaints = this.softTaints
    copy.columns.copyRow(this.columns, this.row, copy.row)
    for (const [uid, pod] of this.pods) copy.pods.set(uid, pod)
    for (const [name, amount] of this.allocatableScalars) copy.allocatableScalars.set(name, amount)
    for (const [name, amount] of this.requestedScalars) copy.requestedScalars.set(name, amount)
    for (const [key, count] of this.ports) copy.ports.set(key, count)
    return copy
  }
}

function bump(counts: Map<string, number>, key: string, by: number): void {
  const next = (counts.get(key) ?? 0) + by
  if (next === 0) counts.delete(key)
  else counts.set(key, next)
}

const portKey = ({ ip, protocol, port }: HostPort): string => `${ip}|${protocol}|${port}`
