import type { Pod } from '../../engine/api/types.ts'
import type { Step } from '../../worker/protocol.ts'
import { podOf, type NarrationContext } from './context.ts'
import { duration, objectOf, phrase, who, Who, type NarrationKey, type Phrase } from './phrase.ts'

/** An event of a watch reaches a component. */
export function narrateWatch(step: Step, context: NarrationContext): Phrase {
  const facts = { who: who(step.to), object: objectOf(step) }
  switch (step.milestone) {
    case 'create/scheduler-sees':
      return phrase('watch.schedulerSees', facts)
    case 'create/kubelet-sees':
      return phrase('watch.kubeletSees', facts)
    case 'terminate/kubelet-sees':
      return phrase('watch.kubeletSeesEnd', { ...facts, grace: graceOf(podOf(step, context)) })
    case 'terminate/told':
      return phrase('watch.told', { Who: step.to === step.from ? Who(step) : who(step.to, 'Who'), object: facts.object })
    default:
      return phrase(eventKeys[step.verb ?? ''] ?? 'watch.other', facts)
  }
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
