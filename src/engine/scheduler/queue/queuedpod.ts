import type { PodInfo } from '../cache/podinfo.ts'

/** A pod that waits for a node, with what its attempts so far have shown (framework.QueuedPodInfo). */
export interface QueuedPod {
  info: PodInfo
  readonly key: string
  readonly uid: string
  /** Since when it has been in the queue this time (virtual ms). */
  timestamp: number
  /** How often it has been tried. */
  attempts: number
  /** Attempts that found no node; they make the back-off longer. */
  unschedulableCount: number
  /** Attempts in a row that ended in an error. */
  consecutiveErrors: number
  /** End of the back-off, cut to whole seconds; undefined until somebody asks. */
  backoffUntil: number | undefined
  /** Plugins that refused it last time: only their events can help. */
  unschedulablePlugins: ReadonlySet<string>
  /** The plugin that keeps it from entering the queue; '' for none. */
  gatingPlugin: string
  /** Order of entry, for equals. */
  readonly sequence: number
  /** Index of the step because of which it is where it is. */
  cause: number | undefined
}

/** PrioritySort: higher priority first, then who waits longer. */
export function activeBefore(a: QueuedPod, b: QueuedPod): boolean {
  if (a.info.priority !== b.info.priority) return a.info.priority > b.info.priority
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp
  return a.sequence < b.sequence
}
