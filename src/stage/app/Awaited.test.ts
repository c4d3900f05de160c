import { expect, it } from 'vitest'
import type { Film } from '../../playback/film.ts'
import { progressOf } from './Awaited.tsx'

const film = (ms: number, steps: number) => ({ now: 1000 + ms, opening: { startMs: 1000 }, steps: { length: steps } }) as unknown as Film

it.each([
  [film(12_000, 90), { ms: 80_000 }, { made: '12 s', whole: '1 min 20 s', share: 0.15 }],
  [film(12_000, 90), { step: 359, ms: 48_000 }, { made: '12 s', whole: '48 s', share: 0.25 }],
  [film(12_000, 90), { step: 359 }, { made: '90', whole: '360', share: 0.25 }],
  // The slice that reaches the moment goes a little beyond.
  [film(81_000, 90), { ms: 80_000 }, { made: '1 min 20 s', whole: '1 min 20 s', share: 1 }],
])('says how far the film is', (made, moment, expected) => {
  expect(progressOf(made, moment)).toEqual(expected)
})
