import type { Film } from './film.ts'

/** A script whose conditions never hold is filmed no further than this. */
const scriptMsMax = 2 * 3_600_000
/** Without an end of its own a film ends so long after the last input. */
const afterLastInputMs = 10_000

/** Virtual ms at which a film ends by its script, as far as it is known. */
export function scriptEndMs(film: Film): number {
  const { startMs } = film.opening
  const { end } = film.scenario.spec
  if (film.pendingInputs > 0) return startMs + (end ?? scriptMsMax)
  const last = film.inputs.at(-1)
  const lastAt = last === undefined ? startMs : film.timeOf(last.step - 1)
  return end === undefined ? lastAt + afterLastInputMs : startMs + end
}
