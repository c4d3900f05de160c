/** What the steps of the scheduler tell: the tables, bounded, as plain data. */
import type { StepDetail } from '../kernel/step.ts'
import { messageOf } from './framework/status.ts'
import type { Decision } from './schedule.ts'

/**
 * Rows that a step carries itself. Of more nodes it has counts and a sample; the whole table is found
 * with the attempt (AttemptLog.atStep).
 */
export const maxDetailRows = 30

interface FilterRow {
  readonly node: string
  readonly plugin?: string
  readonly reasons?: readonly string[]
}

export function filterDetail(decision: Decision, attempt: number): StepDetail {
  const { feasible, statuses, nodeCount, preFilter } = decision
  const rows: FilterRow[] = []
  const counts: Record<string, number> = {}
  for (const [node, { plugin, reasons }] of statuses.entries()) {
    for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1
    if (rows.length < maxDetailRows) rows.push({ node, plugin, reasons })
  }
  for (let i = 0; i < feasible.length && rows.length < maxDetailRows; i++) rows.push({ node: feasible[i]!.name })
  const unseen = nodeCount - statuses.size - feasible.length
  const detail = { type: 'Filter', attempt, nodes: rows, feasible: feasible.length, total: nodeCount, counts }
  if (preFilter !== undefined) return { ...detail, preFilter: { plugin: preFilter.plugin, message: messageOf(preFilter) } }
  if (unseen > 0) return { ...detail, notLookedAt: { count: unseen, reasons: statuses.absent?.reasons ?? [] } }
  return detail
}

interface ScoreRow {
  readonly node: string
  readonly scores: Readonly<Record<string, { raw: number; normalized: number }>>
  readonly total: number
}

export function scoreDetail(decision: Decision, attempt: number): StepDetail {
  const { feasible, plugins, totals, winner, tie } = decision
  const rows: ScoreRow[] = bestFirst(totals, feasible.length, maxDetailRows).map((i) => ({
    node: feasible[i]!.name,
    scores: Object.fromEntries(plugins.map(({ plugin, raw, normalized }) => [plugin, { raw: raw[i]!, normalized: normalized[i]! }])),
    total: totals[i] ?? 0,
  }))
  return {
    type: 'Score',
    attempt,
    plugins: plugins.map(({ plugin, weight }) => ({ name: plugin, weight })),
    nodes: rows,
    feasible: feasible.length,
    winner: feasible[winner]!.name,
    tie,
  }
}

/** Places of the best `most` by total, the best first; of equals the first. */
function bestFirst(totals: Int32Array, count: number, most: number): number[] {
  const best: number[] = []
  for (let i = 0; i < count; i++) {
    const total = totals[i]!
    if (best.length === most && total <= totals[best[most - 1]!]!) continue
    // Insertion: the list is short, and a new one rarely gets far up.
    let place = best.length
    while (place > 0 && totals[best[place - 1]!]! < total) place--
    best.splice(place, 0, i)
    if (best.length > most) best.pop()
  }
  return best
}
