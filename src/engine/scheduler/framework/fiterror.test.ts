import { describe, expect, it } from 'vitest'
import { fitErrorMessage, truncateNote } from './fiterror.ts'
import { NodeStatuses } from './nodestatuses.ts'
import { unresolvable, unschedulable } from './status.ts'

const cpu = 'Insufficient cpu'
const full = 'Too many pods'
const cordoned = 'node(s) were unschedulable'
const selector = "node(s) didn't match Pod's node affinity/selector"
const tainted = 'node(s) had untolerated taint(s)'
const noVictims = 'No preemption victims found for incoming pod'
const unhelpful = 'Preemption is not helpful for scheduling'

const statuses = (...reasons: string[][]) => {
  const found = new NodeStatuses()
  reasons.forEach((list, i) => found.set(`n${i}`, unschedulable('P', ...list)))
  return found
}
const message = (reasons: string[][], postFilterMessage = '') =>
  fitErrorMessage({ nodeCount: reasons.length, statuses: statuses(...reasons), preFilterMessage: '', postFilterMessage })

describe('the FailedScheduling text', () => {
  const cases: [what: string, reasons: string[][], after: string, text: string][] = [
    [
      'one node, nothing to preempt', [[cpu]], `preemption: 0/1 nodes are available: 1 ${noVictims}.`,
      '0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
    ],
    [
      'all for the same reason', [[selector], [selector], [selector]], `preemption: 0/3 nodes are available: 3 ${unhelpful}.`,
      `0/3 nodes are available: 3 ${selector}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.`,
    ],
    ['capitals before small letters', [[cordoned], [cpu], [full]], '', '0/3 nodes are available: 1 Insufficient cpu, 1 Too many pods, 1 node(s) were unschedulable.'],
    [
      'ten before two, as text', [...Array.from({ length: 10 }, () => [cpu]), ['Insufficient memory'], ['Insufficient memory']], '',
      '0/12 nodes are available: 10 Insufficient cpu, 2 Insufficient memory.',
    ],
    [
      'several reasons of one node count each', [[cordoned], [tainted], [cpu, full], [full]], '',
      '0/4 nodes are available: 1 Insufficient cpu, 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 2 Too many pods.',
    ],
    [
      'a skew and a missing label are two reasons',
      [["node(s) didn't match pod topology spread constraints"], ["node(s) didn't match pod topology spread constraints (missing required label)"]], '',
      "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) didn't match pod topology spread constraints (missing required label).",
    ],
    ['room is being made: nothing more to say', [[cpu], [cpu]], '', '0/2 nodes are available: 2 Insufficient cpu.'],
    [
      'never preempts', [[cpu]], 'preemption: not eligible due to preemptionPolicy=Never.',
      '0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never.',
    ],
  ]
  it.each(cases)('%s', (_what, reasons, after, text) => {
    expect(message(reasons, after)).toBe(text)
  })

  it('gives the reason of nodes that were never looked at', () => {
    const found = statuses([cpu])
    found.absent = unresolvable('', "node(s) didn't satisfy plugin(s) [NodeAffinity]")
    expect(fitErrorMessage({ nodeCount: 3, statuses: found, preFilterMessage: '', postFilterMessage: '' }))
      .toBe("0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't satisfy plugin(s) [NodeAffinity].")
  })

  it('gives the one reason of a pod that was refused before', () => {
    const preFilterMessage = 'pod has unbound immediate PersistentVolumeClaims'
    const found = new NodeStatuses(unresolvable('VolumeBinding', preFilterMessage))
    expect(fitErrorMessage({ nodeCount: 2, statuses: found, preFilterMessage, postFilterMessage: 'not found' }))
      .toBe('0/2 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found')
  })

  it('is cut to what an event holds', () => {
    expect(truncateNote('x'.repeat(1024))).toHaveLength(1024)
    expect(truncateNote('x'.repeat(1025))).toBe(`${'x'.repeat(1020)} ...`)
  })
})
