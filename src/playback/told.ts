import { opening } from './film.ts'
import type { Film } from './film.ts'

/** Real ms, a little less than the beat of a milestone (scale.ts). A sentence is not taken away before: while a film runs, hops come quicker than anybody reads. */
const readMs = 650
/** The same for what the author of the scenario says. */
const readSaidMs = 1600
/** Real ms. After so long without anything that is worth a sentence the last hop is told, whatever it is. */
const dullMs = 2500

/** Whose sentence stands, and since when (real ms). */
export interface Told {
  readonly step: number
  readonly sinceMs: number
}

type Reel = Pick<Film, 'previous' | 'inputs'>

/**
 * What is told at `cursor` of a film that runs: inputs, events and milestones, each long enough to be read if the next does not
 * press; by hand, every hop is told.
 */
export function tell(film: Reel, before: Told | undefined, cursor: number, nowMs: number): Told {
  if (before === undefined || before.step > cursor || before.step === opening) return { step: cursor, sinceMs: nowMs }
  const shownMs = nowMs - before.sinceMs
  const step = lastTelling(film, cursor)
  const next = step > before.step ? step : shownMs < dullMs ? before.step : cursor
  return shownMs < readingMs(film, before.step) || next === before.step ? before : { step: next, sinceMs: nowMs }
}

function readingMs(film: Reel, shown: number): number {
  return film.inputs.some(({ step, input }) => step === shown && input.say !== undefined) ? readSaidMs : readMs
}

/** The last step up to `cursor` that is worth a sentence: what a person did, an event, a milestone. */
export function lastTelling(film: Reel, cursor: number): number {
  const input = film.inputs.findLast(({ step }) => step <= cursor)?.step ?? opening
  return Math.max(input, film.previous(cursor + 1, 'event'), film.previous(cursor + 1, 'milestone'))
}
