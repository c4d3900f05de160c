import { checkFieldSelector, exactField, matchesFields, parseFieldSelector } from '../api/fieldSelector.ts'
import { matches, parseSelector } from '../api/selector.ts'
import { badRequest, expired, notFound, tooLargeResourceVersion } from '../api/status.ts'
import { allAsServed, asServed } from '../api/conversion.ts'
import { renewed } from '../api/leaderLease.ts'
import { apiVersionOf, type ResourceInfo } from '../api/resources.ts'
import type { KubeObject, Status } from '../api/types.ts'
import type { ObjectList, Response } from '../api/request.ts'
import { special } from './authorization/special.ts'
import { computed } from './computed.ts'
import { listPrefix, objectKey } from './keys.ts'
import { deprecationOf } from './deprecations.ts'
import { tables } from './printers/tables.ts'
import { changes } from './registry/changes.ts'
import type { ApiRequest } from './request-info.ts'

/** What a read needs of etcd: the present, or any past moment. */
export interface ObjectReader {
  readonly revision: number
  get(key: string): KubeObject | undefined
  range(prefix: string): KubeObject[]
  /** The same at an earlier revision; undefined when its history is gone. */
  at?(revision: number): ObjectReader | undefined
}

/** Answers get and list from `reader`; the same for the present and for the past. */
export function read(request: ApiRequest, info: ResourceInfo, reader: ObjectReader, nowMs: number): Response {
  const response = request.verb === 'get' ? get(request, info, reader, nowMs) : list(request, info, reader, nowMs)
  const warnings = deprecationOf(info)
  return warnings.length === 0 ? response : { ...response, warnings }
}

function get(request: ApiRequest, info: ResourceInfo, reader: ObjectReader, nowMs: number): Response {
  const version = request.query['resourceVersion']
  if (version !== undefined) {
    const wanted = revisionOf(version)
    if (wanted === undefined) return refusal(badRequest(badVersion(version)))
    if (wanted > reader.revision) return refusal(tooLargeResourceVersion(wanted, reader.revision))
  }
  const all = computed(info, reader)
  const found = all === undefined ? reader.get(objectKey(info, request.namespace, request.name!)) : all.find(({ metadata }) => metadata.name === request.name)
  const stored = found !== undefined && info.plural === 'leases' ? renewed(found, nowMs) : found
  const object = stored === undefined ? undefined : asServed(stored, info)
  if (object === undefined) return refusal(notFound(info, request.name!))
  const shown = request.subresource === 'scale' ? changes.get().scaleOf(object, info) : object
  if (request.accept !== 'table') return { code: 200, body: shown }
  return { code: 200, body: tables.get()(request.subresource === 'scale' ? changes.get().scales : info, [shown], { now: nowMs }) }
}

function list(request: ApiRequest, info: ResourceInfo, reader: ObjectReader, nowMs: number): Response {
  const matches = selection(request, info)
  if ('kind' in matches) return refusal(matches)
  const from = startOf(request, reader)
  if ('status' in from) return refusal(from.status)
  const { at, start } = from
  const { query } = request
  let items = computed(info, at)?.slice() ?? at.range(listPrefix(info, request.namespace))
  if (info.plural === 'leases') items = items.map((lease) => renewed(lease, nowMs))
  if (matches.filter !== undefined) items = items.filter(matches.filter)
  const keyOf = ({ metadata: { namespace, name } }: KubeObject): string => (info.namespaced && request.namespace === undefined ? `${namespace}/${name}` : name!)
  if (start !== undefined) items = items.filter((item) => keyOf(item) >= start)
  // What need not be new comes out of a cache, which knows no pages.
  const limit = query['resourceVersion'] === '0' ? 0 : Number(query['limit'] ?? 0)
  const page = limit > 0 ? items.slice(0, limit) : items
  const left = items.length - page.length
  const metadata = {
    resourceVersion: String(at.revision),
    ...(left > 0 ? { continue: special.get().printContinueToken(at.revision, keyOf(page.at(-1)!)) } : {}),
    // With a selector upstream would have to look through the rest to know.
    ...(left > 0 && matches.filter === undefined ? { remainingItemCount: left } : {}),
  }
  if (request.accept === 'table') {
    const table = tables.get()(info, info.custom === undefined ? page : allAsServed(page, info), { now: nowMs })
    return { code: 200, body: { ...table, metadata } }
  }
  const apiVersion = apiVersionOf(info)
  const body: ObjectList = { kind: `${info.kind}List`, apiVersion, metadata, items: allAsServed(page, info) }
  return { code: 200, body }
}

interface Start {
  at: ObjectReader
  /** The first key that is wanted, without the prefix of the list. */
  start?: string
}

/**
 * Where a list begins, and at which revision (apiserver/pkg/storage ValidateListOptions): a page belongs to the list that it goes on from,
 * whatever was written meanwhile.
 */
function startOf(request: ApiRequest, reader: ObjectReader): Start | { status: Status } {
  const { query } = request
  const wrong = hasListOptions(query) ? special.get().listOptionsError(request) : undefined
  if (wrong !== undefined) return { status: wrong }
  const strange = [query['limit'], query['timeoutSeconds']].find((number) => number !== undefined && !/^-?\d+$/.test(number))
  if (strange !== undefined) return { status: badRequest(`strconv.ParseInt: parsing ${JSON.stringify(strange)}: invalid syntax`) }
  const [token = '', version = ''] = [query['continue'], query['resourceVersion']]
  if (token !== '') {
    if (version !== '' && version !== '0') return { status: badRequest('specifying resource version is not allowed when using continue') }
    return continued(token, reader)
  }
  const wanted = revisionOf(version)
  if (wanted === undefined) return { status: badRequest(`invalid resource version: ${badVersion(version)}`) }
  if (wanted > reader.revision) return { status: tooLargeResourceVersion(wanted, reader.revision) }
  const isExact = query['resourceVersionMatch'] === 'Exact' || (query['resourceVersionMatch'] === undefined && wanted > 0 && Number(query['limit'] ?? 0) > 0)
  if (!isExact || wanted === reader.revision) return { at: reader }
  const at = reader.at?.(wanted)
  if (at !== undefined) return { at }
  return { status: expired('The resourceVersion for the provided list is too old.') }
}

function continued(text: string, reader: ObjectReader): Start | { status: Status } {
  const token = special.get().parseContinueToken(text)
  if ('error' in token) return { status: badRequest(token.error) }
  const { revision, start } = token
  const at = revision < 0 ? reader : reader.at?.(revision)
  if (at !== undefined) return { at, start }
  const status = expired(continueExpired)
  return { status: { ...status, metadata: { continue: special.get().printContinueToken(-1, start.replace(/\0$/, '')) } } }
}

/** Whether anything is asked that only few ask of a list or a watch. */
export const hasListOptions = (query: ApiRequest['query']): boolean => query['resourceVersionMatch'] !== undefined || query['sendInitialEvents'] !== undefined

const continueExpired =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'

/** Since when a watch wants to know; 0: from what is there. */
export function resourceVersionOf({ query }: ApiRequest): number | Status {
  const text = query['resourceVersion'] ?? ''
  return revisionOf(text) ?? badRequest(badVersion(text))
}

function revisionOf(text: string): number | undefined {
  if (text === '') return 0
  return /^\d+$/.test(text) ? Number(text) : undefined
}

const badVersion = (text: string): string => `resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`

/** The label and field selectors of a list or a watch as one test; undefined when all objects match. */
export function selection(
  request: ApiRequest,
  info: ResourceInfo,
): { filter: ((object: KubeObject) => boolean) | undefined; nodeName: string | undefined } | Status {
  const labels = parseSelector(request.query['labelSelector'] ?? '')
  if ('error' in labels) return badRequest(labels.error)
  const fields = parseFieldSelector(fieldSelectorOf(request))
  if ('error' in fields) return badRequest(fields.error)
  const apiVersion = apiVersionOf(info)
  const unknown = checkFieldSelector(fields, apiVersion, info.kind, info.custom?.selectable)
  if (unknown !== undefined) return badRequest(unknown)
  const filter = labels.requirements.length === 0 && fields.length === 0
    ? undefined
    : (object: KubeObject) => matches(labels, object.metadata.labels) && (fields.length === 0 || matchesFields(fields, asServed(object, info)))
  return { filter, nodeName: exactField(fields, 'spec.nodeName') }
}

/** A list or a watch of one name is one with the field selector metadata.name. */
function fieldSelectorOf(request: ApiRequest): string {
  const given = request.query['fieldSelector'] ?? ''
  if (request.name === undefined) return given
  return [given, `metadata.name=${request.name}`].filter((part) => part !== '').join(',')
}

export function refusal(status: Status): Response {
  return { code: status.code, body: status }
}
