import { describe, expect, it } from 'vitest'
import { parseCondition } from '../engine/api/condition.ts'
import type { Condition } from '../engine/api/condition.ts'
import { fixtureOpening, fixtureScenario, lifeOfAPod } from '../worker/testing/fixture-film.ts'
import { breaksAt, firstBreak } from './breakpoint.ts'
import type { Breakpoint } from './breakpoint.ts'
import { Film } from './film.ts'
import { firstMoment, parseDestination, parseTime } from './moment.ts'

const written = lifeOfAPod()
const film = new Film(fixtureScenario, fixtureOpening())
film.append({
  steps: written.steps,
  changes: written.changes,
  inputs: written.inputs,
  output: written.output,
  writes: [],
  ended: written.ended,
  now: written.at,
  nextAt: Infinity,
  pendingInputs: 0,
})
const describeStep = (index: number | undefined) =>
  index === undefined ? 'never' : (film.steps[index]!.milestone ?? film.steps[index]!.name)

describe('the first moment when', () => {
  it.each([
    ['pod/web exists', 'create/store'],
    ['pod/web bound', 'create/bind-store'],
    ['pod/web ContainerCreating', 'web'],
    ['pod/web Running', 'create/ready'],
    ['pod/web event Pulling', 'web.Pulling'],
    ['pod/web milestone terminate/term', 'terminate/term'],
    ['pod/web Terminating', 'terminate/store'],
    ['pod/web gone', 'create/store', 'terminate/removed'],
    ['pod/other exists', 'never'],
  ])('%s', (text, expected, afterCreation = expected) => {
    const condition = parseCondition(text) as Condition
    const start = text.endsWith('gone') ? firstMoment(film, parseCondition('pod/web exists') as Condition)! : -1
    expect(describeStep(firstMoment(film, condition, start))).toBe(afterCreation)
  })
})

describe('breaks on', () => {
  it.each<[Breakpoint, string]>([
    [{ type: 'ready' }, 'create/ready'],
    [{ type: 'ready', pod: 'pods/default/web' }, 'create/ready'],
    [{ type: 'ready', pod: 'pods/default/other' }, 'never'],
    [{ type: 'status', word: 'ContainerCreating' }, 'web'],
    [{ type: 'status', word: 'Terminating' }, 'terminate/store'],
    [{ type: 'event', reason: 'Pulling' }, 'web.Pulling'],
    [{ type: 'object', key: 'pods/default/web' }, 'create/store'],
    [{ type: 'time', ms: 3000 }, 'create/pull'],
  ])('%j', (breakpoint, expected) => {
    expect(describeStep(firstBreak(film, [breakpoint], -1, film.steps.length - 1)?.step)).toBe(expected)
  })

  it('does not stop where it stands', () => {
    const ready = firstBreak(film, [{ type: 'ready' }], -1, film.steps.length - 1)!.step
    expect(firstBreak(film, [{ type: 'ready' }], ready, film.steps.length - 1)).toBeUndefined()
    expect(breaksAt(film, ready, { type: 'ready' })).toBe(true)
  })
})

it.each([
  ['250ms', 250],
  ['12.4s', 12_400],
  ['1m30s', 90_000],
  ['1h', 3_600_000],
  ['00:01:30.5', 90_500],
  ['1:05', 65_000],
  ['12', undefined],
  ['s', undefined],
  ['1.2.3s', undefined],
  ['', undefined],
])('time %s', (text, ms) => expect(parseTime(text)).toBe(ms))

it.each([
  ['37', { step: 37 }],
  [' 1.5s ', { ms: 1500 }],
])('destination %s', (text, expected) => expect(parseDestination(text)).toEqual(expected))

it('a condition is a destination, nonsense an error', () => {
  expect(parseDestination('pod/web Ready')).toMatchObject({ condition: { name: 'web' } })
  expect(parseDestination('soon')).toHaveProperty('error')
})

it('an event is about the object that it names, and the last pod stays in focus', () => {
  const scheduled = film.steps.findIndex((s) => s.name === 'web.Scheduled')
  expect(film.subjectOf(scheduled)).toBe('pods/default/web')
  expect(film.podInFocus(film.steps.findIndex((s) => s.background))).toBe('pods/default/web')
  expect(film.podInFocus(-1)).toBeUndefined()
})
