/**
 * A PATCH request against the stored object: the four content types, and what the API server says when
 * a patch cannot be understood or applied (apiserver/pkg/endpoints/handlers/patch.go).
 */
import { decode, type FieldValidation } from '../decode.ts'
import { invalid as invalidField } from '../field.ts'
import { apiVersionOf, type ResourceInfo } from '../resources.ts'
import { badRequest, internalError, requestEntityTooLarge, invalid, unsupportedMediaType } from '../status.ts'
import type { KubeObject, Status } from '../types.ts'
import { goFormat, isMap, PatchFailure, type Json } from './jsonMap.ts'
import { jsonPatch } from './jsonPatch.ts'
import { jsonSyntaxError } from './jsonSyntax.ts'
import { mergePatch } from './mergePatch.ts'
import { strategicMergePatch } from './strategic.ts'

export type Patched = { object: KubeObject; warnings: readonly string[] } | { status: Status }

const types = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

/** Server-side apply is `applyConfiguration` of ../managedFields/apply.ts, since it also creates. Defaults are not applied here. */
export function applyPatch(
  old: KubeObject,
  body: unknown,
  contentType: string | undefined,
  info: ResourceInfo,
  query: Readonly<Record<string, string>> = {},
): Patched {
  const type = (contentType ?? types.strategic).split(';')[0]!.trim()
  let patched: unknown
  try {
    patched = applyTo(old as unknown as Json, typeof body === 'string' ? parsed(body, type) : body, type, info)
  } catch (failure) {
    if (!(failure instanceof PatchFailure)) throw failure
    return { status: refusal(failure) }
  }
  if (patched === undefined) {
    return { status: unsupportedMediaType([types.json, types.merge, ...(info.custom === undefined ? [types.strategic] : []), types.apply]) }
  }
  const decoded = decode(info, patched, fieldValidation(query), old, type === types.strategic ? 'map' : 'json')
  return 'status' in decoded
    ? { status: badPatch(decoded.status, info, () => (type === types.strategic ? goFormat(body) : JSON.stringify(patched))) }
    : decoded
}

function applyTo(old: Json, body: unknown, type: string, info: ResourceInfo): unknown {
  switch (type) {
    case types.json:
      return jsonPatch(old, body)
    case types.merge:
      // Go decodes null into a map, and it is the library that has no use for it.
      if (body === null) throw new PatchFailure('Invalid JSON Patch', 'bad request')
      mustBeMap(body)
      return mergePatch(old, body)
    case types.strategic:
      if (info.custom !== undefined) return undefined
      if (body === null) return old
      mustBeMap(body)
      return strategicMergePatch(old, body, apiVersionOf(info), info.kind)
    default:
      return undefined
  }
}

/** Of a body that has come as text. */
function parsed(text: string, type: string): unknown {
  const wrong = jsonSyntaxError(text)
  if (wrong === undefined) return JSON.parse(text)
  throw new PatchFailure(type === types.json ? wrong : `error decoding patch: ${wrong}`, 'bad request')
}

function mustBeMap(body: unknown): asserts body is Json {
  if (isMap(body)) return
  const what = Array.isArray(body) ? 'array' : body === null ? 'null' : typeof body
  throw new PatchFailure(
    `error decoding patch: json: cannot unmarshal ${what} into Go value of type map[string]interface {}`,
    'bad request',
  )
}

function refusal(failure: PatchFailure): Status {
  if (failure.kind === 'bad request') return badRequest(failure.message)
  if (failure.kind === 'too large') return requestEntityTooLarge(failure.message)
  if (failure.kind === 'internal') return internalError(failure.message)
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'the server rejected our request due to an error in our request',
    reason: 'Invalid',
    details: {},
    code: 422,
  }
}

function fieldValidation(query: Readonly<Record<string, string>>): FieldValidation {
  const wanted = query['fieldValidation']
  return wanted === 'Strict' || wanted === 'Ignore' ? wanted : 'Warn'
}

/** A patch that leads to something that is no such object is Invalid, with the patch as the bad value. */
function badPatch(status: Status, info: ResourceInfo, shown: () => string): Status {
  const message = status.message ?? ''
  const marker = `cannot be handled as a ${info.kind}: `
  const at = message.indexOf(marker)
  if (at < 0) return status
  return invalid({ group: '', kind: '' }, '', [invalidField('patch', shown(), message.slice(at + marker.length))])
}
