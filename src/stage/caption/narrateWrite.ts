import { timesSeen } from '../../engine/api/eventTimes.ts'
import type { Event, KubeObject, Pod } from '../../engine/api/types.ts'
import type { Step } from '../../worker/protocol.ts'
import { changedFields } from './changedFields.ts'
import type { NarrationContext } from './context.ts'
import { narratePodStatus } from './narratePodStatus.ts'
import { graceOf } from './narrateWatch.ts'
import { fact, objectOf, phrase, singular, who, Who, type Phrase } from './phrase.ts'

/** A write that took effect or was refused. */
export function narrateWrite(step: Step, context: NarrationContext): Phrase {
  if (step.detail?.type === 'Refused' || (step.code ?? 200) >= 400) return narrateRefusal(step)
  if (step.verb === 'compact') return phrase('write.compacted', { revision: fact(step, 'revision') })
  const { before, after } = context.written(step)
  if (step.subresource === 'token') return phrase('write.token', { name: step.name ?? '' })
  if (step.revision === undefined) return phrase('write.unchanged', facts(step))
  if (step.resource === 'leases') return phrase('write.lease', facts(step))
  if (step.resource === 'events' && after !== undefined) return narrateEvent(step, after as Event)
  if (after === undefined) return narrateRemoval(step, before)
  if (before === undefined) return narrateCreation(step, after)
  if (isMarking(before, after)) return narrateMarking(step, after)
  if (step.subresource === 'binding')
    return phrase('write.bound', { ...facts(step), node: (after as Pod).spec.nodeName ?? '' })
  if (step.subresource === 'status') return narrateStatus(step, before, after)
  return phrase('write.changed', { ...facts(step), fields: changedFields(before, after) })
}

function facts(step: Step) {
  return { Who: Who(step), object: objectOf(step), revision: step.revision ?? 0 }
}

function narrateRefusal(step: Step): Phrase {
  const reason = fact(step, 'reason')
  const given = { ...facts(step), who: who(step.from), code: step.code ?? 0, reason, message: fact(step, 'message') }
  return phrase(step.code === 409 && reason === 'Conflict' ? 'write.conflict' : 'write.refused', given)
}

function narrateEvent(step: Step, event: Event): Phrase {
  const { kind, name } = event.involvedObject
  const object = `${(kind ?? '').toLowerCase()}/${name ?? ''}`
  const count = timesSeen(event)
  const given = { Who: Who(step), object, reason: event.reason, message: event.message.trim(), count }
  return phrase(count > 1 ? 'write.eventAgain' : 'write.event', given)
}

function narrateCreation(step: Step, after: KubeObject): Phrase {
  if (after.kind !== 'Pod') return phrase('write.created', facts(step))
  const { nodeName } = (after as Pod).spec
  return nodeName
    ? phrase('write.podCreatedOn', { ...facts(step), node: nodeName })
    : phrase('write.podCreated', facts(step))
}

function isMarking(before: KubeObject, after: KubeObject): boolean {
  return before.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined
}

function narrateMarking(step: Step, after: KubeObject): Phrase {
  const finalizer = after.metadata.finalizers?.[0]
  if (finalizer !== undefined) return phrase('write.markedWaits', { ...facts(step), finalizer })
  if (after.kind !== 'Pod') return phrase('write.marked', facts(step))
  return phrase('write.podMarked', { ...facts(step), grace: graceOf(after as Pod) })
}

function narrateRemoval(step: Step, before: KubeObject | undefined): Phrase {
  if (before?.kind !== 'Pod') return phrase('write.removed', facts(step))
  const { spec, status } = before as Pod
  if (step.from.startsWith('kubelet/')) return phrase('write.podRemoved', facts(step))
  if (!spec.nodeName) return phrase('write.podRemovedUnscheduled', facts(step))
  if (status.phase === 'Succeeded' || status.phase === 'Failed')
    return phrase('write.podRemovedEnded', { ...facts(step), phase: status.phase })
  return phrase('write.podRemovedForced', { ...facts(step), node: spec.nodeName })
}

function narrateStatus(step: Step, before: KubeObject, after: KubeObject): Phrase {
  if (after.kind === 'Pod') return narratePodStatus(step, before as Pod, after as Pod)
  if (after.kind !== 'Node') return phrase('write.status', facts(step))
  return narrateNodeCondition(step, before, after) ?? phrase('write.nodeStatus', facts(step))
}

function narrateNodeCondition(step: Step, before: KubeObject, after: KubeObject): Phrase | undefined {
  const conditions = (node: KubeObject): { type: string; status: string; reason?: string }[] =>
    node.status?.conditions ?? []
  const changed = conditions(after).find(
    ({ type, status }) => conditions(before).find((c) => c.type === type)?.status !== status,
  )
  if (changed === undefined) return undefined
  const { type: condition, status, reason = '' } = changed
  return phrase('write.nodeCondition', {
    object: `${singular(step.resource ?? '')}/${step.name ?? ''}`,
    condition,
    status,
    reason,
  })
}
