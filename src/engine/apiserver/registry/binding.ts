import { extended } from '../../api/extended.ts'
import { formatFieldErrors, notSupported, required, type FieldError } from '../../api/field.ts'
import { badRequest, conflict, plainError, success } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { KubeObject, Pod, PodCondition } from '../../api/types.ts'
import { refuse, withMeta, type Decision } from './decision.ts'

/** A refusal is about the binding, not the pod. */
const bindings = { group: '', plural: 'pods/binding' }

/** POST pods/binding: the scheduler's word where a pod goes (pkg/registry/core/pod/storage BindingREST). */
export function decideBinding(pod: Pod, binding: KubeObject, nowMs: number): Decision {
  const { name } = pod.metadata
  const target = binding['target'] as { kind?: string; name?: string } | undefined
  if (binding.metadata?.name !== name) return refuse(badRequest('name in URL does not match name in Binding object'))
  const wrong: FieldError[] = []
  if (target?.kind && target.kind !== 'Node') wrong.push(notSupported('target.kind', target.kind, ['Node', '<empty>']))
  if (!target?.name) wrong.push(required('target.name'))
  // Not an error of the API's own kinds: the server only has its words.
  if (wrong.length > 0) return refuse(plainError(formatFieldErrors(wrong)))
  if (binding.metadata?.uid && binding.metadata.uid !== pod.metadata.uid) {
    return refuse(conflict(bindings, name, `Precondition failed: UID in precondition: ${binding.metadata.uid}, UID in object meta: ${pod.metadata.uid}`))
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    return refuse(conflict(bindings, name, `pod ${name} is being deleted, cannot be assigned to a host`))
  }
  if (pod.spec.nodeName) {
    return refuse(conflict(bindings, name, `pod ${name} is already assigned to node "${pod.spec.nodeName}"`))
  }
  if (pod.spec.schedulingGates?.length) {
    return refuse(conflict(bindings, name, `pod ${name} has non-empty .spec.schedulingGates`))
  }
  const bound: Pod = {
    ...pod,
    spec: extended(pod.spec, { nodeName: target!.name! }),
    status: extended(pod.status, { conditions: scheduled(pod, nowMs) }),
  }
  // What the pod was promised no longer matters (ClearingNominatedNodeNameAfterBinding, since v1.34).
  delete bound.status.nominatedNodeName
  const annotations = binding.metadata?.annotations
  const object = annotations === undefined ? bound : withMeta(bound, { annotations: { ...pod.metadata.annotations, ...annotations } })
  return { do: 'put', object, code: 201, answer: { ...success(), code: 201 } }
}

function scheduled(pod: Pod, nowMs: number): PodCondition[] {
  const condition: PodCondition = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(nowMs),
  }
  if (pod.metadata.generation !== undefined) condition.observedGeneration = pod.metadata.generation
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
  return [...others, condition]
}
