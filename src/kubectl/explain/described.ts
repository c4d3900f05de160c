import type { Schema } from '../../engine/api/custom/kind.ts'
import type { Field, Struct } from '../../engine/api/schema/schema.ts'
import { Part } from '../../engine/part.ts'
import { enums } from '../../engine/api/enums.ts'

/** type -> field -> what the API's documentation says; '' is the type itself. */
export const descriptions = new Part<Readonly<Record<string, Readonly<Record<string, string>>>>>('descriptions')

/** A field or a kind, as `explain` tells of it; what is in a list or a map counts as in the field itself. */
export interface Described {
  name: string
  /** "string", "[]Container", "map[string]Quantity" */
  type: string
  required: boolean
  /** In the list of its parent's fields. */
  text: string
  /** By itself: also what its type says. */
  fullText: string
  enum: readonly string[]
  /** Sorted; made when they are asked for, since types may contain themselves. */
  fields(): readonly Described[]
  /** Of a type that has a name: where a walk that comes back to it ends. */
  typeKey: string | undefined
}

export function describedKind(type: Struct): Described {
  const text = textOf(type.key, '')
  return { name: '', type: type.goName, required: false, text, fullText: lines(text), enum: [], fields: () => fieldsOf(type), typeKey: type.key }
}

/** Each text ends its line. */
const lines = (...texts: readonly string[]): string => texts.filter((text) => text !== '').map((text) => `${text}\n`).join('')

/** Basic types that the API's documentation has as types of their own. */
const documentedBasics: Readonly<Record<string, string>> = { quantity: 'Quantity', time: 'Time', microTime: 'MicroTime', intOrString: 'IntOrString' }

function textOf(type: string, field: string): string {
  const texts = descriptions.get()
  return (Object.hasOwn(texts, type) ? texts[type]![field] : undefined) ?? ''
}

export const byName = (a: Described, b: Described): number => (a.name < b.name ? -1 : 1)

const fieldsOf = (type: Struct): Described[] => [...type.fields.values()].map((field) => describedField(type, field)).toSorted(byName)

function describedField(owner: Struct, field: Field): Described {
  const inner = field.struct
  const own = textOf(owner.key, field.name)
  const ofType = textOf(inner?.key ?? documentedBasics[field.basic] ?? '', '')
  return {
    name: field.name,
    type: typeText(field),
    required: field.required,
    // What is said of newer fields that have a type of their own is not published with the client; then the type speaks for them.
    text: own || ofType,
    fullText: lines(own, ofType),
    enum: enums[`${owner.key}.${field.name}`] ?? [],
    fields: () => (inner === undefined ? [] : fieldsOf(inner)),
    typeKey: inner?.key,
  }
}

const basicNames: Readonly<Record<string, string>> = {
  string: 'string', bool: 'boolean', int32: 'integer', int64: 'integer', double: 'number', time: 'string', microTime: 'string',
  intOrString: 'IntOrString', bytes: 'string', any: 'Object', quantity: 'Quantity',
}

function typeText({ basic, struct: type, collection }: Field): string {
  const element = type ? type.goName : (basicNames[basic] ?? 'Object')
  return collection === 'list' ? `[]${element}` : collection === 'map' ? `map[string]${element}` : element
}

/** A schema of an OpenAPI document, as a custom resource has it. */
export function describedSchema(schema: Schema, name = '', required = false): Described {
  return {
    name,
    type: schemaType(schema),
    required,
    text: schema.description ?? '',
    fullText: fullTextOf(schema),
    enum: (schema.enum ?? []).map(String),
    fields: () => propertiesOf(schema),
    typeKey: undefined,
  }
}

const inside = (schema: Schema): Schema | undefined => schema.items ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined)

function propertiesOf(schema: Schema): Described[] {
  const own = Object.entries(schema.properties ?? {}).map(([name, inner]) => describedSchema(inner, name, schema.required?.includes(name) === true)).toSorted(byName)
  const inner = inside(schema)
  return own.length > 0 || inner === undefined ? own : propertiesOf(inner)
}

function fullTextOf(schema: Schema): string {
  const inner = inside(schema)
  return lines(schema.description ?? '') + (inner === undefined ? '' : fullTextOf(inner))
}

function schemaType(schema: Schema): string {
  if (schema.items !== undefined) return `[]${schemaType(schema.items)}`
  if (typeof schema.additionalProperties === 'object') return `map[string]${schemaType(schema.additionalProperties)}`
  return schema.type === undefined || schema.type === 'object' ? 'Object' : schema.type
}
