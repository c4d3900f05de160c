import { countsOf, isFailure, type LoadRecord } from '../../engine/api/load.ts'
import type { Film } from '../../playback/film.ts'

/** What has become of the requests of one load, as the graph shows it. */
export interface LoadFact {
  record: LoadRecord
  answered: number
  failed: number
  /** The ways in which requests failed, the most frequent first. */
  failures: readonly (readonly [outcome: string, count: number])[]
  /** Mean time until an answer (virtual ms); undefined: there was none. */
  meanMs: number | undefined
}

/** A load that has ended stays for a while of the film: so long its figures are of interest (virtual ms). */
const shownAfterEndMs = 30_000

export function loadsAt(film: Film, revision: number, at: number): LoadFact[] {
  const records = film.outside.range('loads/', revision) as readonly LoadRecord[]
  return records.filter(({ endedAt }) => endedAt === undefined || at - endedAt <= shownAfterEndMs).map(factOf)
}

export function factOf(record: LoadRecord): LoadFact {
  const { outcomes, tookMs } = record
  const ended = Object.entries(outcomes)
  const byStatus = ended.filter(([outcome]) => /^\d/.test(outcome)).reduce((sum, [, count]) => sum + count, 0)
  return {
    record,
    ...countsOf(record),
    failures: ended.filter(([outcome]) => isFailure(outcome)).toSorted(([, a], [, b]) => b - a),
    meanMs: byStatus === 0 ? undefined : Math.round(tookMs.sum / byStatus),
  }
}
