import type { Attempt } from '../../worker/protocol.ts'

/** What one attempt says of one node. */
export interface NodeRow {
  readonly node: string
  /** Which plugin refused it, and its words; undefined: the node passed all filters. */
  readonly refused: { readonly plugin: string; readonly reasons: readonly string[]; readonly resolvable: boolean } | undefined
  /** By plugin; empty when nothing was scored, or not yet. */
  readonly scores: Attempt['feasible'][number]['scores']
  readonly total: number | undefined
  readonly winner: boolean
}

export interface Table {
  /** The winner, then by score, then those refused: who came furthest first. */
  readonly rows: readonly NodeRow[]
  readonly columns: readonly Column[]
  /** Filters that were asked, in order. */
  readonly filters: readonly string[]
  /** Filters that have nothing to say about this pod. */
  readonly silent: readonly string[]
  /** Nodes by reason, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly nodes: number }[]
  readonly fitting: number
}

/** A plugin that scores. */
export interface Column {
  readonly name: string
  readonly weight: number
  /** It gives every node the same, so that it decides nothing. */
  readonly same: boolean
}

/** The nodes of an attempt as a table; `scored`: its scores are known at the moment on stage. */
export function tableOf(attempt: Attempt, scored: boolean): Table {
  const winner = scored ? attempt.node : ''
  const known = scored ? attempt.plugins : []
  const fitting = attempt.feasible.map(({ node, scores, total }): NodeRow => ({
    node,
    refused: undefined,
    scores: known.length > 0 ? scores : {},
    total: known.length > 0 ? total : undefined,
    winner: node === winner,
  }))
  fitting.sort((a, b) => Number(b.winner) - Number(a.winner) || (b.total ?? 0) - (a.total ?? 0))
  const place = new Map(attempt.filters.map(({ name }, i) => [name, i]))
  const refused = attempt.rejected
    .map(({ node, ...refusal }): NodeRow => ({ node, refused: refusal, scores: {}, total: undefined, winner: false }))
    .sort((a, b) => (place.get(b.refused!.plugin) ?? 0) - (place.get(a.refused!.plugin) ?? 0))
  const counts = new Map<string, number>()
  for (const { reasons } of attempt.rejected) for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return {
    rows: [...fitting, ...refused],
    columns: known.map(({ name, weight }) => ({ name, weight, same: isSame(fitting, name) })),
    filters: attempt.filters.filter(({ skipped }) => !skipped).map(({ name }) => name),
    silent: attempt.filters.filter(({ skipped }) => skipped).map(({ name }) => name),
    reasons: [...counts].map(([reason, nodes]) => ({ reason, nodes })).sort((a, b) => b.nodes - a.nodes),
    fitting: fitting.length,
  }
}

function isSame(rows: readonly NodeRow[], plugin: string): boolean {
  return rows.every(({ scores }) => scores[plugin]?.normalized === rows[0]!.scores[plugin]?.normalized)
}

/** How far a node came through the filters. */
export type Passage = 'passed' | 'refused' | 'unasked'

/** In the order of `filters`: after the first refusal nobody else is asked. */
export function passages(filters: readonly string[], { refused }: NodeRow): readonly Passage[] {
  const at = refused === undefined ? filters.length : filters.indexOf(refused.plugin)
  return filters.map((_, i) => (i < at ? 'passed' : i === at ? 'refused' : 'unasked'))
}

export type Wanted = { readonly show: 'all' | 'fitting' | 'changed' } | { readonly show: 'reason'; readonly reason: string }

export function wantedRows(rows: readonly NodeRow[], wanted: Wanted, search: string, earlier: ReadonlyMap<string, NodeRow> | undefined): readonly NodeRow[] {
  const word = search.trim().toLowerCase()
  return rows.filter((row) => {
    if (word !== '' && !row.node.toLowerCase().includes(word)) return false
    switch (wanted.show) {
      case 'all':
        return true
      case 'fitting':
        return row.refused === undefined
      case 'changed':
        return earlier === undefined || differs(row, earlier.get(row.node))
      case 'reason':
        return row.refused?.reasons.includes(wanted.reason) === true
    }
  })
}

export const byNode = (rows: readonly NodeRow[]): ReadonlyMap<string, NodeRow> => new Map(rows.map((row) => [row.node, row]))

/** Whether two attempts say different things of a node; undefined: the other one did not look at it. */
export function differs(row: NodeRow, other: NodeRow | undefined): boolean {
  return (
    other === undefined ||
    row.refused?.plugin !== other.refused?.plugin ||
    row.refused?.reasons.join() !== other.refused?.reasons.join() ||
    row.total !== other.total ||
    row.winner !== other.winner
  )
}
