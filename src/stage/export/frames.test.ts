import { expect, test } from 'vitest'
import type { Film } from '../../playback/film.ts'
import { framesMost, framesOf } from './frames.ts'

/** 1,000 steps of which each tenth is an event. */
const film = {
  steps: { length: 1000 },
  ofSize: (size: string) => Array.from({ length: size === 'hop' ? 1000 : 100 }, (_, i) => (size === 'hop' ? i : i * 10)),
} as unknown as Film

test.each([
  [{ from: 1, to: 31, size: 'event' as const }, [0, 10, 20, 30]],
  [{ from: 5, to: 27, size: 'event' as const }, [4, 10, 20, 26]],
  [{ from: 0, to: 3, size: 'hop' as const }, [-1, 0, 1, 2]],
  [{ from: 7, to: 7, size: 'hop' as const }, [6]],
  // Who means it the other way round gets the step where it begins.
  [{ from: 9, to: 2, size: 'hop' as const }, [8]],
  [{ from: 990, to: 5000, size: 'event' as const }, [989, 990, 999]],
])('%j is shot at %j', (range, steps) => expect(framesOf(film, range).map(({ step }) => step)).toEqual(steps))

test('the last is shown longer, and there are no more than anybody waits for', () => {
  const frames = framesOf(film, { from: 1, to: 1000, size: 'hop' })
  expect(frames).toHaveLength(framesMost)
  expect(frames.at(-1)!.ms).toBeGreaterThan(frames[0]!.ms)
  expect(frames.at(-1)!.step).toBe(999)
})
