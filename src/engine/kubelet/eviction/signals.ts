import { quantity } from '../../api/quantity.ts'
import type { Node } from '../../api/types.ts'
import type { Resource } from './rank.ts'

export type PressureCondition = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'

/** What a node has of something, and what can be taken from it. */
export type Supply = 'memory' | 'disk' | 'inodes' | 'pids'

/** An eviction signal (pkg/kubelet/eviction/helpers.go signalToResource, signalToNodeCondition; defaults_linux.go). */
export interface Signal {
  name: string
  /** What it measures. One file system holds images, writable layers and logs, so the signals of both measure the same. */
  supply: Supply
  /** What the node is then said to be low on. */
  resource: Resource
  condition: PressureCondition
  /** The hard threshold: an amount, or per cent of the capacity. */
  threshold: { amount: string } | { percent: number }
}

/**
 * In the order in which they are looked at: memory first, for a node dies of it (byEvictionPriority). Upstream has no default threshold for
 * process ids; these kubelets are told one, so that a node can run out of them. What the pods together may have of memory is all there is, so
 * allocatableMemory.available never speaks before memory.available does.
 */
export const signals: readonly Signal[] = [
  { name: 'memory.available', supply: 'memory', resource: 'memory', condition: 'MemoryPressure', threshold: { amount: '100Mi' } },
  { name: 'allocatableMemory.available', supply: 'memory', resource: 'memory', condition: 'MemoryPressure', threshold: { amount: '100Mi' } },
  { name: 'nodefs.available', supply: 'disk', resource: 'ephemeral-storage', condition: 'DiskPressure', threshold: { percent: 10 } },
  { name: 'imagefs.available', supply: 'disk', resource: 'ephemeral-storage', condition: 'DiskPressure', threshold: { percent: 15 } },
  { name: 'nodefs.inodesFree', supply: 'inodes', resource: 'inodes', condition: 'DiskPressure', threshold: { percent: 5 } },
  { name: 'imagefs.inodesFree', supply: 'inodes', resource: 'inodes', condition: 'DiskPressure', threshold: { percent: 5 } },
  { name: 'pid.available', supply: 'pids', resource: 'pids', condition: 'PIDPressure', threshold: { percent: 10 } },
]

const processIDs = 32_768
const inodesPerByte = 1 / 16_384

/** How much of it the node has: bytes, inodes, or process ids. */
export function capacityOf(supply: Supply, node: Node): number {
  switch (supply) {
    case 'memory':
      return bytes(node, 'memory')
    case 'disk':
      return bytes(node, 'ephemeral-storage')
    case 'inodes':
      return Math.floor(bytes(node, 'ephemeral-storage') * inodesPerByte)
    case 'pids':
      return processIDs
  }
}

function bytes(node: Node, resource: string): number {
  return quantity(node.status.capacity?.[resource] ?? '100Gi').value
}

export function thresholdOf({ supply, threshold }: Signal, node: Node): number {
  return 'amount' in threshold ? quantity(threshold.amount).value : (capacityOf(supply, node) * threshold.percent) / 100
}
