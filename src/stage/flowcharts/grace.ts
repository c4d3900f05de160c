import type { ContainerRecord } from '../../engine/api/machine.ts'
import type { Pod } from '../../engine/api/types.ts'
import { gracePeriod } from '../shared/containers.ts'
import type { Visits } from './model.ts'

/** The grace period as a bar: from the deletion to the end of what still ran, with what happened on the way. */
export interface GraceBar {
  from: number
  to: number
  graceSeconds: number
  /** Length of the preStop hook as far as it is known at the cursor: [begin, end]. */
  hook: { from: number; to: number } | undefined
  term: number | undefined
  /** When KILL was sent, or will be sent if the process has not ended by then. */
  kill: { at: number; sent: boolean } | undefined
  /** When all its containers had ended. */
  ended: number | undefined
}

/** undefined as long as the pod is not being deleted. `now` is the cursor's virtual time. */
export function graceBar(
  pod: Pod, containers: readonly ContainerRecord[], visits: Visits, cursor: number, now: number,
): GraceBar | undefined {
  const grace = gracePeriod(pod)
  if (grace === undefined) return undefined
  const passed = (name: string): number | undefined =>
    visits.get(`terminate/${name}`)?.findLast((visit) => visit.step <= cursor)?.at
  const hookFrom = passed('pre-stop')
  const term = passed('term')
  const ended = passed('exited') ?? passed('clean-up')
  const killed = passed('kill')
  const planned = Math.max(...containers.map((c) => c.stopping?.killAt ?? -Infinity), grace.to)
  const kill = killed !== undefined ? { at: killed, sent: true } : ended !== undefined ? undefined : { at: planned, sent: false }
  return {
    from: grace.from,
    to: Math.max(grace.to, planned, killed ?? 0, ended ?? 0),
    graceSeconds: pod.metadata.deletionGracePeriodSeconds ?? 0,
    hook: hookFrom === undefined ? undefined : { from: hookFrom, to: term ?? ended ?? now },
    term,
    kill,
    ended,
  }
}
