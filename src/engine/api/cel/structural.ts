import type { Environment } from '@marcbachmann/cel-js'
import { bytesOfBase64 } from '../base64.ts'
import type { Schema } from '../custom/kind.ts'
import { newEnvironment } from './environment.ts'
import { compile } from './program.ts'
import { sameValue, toCel } from './values.ts'
import { escapeName } from './words.ts'

/** What a schema is in CEL. */
export interface Declared {
  /** The library's name of the type. */
  type: string
  /** A value of JSON as one of this type. */
  convert: (value: unknown) => unknown
  /** How long it may be: characters, items, entries. */
  max: number
  /** How few bytes it takes as JSON. */
  min: number
  items?: Declared
  keys?: Declared
  fields?: Readonly<Record<string, Declared>>
}

/** What a request may have, in bytes (apiserver/pkg/cel/limits.go). */
export const maxRequest = 3 * 1024 * 1024
const longestText = maxRequest - 2
const key: Declared = { type: 'string', convert: toCel, max: 0, min: 2 }

/** The types of a structural schema (apiserver/pkg/cel/common/schemas.go SchemaDeclType), each declared once in one environment. */
export class StructuralTypes {
  private readonly environment: Environment
  private readonly known = new Map<Schema, Declared | undefined>()
  private count = 0

  constructor(environment: Environment) {
    this.environment = environment
  }

  /** Undefined where nothing is known of the value; rules cannot speak of it. */
  of(schema: Schema, isResource = false): Declared | undefined {
    if (!this.known.has(schema)) this.known.set(schema, this.declare(schema, isResource))
    return this.known.get(schema)
  }

  private declare(schema: Schema, isResource: boolean): Declared | undefined {
    if (schema['x-kubernetes-int-or-string']) return { type: 'dyn', convert: toCel, min: 1, max: lengthOf(schema) }
    switch (schema.type) {
      case 'array':
        return this.list(schema)
      case 'object':
        return this.object(schema, isResource || schema['x-kubernetes-embedded-resource'] === true)
      case 'string':
        return this.text(schema)
      case 'boolean':
        return { type: 'bool', convert: toCel, min: 4, max: 0 }
      case 'integer':
        return { type: 'int', convert: toCel, min: 1, max: 0 }
      case 'number':
        return { type: 'double', convert: (value) => (value === null ? null : Number(value)), min: 1, max: 0 }
      default:
        return undefined
    }
  }

  /** A text as CEL itself reads it; what it cannot read is none. */
  private read(expression: string, text: unknown): unknown {
    const program = compile(newEnvironment().registerVariable('text', 'string'), expression)
    const outcome = typeof text === 'string' && 'attempt' in program ? program.attempt(new Map([['text', text]])) : undefined
    return outcome !== undefined && 'value' in outcome ? outcome.value : null
  }

  private list({ items, maxItems }: Schema): Declared | undefined {
    const item = items === undefined ? undefined : this.of(items)
    if (item === undefined) return undefined
    const convert = (value: unknown): unknown => (Array.isArray(value) ? value.map((inner) => (inner === null ? null : item.convert(inner))) : toCel(value))
    return { type: `list<${item.type}>`, convert, min: 2, max: maxItems ?? Math.floor(longestText / (item.min + 1)), items: item }
  }

  private text(schema: Schema): Declared {
    const { format, maxLength } = schema
    if (format === 'date-time') return { type: 'google.protobuf.Timestamp', convert: (value) => this.read('timestamp(text)', value), min: 21, max: 38 }
    if (format === 'date') return { type: 'google.protobuf.Timestamp', convert: (value) => this.read('timestamp(text + "T00:00:00Z")', value), min: 12, max: 12 }
    if (format === 'duration') return { type: 'google.protobuf.Duration', convert: (value) => this.read('duration(text)', value), min: 3, max: 32 }
    if (format === 'byte') return { type: 'bytes', convert: (value) => (typeof value === 'string' ? Uint8Array.from(bytesOfBase64(value)) : null), min: 2, max: maxLength ?? longestText }
    return { type: 'string', convert: toCel, min: 2, max: lengthOf(schema) }
  }

  private object(schema: Schema, isResource: boolean): Declared | undefined {
    const { additionalProperties, maxProperties, required = [] } = schema
    if (typeof additionalProperties === 'object') {
      const value = this.of(additionalProperties)
      if (value === undefined) return undefined
      return { type: `map<string, ${value.type}>`, convert: (map) => convertMap(map, () => value), min: 2, max: maxProperties ?? Math.floor(longestText / (value.min + 6)), items: value, keys: key }
    }
    const properties = isResource ? { ...ofEveryObject, ...schema.properties, metadata: metadata } : (schema.properties ?? {})
    const fields: Record<string, Declared> = {}
    let min = 2
    for (const [name, inner] of Object.entries(properties)) {
      const declared = escapeName(name) === undefined ? undefined : this.of(inner)
      if (declared === undefined) continue
      fields[name] = declared
      if (required.includes(name) && inner.default === undefined) min += name.length + declared.min + 4
    }
    return this.message(fields, min)
  }

  private message(fields: Readonly<Record<string, Declared>>, min: number): Declared {
    const constructor = class extends Map<string, unknown> {}
    const type = `selfType${++this.count}`
    const types = Object.fromEntries(Object.entries(fields).map(([name, field]) => [escapeName(name)!, field.type]))
    this.environment.registerType(type, { ctor: constructor as never, fields: types as never })
    this.environment.registerOperator(`${type} == ${type}`, sameValue)
    const convert = (value: unknown): unknown => {
      const given = convertMap(value, (name) => (Object.hasOwn(fields, name) ? fields[name] : undefined))
      if (!(given instanceof Map)) return given
      const message = new constructor()
      for (const [name, inner] of given) if (inner !== null) message.set(escapeName(name as string) ?? (name as string), inner)
      return message
    }
    const escaped = Object.fromEntries(Object.entries(fields).map(([name, field]) => [escapeName(name)!, field]))
    return { type, convert, min, max: 0, fields: escaped }
  }
}

/** `maxLength` counts characters, and they may be of four bytes. */
function lengthOf({ maxLength, enum: values, 'x-kubernetes-int-or-string': isEither }: Schema): number {
  if (maxLength !== undefined) return maxLength * 4
  if (isEither || values === undefined || values.length === 0) return longestText
  return Math.max(0, ...values.map((value) => (typeof value === 'string' ? value.length : 0)))
}

const text: Schema = { type: 'string' }
const ofEveryObject: Readonly<Record<string, Schema>> = { apiVersion: text, kind: text }
/** Of its metadata, rules see the name alone. */
const metadata: Schema = { type: 'object', properties: { name: text, generateName: text } }

function convertMap(value: unknown, declaredOf: (name: string) => Declared | undefined): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return toCel(value)
  const map = new Map<string, unknown>()
  for (const [name, inner] of Object.entries(value)) if (inner !== undefined) map.set(name, inner === null ? null : (declaredOf(name)?.convert ?? toCel)(inner))
  return map
}
