import type { StepSize } from '../../playback/classify.ts'
import type { Film } from '../../playback/film.ts'

/** What of a film becomes a moving picture: numbers of steps as people count them, from 1; 0 is the opening. */
export interface Range {
  from: number
  to: number
  size: StepSize
}

export interface Frame {
  /** A cursor. */
  step: number
  /** How long it is shown. */
  ms: number
}

/** Longer ones nobody waits for, neither who makes them nor who looks at them. */
export const framesMost = 300

const beatMs = 1200
const lastMs = 3000

/** The steps of that size in the range and its two ends, at most `framesMost`; the last is shown longer. */
export function framesOf(film: Film, { from, to, size }: Range): Frame[] {
  const first = Math.max(from, 0) - 1
  const last = Math.min(Math.max(to, from, 0), film.steps.length) - 1
  const between = film.ofSize(size).filter((step) => step > first && step < last)
  const steps = [...new Set([first, ...between.slice(0, framesMost - 2), last])]
  return steps.map((step, i) => ({ step, ms: i === steps.length - 1 ? lastMs : beatMs }))
}
