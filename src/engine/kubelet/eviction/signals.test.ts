import { expect, test } from 'vitest'
import type { Node } from '../../api/types.ts'
import { signals, thresholdOf } from './signals.ts'

const node = { status: { capacity: { memory: '8Gi', 'ephemeral-storage': '100Gi' } } } as unknown as Node

const Gi = 2 ** 30

/** The conditions and resources that upstream gives each signal, and its default hard thresholds on a node with a disk of 100Gi. */
test.each([
  ['memory.available', 'MemoryPressure', 'memory', 100 * 2 ** 20],
  ['allocatableMemory.available', 'MemoryPressure', 'memory', 100 * 2 ** 20],
  ['nodefs.available', 'DiskPressure', 'ephemeral-storage', 10 * Gi],
  ['imagefs.available', 'DiskPressure', 'ephemeral-storage', 15 * Gi],
  ['nodefs.inodesFree', 'DiskPressure', 'inodes', (100 * Gi) / 16_384 / 20],
  ['imagefs.inodesFree', 'DiskPressure', 'inodes', (100 * Gi) / 16_384 / 20],
  // Upstream leaves this one without a default.
  ['pid.available', 'PIDPressure', 'pids', 3276.8],
])('%s', (name, condition, resource, threshold) => {
  const signal = signals.find((one) => one.name === name)!
  expect(signal).toMatchObject({ condition, resource })
  expect(thresholdOf(signal, node)).toBe(threshold)
})

test('memory is looked at first', () => {
  expect(signals[0]!.name).toBe('memory.available')
})
