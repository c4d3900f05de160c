import type { NodeStatuses } from './nodestatuses.ts'

/** What is known of an attempt that found no node (framework.FitError and Diagnosis). */
export interface Diagnosis {
  readonly nodeCount: number
  readonly statuses: NodeStatuses
  /** Set when the pod was refused before any node was looked at. */
  readonly preFilterMessage: string
  /** What PostFilter said: how making room went. */
  readonly postFilterMessage: string
}

export const noNodesMessage = 'no nodes available to schedule pods'

/**
 * The text of the FailedScheduling event and of the PodScheduled condition: reasons are counted over
 * nodes, "<count> <reason>" are sorted as plain text (so "10 ..." stands before "2 ...").
 */
export function fitErrorMessage({ nodeCount, statuses, preFilterMessage, postFilterMessage }: Diagnosis): string {
  let message = `0/${nodeCount} nodes are available:`
  if (preFilterMessage !== '') message += ` ${preFilterMessage}.`
  else {
    const reasons = countReasons(statuses, nodeCount)
    if (reasons.length > 0) message += ` ${reasons.join(', ')}.`
  }
  return postFilterMessage === '' ? message : `${message} ${postFilterMessage}`
}

function countReasons(statuses: NodeStatuses, nodeCount: number): string[] {
  const counts = new Map<string, number>()
  const count = (reason: string, by: number) => counts.set(reason, (counts.get(reason) ?? 0) + by)
  for (const [, status] of statuses.entries()) for (const reason of status.reasons) count(reason, 1)
  const unseen = nodeCount - statuses.size
  if (unseen > 0) for (const reason of statuses.absent?.reasons ?? []) count(reason, unseen)
  return [...counts].map(([reason, n]) => `${n} ${reason}`).sort(byBytes)
}

/** Plain byte order; for what Kubernetes prints here, UTF-16 order is the same. */
function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

const noteLengthLimit = 1024

/** An event's note holds 1,024 characters; the condition has the whole text. */
export function truncateNote(message: string): string {
  const suffix = ' ...'
  return message.length <= noteLengthLimit ? message : message.slice(0, noteLengthLimit - suffix.length) + suffix
}
