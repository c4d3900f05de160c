import type { Film } from '../../../playback/film.ts'
import { worldAt } from '../../../playback/moment.ts'
import { commandIn } from '../../../scenarios/expectations.ts'
import type { History } from '../../../scenarios/expectations.ts'

/** The film as expectations look at it. */
export function historyOf(film: Film): History {
  return {
    trace: film.steps,
    revision: film.revisionAt(film.steps.length - 1),
    at: (revision) => worldAt(film, revision),
    command: commandIn(film),
  }
}
