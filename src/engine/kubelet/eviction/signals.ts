import { quantity } from '../../api/quantity.ts'
import type { Node } from '../../api/types.ts'
import type { Resource } from './rank.ts'

export type PressureCondition = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'

/** What a node has of something, and what can be taken from it. */
export type Supply = 'memory' | 'disk' | 'inodes' | 'pids'

/** An eviction signal (pkg/kubelet/eviction/helpers.go signalToResource, signalToNodeCondition). */
export interface Signal {
  name: string
  /** What it measures. One file system holds images, writable layers and logs, so the signals of both measure the same. */
  supply: Supply
  /** What the node is then said to be low on. */
  resource: Resource
  condition: PressureCondition
}

/**
 * In the order in which they are looked at: memory first, for a node dies of it (byEvictionPriority). What the pods together may have of memory is
 * all there is, so allocatableMemory.available never speaks before memory.available does.
 */
export const signals: readonly Signal[] = [
  { name: 'memory.available', supply: 'memory', resource: 'memory', condition: 'MemoryPressure' },
  { name: 'allocatableMemory.available', supply: 'memory', resource: 'memory', condition: 'MemoryPressure' },
  { name: 'nodefs.available', supply: 'disk', resource: 'ephemeral-storage', condition: 'DiskPressure' },
  { name: 'imagefs.available', supply: 'disk', resource: 'ephemeral-storage', condition: 'DiskPressure' },
  { name: 'nodefs.inodesFree', supply: 'inodes', resource: 'inodes', condition: 'DiskPressure' },
  { name: 'imagefs.inodesFree', supply: 'inodes', resource: 'inodes', condition: 'DiskPressure' },
  { name: 'pid.available', supply: 'pids', resource: 'pids', condition: 'PIDPressure' },
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
