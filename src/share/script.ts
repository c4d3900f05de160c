import type { Input } from '../engine/scenario.ts'
import { ShareLinkError } from './error.ts'
import { same } from './same.ts'

/**
 * An input as it travels. What has been performed carries its place in the film: at (ms), step and task,
 * each as the difference to the input performed before.
 *
 *   [at, step, task, 3]             input 3 of the built-in script, performed
 *   [at, step, task, 'get pods']    a command that somebody typed
 *   [at, step, task, {fault: ...}]  anything else that somebody did
 *   [3]                             input 3 of the built-in script, still to come
 *   {kubectl: ..., at: ...}         an input of one's own, still to come
 */
export type PackedInput = readonly [number, number, number, number | string | Input] | readonly [number] | Input

interface Place {
  at: number
  step: number
  task: number
}

const start: Place = { at: 0, step: 0, task: 0 }

/** Whether the script is the built-in one, played or not: a performed input has a place instead of a condition. */
export function sameScript(base: readonly Input[], script: readonly Input[]): boolean {
  return base.length === script.length && base.every((input, i) => isPerformance(input, script[i]!))
}

function isPerformance(input: Input, performed: Input): boolean {
  if (same(input, performed)) return true
  if (placeOf(performed) === undefined || !same(actionOf(input), actionOf(performed))) return false
  return input.at === undefined || input.at === performed.at
}

export function packScript(base: readonly Input[], script: readonly Input[]): PackedInput[] {
  let before = start
  return script.map((input): PackedInput => {
    const place = placeOf(input)
    const index = base.findIndex((b) => isPerformance(b, input))
    if (place === undefined) return index < 0 ? input : [index]
    const { at, step, task } = before
    before = place
    return [place.at - at, place.step - step, place.task - task, index < 0 ? bare(actionOf(input)) : index]
  })
}

/** Takes anything; what comes out of it is checked as a script afterwards. */
export function unpackScript(base: readonly Input[], packed: readonly unknown[]): unknown[] {
  let place = start
  return packed.map((entry) => {
    if (!Array.isArray(entry)) return entry
    if (entry.length === 1) return inputOf(base, entry[0])
    const [at, step, task, action] = entry as unknown[]
    place = { at: place.at + Number(at), step: place.step + Number(step), task: place.task + Number(task) }
    return { ...actionFrom(base, action), ...place }
  })
}

function actionFrom(base: readonly Input[], action: unknown): object {
  if (typeof action === 'string') return { kubectl: action }
  if (typeof action === 'number') return actionOf(inputOf(base, action))
  if (typeof action === 'object' && action !== null && !Array.isArray(action)) return action
  throw new ShareLinkError('corrupt')
}

function inputOf(base: readonly Input[], index: unknown): Input {
  const input = typeof index === 'number' ? base[index] : undefined
  if (input === undefined) throw new ShareLinkError('invalid', 'it refers to an input that the scenario does not have')
  return input
}

function placeOf({ at, step, task }: Input): Place | undefined {
  return at === undefined || step === undefined || task === undefined ? undefined : { at, step, task }
}

/** What is done, without when. */
function actionOf({ at: _at, step: _step, task: _task, when: _when, after: _after, ...action }: Input): Input {
  return action
}

function bare(action: Input): string | Input {
  const keys = Object.entries(action).filter(([, value]) => value !== undefined)
  return keys.length === 1 && action.kubectl !== undefined ? action.kubectl : action
}
