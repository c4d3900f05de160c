import { expect, test } from 'vitest'
import type { KubeletConfiguration } from '../../api/kubeletConfiguration.ts'
import type { Node } from '../../api/types.ts'
import { signals } from './signals.ts'
import { enoughFree, leastFree, thresholdsOf } from './thresholds.ts'

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
])('%s', (name, condition, resource, amount) => {
  const threshold = thresholdsOf({}).find(({ signal }) => signal.name === name)!
  expect(threshold.signal).toMatchObject({ condition, resource })
  expect(leastFree(threshold, node)).toBe(amount)
})

test('memory is looked at first', () => {
  expect(signals[0]!.name).toBe('memory.available')
})

/** Signal, least free, enough free, seconds that it has to last (none: a hard one), as pkg/kubelet/eviction/helpers.go reads a configuration. */
test.each<[KubeletConfiguration, [name: string, least: number, enough: number, seconds?: number][]]>([
  [{ evictionHard: { 'memory.available': '1Gi' } }, [['memory.available', Gi, Gi], ['allocatableMemory.available', Gi, Gi]]],
  [{ evictionHard: { 'nodefs.available': '10%' }, evictionMinimumReclaim: { 'nodefs.available': '5Gi' } }, [['nodefs.available', 10 * Gi, 15 * Gi]]],
  [{ evictionHard: { 'nodefs.available': '0%', 'imagefs.available': '100%' } }, []],
  [{ evictionHard: { 'memory.available': '1Gi' }, evictionSoft: { 'memory.available': '25%' }, evictionSoftGracePeriod: { 'memory.available': '1m30s' } },
    [['memory.available', Gi, Gi], ['memory.available', 2 * Gi, 2 * Gi, 90], ['allocatableMemory.available', Gi, Gi]]],
])('of %j', (configuration, thresholds) => {
  const read = thresholdsOf(configuration).map((one) => [one.signal.name, leastFree(one, node), enoughFree(one, node), ...(one.graceMs === undefined ? [] : [one.graceMs / 1000])])
  expect(read).toEqual(thresholds)
})
