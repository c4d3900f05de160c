import { describe, expect, test } from 'vitest'
import { EventCorrelator, type EventFacts } from './correlator.ts'

const facts = (message: string, changes: Partial<EventFacts> = {}): EventFacts => ({
  object: 'pod web', type: 'Warning', reason: 'BackOff', message, ...changes,
})

/** Correlates and, when an event is to be created, says that it was. */
function say(c: EventCorrelator, event: EventFacts, now: number): string {
  const result = c.correlate(event, now)
  if (result.action === 'create') c.created(result.series, `event-${now}`)
  return result.action === 'count' ? `count ${result.count} on ${result.name}` : result.action
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
  expect(results[8]).toMatchObject({ action: 'create', message: 'text 8' })
  expect(results[9]).toMatchObject({ action: 'create', message: '(combined from similar events): text 9' })
})

describe('a source that talks too much about one object', () => {
  test('is cut off after 25 and may speak once more every five minutes', () => {
    const c = new EventCorrelator()
    const results = Array.from({ length: 27 }, (_, i) => say(c, facts('noise'), i))
    expect(results.filter((r) => r === 'drop')).toHaveLength(2)
    expect(say(c, facts('noise'), 299_000)).toBe('drop')
    expect(say(c, facts('noise'), 301_000)).toMatch(/^count/)
    expect(say(c, facts('noise'), 302_000)).toBe('drop')
  })

  test('is still heard on other objects', () => {
    const c = new EventCorrelator()
    for (let i = 0; i < 30; i++) say(c, facts('noise'), i)
    expect(say(c, facts('noise', { object: 'pod db' }), 31)).toBe('create')
  })
})

test('a series whose object is gone begins anew', () => {
  const c = new EventCorrelator()
  const first = c.correlate(facts('text'), 1)
  if (first.action !== 'create') throw new Error('expected a new event')
  c.created(first.series, 'event-1')
  c.forget(first.series)
  expect(say(c, facts('text'), 2)).toBe('create')
})
