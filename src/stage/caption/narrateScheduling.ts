import type { Step } from '../../worker/protocol.ts'
import { fact, numberFact, objectOf, phrase, type Phrase } from './phrase.ts'

/** What the scheduler thinks: the tables of Filter and Score in a sentence, and what follows when no node is left. */
export function narrateScheduling(step: Step): Phrase {
  switch (step.detail?.type) {
    case 'Filter':
      return narrateFilter(step)
    case 'Score':
      return narrateScore(step)
    case 'Unschedulable':
      return phrase('schedule.unschedulable', { object: objectOf(step), message: firstSentence(fact(step, 'message')) })
    case 'Requeued':
      return narrateRequeue(step)
    case 'Preempt':
      return phrase('schedule.preempt', {
        object: objectOf(step),
        node: fact(step, 'node'),
        victims: names(step.detail['victims']),
      })
    case 'Error':
      return phrase('schedule.failed', { object: objectOf(step), message: fact(step, 'message') })
    default:
      return phrase('schedule.other', { object: objectOf(step) })
  }
}

interface FilterRow {
  node: string
  reasons?: readonly string[]
}

interface ScoreRow {
  node: string
  total: number
}

/** Nodes that are named with their reason; more are counted by reason. */
const mostNamed = 3

function narrateFilter(step: Step): Phrase {
  const total = numberFact(step, 'total')
  const feasible = numberFact(step, 'feasible')
  const object = objectOf(step)
  if (total === undefined || feasible === undefined) return phrase('schedule.filter', { object })
  if (feasible === total) return total === 1 ? phrase('schedule.filterOnly', { object }) : phrase('schedule.filterAll', { object, total })
  const given = { object, total, feasible, rejected: rejected(step) }
  // Of many nodes not all are looked at.
  if (feasible > 0 && given.rejected.length === 0) return phrase('schedule.filterFew', { object, total, feasible })
  if (feasible === 0) return phrase(total === 1 ? 'schedule.filterOnlyNot' : 'schedule.filterNone', given)
  return phrase('schedule.filterSome', given)
}

function rejected({ detail }: Step): (string | Phrase)[] {
  const early = detail?.['preFilter'] as { message?: string } | undefined
  if (early?.message !== undefined) return [early.message]
  const rows = ((detail?.['nodes'] ?? []) as readonly FilterRow[]).filter((row) => row.reasons !== undefined)
  const counts = Object.entries((detail?.['counts'] ?? {}) as Record<string, number>).map(([reason, count]) => `${count} ${reason}`)
  return [...(rows.length > 0 && rows.length <= mostNamed ? byReason(rows) : counts), ...leftOut(detail)]
}

/** Nodes that were out of the question before anybody looked at them, as all but one are for a pod of a DaemonSet. */
function leftOut(detail: Step['detail']): string[] {
  const { count, reasons = [] } = (detail?.['notLookedAt'] ?? {}) as { count?: number; reasons?: readonly string[] }
  return reasons.length === 0 ? [] : [`${count} ${reasons.join(', ')}`]
}

/** 'node1, node3 (Insufficient cpu)' */
function byReason(rows: readonly FilterRow[]): Phrase[] {
  const nodes = new Map<string, string[]>()
  for (const { node, reasons = [] } of rows) {
    const reason = reasons.join(', ')
    nodes.set(reason, [...(nodes.get(reason) ?? []), node])
  }
  return [...nodes].map(([reason, node]) => phrase('schedule.rejected', { node, reason }))
}

function narrateScore(step: Step): Phrase {
  const rows = (step.detail?.['nodes'] ?? []) as readonly ScoreRow[]
  const node = fact(step, 'winner')
  const object = objectOf(step)
  if (rows.length === 1) return phrase('schedule.scoreOnly', { object, node })
  const winner = rows.find((row) => row.node === node)
  const second = rows.find((row) => row.node !== node)
  if (winner === undefined || second === undefined) return phrase('schedule.scoreAny', { object, node })
  const given = { object, node, score: winner.total, second: second.node, secondScore: second.total }
  return phrase(winner.total === second.total ? 'schedule.scoreTie' : 'schedule.score', given)
}

function names(pods: unknown): string[] {
  return Array.isArray(pods) ? pods.map((pod: { name?: string }) => `pod/${pod.name ?? ''}`) : []
}

const reasons = [
  'AssignedPodAdd',
  'AssignedPodDelete',
  'NodeAdd',
  'NodeDelete',
  'NodeAllocatableChange',
  'NodeLabelChange',
  'NodeTaintChange',
  'NodeConditionChange',
  'UnschedulableTimeout',
] as const

function narrateRequeue(step: Step): Phrase {
  const event = fact(step, 'event')
  const known = reasons.find((reason) => reason === event)
  const gates = event.endsWith('SchedulingGatesEliminated') || event.endsWith('GatesEliminated')
  const why =
    known !== undefined ? phrase(`wake.${known}`) : gates ? phrase('wake.gates') : phrase('wake.other', { event })
  return phrase(fact(step, 'queue') === 'backoff' ? 'schedule.requeuedLater' : 'schedule.requeued', {
    object: objectOf(step),
    why,
  })
}

/** What is wrong; what preemption could not do about it follows in the event. */
function firstSentence(text: string): string {
  const [, first] = /^(.*?[.!?])(\s|$)/s.exec(text) ?? []
  return first ?? `${text.trim()}.`
}
