/** What the steps of the scheduler tell: the tables, bounded, as plain data. */
import type { StepDetail } from '../kernel/step.ts'
import { messageOf } from './framework/status.ts'
import type { Decision } from './schedule.ts'

/** A step carries the whole table up to this many nodes. */
export const maxDetailRows = 20

/**
 * Of more nodes it has counts and this many rows: different refusals, or the best scores. The whole table
 * is found with the attempt (AttemptLog.atStep).
 */
export const sampleRows = 5

interface FilterRow {
  readonly node: string
  readonly plugin?: string
  readonly reasons?: readonly string[]
}

export function filterDetail(decision: Decision, attempt: number): StepDetail {
  const { feasible, statuses, nodeCount, preFilter } = decision
  const whole = statuses.size + feasible.length <= maxDetailRows
  const counts: Record<string, number> = {}
  const rows: FilterRow[] = []
  const shown = new Set<string>()
  for (const [node, { plugin, reasons }] of statuses.entries()) {
    for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1
    const words = reasons.join()
    if (!whole && (shown.has(words) || shown.size === sampleRows)) continue
    shown.add(words)
    rows.push({ node, plugin, reasons })
  }
  const passed = whole ? feasible.length : Math.min(sampleRows, feasible.length)
  for (let i = 0; i < passed; i++) rows.push({ node: feasible[i]!.name })
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
  const rows: ScoreRow[] = bestFirst(totals, feasible.length, feasible.length <= maxDetailRows ? maxDetailRows : sampleRows).map((i) => ({
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
