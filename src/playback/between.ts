import type { LogWrite } from '../engine/api/machine.ts'
import type { Film } from './film.ts'
import { countUpTo } from './search.ts'

/**
 * The world after so many steps and at `now` (virtual ms): what containers have written since the last step is in it, and whatever was
 * written before that. Steps tell nothing of it, so it is read from the times of the lines in the logs.
 */
export function revisionBetween(film: Film, steps: number, now: number): number {
  const from = film.revisionAt(steps - 1)
  const until = film.steps[steps]?.world ?? Infinity
  let revision = from
  if (now <= film.timeOf(steps - 1)) return revision
  for (const { log } of film.machines.values()) {
    for (let i = countUpTo(log.length, (k) => log[k]!.revision, from); i < log.length; i++) {
      const entry = log[i]!
      if (entry.revision > until) break
      if (!entry.key.startsWith('logs/')) continue
      const writtenAt = (entry.value as LogWrite | undefined)?.at
      if (writtenAt === undefined) continue
      if (writtenAt > now) break
      revision = Math.max(revision, entry.revision)
    }
  }
  return revision
}
