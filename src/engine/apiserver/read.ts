import { checkFieldSelector, exactField, matchesFields, parseFieldSelector } from '../api/fieldSelector.ts'
import { matches, parseSelector } from '../api/selector.ts'
import { badRequest, notFound } from '../api/status.ts'
import { allToVersion, toVersion } from '../api/conversion.ts'
import { apiVersionOf, type ResourceInfo } from '../api/resources.ts'
import type { KubeObject, Status } from '../api/types.ts'
import type { ObjectList, Response } from '../api/request.ts'
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
}

/** Answers get and list from `reader`; the same for the present and for the past. */
export function read(request: ApiRequest, info: ResourceInfo, reader: ObjectReader, nowMs: number): Response {
  const response = request.verb === 'get' ? get(request, info, reader, nowMs) : list(request, info, reader, nowMs)
  const warnings = deprecationOf(info)
  return warnings.length === 0 ? response : { ...response, warnings }
}

function get(request: ApiRequest, info: ResourceInfo, reader: ObjectReader, nowMs: number): Response {
  const stored = reader.get(objectKey(info, request.namespace, request.name!))
  const object = stored === undefined ? undefined : toVersion(stored, apiVersionOf(info))
  if (object === undefined) return refusal(notFound(info, request.name!))
  const shown = request.subresource === 'scale' ? changes.get().scaleOf(object) : object
  if (request.accept !== 'table') return { code: 200, body: shown }
  return { code: 200, body: tables.get()(request.subresource === 'scale' ? changes.get().scales : info, [shown], { now: nowMs }) }
}

function list(request: ApiRequest, info: ResourceInfo, reader: ObjectReader, nowMs: number): Response {
  const matches = selection(request, info)
  if ('kind' in matches) return refusal(matches)
  let items = reader.range(listPrefix(info, request.namespace))
  if (matches.filter !== undefined) items = items.filter(matches.filter)
  const limit = Number(request.query['limit'] ?? 0)
  const start = Number(request.query['continue'] ?? 0)
  const page = limit > 0 ? items.slice(start, start + limit) : items.slice(start)
  const left = items.length - start - page.length
  const metadata = {
    resourceVersion: String(reader.revision),
    ...(left > 0 ? { continue: String(start + page.length), remainingItemCount: left } : {}),
  }
  if (request.accept === 'table') {
    const table = tables.get()(info, page, { now: nowMs })
    return { code: 200, body: { ...table, metadata } }
  }
  const apiVersion = apiVersionOf(info)
  const body: ObjectList = { kind: `${info.kind}List`, apiVersion, metadata, items: allToVersion(page, apiVersion) }
  return { code: 200, body }
}

/** The label and field selectors of a list or a watch as one test; undefined when all objects match. */
export function selection(
  request: ApiRequest,
  info: ResourceInfo,
): { filter: ((object: KubeObject) => boolean) | undefined; nodeName: string | undefined } | Status {
  const labels = parseSelector(request.query['labelSelector'] ?? '')
  if ('error' in labels) return badRequest(labels.error)
  const fields = parseFieldSelector(fieldSelectorOf(request))
  if ('error' in fields) return badRequest(fields.error)
  const unknown = checkFieldSelector(fields, apiVersionOf(info), info.kind)
  if (unknown !== undefined) return badRequest(unknown)
  const filter = labels.requirements.length === 0 && fields.length === 0
    ? undefined
    : (object: KubeObject) => matches(labels, object.metadata.labels) && matchesFields(fields, object)
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
