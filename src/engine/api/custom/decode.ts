import { decode, duplicateErrors, type Decoded, type FieldValidation } from '../decode.ts'
import { goQuote } from '../field.ts'
import { apiVersionOf } from '../resources.ts'
import { badRequest } from '../status.ts'
import type { KubeObject, Status } from '../types.ts'
import type { CustomResource, Schema } from './kind.ts'

type Fields = Record<string, unknown>

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Deepest nesting that is looked into. */
const maxDepth = 1000

interface Walk {
  strict: string[]
  tooDeep: boolean
}

/**
 * The body of a request for a custom resource: metadata as of any object, of the rest what the schema knows
 * (apiextensions pkg/apiserver schemaCoercingDecoder). What it does not know is dropped, and told as fieldValidation says.
 */
export function decodeCustom(info: CustomResource, body: unknown, validation: FieldValidation): Decoded | { status: Status } {
  const wanted = apiVersionOf(info)
  const cannot = (why: string): { status: Status } => ({
    status: badRequest(`${info.kind} in version ${goQuote(info.version)} cannot be handled as a ${info.kind}: ${why}`),
  })
  if (!isMap(body)) return cannot(`json: cannot unmarshal ${Array.isArray(body) ? 'array' : typeof body} into Go value of type map[string]interface {}`)
  const { apiVersion = wanted, kind = info.kind } = body
  if (apiVersion !== wanted) return { status: badRequest(`the API version in the data (${String(apiVersion)}) does not match the expected API version (${wanted})`) }
  // Metadata is that of any object.
  const carrier = decodeMetadata(body['metadata'])
  if ('status' in carrier) return { status: { ...carrier.status, message: (carrier.status.message ?? '').replaceAll('ConfigMap', info.kind).replace('"v1"', goQuote(info.version)) } }
  const walk: Walk = { strict: [...carrier.warnings], tooDeep: false }
  const rest = known(body, info.custom.schema, '', walk, 0) as Fields
  if (walk.tooDeep) return cannot('exceeded max depth')
  const { strict } = walk
  if (validation !== 'Ignore') strict.push(...duplicateErrors(body))
  if (strict.length > 0 && validation === 'Strict') return cannot(`strict decoding error: ${strict.join(', ')}`)
  const object = { ...rest, apiVersion: wanted, kind, metadata: carrier.object.metadata } as unknown as KubeObject
  return { object, warnings: validation === 'Warn' ? strict : [] }
}

const ofEveryObject = new Set(['apiVersion', 'kind', 'metadata'])

/** That of an object within another one is checked as that of the outer one (apiextensions pkg/apiserver/schema/objectmeta Coerce). */
function embeddedMetadata(metadata: unknown, path: string, walk: Walk): unknown {
  const decoded = decodeMetadata(metadata)
  if ('status' in decoded) return metadata
  walk.strict.push(...decoded.warnings.map((warning) => warning.replace('"metadata.', `"${path}.`)))
  const unknown = decoded.warnings.map((warning) => /"metadata\.([^".]*)"/.exec(warning)?.[1])
  return isMap(metadata) ? Object.fromEntries(Object.entries(metadata).filter(([key]) => !unknown.includes(key))) : metadata
}

const decodeMetadata = (metadata: unknown): Decoded | { status: Status } => decode({ group: '', version: 'v1', kind: 'ConfigMap' }, { apiVersion: 'v1', kind: 'ConfigMap', metadata }, 'Warn')

/** `value` without what the schema does not know (structural-schema pruning). */
function known(value: unknown, schema: Schema | undefined, path: string, walk: Walk, depth: number): unknown {
  if (depth > maxDepth) walk.tooDeep = true
  if (typeof value !== 'object' || value === null || walk.tooDeep) return value
  if (Array.isArray(value)) return value.map((item, i) => known(item, schema?.items, `${path}[${i}]`, walk, depth + 1))
  const isObject = depth === 0 || schema?.['x-kubernetes-embedded-resource'] === true
  const keepsAll = schema === undefined || schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true
  const out: Fields = {}
  for (const [key, inner] of Object.entries(value)) {
    if (key === '__proto__' || inner === undefined) continue
    const at = path === '' ? key : `${path}.${key}`
    if (isObject && key === 'metadata' && depth > 0) out[key] = embeddedMetadata(inner, at, walk)
    else if (isObject && ofEveryObject.has(key)) out[key] = inner
    else if (schema?.properties !== undefined && Object.hasOwn(schema.properties, key)) out[key] = known(inner, schema.properties[key], at, walk, depth + 1)
    else if (typeof schema?.additionalProperties === 'object') out[key] = known(inner, schema.additionalProperties, at, walk, depth + 1)
    else if (keepsAll) out[key] = known(inner, undefined, at, walk, depth + 1)
    else walk.strict.push(`unknown field ${goQuote(at)}`)
  }
  return out
}
