import type { Pod } from '../../api/types.ts'

/** pkg/controller/job/indexed_job_utils.go: which of the numbered parts of a Job are done, as sets and as text. */
export const completionIndex = 'batch.kubernetes.io/job-completion-index'
const failureCount = 'batch.kubernetes.io/job-index-failure-count'
const ignoredCount = 'batch.kubernetes.io/job-index-ignored-failure-count'

/** -1 for a pod that has none, or no number. */
export function indexOf(pod: Pod): number {
  const text = pod.metadata.annotations?.[completionIndex]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : -1
}

/** Failures of an index before a pod: those that count, and those that podFailurePolicy ignores. */
export interface IndexFailures {
  counted: number
  ignored: number
}

export function failuresOf({ metadata: { annotations } }: Pod): IndexFailures {
  return { counted: countIn(annotations?.[failureCount]), ignored: countIn(annotations?.[ignoredCount]) }
}

/** How many pods its index has had before it, as they all make it wait. */
export function attemptsBefore(pod: Pod): number {
  const { counted, ignored } = failuresOf(pod)
  return counted + ignored
}

function countIn(text = '0'): number {
  const count = Number(text)
  return Number.isInteger(count) && count >= 0 && count < 2 ** 31 ? count : 0
}

export function failureAnnotations({ counted, ignored }: IndexFailures): Record<string, string> {
  return { [failureCount]: String(counted), ...(ignored > 0 ? { [ignoredCount]: String(ignored) } : {}) }
}

/** "0-2,5" as numbers below `completions`; what cannot be read is left out. */
export function parseIndexes(text: string | undefined, completions: number): Set<number> {
  const indexes = new Set<number>()
  for (const part of (text ?? '').split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part)
    if (range === null) continue
    const last = Math.min(Number(range[2] ?? range[1]), completions - 1)
    for (let i = Number(range[1]); i <= last; i++) indexes.add(i)
  }
  return indexes
}

/** Numbers as "0,2-4": two in a row are a range as soon as they are more than two. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const sorted = [...indexes].toSorted((a, b) => a - b)
  const parts: string[] = []
  for (let i = 0; i < sorted.length; ) {
    let end = i
    while (sorted[end + 1] === sorted[end]! + 1) end++
    const separator = end - i > 1 ? '-' : ','
    parts.push(end === i ? String(sorted[i]) : `${sorted[i]}${separator}${sorted[end]}`)
    i = end + 1
  }
  return parts.join(',')
}

/** The first `count` indexes that are neither done, failed nor at work. */
export function firstPending(count: number, completions: number, taken: (index: number) => boolean): number[] {
  const pending: number[] = []
  for (let i = 0; i < completions && pending.length < count; i++) if (!taken(i)) pending.push(i)
  return pending
}
