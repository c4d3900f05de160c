import type { Step } from '../../worker/protocol.ts'
import { duration, fact, numberFact, objectOf, phrase, type Phrase } from './phrase.ts'

/** What a request meets inside the API server, before etcd. */
export function narrateCheck(step: Step): Phrase {
  const object = objectOf(step)
  const user = fact(step, 'user')
  const message = fact(step, 'message')
  const attempt = { user, verb: step.verb ?? '', resource: fact(step, 'path') || resourceOf(step) }
  switch (step.detail?.type) {
    case 'Authenticated':
      return phrase(user === 'system:anonymous' ? 'check.anonymous' : 'check.authenticated', { user })
    case 'Unauthenticated':
      return phrase('check.unauthenticated')
    case 'Authorized':
      return phrase('check.authorized', attempt)
    case 'Forbidden':
      return phrase('check.forbidden', attempt)
    case 'Mutated':
      return phrase(mutatedKey(step), { object })
    case 'Validated':
      return phrase('check.validated', { object })
    case 'Invalid':
      return phrase('check.invalid', { object, message })
    case 'NotUnderstood':
      return phrase('check.notUnderstood', { message })
    case 'Admitted':
      return phrase('check.admitted', { object })
    case 'AdmissionRefused':
      return phrase('check.notAdmitted', { object, plugin: fact(step, 'plugin'), message })
    case 'Marked':
      return narrateMark(step)
    default:
      return phrase('decision.other', { Who: phrase('Who.apiserver'), object })
  }
}

function mutatedKey(step: Step): 'check.mutated' | 'check.mutatedPod' | 'check.notMutated' {
  if (step.detail?.['changed'] !== true) return 'check.notMutated'
  return step.resource === 'pods' && step.subresource === undefined && step.verb === 'create'
    ? 'check.mutatedPod'
    : 'check.mutated'
}

function narrateMark(step: Step): Phrase {
  const seconds = numberFact(step, 'gracePeriodSeconds')
  const object = objectOf(step)
  if (seconds === undefined || seconds === 0) return phrase('check.markedNow', { object })
  return phrase('check.marked', { object, grace: duration(seconds * 1000) })
}

/** 'pods', 'pods/status' */
function resourceOf({ resource = '', subresource }: Step): string {
  // What is no resource of its own: a path of the server, such as /metrics.
  if (resource === '') return subresource ?? '/'
  return subresource === undefined ? resource : `${resource}/${subresource}`
}
