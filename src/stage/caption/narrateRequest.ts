import type { Step } from '../../worker/protocol.ts'
import type { NarrationContext } from './context.ts'
import { isRefusal } from '../shared/film/hop.ts'
import { objectOf, phrase, who, Who, type NarrationKey, type Phrase } from './phrase.ts'

/** A message on its way to the API server. */
export function narrateRequest(step: Step, context: NarrationContext): Phrase {
  if (step.detail?.type === 'KubeletRequest') return narrateProxied(step)
  const facts = { Who: Who(step), object: objectOf(step), verb: step.verb ?? '', name: step.name ?? '' }
  const node = step.subresource === 'binding' ? chosenNode(step, context) : undefined
  if (node !== undefined) return phrase('request.bind', { ...facts, node })
  return phrase(requestKey(step), facts)
}

function requestKey(step: Step): NarrationKey {
  const { resource, verb } = step
  if (step.subresource !== undefined) return subresourceKey(step)
  if (resource === 'events')
    return verb === 'create' ? 'request.event' : verb === 'patch' ? 'request.eventAgain' : verbKey(step)
  if (resource === 'leases' && verb !== 'get') return 'request.lease'
  return verbKey(step)
}

function subresourceKey({ resource, subresource, verb, from }: Step): NarrationKey {
  switch (subresource) {
    case 'binding':
      return 'request.bindSomewhere'
    case 'status':
      if (!from.startsWith('kubelet/')) return 'request.status'
      return resource === 'nodes' ? 'request.nodeStatus' : 'request.podStatus'
    case 'metrics':
      return 'request.scrape'
    case 'token':
      return 'request.token'
    case 'eviction':
      return 'request.eviction'
    case 'scale':
      return verb === 'get' ? 'request.get' : 'request.scale'
    case 'log':
      return 'request.log'
    case 'exec':
      return 'request.exec'
    case 'attach':
      return 'request.attach'
    case 'portforward':
      return 'request.portforward'
    case 'ephemeralcontainers':
      return 'request.debug'
    case 'resize':
      return 'request.resize'
    default:
      return 'request.other'
  }
}

function verbKey(step: Step): NarrationKey {
  switch (step.verb) {
    case 'create':
      return step.resource === 'pods' ? 'request.createPod' : 'request.create'
    case 'delete':
      return step.milestone === 'terminate/grace-zero' ? 'request.deleteNow' : 'request.delete'
    case 'deletecollection':
      return 'request.deleteMany'
    case 'update':
    case 'patch':
      return 'request.patch'
    case 'get':
      return 'request.get'
    case 'list':
      return 'request.list'
    case 'watch':
      return 'request.watch'
    default:
      return 'request.other'
  }
}

/** The node that the scheduler has decided on, from the steps that led to its Binding. */
function chosenNode(step: Step, context: NarrationContext): string | undefined {
  let cause = step.cause === undefined ? undefined : context.step(step.cause)
  for (let i = 0; i < 4 && cause !== undefined; i++) {
    const node = cause.detail?.['winner'] ?? cause.detail?.['node']
    if (typeof node === 'string') return node
    cause = cause.cause === undefined ? undefined : context.step(cause.cause)
  }
  return undefined
}

function narrateProxied(step: Step): Phrase {
  if (step.from === 'kube-apiserver') return phrase('proxied.request', { who: who(step.to), object: objectOf(step) })
  return phrase('proxied.answer', { Who: Who(step) })
}

/** The API server's answers. */
export function narrateResponse(step: Step, context: NarrationContext): Phrase {
  if (step.detail?.type === 'KubeletRequest') return narrateProxied(step)
  const { code = 200, milestone } = step
  const facts = { who: who(step.to), object: objectOf(step), code, phrase: codes[code] ?? '' }
  if (milestone === 'create/acknowledge') return phrase('response.created', facts)
  if (milestone === 'create/ready') return phrase('response.ready', facts)
  if (code >= 400) return phrase(isRefusal(step) ? 'response.refused' : 'response.absent', facts)
  if (step.verb === 'watch') return phrase('response.stream', facts)
  if (step.verb === 'delete') return phrase(isGone(step, context) ? 'response.removed' : 'response.deleting', facts)
  return phrase('response.ok', facts)
}

/** Whether the write that is being answered took the object away, instead of marking it. */
function isGone(step: Step, context: NarrationContext): boolean {
  const write = step.cause === undefined ? undefined : context.step(step.cause)
  return write?.kind === 'write' && write.revision !== undefined && context.written(write).after === undefined
}

/** HTTP's own words. */
const codes: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}
