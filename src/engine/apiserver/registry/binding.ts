import { badRequest, conflict, success } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import { findResource } from '../../api/resources.ts'
import type { KubeObject, Pod, PodCondition } from '../../api/types.ts'
import { refuse, withMeta, type Decision } from './decision.ts'

const pods = findResource('', 'v1', 'pods')!

/** POST pods/binding: the scheduler's word where a pod goes (pkg/registry/core/pod/storage BindingREST). */
export function decideBinding(pod: Pod, binding: KubeObject, nowMs: number): Decision {
  const { name } = pod.metadata
  const target = binding['target'] as { kind?: string; name?: string } | undefined
  if (target?.kind !== undefined && target.kind !== 'Node' && target.kind !== 'Minion') {
    return refuse(badRequest(`the only supported binding target kind is Node, got ${target.kind}`))
  }
  if (!target?.name) return refuse(badRequest('target.name: Required value'))
  if (binding.metadata?.uid && binding.metadata.uid !== pod.metadata.uid) {
    return refuse(conflict(pods, name, `Precondition failed: UID in precondition: ${binding.metadata.uid}, UID in object meta: ${pod.metadata.uid}`))
  }
  if (pod.metadata.deletionTimestamp !== undefined) {
    return refuse(conflict(pods, name, `pod ${name} is being deleted, cannot be assigned to a host`))
  }
  if (pod.spec.nodeName) {
    return refuse(conflict(pods, name, `pod ${name} is already assigned to node "${pod.spec.nodeName}"`))
  }
  if (pod.spec.schedulingGates?.length) {
    return refuse(conflict(pods, name, `pod ${name} has non-empty .spec.schedulingGates`))
  }
  const bound: Pod = {
    ...pod,
    spec: { ...pod.spec, nodeName: target.name },
    status: { ...pod.status, conditions: scheduled(pod, nowMs) },
  }
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
