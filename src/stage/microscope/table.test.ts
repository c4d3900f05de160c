import { describe, expect, it } from 'vitest'
import type { Attempt } from '../../worker/protocol.ts'
import { byNode, differs, passages, tableOf, wantedRows } from './table.ts'

const score = (raw: number, normalized = raw) => ({ raw, normalized })

function attempt(given: Partial<Attempt> = {}): Attempt {
  return {
    podUID: 'u', pod: 'default/web', attempt: 1, schedulerName: 'default-scheduler', at: 0, step: 0, nodeCount: 5, feasibleCount: 2,
    outcome: 'Scheduled', node: 'b', tie: false, message: '', nominatedNodeName: '', preFilterMessage: '',
    filters: [
      { name: 'NodeUnschedulable', skipped: false }, { name: 'NodeAffinity', skipped: true }, { name: 'TaintToleration', skipped: false },
      { name: 'NodeResourcesFit', skipped: false },
    ],
    absent: { count: 0, reasons: [] },
    plugins: [{ name: 'TaintToleration', weight: 3 }, { name: 'NodeResourcesFit', weight: 1 }],
    feasible: [
      { node: 'a', total: 340, scores: { TaintToleration: score(0, 100), NodeResourcesFit: score(40) } },
      { node: 'b', total: 350, scores: { TaintToleration: score(0, 100), NodeResourcesFit: score(50) } },
    ],
    rejected: [
      { node: 'c', plugin: 'NodeUnschedulable', reasons: ['node(s) were unschedulable'], resolvable: false },
      { node: 'd', plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu', 'Insufficient memory'], resolvable: true },
      { node: 'e', plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'], resolvable: true },
    ],
    ...given,
  }
}

const names = (rows: readonly { node: string }[]) => rows.map(({ node }) => node).join(' ')

describe('the table of an attempt', () => {
  it('begins with the winner, then by score; of those refused, who came furthest stands first', () => {
    const table = tableOf(attempt(), true)
    expect(names(table.rows)).toBe('b a d e c')
    expect(table.rows[0]).toMatchObject({ winner: true, total: 350 })
    expect(table.columns).toEqual([{ name: 'TaintToleration', weight: 3, same: true }, { name: 'NodeResourcesFit', weight: 1, same: false }])
    expect(table).toMatchObject({ filters: ['NodeUnschedulable', 'TaintToleration', 'NodeResourcesFit'], silent: ['NodeAffinity'], fitting: 2 })
    expect(table.reasons).toEqual([
      { reason: 'Insufficient cpu', nodes: 2 }, { reason: 'node(s) were unschedulable', nodes: 1 }, { reason: 'Insufficient memory', nodes: 1 },
    ])
  })

  it('knows neither scores nor the winner before they are there', () => {
    const table = tableOf(attempt(), false)
    expect(table.columns).toEqual([])
    expect(table.rows.every(({ winner, total }) => !winner && total === undefined)).toBe(true)
  })

  it('marks how far each node came', () => {
    const { filters, rows } = tableOf(attempt(), true)
    const of = byNode(rows)
    expect(passages(filters, of.get('a')!)).toEqual(['passed', 'passed', 'passed'])
    expect(passages(filters, of.get('d')!)).toEqual(['passed', 'passed', 'refused'])
    expect(passages(filters, of.get('c')!)).toEqual(['refused', 'unasked', 'unasked'])
  })
})

describe('the rows that are wanted', () => {
  const { rows } = tableOf(attempt(), true)
  const before = byNode(tableOf(attempt({ feasible: attempt().feasible.slice(0, 1), node: 'a', rejected: attempt().rejected.slice(1) }), true).rows)
  it.each([
    ['all', { show: 'all' }, '', 'b a d e c'],
    ['those that fit', { show: 'fitting' }, '', 'b a'],
    ['those of one reason', { show: 'reason', reason: 'Insufficient memory' }, '', 'd'],
    ['by name', { show: 'all' }, ' E ', 'e'],
    // b is new, a is no longer the winner, c was not looked at before.
    ['those that have changed', { show: 'changed' }, '', 'b a c'],
  ] as const)('%s', (_what, wanted, search, expected) => {
    expect(names(wantedRows(rows, wanted, search, before))).toBe(expected)
  })
})

it('two attempts differ where the refusal or the sum does', () => {
  const [row] = tableOf(attempt(), true).rows
  expect(differs(row!, row)).toBe(false)
  expect(differs(row!, undefined)).toBe(true)
  expect(differs(row!, { ...row!, total: 1 })).toBe(true)
  expect(differs(row!, { ...row!, refused: { plugin: 'NodeResourcesFit', reasons: ['Insufficient cpu'], resolvable: true } })).toBe(true)
})
