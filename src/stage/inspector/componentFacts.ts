import type { Film } from '../../playback/film.ts'
import type { Entry } from '../../playback/history.ts'
import type { Step } from '../../worker/protocol.ts'

/** The last steps up to the cursor that are wanted, the latest first. */
export function lastSteps(
  steps: readonly Step[],
  cursor: number,
  wanted: (step: Step) => boolean,
  most: number,
): Step[] {
  const found: Step[] = []
  for (let i = Math.min(cursor, steps.length - 1); i >= 0 && found.length < most; i--)
    if (wanted(steps[i]!)) found.push(steps[i]!)
  return found
}

/** The last writes to etcd up to the cursor, without heartbeats, each with the step that shows it. */
export function lastRevisions(film: Film, cursor: number, most: number): { entry: Entry; step: Step }[] {
  const found: { entry: Entry; step: Step }[] = []
  const entries = film.etcd.between(film.opening.revision, film.revisionAt(cursor))
  for (let i = entries.length - 1; i >= 0 && found.length < most; i--) {
    const entry = entries[i]!
    const step = film.steps[film.stepOfRevision(entry.revision)]
    if (step !== undefined && !step.background) found.push({ entry, step })
  }
  return found
}
