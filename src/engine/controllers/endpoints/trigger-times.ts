import { formatTime } from '../../api/time.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { keyOf } from '../../client/informer.ts'
import { podCondition, timeOf } from '../common/pods.ts'

export const lastChangeTriggerTime = 'endpoints.kubernetes.io/last-change-trigger-time'

/** What was looked at last of one Service. */
interface Seen {
  service: number
  pods: Map<string, number>
}

/**
 * When the first of those changes happened that a look at a Service finds: how long it takes until the network knows is measured from
 * there (staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go).
 */
export class TriggerTimes {
  private readonly seen = new Map<string, Seen>()

  /** The time as the annotation has it; undefined when nothing is newer than at the last look. Counts as a look. */
  next(service: KubeObject, pods: readonly Pod[]): string | undefined {
    const before = this.seen.get(keyOf(service))
    const created = timeOf(service.metadata.creationTimestamp)
    const now: Seen = { service: created, pods: new Map() }
    let first = created > (before?.service ?? 0) ? created : Infinity
    for (const pod of pods) {
      const at = timeOf(podCondition(pod, 'Ready')?.lastTransitionTime)
      if (at === 0) continue
      now.pods.set(pod.metadata.name, at)
      if (at > (before?.pods.get(pod.metadata.name) ?? 0)) first = Math.min(first, at)
    }
    this.seen.set(keyOf(service), now)
    if (before === undefined) return formatTime(created)
    return first === Infinity ? undefined : formatTime(first)
  }

  forget(key: string): void {
    this.seen.delete(key)
  }
}

/** Annotations with that time, or without one. */
export function withTriggerTime(annotations: Readonly<Record<string, string>> | undefined, time: string | undefined): Record<string, string> {
  const { [lastChangeTriggerTime]: _before, ...rest } = annotations ?? {}
  return time === undefined ? rest : { ...rest, [lastChangeTriggerTime]: time }
}
