import { formatTime } from '../../api/time.ts'
import type { Pod, PodCondition } from '../../api/types.ts'
import type { Call } from '../../client/controller.ts'
import { strategicPatch } from './claim.ts'
import { podsResource } from './pods.ts'

/** Says so of this very pod, by its uid; one that is gone is none. */
export function patchPodStatus({ metadata: { namespace, name, uid } }: Pod, status: object): Call {
  return { verb: 'patch', info: podsResource, subresource: 'status', namespace, name, body: { metadata: { uid }, status }, contentType: strategicPatch, tolerate: [404] }
}

/** Which generation of the pod a writer of its status has seen. */
export function observed({ metadata: { generation } }: Pod): { observedGeneration?: number } {
  return generation === undefined ? {} : { observedGeneration: generation }
}

/** A note on a pod that is about to be taken away, and why: podFailurePolicy may ask for it (KEP-3329). */
export function disruptionTarget(pod: Pod, reason: string, message: string, now: number, status: object = {}): Call {
  const condition: PodCondition = { type: 'DisruptionTarget', status: 'True', reason, message, lastTransitionTime: formatTime(now), ...observed(pod) }
  return patchPodStatus(pod, { ...status, conditions: [condition] })
}

/** The note is taken back: nobody has disrupted the pod after all. */
export function noDisruption(pod: Pod, now: number): Call {
  const condition = { type: 'DisruptionTarget', status: 'False', reason: null, message: null, lastTransitionTime: formatTime(now), ...observed(pod) }
  return patchPodStatus(pod, { conditions: [condition] })
}
