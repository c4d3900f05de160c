import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'

/** The steps that led to `step`, from the first cause to the step itself. */
export function causesOf(film: Film, step: Step): Step[] {
  const chain = [step]
  for (let cause = step.cause; cause !== undefined;) {
    const before: Step | undefined = film.steps[cause]
    if (before === undefined) break
    chain.push(before)
    cause = before.cause
  }
  return chain.reverse()
}
