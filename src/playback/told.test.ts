import { expect, test } from 'vitest'
import { tell } from './told.ts'
import type { Told } from './told.ts'

/** Hops 0 to 29; the others are told. */
const milestones = [2, 4, 20]
const events = [9]
const film = {
  previous: (cursor: number, size: 'hop' | 'event' | 'milestone') => (size === 'event' ? events : milestones).findLast((step) => step < cursor) ?? -1,
  inputs: [{ step: 0, input: {} }, { step: 12, input: { say: {} } }] as never,
}

/** The steps that are told while one hop follows another every `beatMs`. */
function toldOf(beatMs: number, from = 0, to = 29): number[] {
  const seen: number[] = []
  let told: Told | undefined
  for (let cursor = from; cursor <= to; cursor++) {
    told = tell(film, told, cursor, cursor * beatMs)
    if (told.step !== seen.at(-1)) seen.push(told.step)
  }
  return seen
}

test.each([
  ['hops that come quicker than one reads are not told', 400, [0, 2, 4, 9, 12, 19, 20, 28]],
  ['what presses on is passed over for what came after it', 160, [0, 4, 9, 12, 20]],
  ['with time for each, each is told that is worth it, and a hop where nothing else happens for long', 1300, [0, 2, 4, 6, 8, 9, 11, 12, 14, 16, 18, 20, 22, 24, 26, 28]],
])('%s', (_what, beatMs, expected) => {
  expect(toldOf(beatMs)).toEqual(expected)
})

test('whoever leaps back is told at once where the film stands', () => {
  const told = tell(film, { step: 20, sinceMs: 1000 }, 5, 1010)
  expect(told).toEqual({ step: 5, sinceMs: 1010 })
})
