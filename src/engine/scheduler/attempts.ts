/**
 * Every attempt to place a pod, so that they can be compared afterwards. The tables are kept in columns of
 * small numbers; when there are too many rows the oldest tables go and only their outcome stays.
 */
import type { Attempt, AttemptSummary, RejectedNode } from '../api/scheduling.ts'
import type { PodInfo } from './cache/podinfo.ts'
import { noNodesMessage } from './framework/fiterror.ts'
import { messageOf, type Status } from './framework/status.ts'
import type { Decision } from './schedule.ts'

interface Columns {
  readonly preFilterMessage: string
  /** Names of the profile's filters, and of those of them that had something to say. */
  readonly filters: readonly string[]
  readonly asked: readonly string[]
  readonly absent: Attempt['absent']
  readonly rejectedNames: readonly string[]
  readonly statuses: readonly Status[]
  readonly feasible: readonly { readonly name: string }[]
  readonly plugins: readonly { name: string; weight: number; raw: Int32Array; normalized: Int32Array }[]
  readonly totals: Int32Array
}

interface Kept {
  readonly summary: AttemptSummary
  columns: Columns | undefined
}

const maxRows = 100_000

export class AttemptLog {
  private readonly byPod = new Map<string, Kept[]>()
  private readonly byStep = new Map<number, Kept>()
  /** Those that still have tables, the oldest first. */
  private readonly withTables: Kept[] = []
  private firstWithTable = 0
  private rows = 0

  record(pod: PodInfo, facts: Pick<AttemptSummary, 'attempt' | 'schedulerName' | 'at' | 'step'>, decision: Decision, filters: readonly string[]): AttemptSummary {
    const { feasible, winner, nodeCount, tie } = decision
    const summary: AttemptSummary = {
      podUID: pod.uid,
      pod: pod.key,
      ...facts,
      nodeCount,
      feasibleCount: feasible.length,
      outcome: undefined,
      node: feasible[winner]?.name ?? '',
      tie,
      message: '',
      nominatedNodeName: '',
    }
    const kept: Kept = { summary, columns: columnsOf(decision, filters) }
    const attempts = this.byPod.get(pod.uid)
    if (attempts === undefined) this.byPod.set(pod.uid, [kept])
    else attempts.push(kept)
    if (facts.step !== undefined) this.byStep.set(facts.step, kept)
    this.keep(kept)
    return summary
  }

  forget(): void {
    this.byPod.clear()
    this.byStep.clear()
    this.withTables.length = 0
    this.firstWithTable = 0
    this.rows = 0
  }

  /** All attempts for a pod, the first one first. */
  of(podUID: string): readonly Attempt[] {
    return (this.byPod.get(podUID) ?? []).map(expand)
  }

  /** The attempt that a step of filtering stands for. */
  atStep(index: number): Attempt | undefined {
    const kept = this.byStep.get(index)
    return kept === undefined ? undefined : expand(kept)
  }

  /** Where pods were placed by attempts before a step: uid -> node. */
  placedBefore(step: number): ReadonlyMap<string, string> {
    const placed = new Map<string, string>()
    for (const [index, { summary }] of this.byStep) if (index < step && summary.outcome === 'Scheduled') placed.set(summary.podUID, summary.node)
    return placed
  }

  private keep(kept: Kept): void {
    this.rows += rowsOf(kept)
    this.withTables.push(kept)
    while (this.rows > maxRows && this.firstWithTable < this.withTables.length - 1) {
      const oldest = this.withTables[this.firstWithTable++]!
      this.rows -= rowsOf(oldest)
      oldest.columns = undefined
    }
    if (this.firstWithTable < 1000) return
    this.withTables.splice(0, this.firstWithTable)
    this.firstWithTable = 0
  }
}

const rowsOf = ({ columns }: Kept): number => (columns === undefined ? 0 : columns.rejectedNames.length + columns.feasible.length)

function columnsOf(decision: Decision, filters: readonly string[]): Columns {
  const { cycle, statuses, feasible, plugins, totals, preFilter, nodeCount } = decision
  const rejected = [...statuses.entries()]
  return {
    preFilterMessage: preFilter === undefined ? (nodeCount === 0 ? noNodesMessage : '') : messageOf(preFilter),
    filters,
    asked: cycle.filters.map(({ plugin }) => plugin.name),
    absent: { count: nodeCount - rejected.length - feasible.length, reasons: statuses.absent?.reasons ?? [] },
    rejectedNames: rejected.map(([name]) => name),
    statuses: rejected.map(([, status]) => status),
    feasible,
    plugins: plugins.map(({ plugin, weight, raw, normalized }) => ({ name: plugin, weight, raw, normalized })),
    totals,
  }
}

const dropped: Columns = {
  preFilterMessage: '', filters: [], asked: [], absent: { count: 0, reasons: [] }, rejectedNames: [], statuses: [], feasible: [], plugins: [],
  totals: new Int32Array(0),
}

function expand({ summary, columns = dropped }: Kept): Attempt {
  const { plugins, totals, feasible, rejectedNames, statuses } = columns
  return {
    ...summary,
    preFilterMessage: columns.preFilterMessage,
    filters: columns.filters.map((name) => ({ name, skipped: !columns.asked.includes(name) })),
    absent: columns.absent,
    rejected: rejectedNames.map((node, i) => rejectedNode(node, statuses[i]!)),
    plugins: plugins.map(({ name, weight }) => ({ name, weight })),
    feasible: feasible.map(({ name: node }, i) => ({
      node,
      total: totals[i] ?? 0,
      scores: Object.fromEntries(plugins.map((p) => [p.name, { raw: p.raw[i]!, normalized: p.normalized[i]! }])),
    })),
  }
}

function rejectedNode(node: string, { plugin, reasons, code }: Status): RejectedNode {
  return { node, plugin, reasons, resolvable: code === 'Unschedulable' }
}
