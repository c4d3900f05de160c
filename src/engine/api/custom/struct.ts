import { struct, type Basic, type Field, type Struct } from '../schema/schema.ts'
import type { Schema } from './kind.ts'

/** A structural schema as the type that server-side apply divides objects by (apiextensions pkg/apiserver managedFields typeconverter). */
export function structOfSchema(schema: Schema, name: string): Struct {
  const root = structOf(schema, name)
  const text = (field: string): Field => fieldOf(field, { type: 'string' }, name, false)
  const metadata: Field = { ...text('metadata'), basic: 'struct', struct: struct('ObjectMeta') }
  const given = [...root.fields].filter(([field]) => field !== 'metadata')
  return { ...root, fields: new Map([...given, ['apiVersion', text('apiVersion')], ['kind', text('kind')], ['metadata', metadata]]) }
}

function structOf(schema: Schema, name: string): Struct {
  const required = new Set(schema.required ?? [])
  const fields = new Map(Object.entries(schema.properties ?? {}).map(([key, inner]) => [key, fieldOf(key, inner, name, required.has(key))]))
  return { key: name, goName: name, fields, written: [] }
}

const basics: Readonly<Record<string, Basic>> = { string: 'string', boolean: 'bool', integer: 'int64', number: 'double' }

function fieldOf(key: string, schema: Schema, owner: string, required: boolean): Field {
  const name = `${owner}.${key}`
  const plain: Field = { name: key, basic: 'any', struct: undefined, collection: 'none', required, empty: 'keep', goType: '', goElement: '' }
  if (schema['x-kubernetes-int-or-string'] || schema['x-kubernetes-preserve-unknown-fields']) return plain
  if (schema.type === 'array') {
    // Lists of lists are one field, whatever lies in them.
    if (schema.items === undefined || schema.items.type === 'array') return { ...plain, collection: 'list' }
    return { ...element(plain, schema.items, name), collection: 'list', ...listKeysOf(schema) }
  }
  if (schema.type !== 'object') return { ...plain, basic: basics[schema.type ?? ''] ?? 'any' }
  const values = schema.additionalProperties
  const whole = schema['x-kubernetes-map-type'] === 'atomic'
  if (typeof values === 'object') return { ...element(plain, values, name), collection: 'map', whole }
  return { ...plain, basic: 'struct', struct: structOf(schema, name), whole }
}

function element(plain: Field, schema: Schema, name: string): Field {
  const { basic, struct: inner, collection } = fieldOf('', schema, name, false)
  return collection === 'none' ? { ...plain, basic, struct: inner } : plain
}

function listKeysOf(schema: Schema): Pick<Field, 'listKeys'> {
  const kind = schema['x-kubernetes-list-type']
  if (kind === 'set') return { listKeys: '' }
  return kind === 'map' ? { listKeys: (schema['x-kubernetes-list-map-keys'] ?? []).toSorted().join(' ') } : {}
}
