import type { Pod } from '../../engine/api/types.ts'
import type { Step } from '../../worker/protocol.ts'
import { keyOf, podOf, type NarrationContext } from './context.ts'
import { duration, objectOf, phrase, who, type NarrationKey, type Phrase } from './phrase.ts'

/** An event of a watch reaches a component. */
export function narrateWatch(step: Step, context: NarrationContext): Phrase {
  const facts = { who: who(step.to), object: objectOf(step) }
  switch (step.milestone) {
    case 'create/scheduler-sees':
      return phrase('watch.schedulerSees', facts)
    case 'create/kubelet-sees':
      return phrase('watch.kubeletSees', facts)
    case 'terminate/kubelet-sees':
      return narrateEnd(facts, podOf(step, context))
    default:
      if (tellsOfEnd(step, context)) return phrase('watch.told', { Who: who(step.to, 'Who'), object: facts.object })
      // A watch with a selector reports as deleted what does not match any more.
      if (step.verb === 'DELETED' && context.lives(keyOf(step), step)) return phrase('watch.left', facts)
      return phrase(eventKeys[step.verb ?? ''] ?? 'watch.other', facts)
  }
}

function narrateEnd(facts: { who: Phrase; object: string | Phrase }, pod: Pod | undefined): Phrase {
  if (pod?.metadata.deletionGracePeriodSeconds === 0) return phrase('watch.kubeletSeesForced', facts)
  return phrase('watch.kubeletSeesEnd', { ...facts, grace: graceOf(pod) })
}

/** Whether this event brings the write that marked the pod for deletion. */
function tellsOfEnd(step: Step, context: NarrationContext): boolean {
  for (let cause = step.cause, i = 0; cause !== undefined && i < 3; i++) {
    const before = context.step(cause)
    if (before?.milestone === 'terminate/store') return before.revision === step.detail?.['revision']
    cause = before?.cause
  }
  return false
}

const eventKeys: Readonly<Record<string, NarrationKey>> = {
  ADDED: 'watch.added',
  MODIFIED: 'watch.modified',
  DELETED: 'watch.deleted',
}

export function graceOf(pod: Pod | undefined): Phrase {
  const seconds = pod?.metadata.deletionGracePeriodSeconds ?? pod?.spec.terminationGracePeriodSeconds ?? 30
  return duration(seconds * 1000)
}
