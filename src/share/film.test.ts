import { expect, test } from 'vitest'
import { replay, traceHash } from '../engine/index.ts'
import type { Scenario } from '../engine/scenario.ts'
import { findScenario } from '../scenarios/index.ts'
import { decode, encode } from './index.ts'

const first = findScenario('first-pod')!

/** The film that a person made: the built-in one up to a step, then a command and a fault of their own. */
function acted(): Scenario {
  const cluster = replay(first, { untilStep: 120 })
  cluster.perform({ kubectl: 'get pods', files: { 'other.yaml': 'kind: Pod\n' } })
  cluster.run({ for: '3s' })
  cluster.perform({
    fault: {
      type: 'kill-process',
      namespace: 'default',
      pod: 'test-nginx-pod',
      container: 'test-containers',
      signal: 'KILL',
    },
  })
  cluster.run({ for: '20s' })
  return { ...first, spec: { ...first.spec, script: [...cluster.inputs] } }
}

test('whoever opens the link sees the very film that was shared', () => {
  const shared = acted()
  const opened = decode(encode({ scenario: shared, step: 150 })).scenario
  expect(opened).toEqual(shared)
  expect(traceHash(replay(opened))).toBe(traceHash(replay(shared)))
})

test('a film that was only played is the built-in one', () => {
  const { inputs } = replay(first)
  const link = encode({ scenario: { ...first, spec: { ...first.spec, script: [...inputs] } }, step: 40 })
  expect(link).toBe(encode({ scenario: first, step: 40 }))
  expect(traceHash(replay(decode(link).scenario))).toBe(traceHash(replay(first)))
})
