import { holds, mayChange, parseCondition, type Condition, type ConditionWorld } from '../engine/api/condition.ts'
import { podStatusWord } from '../engine/api/podStatus.ts'
import type { Event, Pod } from '../engine/api/types.ts'
import type { Step } from '../engine/kernel/step.ts'
import type { Bounds, Expectation } from '../engine/scenario.ts'

/** A film that has been made: its steps, any past moment, and what its commands printed. */
export interface History {
  readonly trace: readonly Step[]
  readonly revision: number
  at(revision: number): ConditionWorld
  /** By the index of the input that began it; undefined when there was no such command or it has not ended. */
  command(input: number): { stdout: string; stderr: string; exitCode: number } | undefined
}

/** What a film has of its commands: an engine's, or the page's copy. */
export interface Printed {
  readonly ended: readonly { readonly command: number; readonly exitCode: number }[]
  readonly output: readonly { readonly command: number; readonly to: 'stdout' | 'stderr'; readonly text: string }[]
}

/** How the command of an input ended, and all it printed. */
export function commandIn({ ended, output }: Printed): History['command'] {
  return (input) => {
    const end = ended.find(({ command }) => command === input)
    if (end === undefined) return undefined
    const printed = (to: 'stdout' | 'stderr'): string =>
      output
        .filter((o) => o.command === input && o.to === to)
        .map(({ text }) => text)
        .join('')
    return { exitCode: end.exitCode, stdout: printed('stdout'), stderr: printed('stderr') }
  }
}

/** What one pod showed, and when (virtual ms). */
interface Seen {
  word: string
  at: number
}

/** What is not as expected, one line each; empty when all is well. */
export function failuresOf(expectation: Expectation, history: History): string[] {
  return [
    ...(expectation.pod === undefined ? [] : podFailures(expectation, podHistory(expectation.pod, history))),
    ...(expectation.command === undefined ? [] : commandFailures(expectation, expectation.command, history)),
    ...(expectation.traffic === undefined ? [] : trafficFailures(expectation.traffic, history.trace)),
    ...(expectation.sometime === undefined || heldSometime(expectation.sometime, history)
      ? []
      : [`never: ${expectation.sometime}`]),
    ...(expectation.finally === undefined ||
    holds(conditionOf(expectation.finally), history.at(history.revision), history.trace.at(-1))
      ? []
      : [`not at the end: ${expectation.finally}`]),
  ]
}

interface PodHistory {
  name: string
  statuses: Seen[]
  phases: Seen[]
  events: Seen[]
  milestones: Seen[]
}

function podHistory(path: string, history: History): PodHistory {
  const [namespace, name] = path.includes('/') ? (path.split('/') as [string, string]) : ['default', path]
  const pods: PodHistory = { name, statuses: [], phases: [], events: [], milestones: [] }
  for (const step of history.trace) {
    if (step.namespace !== namespace) continue
    const { at } = step
    if (step.milestone !== undefined && step.name === name) pods.milestones.push({ at, word: step.milestone })
    if (step.kind !== 'write' || step.revision === undefined || step.name === undefined) continue
    if (step.resource === 'pods' && step.name === name) {
      const pod = history.at(step.world).get('Pod', name, namespace) as Pod | undefined
      if (pod === undefined) continue
      append(pods.statuses, { at, word: podStatusWord(pod) })
      append(pods.phases, { at, word: pod.status.phase ?? '' })
    } else if (step.resource === 'events') {
      const event = history.at(step.world).get('Event', step.name, namespace) as Event | undefined
      if (event?.involvedObject.name === name && event.involvedObject.kind === 'Pod')
        pods.events.push({ at, word: event.reason })
    }
  }
  return pods
}

/** Only changes count. */
function append(list: Seen[], next: Seen): void {
  if (list.at(-1)?.word !== next.word) list.push(next)
}

function podFailures(expectation: Expectation, pod: PodHistory): string[] {
  const { statuses, phases, events, milestones, never, between } = expectation
  const failures: string[] = []
  const check = (wanted: string[] | undefined, seen: Seen[], what: string, gaps: boolean) => {
    const found = seen.map((s) => s.word)
    if (wanted === undefined || matches(gaps ? withGaps(wanted) : wanted, found)) return
    failures.push(`pod ${pod.name}: ${what} wanted: ${wanted.join(', ')}; were: ${found.join(', ')}`)
  }
  check(statuses, pod.statuses, 'statuses', false)
  check(phases, pod.phases, 'phases', false)
  check(events, pod.events, 'events', true)
  check(milestones, pod.milestones, 'milestones', true)
  const all = [...pod.milestones, ...pod.events, ...pod.statuses]
  for (const word of never ?? []) {
    if (all.some((s) => s.word === word)) failures.push(`pod ${pod.name}: "${word}" should never occur`)
  }
  if (between !== undefined) failures.push(...betweenFailures(between, all, pod.name))
  return failures
}

const withGaps = (wanted: readonly string[]): string[] => ['...', ...wanted.flatMap((word) => [word, '...'])]

/** Whether the words are the wanted ones; '...' stands for any number of any words. */
export function matches(wanted: readonly string[], found: readonly string[]): boolean {
  let reachable = new Set([0])
  for (const word of wanted) {
    const next = new Set<number>()
    for (const from of reachable) {
      if (word !== '...') {
        if (found[from] === word) next.add(from + 1)
      } else for (let to = from; to <= found.length; to++) next.add(to)
    }
    reachable = next
  }
  return reachable.has(found.length)
}

function betweenFailures(between: NonNullable<Expectation['between']>, seen: readonly Seen[], pod: string): string[] {
  const { from, to, least = 0, most = Infinity } = between
  const [start, end] = [from, to].map((word) => seen.find((s) => s.word === word)?.at)
  if (start === undefined || end === undefined)
    return [`pod ${pod}: "${start === undefined ? from : to}" never occurred`]
  const ms = end - start
  return ms >= least && ms <= most ? [] : [`pod ${pod}: ${ms} ms from ${from} to ${to}, wanted ${least} to ${most}`]
}

function trafficFailures({ load, answered, failed }: NonNullable<Expectation['traffic']>, trace: readonly Step[]): string[] {
  const isEnd = ({ detail }: Step): boolean =>
    (detail?.type === 'RequestAnswered' || detail?.type === 'RequestFailed') && (load === undefined || detail['load'] === load)
  const ends = trace.filter(isEnd)
  const good = ends.filter(({ detail, code = 0 }) => detail!.type === 'RequestAnswered' && code < 500).length
  return [...outOfBounds('answered', good, answered), ...outOfBounds('failed', ends.length - good, failed)]
}

function outOfBounds(what: string, count: number, { least = 0, most = Infinity }: Bounds = {}): string[] {
  return count >= least && count <= most ? [] : [`${count} requests ${what}, wanted ${least} to ${most}`]
}

function commandFailures(expectation: Expectation, index: number, history: History): string[] {
  const ended = history.command(index)
  if (ended === undefined) return [`command ${index} has not ended`]
  const { exitCode, stdout, stderr } = expectation
  const failures: string[] = []
  if (exitCode !== undefined && ended.exitCode !== exitCode)
    failures.push(`command ${index} exited ${ended.exitCode}, wanted ${exitCode}: ${ended.stderr}`)
  if (stdout !== undefined && !ended.stdout.includes(stdout))
    failures.push(`command ${index} printed "${ended.stdout}", wanted "${stdout}"`)
  if (stderr !== undefined && !ended.stderr.includes(stderr))
    failures.push(`command ${index} printed the error "${ended.stderr}", wanted "${stderr}"`)
  return failures
}

function heldSometime(text: string, history: History): boolean {
  const condition = conditionOf(text)
  return history.trace.some((step) => mayChange(condition, step) && holds(condition, history.at(step.world), step))
}

/** Of what a scenario says; it was checked when it was read. */
export function conditionOf(text: string): Condition {
  const condition = parseCondition(text)
  if ('error' in condition) throw new Error(`"${text}": ${condition.error}`)
  return condition
}
