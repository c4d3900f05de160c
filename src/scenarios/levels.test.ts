import { describe, expect, test } from 'vitest'
import { replay } from '../engine/index.ts'
import type { Input, Scenario } from '../engine/scenario.ts'
import { formatScenario } from './format.ts'
import { reachedAt } from './goal.ts'
import { levels, parseScenario } from './index.ts'
import { levelGroups } from './levels.ts'
import { historyOf } from './run.ts'

const named = levels.map((level) => [level.metadata.name, level] as const)
const toDo = named.filter(([, { spec }]) => spec.goal!.ask === undefined)
const toForetell = named.filter(([, { spec }]) => spec.goal!.ask !== undefined)

/** The step before which the level is still being set up. */
function beginOf({ spec }: Scenario, inputs: readonly Input[]): number {
  return inputs[spec.script.length - 1]?.step ?? 0
}

/** When the goal is reached, if the player does this. */
function played(level: Scenario, inputs: readonly Input[]): number | undefined {
  const { spec } = level
  const cluster = replay({ ...level, spec: { ...spec, script: [...spec.script, ...inputs] } })
  expect(cluster.pendingInputs).toBe(0)
  return reachedAt(spec.goal!, historyOf(cluster), beginOf(level, cluster.inputs))
}

test('there are at least twenty, in every kind', () => {
  expect(levels.length).toBeGreaterThanOrEqual(20)
  for (const group of levelGroups) {
    for (const name of group.levels)
      expect(levels.find((l) => l.metadata.name === name)!.metadata.labels?.['level'], name).toBe(group.id)
  }
})

test.each(named)('%s says in both languages what is wanted', (_, { spec }) => {
  const { goal, title, summary } = spec
  const texts = [title, summary, goal!.text!, ...(goal!.hints ?? []), ...(goal!.ask?.answers ?? []), ...(goal!.ask ? [goal!.ask.text] : [])]
  expect(texts.filter(({ en, zh }) => en.trim() === '' || zh.trim() === '')).toEqual([])
  expect(goal!.text!.zh).toMatch(/\p{Script=Han}/u)
})

test.each(named)('%s can be saved and read again', (_, level) => {
  expect(parseScenario(formatScenario(level))).toEqual(level)
})

describe('something to do', () => {
  test.each(toDo)('%s is not reached by waiting', (_, level) => expect(played(level, [])).toBeUndefined())

  test.each(toDo)('%s is reached by its solution, within par, and has a hint', (_, level) => {
    const { solution = [], par = Infinity, hints = [] } = level.spec.goal!
    expect(solution.length).toBeGreaterThan(0)
    expect(par).toBeGreaterThanOrEqual(solution.filter(({ kubectl }) => kubectl !== undefined).length)
    expect(hints.length).toBeGreaterThan(0)
    expect(played(level, solution)).toBeDefined()
  })
})

describe('something to foretell', () => {
  test.each(toForetell)('%s comes true as its right answer says', (_, level) => {
    const { ask } = level.spec.goal!
    expect(ask!.answers[ask!.right]).toBeDefined()
    expect(ask!.answers.length).toBeGreaterThan(2)
    expect(played(level, [])).toBeDefined()
  })
})
