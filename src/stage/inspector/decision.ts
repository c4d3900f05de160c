import type { Step } from '../../worker/protocol.ts'

/** What the scheduler decided about one pod, out of the details of its filter and score steps. */
export interface SchedulingDecision {
  filter: Step
  score: Step | undefined
  /** Best first, then those that do not fit. */
  nodes: NodeResult[]
  plugins: { name: string; weight: number }[]
  winner: string | undefined
  /** Several nodes had the best total; chance chose. */
  tie: boolean
  feasible: number
  total: number
  /** How many nodes were rejected for each reason: of all nodes, also those that have no row. */
  counts: { reason: string; nodes: number }[]
  /** Why no node was looked at. */
  preFilter: string | undefined
}

export interface NodeResult {
  node: string
  fits: boolean
  /** Which plugin said no, and its words. */
  plugin: string | undefined
  reasons: readonly string[]
  /** Weighted, by plugin. */
  scores: ReadonlyMap<string, number>
  total: number | undefined
}

interface FilterDetail {
  nodes: { node: string; plugin?: string; reasons?: string[] }[]
  counts?: Record<string, number>
  feasible?: number
  total?: number
  preFilter?: { plugin: string; message: string }
}

interface ScoreDetail {
  plugins: { name: string; weight: number }[]
  nodes: { node: string; scores: Record<string, { raw: number; normalized: number }>; total: number }[]
  winner: string
  tie?: boolean
}

/** The last decision up to the cursor; `about`: only of this pod. */
export function lastDecision(
  steps: readonly Step[],
  cursor: number,
  about?: { namespace: string; name: string },
): SchedulingDecision | undefined {
  let score: Step | undefined
  for (let i = Math.min(cursor, steps.length - 1); i >= 0; i--) {
    const step = steps[i]!
    if (step.from !== 'kube-scheduler') continue
    if (about !== undefined && (step.name !== about.name || step.namespace !== about.namespace)) continue
    if (step.detail?.type === 'Score') score ??= step
    if (step.detail?.type === 'Filter') return decisionOf(step, isSame(step, score) ? score : undefined)
  }
  return undefined
}

function isSame(filter: Step, score: Step | undefined): boolean {
  return (
    score?.name === filter.name &&
    score?.namespace === filter.namespace &&
    score?.detail?.['attempt'] === filter.detail?.['attempt']
  )
}

function decisionOf(filter: Step, score: Step | undefined): SchedulingDecision {
  const filtered = filter.detail as unknown as FilterDetail
  const scored = score?.detail as unknown as ScoreDetail | undefined
  const plugins = scored?.plugins ?? []
  const scoreRows = new Map((scored?.nodes ?? []).map((row) => [row.node, row]))
  const results = (filtered.nodes ?? []).map(({ node, plugin, reasons = [] }): NodeResult => {
    const row = scoreRows.get(node)
    const scores = new Map(plugins.map(({ name, weight }) => [name, (row?.scores[name]?.normalized ?? 0) * weight]))
    return {
      node,
      fits: plugin === undefined,
      plugin,
      reasons,
      scores: row === undefined ? new Map() : scores,
      total: row?.total,
    }
  })
  results.sort(
    (a, b) =>
      Number(b.node === scored?.winner) - Number(a.node === scored?.winner) ||
      Number(b.fits) - Number(a.fits) ||
      (b.total ?? 0) - (a.total ?? 0),
  )
  return {
    filter,
    score,
    nodes: results,
    plugins,
    winner: scored?.winner,
    tie: scored?.tie ?? false,
    feasible: filtered.feasible ?? results.filter((r) => r.fits).length,
    total: filtered.total ?? results.length,
    counts: Object.entries(filtered.counts ?? {})
      .map(([reason, nodes]) => ({ reason, nodes }))
      .sort((a, b) => b.nodes - a.nodes),
    preFilter: filtered.preFilter?.message,
  }
}
