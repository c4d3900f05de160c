import { holds, mayChange } from '../engine/api/condition.ts'
import type { Goal } from '../engine/scenario.ts'
import { conditionOf, failuresOf } from './expectations.ts'
import type { History } from './expectations.ts'

/**
 * The step with which a goal is reached, looked for from the step `from` on (what the script itself passes through on its way to the
 * trouble does not count); undefined: it is not, up to the end of this history.
 */
export function reachedAt(goal: Goal, history: History, from = 0): number | undefined {
  const wanted = conditionOf(goal.when)
  const concerned = [wanted, ...(goal.expect ?? []).flatMap((e) => (e.finally === undefined ? [] : conditionOf(e.finally)))]
  for (let i = from; i < history.trace.length; i++) {
    const step = history.trace[i]!
    if (!concerned.some((condition) => mayChange(condition, step)) || !holds(wanted, history.at(step.world), step)) continue
    const soFar = upTo(history, i)
    if ((goal.expect ?? []).every((expectation) => failuresOf(expectation, soFar).length === 0)) return i
  }
  return undefined
}

/** The same history, ended with a step. */
function upTo(history: History, step: number): History {
  return {
    trace: history.trace.slice(0, step + 1),
    revision: history.trace[step]!.world,
    at: (revision) => history.at(revision),
    command: (input) => history.command(input),
  }
}
