import { expect, it } from 'vitest'
import { filmOf } from '../testing/filmOf.ts'
import { factOf, loadsAt } from './loads.ts'

it('sums up how requests ended', () => {
  const record = { name: 'a', url: 'http://web', perSecond: 5, from: undefined, startedAt: 0, endedAt: undefined, sent: 20, inFlight: 1, outcomes: { 200: 10, 404: 2, refused: 1, 502: 6 }, tookMs: { sum: 180, most: 30, last: 9 } }
  expect(factOf(record)).toMatchObject({ answered: 12, failed: 7, failures: [['502', 6], ['refused', 1]], meanMs: 10 })
  expect(factOf({ ...record, outcomes: { timeout: 3 } })).toMatchObject({ answered: 0, failed: 3, meanMs: undefined })
})

it('shows a load at every moment of the film, and for a while after its end', async () => {
  const film = await filmOf([{ at: 1000, load: { name: 'users', url: 'http://10.96.0.77', perSecond: 10, forMs: 2000, timeoutMs: 500 } }], {}, 60)
  const at = (ms: number): number[] => {
    const cursor = film.stepsUpTo(film.opening.startMs + ms) - 1
    return loadsAt(film, film.revisionAt(cursor), film.timeOf(cursor)).map(({ record }) => record.sent)
  }
  expect(at(900)).toEqual([])
  expect(at(1950)[0]).toBeGreaterThan(5)
  expect(at(10_000)).toEqual([20])
  expect(at(59_000)).toEqual([])
})
