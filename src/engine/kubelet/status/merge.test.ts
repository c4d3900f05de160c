import { expect, test } from 'vitest'
import type { PodCondition, PodStatus } from '../../api/types.ts'
import { merge } from './manager.ts'

const conditions = (...types: string[]): PodCondition[] => types.map((type) => ({ type, status: 'True' }))
const facts = (mayRun: boolean) => ({ mayRun, now: '2026-01-05T09:00:00Z', observedGeneration: 3 })
const types = (status: PodStatus): string[] | undefined => status.conditions?.map(({ type }) => type)

test.each<[string, string[], string[], string[]]>([
  ['those of others stand in front', ['Ready', 'PodScheduled', 'example.org/attached'], ['Initialized', 'Ready', 'PodScheduled'], ['example.org/attached', 'Initialized', 'Ready', 'PodScheduled']],
  ['what the kubelet says no more is gone', ['PodResizeInProgress', 'Ready', 'PodScheduled', 'DisruptionTarget'], ['Ready'], ['DisruptionTarget', 'Ready']],
  ['what it says of others is theirs', ['DisruptionTarget', 'Ready'], ['Ready', 'DisruptionTarget', 'example.org/own'], ['DisruptionTarget', 'Ready']],
])('conditions: %s', (_, old, next, merged) => {
  expect(types(merge({ phase: 'Running', conditions: conditions(...old) }, { phase: 'Running', conditions: conditions(...next) }, facts(false)))).toEqual(merged)
})

test('a pod of which something may run does not come to its end yet', () => {
  const ended: PodStatus = { phase: 'Failed', reason: 'Evicted', conditions: [] }
  expect(merge({ phase: 'Running' }, ended, facts(true))).toEqual({ phase: 'Running', conditions: [] })
  expect(merge({ phase: 'Running' }, ended, facts(false))).toEqual(ended)
})

const evicted = { phase: 'Failed', conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }] } as PodStatus
const disruption = (status: PodStatus) => status.conditions?.filter(({ type }) => type === 'DisruptionTarget')

test('that the node has ended a pod is told together with its end', () => {
  expect(disruption(merge({ phase: 'Running' }, evicted, facts(true)))).toEqual([])
  const told = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', lastProbeTime: null, lastTransitionTime: '2026-01-05T09:00:00Z', observedGeneration: 3 }
  expect(disruption(merge({ phase: 'Running' }, evicted, facts(false)))).toEqual([told])
  const before: PodCondition = { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', lastTransitionTime: '2026-01-05T08:00:00Z' }
  expect(disruption(merge({ phase: 'Running', conditions: [before] }, evicted, facts(false)))).toMatchObject([{ reason: 'TerminationByKubelet', lastTransitionTime: '2026-01-05T08:00:00Z' }])
})

test.each([['Failed', 'PodFailed'], ['Succeeded', 'PodCompleted']] as const)('what has %s is not ready', (phase, reason) => {
  const { conditions: after } = merge({ phase: 'Running' }, { phase, conditions: conditions('Ready', 'ContainersReady', 'Initialized') }, facts(false))
  expect(after).toMatchObject([
    { type: 'Ready', status: 'False', reason, lastTransitionTime: '2026-01-05T09:00:00Z' }, { type: 'ContainersReady', status: 'False', reason }, { type: 'Initialized', status: 'True' },
  ])
})
