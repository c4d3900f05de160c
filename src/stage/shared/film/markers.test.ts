import { expect, it } from 'vitest'
import type { Film } from '../../../playback/film.ts'
import type { Playback } from '../../../playback/playback.ts'
import { markersOf, toggleMarker } from './markers.ts'

it('a moment is marked and unmarked; what a fork cuts off goes, and another film has marks of its own', () => {
  const film = { steps: Array.from({ length: 60 }) } as unknown as Film
  const press = (cursor: number, on = film): void => toggleMarker({ state: { film: on, cursor } } as Playback)
  for (const cursor of [40, 12, 57, -1]) press(cursor)
  expect(markersOf(film)).toEqual([12, 40, 57])
  press(40)
  expect(markersOf(film)).toEqual([12, 57])
  film.steps.length = 20
  expect(markersOf(film)).toEqual([12])
  const other = { steps: Array.from({ length: 5 }) } as unknown as Film
  press(3, other)
  expect([markersOf(other), markersOf(film)]).toEqual([[3], []])
})
