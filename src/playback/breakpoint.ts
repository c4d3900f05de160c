import { podStatusWord } from '../engine/api/podStatus.ts'
import type { Event, Pod } from '../engine/api/types.ts'
import type { Film } from './film.ts'

/** Where playing stops by itself ("break on"). */
export type Breakpoint =
  /** A pod becomes Ready: this one (its key), or any. */
  | { type: 'ready'; pod?: string }
  /** A pod's STATUS becomes this word. */
  | { type: 'status'; word: string }
  | { type: 'event'; reason: string }
  /** The object with this key is written or deleted. */
  | { type: 'object'; key: string }
  /** Virtual ms since the start. */
  | { type: 'time'; ms: number }

export function sameBreakpoint(a: Breakpoint, b: Breakpoint): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Whether playing has to stop when it reaches this step. */
export function breaksAt(film: Film, index: number, breakpoint: Breakpoint): boolean {
  const step = film.steps[index]!
  if (breakpoint.type === 'time') {
    const at = film.opening.startMs + breakpoint.ms
    return step.at >= at && film.timeOf(index - 1) < at
  }
  const entry = step.kind === 'write' && step.revision !== undefined ? film.etcd.written(step.revision) : undefined
  if (entry === undefined) return false
  if (breakpoint.type === 'object') return entry.key === breakpoint.key
  if (breakpoint.type === 'event') {
    return entry.key.startsWith('events/') && (entry.value as Event | undefined)?.reason === breakpoint.reason
  }
  if (!entry.key.startsWith('pods/') || entry.value === undefined) return false
  const after = entry.value as Pod
  const before = entry.previous?.value as Pod | undefined
  if (breakpoint.type === 'status') {
    return (
      podStatusWord(after) === breakpoint.word && (before === undefined || podStatusWord(before) !== breakpoint.word)
    )
  }
  if (breakpoint.pod !== undefined && breakpoint.pod !== entry.key) return false
  return isReady(after) && !(before !== undefined && isReady(before))
}

function isReady(pod: Pod): boolean {
  return pod.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
}

/** The first visible step after `from`, up to `to`, at which one of them stops. */
export function firstBreak(
  film: Film,
  breakpoints: readonly Breakpoint[],
  from: number,
  to: number,
): { step: number; breakpoint: Breakpoint } | undefined {
  if (breakpoints.length === 0) return undefined
  for (let step = from + 1; step <= to; step++) {
    const breakpoint = breakpoints.find((b) => breaksAt(film, step, b))
    if (breakpoint !== undefined) return { step, breakpoint }
  }
  return undefined
}
