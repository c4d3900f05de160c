import { compare, quantity } from './quantity.ts'
import { formatTime } from './time.ts'
import type { KubeObject } from './types.ts'

/** What a claim's status says while its volume grows (KEP-284, KEP-1790). */

interface Condition {
  type: string
  status: string
  lastTransitionTime: string
  message?: string
}

const ofResizing = new Set(['Resizing', 'FileSystemResizePending', 'ControllerResizeError', 'NodeResizeError'])

export const filesPending = 'FileSystemResizePending'

/** The controller has to make the volume larger, or the node the files on it. */
export type Progress = 'ControllerResizeInProgress' | 'NodeResizePending' | 'NodeResizeInProgress'

export const requestedOf = (claim: KubeObject): string | undefined => claim['spec'].resources?.requests?.storage

export const capacityOf = (claim: KubeObject): string | undefined => claim['status']?.capacity?.storage

export function isMore(size: string | undefined, than: string | undefined): boolean {
  return size !== undefined && compare(quantity(size), quantity(than ?? '0')) > 0
}

export function isWaitingForNode(claim: KubeObject): boolean {
  return conditionsOf(claim).some(({ type, status }) => type === filesPending && status === 'True')
}

/** Other conditions stay; of those about resizing only `next` is left (MergeResizeConditionOnPVC). */
export function resizeConditions(claim: KubeObject, next: { type: string; message?: string } | undefined, now: number): Condition[] {
  const others = conditionsOf(claim).filter(({ type }) => !ofResizing.has(type))
  if (next === undefined) return others
  const before = conditionsOf(claim).find(({ type, status }) => type === next.type && status === 'True')
  return [...others, { status: 'True', lastTransitionTime: before?.lastTransitionTime ?? formatTime(now), ...next }]
}

/** The status when all is done, as a JSON merge patch; what was allocated stays there. */
export function resized(claim: KubeObject, size: string, now: number): object {
  return { capacity: { storage: size }, conditions: resizeConditions(claim, undefined, now), allocatedResourceStatuses: null }
}

const conditionsOf = (claim: KubeObject): readonly Condition[] => claim['status']?.conditions ?? []
