import type { Step } from '../../worker/protocol.ts'
import { duration, fact, numberFact, objectOf, phrase, who, Who, type NarrationKey, type Phrase } from './phrase.ts'

/** Requests between pods and what leads them: names, rules, answers. */
export function narrateNetwork(step: Step): Phrase {
  const to = who(step.to)
  const given = { Who: Who(step), who: who(step.from), to }
  switch (step.detail?.type) {
    case 'NameResolved':
      return nameResolved(step)
    case 'NameAsked':
      return phrase('network.nameAsked', { ...given, name: fact(step, 'name'), address: fact(step, 'address') })
    case 'NameRouted':
      return phrase('network.nameRouted', { ...given, address: fact(step, 'address') })
    case 'NameTold':
      return nameTold(step)
    case 'NameUnanswered':
      return nameUnanswered(step)
    case 'RequestSent':
      // Requests that it passes on for a client go to a pod; by a Service it finds whom it asks itself.
      return phrase(step.from === 'kube-apiserver' && step.to.startsWith('service/') ? 'network.asksWebhook' : 'network.sent', { ...given, request: `${fact(step, 'method')} ${fact(step, 'url')}`, address: fact(step, 'address') })
    case 'RequestRouted':
      return phrase(step.from.startsWith('service/') ? 'network.routed' : 'network.proxied', { ...given, address: fact(step, 'address') })
    case 'RequestAnswered':
      return answered(step, given)
    case 'RequestDropped':
      return phrase(fact(step, 'direction') === 'Egress' ? 'network.droppedEgress' : 'network.droppedIngress', { ...given, policies: list(step, 'policies') })
    case 'RequestFailed':
      if (list(step, 'policies').length > 0) return phrase('network.denied', { To: who(step.to, 'Who'), url: fact(step, 'url'), policies: list(step, 'policies') })
      return phrase(failures[fact(step, 'error')] ?? 'network.failed', { ...given, To: who(step.to, 'Who'), url: fact(step, 'url') })
    case 'RulesWritten':
      return rulesWritten(step)
    case 'UpstreamsWritten':
      return upstreamsWritten(step)
    case 'PolicyApplied':
      return phrase(step.detail['gone'] === true ? 'network.policyGone' : 'network.policyApplied', { Who: Who(step), object: objectOf(step) })
    default:
      return phrase(plain[step.detail?.type ?? ''] ?? 'network.other', given)
  }
}

const plain: Readonly<Record<string, NarrationKey>> = {
  Request: 'network.request',
  Response: 'network.answer',
  Output: 'network.output',
  Input: 'network.input',
}

const failures: Readonly<Record<string, NarrationKey>> = {
  refused: 'network.refused',
  timeout: 'network.timeout',
  unreachable: 'network.unreachable',
  reset: 'network.reset',
  plain: 'network.plain',
  unresolved: 'network.nowhere',
}

function nameResolved(step: Step): Phrase {
  const addresses = list(step, 'addresses')
  const given = { Who: Who(step), name: fact(step, 'name') }
  if (addresses.length > 0) return phrase('network.resolved', { ...given, addresses })
  const alias = fact(step, 'canonicalName')
  return alias === '' ? phrase('network.unresolved', given) : phrase('network.alias', { ...given, alias })
}

function answered(step: Step, given: NonNullable<Phrase['params']>): Phrase {
  const tookMs = numberFact(step, 'tookMs') ?? 0
  const status = numberFact(step, 'status') ?? 0
  return tookMs < 1 ? phrase('network.answeredAtOnce', { ...given, status }) : phrase('network.answered', { ...given, status, took: duration(tookMs) })
}

/** A DNS server in a pod has answered. */
function nameTold(step: Step): Phrase {
  const addresses = list(step, 'addresses')
  const given = { Who: Who(step), to: who(step.to), name: fact(step, 'name') }
  if (addresses.length > 0) return phrase('network.nameTold', { ...given, addresses })
  const alias = fact(step, 'canonicalName')
  return alias === '' ? phrase('network.nameUnknown', given) : phrase('network.nameAlias', { ...given, alias })
}

function nameUnanswered(step: Step): Phrase {
  const given = { Who: Who(step), To: who(step.to, 'Who'), who: who(step.from), name: fact(step, 'name'), policies: list(step, 'policies') }
  if (given.policies.length > 0) return phrase('network.nameDenied', given)
  return phrase(unanswered[fact(step, 'error')] ?? 'network.nameSilence', given)
}

const unanswered: Readonly<Record<string, NarrationKey>> = { refused: 'network.nameRefused', failed: 'network.nameFailed', timeout: 'network.nameSilence' }

function rulesWritten(step: Step): Phrase {
  const [added, removed] = [list(step, 'added'), list(step, 'removed')]
  const given = { Who: Who(step), object: objectOf(step), added, removed, count: numberFact(step, 'backends') ?? 0 }
  if (step.detail?.['gone'] === true) return phrase('network.rulesGone', given)
  if (removed.length > 0) return phrase(added.length > 0 ? 'network.rulesChanged' : 'network.rulesRemoved', given)
  if (added.length > 0) return phrase('network.rulesAdded', given)
  return phrase(given.count === 0 ? 'network.rulesEmpty' : 'network.rules', given)
}

function upstreamsWritten(step: Step): Phrase {
  const [added, removed] = [list(step, 'added'), list(step, 'removed')]
  const given = { Who: Who(step), added, removed, count: numberFact(step, 'backends') ?? 0 }
  if (added.length === 0 && removed.length === 0) return phrase('network.upstreams', given)
  if (removed.length === 0) return phrase('network.upstreamsAdded', given)
  return phrase(added.length === 0 ? 'network.upstreamsRemoved' : 'network.upstreamsChanged', given)
}

function list(step: Step, name: string): string[] {
  const value = step.detail?.[name]
  return Array.isArray(value) ? value.map(String) : []
}
