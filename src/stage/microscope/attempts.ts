import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'
import { stepsAbout } from '../shared/film/stepsAbout.ts'

/** One attempt of the scheduler to place a pod, as the steps of the film tell of it. */
export interface Try {
  /** Index of the step of filtering: what the worker knows it by. */
  readonly filter: number
  /** Of the step of scoring; undefined: there was nothing to score. */
  readonly score: number | undefined
  /** Of the step with which it ended. */
  readonly end: number
  readonly attempt: number
  /** Virtual ms. */
  readonly at: number
  readonly outcome: 'Scheduled' | 'Unschedulable' | 'Preempting' | 'Error' | 'Open'
  /** The winner, or the node for which room is made. */
  readonly node: string | undefined
  readonly feasible: number
  readonly total: number
  /** As in the FailedScheduling event. */
  readonly message: string | undefined
  /** What gave the pod another chance. */
  readonly woken: { readonly event: string; readonly plugin: string | undefined } | undefined
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

const memo = new WeakMap<readonly number[], readonly Try[]>()

/** All attempts for the pod with this key that the film has, of every life it had; the first one first. */
export function triesOf(film: Film, key: string): readonly Try[] {
  const about = stepsAbout(film, key)
  let tries = memo.get(about)
  if (tries === undefined) memo.set(about, (tries = readTries(about.map((index) => film.steps[index]!))))
  return tries
}

/** `steps`: those about one pod, in order. */
export function readTries(steps: readonly Step[]): readonly Try[] {
  const tries: Mutable<Try>[] = []
  let woken: Try['woken']
  for (const { index, at, from, detail } of steps) {
    if (from !== 'kube-scheduler' || detail === undefined) continue
    const facts = detail as Record<string, any>
    if (facts['type'] === 'Requeued') woken = { event: facts['event'], plugin: facts['plugin'] }
    if (facts['type'] === 'Filter') {
      const { attempt, feasible, total } = facts
      tries.push({
        filter: index, score: undefined, end: index, attempt, at, feasible, total, woken,
        outcome: 'Open', node: undefined, message: undefined,
      })
      woken = undefined
    }
    const last = tries.at(-1)
    if (last !== undefined && end(last, facts, index)) last.end = index
  }
  return tries
}

/** Takes in how an attempt ended; false when the step is about something else. */
function end(last: Mutable<Try>, facts: Record<string, any>, index: number): boolean {
  switch (facts['type']) {
    case 'Score':
      last.score = index
      last.outcome = 'Scheduled'
      last.node = facts['winner']
      return true
    case 'Preempt':
      last.outcome = 'Preempting'
      last.node = facts['node']
      return true
    case 'Unschedulable':
    case 'Error':
      if (last.outcome !== 'Preempting') last.outcome = facts['type']
      last.message = facts['message']
      return true
    default:
      return false
  }
}

/** The attempt that holds at a moment: the last one begun by then, else the first that is to come. */
export function tryAt(tries: readonly Try[], cursor: number): Try | undefined {
  return tries.findLast(({ filter }) => filter <= cursor) ?? tries[0]
}

/** Key of the pod that the scheduler tried last, up to the cursor. */
export function podTriedLast({ steps }: Film, cursor: number): string | undefined {
  for (let i = Math.min(cursor, steps.length - 1); i >= 0; i--) {
    const { from, detail, namespace, name } = steps[i]!
    if (from === 'kube-scheduler' && detail?.type === 'Filter') return `pods/${namespace}/${name}`
  }
  return undefined
}
