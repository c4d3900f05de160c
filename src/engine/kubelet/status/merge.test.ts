import { expect, test } from 'vitest'
import type { PodCondition, PodStatus } from '../../api/types.ts'
import { merge } from './manager.ts'

const conditions = (...types: string[]): PodCondition[] => types.map((type) => ({ type, status: 'True' }))
const types = (status: PodStatus): string[] | undefined => status.conditions?.map(({ type }) => type)

test.each<[string, string[], string[], string[]]>([
  ['those of others stand in front', ['Ready', 'PodScheduled', 'example.org/attached'], ['Initialized', 'Ready', 'PodScheduled'], ['example.org/attached', 'Initialized', 'Ready', 'PodScheduled']],
  ['what the kubelet says no more is gone', ['PodResizeInProgress', 'Ready', 'PodScheduled', 'DisruptionTarget'], ['Ready'], ['DisruptionTarget', 'Ready']],
  ['what it says of others is said once', ['DisruptionTarget', 'Ready'], ['Ready', 'DisruptionTarget'], ['Ready', 'DisruptionTarget']],
])('conditions: %s', (_, old, next, merged) => {
  expect(types(merge({ phase: 'Running', conditions: conditions(...old) }, { phase: 'Running', conditions: conditions(...next) }, false))).toEqual(merged)
})

test('a pod of which something may run does not come to its end yet', () => {
  const ended: PodStatus = { phase: 'Failed', reason: 'Evicted', conditions: [] }
  expect(merge({ phase: 'Running' }, ended, true)).toEqual({ phase: 'Running', conditions: [] })
  expect(merge({ phase: 'Running' }, ended, false)).toEqual(ended)
})
