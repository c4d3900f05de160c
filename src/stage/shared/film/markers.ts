import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Film } from '../../../playback/film.ts'
import type { Playback } from '../../../playback/playback.ts'

/** Moments that a person has marked, as cursors in the order of the film; those of a film that is off stage are forgotten. */
const marked = createStore<{ film: Film | undefined; steps: readonly number[] }>(() => ({ film: undefined, steps: [] }))

/** As many as a link carries (src/share/settings.ts). */
const markersMost = 20

/** Marks the moment on stage, or takes its mark away. */
export function toggleMarker({ state: { film, cursor } }: Playback): void {
  if (film === undefined || cursor < 0) return
  const had = markersOf(film)
  if (had.includes(cursor)) return setMarkers(film, had.filter((step) => step !== cursor))
  if (had.length < markersMost) setMarkers(film, [...had, cursor])
}

export function setMarkers(film: Film, steps: readonly number[]): void {
  marked.setState({ film, steps: steps.toSorted((a, b) => a - b) })
}

/** Those that a fork has not cut off. */
export function markersOf(film: Film | undefined): readonly number[] {
  return markersIn(film, marked.getState())
}

export function useMarkers(film: Film): readonly number[] {
  return markersIn(film, useStore(marked))
}

const none: readonly number[] = []

function markersIn(film: Film | undefined, state: { film: Film | undefined; steps: readonly number[] }): readonly number[] {
  if (film === undefined || state.film !== film) return none
  return state.steps.every((step) => step < film.steps.length) ? state.steps : state.steps.filter((step) => step < film.steps.length)
}
