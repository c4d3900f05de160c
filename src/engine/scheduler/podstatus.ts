/** Patches of a pod's status, as the scheduler makes them (pkg/scheduler/util PatchPodStatus, podutil.UpdatePodCondition). */
import { formatTime } from '../api/time.ts'
import type { Pod, PodCondition } from '../api/types.ts'

export interface StatusPatch {
  readonly status: {
    conditions?: Partial<PodCondition>[]
    nominatedNodeName?: string | null
  }
}

export type WantedCondition = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message'>

/** The patch that gives the pod this condition and nomination, or undefined when it has them already. */
export function statusPatch(
  pod: Pod, wanted: { condition?: WantedCondition; nominatedNodeName?: string | undefined }, now: number,
): StatusPatch | undefined {
  const status: StatusPatch['status'] = {}
  const condition = wanted.condition === undefined ? undefined : conditionPatch(pod, wanted.condition, now)
  if (condition !== undefined) status.conditions = [condition]
  const { nominatedNodeName } = wanted
  if (nominatedNodeName !== undefined && nominatedNodeName !== (pod.status.nominatedNodeName ?? '')) {
    status.nominatedNodeName = nominatedNodeName === '' ? null : nominatedNodeName
  }
  return condition === undefined && status.nominatedNodeName === undefined ? undefined : { status }
}

/** Only what differs, and the type by which the condition is found. */
function conditionPatch(pod: Pod, wanted: WantedCondition, now: number): Partial<PodCondition> | undefined {
  const present = pod.status.conditions?.find(({ type }) => type === wanted.type)
  const next: PodCondition = {
    ...wanted,
    observedGeneration: pod.metadata.generation ?? 0,
    lastProbeTime: null,
    lastTransitionTime: present?.status === wanted.status ? (present.lastTransitionTime ?? null) : formatTime(now),
  }
  if (present === undefined) return next
  const changed = (Object.keys(next) as (keyof PodCondition)[]).filter((key) => (present[key] ?? null) !== (next[key] ?? null))
  if (changed.length === 0) return undefined
  return { type: next.type, ...Object.fromEntries(changed.map((key) => [key, next[key]])) }
}
