import { formatTime } from '../../api/time.ts'
import type { Pod, PodCondition } from '../../api/types.ts'
import type { Call } from '../../client/controller.ts'
import { strategicPatch } from './claim.ts'
import { podsResource } from './pods.ts'

/** A note on a pod that is about to be taken away, and why: podFailurePolicy may ask for it (KEP-3329). */
export function disruptionTarget(pod: Pod, reason: string, message: string, now: number, status: object = {}): Call {
  const { namespace, name, uid, generation } = pod.metadata
  const condition: PodCondition = { type: 'DisruptionTarget', status: 'True', reason, message, lastTransitionTime: formatTime(now) }
  if (generation !== undefined) condition.observedGeneration = generation
  const body = { metadata: { uid }, status: { ...status, conditions: [condition] } }
  return { verb: 'patch', info: podsResource, subresource: 'status', namespace, name, body, contentType: strategicPatch, tolerate: [404] }
}
