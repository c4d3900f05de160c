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
}

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
    if (schema['x-kubernetes-int-or-string']) return { type: 'dyn', convert: toCel }
    switch (schema.type) {
      case 'array':
        return this.list(schema)
      case 'object':
        return this.object(schema, isResource || schema['x-kubernetes-embedded-resource'] === true)
      case 'string':
        return this.text(schema.format)
      case 'boolean':
        return { type: 'bool', convert: toCel }
      case 'integer':
        return { type: 'int', convert: toCel }
      case 'number':
        return { type: 'double', convert: (value) => (value === null ? null : Number(value)) }
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

  private list({ items }: Schema): Declared | undefined {
    const item = items === undefined ? undefined : this.of(items)
    if (item === undefined) return undefined
    return { type: `list<${item.type}>`, convert: (value) => (Array.isArray(value) ? value.map((inner) => (inner === null ? null : item.convert(inner))) : toCel(value)) }
  }

  private text(format: string | undefined): Declared {
    if (format === 'date-time') return { type: 'google.protobuf.Timestamp', convert: (value) => this.read('timestamp(text)', value) }
    if (format === 'date') return { type: 'google.protobuf.Timestamp', convert: (value) => this.read('timestamp(text + "T00:00:00Z")', value) }
    if (format === 'duration') return { type: 'google.protobuf.Duration', convert: (value) => this.read('duration(text)', value) }
    if (format === 'byte') return { type: 'bytes', convert: (value) => (typeof value === 'string' ? Uint8Array.from(bytesOfBase64(value)) : null) }
    return { type: 'string', convert: toCel }
  }

  private object(schema: Schema, isResource: boolean): Declared | undefined {
    const { additionalProperties } = schema
    if (typeof additionalProperties === 'object') {
      const value = this.of(additionalProperties)
      return value === undefined ? undefined : { type: `map<string, ${value.type}>`, convert: (map) => convertMap(map, () => value) }
    }
    const properties = isResource ? { ...ofEveryObject, ...schema.properties, metadata: metadata } : (schema.properties ?? {})
    const fields: Record<string, Declared> = {}
    for (const [name, inner] of Object.entries(properties)) {
      const declared = escapeName(name) === undefined ? undefined : this.of(inner)
      if (declared !== undefined) fields[name] = declared
    }
    return this.message(fields)
  }

  private message(fields: Readonly<Record<string, Declared>>): Declared {
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
    return { type, convert }
  }
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
