/**
 * From a request body to an object of a kind, as the API server's JSON serializer does it: types are
 * checked, unknown fields dropped (and reported), empty values left out where Go leaves them out,
 * quantities and times brought to their canonical text. The words are Go's and apimachinery's.
 *
 * The order of unknown fields in the message is that of the body; kubectl sends its keys sorted.
 */
import { custom } from './custom/custom.ts'
import { duplicatesIn } from './duplicateFields.ts'
import { parseQuantity } from './quantity.ts'
import { parseGroupVersion } from './resources.ts'
import { structOfKind, zeroElement, zeroOf, type Basic, type Field, type Struct } from './schema/schema.ts'
import { badRequest, requestEntityTooLarge } from './status.ts'
import { formatMicroTime, formatTime, isCanonicalTime, parseTime, timeError } from './time.ts'
import { goQuote } from './field.ts'
import type { CustomResource } from './custom/kind.ts'
import type { KubeObject, Status } from './types.ts'

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

export interface Decoded {
  object: KubeObject
  /** For fieldValidation Warn: `unknown field "spec.foo"`. */
  warnings: readonly string[]
}

/** Upstream's limit on a request body, in bytes; here counted in characters of keys and texts. */
const maxSize = 3 * 1024 * 1024
/** encoding/json refuses deeper nesting than 10000; values without a schema are the only ones that can be deep. */
const maxDepth = 1000

/** A failure of decoding; caught in `decode`, never seen outside. */
class DecodeFailure extends Error {}

interface State {
  strict: string[]
  /** The first type mismatch; decoding goes on, as encoding/json does. */
  mismatch: string | undefined
  size: number
  /** Innermost struct and the dotted path of field names, for mismatches. */
  goStruct: string
  names: string[]
  /** Path with list indices, for unknown fields: built only when one is reported. */
  path: (string | number)[]
  words: 'json' | 'map'
}

/**
 * `wanted` is the kind that the request is for; a body without apiVersion or kind is taken to be it.
 * Parts of the body that are the very same values as in `stored` were decoded before and are kept: a
 * patch costs what it changes. What is wrong is said in the words of Go's JSON, or in those of apimachinery's
 * converter from maps, which reads what a strategic merge patch has made. Never throws for bad input.
 */
export function decode(
  wanted: { group: string; version: string; kind: string; custom?: unknown },
  body: unknown,
  fieldValidation: FieldValidation = 'Ignore',
  stored?: KubeObject,
  words: 'json' | 'map' = 'json',
): Decoded | { status: Status } {
  if (wanted.custom !== undefined) return custom.get().decodeCustom(wanted as CustomResource, body, fieldValidation)
  const wantedVersion = wanted.group === '' ? wanted.version : `${wanted.group}/${wanted.version}`
  const type = structOfKind(wantedVersion, wanted.kind)
  if (!type) throw new Error(`no schema for ${wantedVersion} ${wanted.kind}`)
  const meta = interpret(body)
  if ('error' in meta) return { status: unrecognized(wanted.kind, meta.error, body) }
  const apiVersion = meta.apiVersion || wantedVersion
  const kind = meta.kind || wanted.kind
  const cannot = (why: string): { status: Status } => ({
    status: badRequest(
      `${kind} in version ${goQuote(parseGroupVersion(apiVersion).version)} cannot be handled as a ${wanted.kind}: ${why}`,
    ),
  })
  if (!structOfKind(apiVersion, kind)) return cannot(noKind(apiVersion, kind))
  const wantedGroup = wanted.group === 'events.k8s.io' ? '' : wanted.group
  if (kind !== wanted.kind || groupPart(apiVersion) !== wantedGroup) {
    return cannot(
      `converting (${parseGroupVersion(apiVersion).version}.${kind}) to (${internalPackage(wantedGroup)}.${wanted.kind}): unknown conversion`,
    )
  }
  if (apiVersion !== wantedVersion) {
    return {
      status: badRequest(
        `the API version in the data (${apiVersion}) does not match the expected API version (${wantedVersion})`,
      ),
    }
  }
  const state: State = { strict: [], mismatch: undefined, size: 0, goStruct: '', names: [], path: [], words }
  let object: Record<string, unknown>
  try {
    object = decodeStruct(type, body as Record<string, unknown>, state, stored)
  } catch (failure) {
    if (!(failure instanceof DecodeFailure)) throw failure
    if (failure.message === tooLarge) return { status: requestEntityTooLarge(`limit is ${maxSize}`) }
    return cannot(failure.message)
  }
  if (state.mismatch) return cannot(state.mismatch)
  if (fieldValidation !== 'Ignore') state.strict.push(...duplicateErrors(body))
  if (state.strict.length > 0 && fieldValidation === 'Strict') {
    return cannot(`strict decoding error: ${state.strict.join(', ')}`)
  }
  object['apiVersion'] = wantedVersion
  object['kind'] = wanted.kind
  return { object: object as unknown as KubeObject, warnings: fieldValidation === 'Warn' ? state.strict : [] }
}

const tooLarge = 'body too large'

export const duplicateErrors = (body: unknown): string[] => duplicatesIn(body).map(({ path }) => `duplicate field ${goQuote(path)}`)

/** Events of both groups are one internal kind. */
function groupPart(apiVersion: string): string {
  const { group } = parseGroupVersion(apiVersion)
  return group === 'events.k8s.io' ? '' : group
}

/** The Go package of a group's internal types. */
function internalPackage(group: string): string {
  return group === '' ? 'core' : group.split('.')[0]!
}

const noKind = (apiVersion: string, kind: string): string =>
  `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`

function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value
}

/** json.SimpleMetaFactory.Interpret */
function interpret(body: unknown): { apiVersion: string; kind: string } | { error: string } {
  const failed = (why: string) => ({ error: `couldn't get version/kind; json parse error: ${why}` })
  if (body === undefined) return failed('unexpected end of JSON input')
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return failed(
      `json: cannot unmarshal ${jsonKind(body)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    )
  }
  const meta = { apiVersion: '', kind: '' }
  for (const key of ['apiVersion', 'kind'] as const) {
    const value = Object.hasOwn(body, key) ? (body as Record<string, unknown>)[key] : undefined
    if (value === undefined || value === null) continue
    if (typeof value !== 'string') {
      return failed(`json: cannot unmarshal ${jsonKind(value)} into Go struct field .${key} of type string`)
    }
    meta[key] = value
  }
  return meta
}

function unrecognized(kind: string, why: string, body: unknown): Status {
  let text: string
  try {
    text = JSON.stringify(body) ?? ''
  } catch {
    text = String(body)
  }
  const summary = text === '' ? '<empty>' : text.length > 30 ? `${text.slice(0, 30)} ...` : text
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summary})`)
}

function spend(state: State, amount: number): void {
  if ((state.size += amount) > maxSize) throw new DecodeFailure(tooLarge)
}

function mismatch(state: State, value: string, goType: string): void {
  if (state.mismatch !== undefined) return
  // Types that read themselves do not know where they are.
  const place = state.words === 'json' && state.names.length > 0 ? `struct field ${state.goStruct}.${state.names.join('.')}` : 'value'
  state.mismatch = `json: cannot unmarshal ${value} into Go ${place} of type ${goType}`
}

/** A value that cannot be what its field is: `wanted` is what Go has there. */
function wrongType(state: State, value: unknown, wanted: 'slice' | 'map' | 'struct' | Basic, goType: string): void {
  if (state.words === 'json') mismatch(state, jsonKind(value), goType)
  else state.mismatch ??= unrestorable(value, wanted, goType)
}

/** runtime.DefaultUnstructuredConverter. */
function unrestorable(value: unknown, wanted: 'slice' | 'map' | 'struct' | Basic, goType: string): string {
  const given = goKind(value)
  if (wanted === 'slice' || wanted === 'bytes') return `cannot restore slice from ${given}`
  if (wanted === 'map') return `cannot restore map from ${given}`
  if (wanted === 'struct') return `cannot restore struct from: ${given}`
  // What Go itself would convert, but JSON does not.
  return wanted === 'string' && given === 'int64' ? `cannot convert int64 to ${goType}` : `unrecognized type: ${wanted === 'double' ? 'float64' : wanted}`
}

function goKind(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64'
  return Array.isArray(value) ? 'slice' : typeof value === 'object' ? 'map' : jsonKind(value)
}

/** "spec.containers[0].imagee" */
function strictPath(state: State, last: string): string {
  let text = ''
  for (const part of [...state.path, last])
    text += typeof part === 'number' ? `[${part}]` : text === '' ? part : `.${part}`
  return text
}

/** What the stored object has at the same place, if it is there. */
type Known = Record<string, unknown> | undefined

function decodeStruct(type: Struct, value: Record<string, unknown>, state: State, known?: Known): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  const outer = state.goStruct
  for (const key of Object.keys(value)) {
    const field = type.fields.get(key)
    spend(state, key.length + 4)
    if (!field) {
      state.strict.push(`unknown field ${goQuote(strictPath(state, key))}`)
      continue
    }
    const given = value[key]
    if (given === null || given === undefined) continue
    if (typeof given !== 'object') {
      // Most values are plain ones of the right type: nothing can be wrong with them.
      if (isPlain(field, given)) {
        if (typeof given === 'string') spend(state, given.length)
        if (field.empty !== 'drop' || (given !== '' && given !== 0 && given !== false)) out[key] = given
        continue
      }
    } else if (known !== undefined && given === known[key]) {
      out[key] = given
      continue
    }
    const stored = known?.[key]
    state.goStruct = type.goName
    state.names.push(key)
    state.path.push(key)
    const decoded = decodeField(field, given, state, stored)
    state.names.pop()
    state.path.pop()
    state.goStruct = outer
    if (decoded !== undefined) out[key] = decoded
  }
  for (const field of type.written) if (out[field.name] === undefined) out[field.name] = zeroOf(field)
  return out
}

function isPlain({ collection, basic }: Field, value: unknown): boolean {
  if (collection !== 'none') return false
  switch (basic) {
    case 'string':
      return typeof value === 'string'
    case 'bool':
      return typeof value === 'boolean'
    case 'int32':
      return typeof value === 'number' && (value | 0) === value
    default:
      return false
  }
}

function decodeField(field: Field, value: unknown, state: State, stored: unknown): unknown {
  if (field.collection === 'list') return decodeList(field, value, state, Array.isArray(stored) ? stored : undefined)
  if (field.collection === 'map') return decodeMap(field, value, state)
  const decoded = decodeElement(field, value, state, stored as Known)
  if (field.empty === 'drop' && (decoded === '' || decoded === 0 || decoded === false)) return undefined
  return decoded
}

function decodeList(field: Field, value: unknown, state: State, stored: readonly unknown[] | undefined): unknown {
  if (!Array.isArray(value)) {
    wrongType(state, value, 'slice', field.goType)
    return undefined
  }
  // An empty list is stored as none (protobuf): what must be written is null then, and the rest is left out.
  if (value.length === 0) return field.empty === 'keep' ? [] : undefined
  const out: unknown[] = []
  for (let i = 0; i < value.length; i++) {
    spend(state, 2)
    state.path.push(i)
    const item: unknown = value[i]
    if (typeof item === 'object' && item !== null && item === stored?.[i]) out.push(item)
    else out.push(item === null || item === undefined ? zeroElement(field) : decodeElement(field, item, state))
    state.path.pop()
  }
  return out
}

function decodeMap(field: Field, value: unknown, state: State): unknown {
  if (typeof value !== 'object' || Array.isArray(value)) {
    wrongType(state, value, 'map', field.goType)
    return undefined
  }
  const keys = Object.keys(value!)
  if (keys.length === 0) return undefined
  const out: Record<string, unknown> = {}
  for (const key of keys) {
    spend(state, key.length + 4)
    refuseProto(key)
    const item = (value as Record<string, unknown>)[key]
    state.path.push(key)
    out[key] = item === null || item === undefined ? zeroElement(field) : decodeElement(field, item, state)
    state.path.pop()
  }
  return out
}

/** Our own rule: such a key could change what every object inherits, and no use of it is known. */
function refuseProto(key: string): void {
  if (key === '__proto__') throw new DecodeFailure('the key "__proto__" is not supported')
}

function decodeElement(field: Field, value: unknown, state: State, known?: Known): unknown {
  switch (field.basic) {
    case 'string':
      if (typeof value === 'string') {
        spend(state, value.length)
        return value
      }
      break
    case 'bool':
      if (typeof value === 'boolean') return value
      break
    case 'int32':
    case 'int64':
    case 'double':
      if (typeof value === 'number') return decodeNumber(field, value, state)
      break
    case 'quantity':
      return decodeQuantity(value, state)
    case 'intOrString':
      return decodeIntOrString(value, state)
    case 'time':
    case 'microTime':
      return decodeTime(value, field.basic, state)
    case 'bytes':
      if (typeof value === 'string') return decodeBytes(value, state)
      break
    case 'any':
      return copyUntyped(value, state, 0)
    case 'struct':
      if (typeof value === 'object' && !Array.isArray(value)) {
        return decodeStruct(field.struct!, value as Record<string, unknown>, state, known)
      }
      break
  }
  wrongType(state, value, field.basic, field.goElement)
  return zeroElement(field)
}

function decodeNumber(field: Field, value: number, state: State): number {
  if (field.basic === 'double') return value
  const limit = field.basic === 'int32' ? 2 ** 31 : 2 ** 63
  if (Number.isInteger(value) && value >= -limit && value < limit) return value
  if (state.words === 'map' && !Number.isInteger(value)) state.mismatch ??= `cannot convert float64 to ${field.goElement}`
  mismatch(state, `number ${value}`, field.goElement)
  return 0
}

function decodeQuantity(value: unknown, state: State): string {
  const text = typeof value === 'string' ? value.trim() : typeof value === 'object' ? '{}' : String(value)
  spend(state, text.length)
  const parsed = parseQuantity(text)
  if ('error' in parsed) throw new DecodeFailure(parsed.error)
  return parsed.text
}

function decodeIntOrString(value: unknown, state: State): string | number {
  if (typeof value === 'string') {
    spend(state, value.length)
    return value
  }
  if (typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31) return value
  state.mismatch = undefined
  mismatch(state, typeof value === 'number' ? `number ${value}` : jsonKind(value), 'int32')
  throw new DecodeFailure(state.mismatch!)
}

function decodeTime(value: unknown, basic: 'time' | 'microTime', state: State): string {
  if (typeof value !== 'string') {
    state.mismatch = undefined
    mismatch(state, jsonKind(value), 'string')
    throw new DecodeFailure(state.mismatch!)
  }
  spend(state, value.length)
  if (basic === 'time' && isCanonicalTime(value)) return value
  const wrong = timeError(value, basic === 'microTime')
  if (wrong) throw new DecodeFailure(wrong)
  const at = parseTime(value)!
  return basic === 'time' ? formatTime(at) : value.endsWith('Z') ? value : formatMicroTime(at)
}

/** Base64 (standard alphabet, padded, line breaks ignored), stored without line breaks. */
function decodeBytes(value: string, state: State): string {
  spend(state, value.length)
  const wrong = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value) ? -1 : corruptAt(value)
  if (wrong >= 0) {
    state.mismatch ??= `${state.words === 'map' ? 'error decoding from json: ' : ''}illegal base64 data at input byte ${wrong}`
    return ''
  }
  return value.replaceAll(/[\r\n]/g, '')
}

/** Where encoding/base64 stops; -1 when all is well. */
export function corruptAt(value: string): number {
  let at = 0
  const skipBreaks = () => {
    while (value[at] === '\r' || value[at] === '\n') at++
  }
  for (let inGroup = 0; ; at++) {
    skipBreaks()
    const char = value[at]
    if (char === undefined) return inGroup === 0 ? -1 : at - inGroup
    if (/[A-Za-z0-9+/]/.test(char)) {
      inGroup = (inGroup + 1) % 4
      continue
    }
    if (char !== '=' || inGroup < 2) return at
    at++
    skipBreaks()
    if (inGroup === 2) {
      if (value[at] === undefined) return value.length
      if (value[at] !== '=') return at - 1
      at++
      skipBreaks()
    }
    return at < value.length ? at : -1
  }
}

/** Values without a schema (raw extensions, JSON schemas) are copied as they are, nulls included. */
function copyUntyped(value: unknown, state: State, depth: number): unknown {
  if (depth > maxDepth) throw new DecodeFailure('exceeded max depth')
  if (typeof value === 'string') spend(state, value.length)
  if (typeof value !== 'object' || value === null) return value
  spend(state, 2)
  if (Array.isArray(value)) return value.map((item) => copyUntyped(item, state, depth + 1))
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(value)) {
    refuseProto(key)
    spend(state, key.length + 4)
    out[key] = copyUntyped((value as Record<string, unknown>)[key], state, depth + 1)
  }
  return out
}
