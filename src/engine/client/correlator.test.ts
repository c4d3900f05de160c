import { describe, expect, test } from 'vitest'
import { EventCorrelator, type EventFacts } from './correlator.ts'

const facts = (message: string, changes: Partial<EventFacts> = {}): EventFacts => ({
  object: 'pod web', type: 'Warning', reason: 'BackOff', message, ...changes,
})

/** Correlates and, when an event is to be created, says that it was. */
function say(c: EventCorrelator, event: EventFacts, now: number): string {
  const told = c.correlate(event, now)
  if (told === undefined) return 'drop'
  const { series } = told
  if (series.name !== '') return `count ${series.count} on ${series.name}`
  series.name = `event-${now}`
  return 'create'
}

test('the same text again is a higher count on the same object', () => {
  const c = new EventCorrelator()
  expect([1, 2, 3].map((now) => say(c, facts('again'), now))).toEqual(['create', 'count 2 on event-1', 'count 3 on event-1'])
})

test('another object, reason or text begins a series of its own', () => {
  const c = new EventCorrelator()
  say(c, facts('text'), 1)
  expect(say(c, facts('other text'), 2)).toBe('create')
  expect(say(c, facts('text', { object: 'pod db' }), 3)).toBe('create')
  expect(say(c, facts('text', { reason: 'Failed' }), 4)).toBe('create')
})

test('ten different texts of one reason become one', () => {
  const c = new EventCorrelator()
  const results = Array.from({ length: 12 }, (_, i) => c.correlate(facts(`text ${i}`), i))
  expect(results.slice(8, 10).map((told) => told?.message)).toEqual(['text 8', '(combined from similar events): text 9'])
})

describe('a source that talks too much about one object', () => {
  test('is cut off after 25 and may speak once more every five minutes', () => {
    const c = new EventCorrelator()
    const results = Array.from({ length: 27 }, (_, i) => say(c, facts('noise'), i))
    expect(results.filter((r) => r === 'drop')).toHaveLength(2)
    expect(say(c, facts('noise'), 299_000)).toBe('drop')
    // What nobody was told is counted all the same.
    expect(say(c, facts('noise'), 301_000)).toBe('count 29 on event-0')
    expect(say(c, facts('noise'), 302_000)).toBe('drop')
  })

  test('is still heard on other objects', () => {
    const c = new EventCorrelator()
    for (let i = 0; i < 30; i++) say(c, facts('noise'), i)
    expect(say(c, facts('noise', { object: 'pod db' }), 31)).toBe('create')
  })
})
