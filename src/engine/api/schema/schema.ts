/**
 * The fields of every type, as decoding needs them: joined from the generated list and our tables when
 * a type is first used.
 */
import { Part } from '../../part.ts'
import { kindTypes, podTypes } from '../schema.generated.ts'
import { marksOfPods, type Marks } from './tables.ts'

export type Basic =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'double'
  | 'time'
  | 'microTime'
  | 'intOrString'
  | 'bytes'
  | 'any'
  | 'quantity'
  | 'struct'

export interface Field {
  name: string
  /** What one element is. */
  basic: Basic
  /** Of a struct. */
  struct: Struct | undefined
  collection: 'none' | 'list' | 'map'
  /** The API documentation calls it required. */
  required: boolean
  /**
   * What stands for "not given" in the stored object: 'drop' (omitempty), 'keep' (a pointer: dropped when
   * absent, kept when it is given as zero), 'write' (always there).
   */
  empty: 'drop' | 'keep' | 'write'
  /** "int32", "[]v1.Container", "map[string]string": how Go's errors call it. */
  goType: string
  /** The same for one element. */
  goElement: string
  /** For server-side apply, where the type says it itself: keys of a list, '' for a set; one field as a whole. */
  listKeys?: string
  whole?: boolean
}

export interface Struct {
  /** "Container", "v2.MetricSpec": the key in the generated list. */
  key: string
  /** "Container": how Go's errors call it. */
  goName: string
  fields: ReadonlyMap<string, Field>
  /** Fields that are written even when nothing is given. */
  written: readonly Field[]
}

const basics: Record<string, Basic> = {
  s: 'string',
  b: 'bool',
  i: 'int32',
  l: 'int64',
  d: 'double',
  t: 'time',
  u: 'microTime',
  x: 'intOrString',
  y: 'bytes',
  '*': 'any',
}
const goNames: Record<Basic, string> = {
  string: 'string',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  time: 'v1.Time',
  microTime: 'v1.MicroTime',
  intOrString: 'intstr.IntOrString',
  bytes: '[]uint8',
  any: 'runtime.RawExtension',
  quantity: 'resource.Quantity',
  struct: 'struct',
}

/** Types that no Pod has in it: kinds.ts. */
export const otherTypes = new Part<{ types: Readonly<Record<string, string>>; marks: Marks }>('kinds')

const structs = new Map<string, Struct>()

/** The type of a kind, or undefined when the kind is unknown. */
export function structOfKind(apiVersion: string, kind: string): Struct | undefined {
  const key = `${apiVersion}/${kind}`
  return Object.hasOwn(kindTypes, key) ? struct(kindTypes[key]!) : undefined
}

/** The type by its name in the generated list. */
export function struct(key: string): Struct {
  const known = structs.get(key)
  if (known) return known
  const ofPods = podTypes[key]
  const text = ofPods ?? otherTypes.get().types[key]
  if (text === undefined) throw new Error(`no type ${key} in the generated schema`)
  const fields = new Map<string, Field>()
  const written: Field[] = []
  const made: Struct = { key, goName: key.slice(key.indexOf('.') + 1), fields, written }
  structs.set(key, made)
  const marks = ofPods === undefined ? otherTypes.get().marks : marksOfPods
  for (const entry of text === '' ? [] : text.split(',')) {
    const field = parseField(key, entry, marks)
    fields.set(field.name, field)
    if (field.empty === 'write') written.push(field)
  }
  return made
}

function parseField(type: string, entry: string, marks: Marks): Field {
  const colon = entry.indexOf(':')
  const required = entry[colon - 1] === '!'
  const name = entry.slice(0, required ? colon - 1 : colon)
  const id = `${type}.${name}`
  let code = entry.slice(colon + 1)
  const collection = code.startsWith('[]') ? 'list' : code.startsWith('{}') ? 'map' : 'none'
  if (collection !== 'none') code = code.slice(2)
  // SubjectAccessReview.extra, the only list inside a map, is taken as it comes.
  const basic: Basic = code.startsWith('[]') ? 'any' : marks.quantities.has(id) ? 'quantity' : (basics[code] ?? 'struct')
  const version = code.startsWith('v2.') ? 'v2' : 'v1'
  const named = basic === 'string' && Object.hasOwn(marks.named, id) ? marks.named[id] : undefined
  const goElement =
    basic === 'struct'
      ? `${version}.${code.slice(code.indexOf('.') + 1)}`
      : named
        ? `${named === 'UID' ? 'types' : type.startsWith('v2.') ? 'v2' : 'v1'}.${named}`
        : goNames[basic]
  const facts: Omit<Field, 'struct'> = {
    name,
    basic,
    collection,
    required,
    empty: emptiness(marks, id, name, basic, collection, required),
    goElement,
    goType: collection === 'list' ? `[]${goElement}` : collection === 'map' ? `map[string]${goElement}` : goElement,
  }
  return new FieldOfType(facts, code)
}

/** All fields are of one class, so that V8 knows where their parts lie: decoding reads them for every value of every write. */
class FieldOfType implements Field {
  readonly name: string
  readonly basic: Basic
  readonly collection: Field['collection']
  readonly required: boolean
  readonly empty: Field['empty']
  readonly goType: string
  readonly goElement: string
  private readonly code: string
  private inner: Struct | undefined

  constructor(facts: Omit<Field, 'struct'>, code: string) {
    this.name = facts.name
    this.basic = facts.basic
    this.collection = facts.collection
    this.required = facts.required
    this.empty = facts.empty
    this.goType = facts.goType
    this.goElement = facts.goElement
    this.code = code
  }

  /** Types may contain themselves (JSONSchemaProps), so the inner type is looked up on first use. */
  get struct(): Struct | undefined {
    return this.basic === 'struct' ? (this.inner ??= struct(this.code)) : undefined
  }
}

function emptiness(
  { alwaysWritten, embedded, embeddedTimes, keptLists, plainNumbers, pointerStrings, requiredPointers }: Marks,
  id: string,
  name: string,
  basic: Basic,
  collection: Field['collection'],
  required: boolean,
): Field['empty'] {
  if (alwaysWritten.has(id) || embedded.has(id) || embeddedTimes.has(id)) return 'write'
  if (basic === 'struct' && collection === 'none' && (name === 'metadata' || ((name === 'spec' || name === 'status') && !required))) {
    return 'write'
  }
  if (required) return pointerStrings.has(id) || requiredPointers.has(id) ? 'keep' : 'write'
  if (collection !== 'none') return keptLists.has(id) ? 'keep' : 'drop'
  switch (basic) {
    case 'string':
    case 'bytes':
    case 'quantity':
      return pointerStrings.has(id) ? 'keep' : 'drop'
    case 'bool':
    case 'int32':
    case 'int64':
    case 'double':
      return plainNumbers.has(id) ? 'drop' : 'keep'
    default:
      return 'keep'
  }
}

/** The zero that is written for a field that was not given. */
export function zeroOf(field: Field): unknown {
  return field.collection === 'none' ? zeroElement(field) : null
}

/** Go's zero of one element of a field. */
export function zeroElement(field: Field): unknown {
  switch (field.basic) {
    case 'string':
    case 'bytes':
      return ''
    case 'bool':
      return false
    case 'int32':
    case 'int64':
    case 'double':
    case 'intOrString':
      return 0
    case 'quantity':
      return '0'
    case 'struct':
      return zeroStruct(field.struct!)
    default:
      return null
  }
}

function zeroStruct(type: Struct): object {
  const out: Record<string, unknown> = {}
  for (const field of type.written) out[field.name] = zeroOf(field)
  return out
}
