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
  for (const { name } of feasible) if (rows.length < maxDetailRows) rows.push({ node: name })
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
  const rows: ScoreRow[] = bestFirst(totals, feasible.length).slice(0, maxDetailRows).map((i) => ({
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

/** Places by total; all of them, or only the best when there are many. */
function bestFirst(totals: Float64Array, count: number): number[] {
  const places = Array.from({ length: count }, (_, i) => i)
  if (totals.length === 0) return places
  if (count <= maxDetailRows) return places.sort((a, b) => totals[b]! - totals[a]! || a - b)
  // A threshold first: sorting thousands for a sample would cost more than the decision.
  const best = totals.slice().sort().at(-maxDetailRows)!
  return places.filter((i) => totals[i]! >= best).sort((a, b) => totals[b]! - totals[a]! || a - b)
}
