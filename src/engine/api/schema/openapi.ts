/** The types of fields as OpenAPI schemas, wherever a schema is made of them. */
import type { Field } from './schema.ts'

/** Of one value that is no struct. */
export const basicSchemas = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  time: { type: 'string', format: 'date-time' },
  microTime: { type: 'string', format: 'date-time' },
  intOrString: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  bytes: { type: 'string', format: 'byte' },
  any: {},
  quantity: { oneOf: [{ type: 'string' }, { type: 'number' }] },
} satisfies Readonly<Record<Exclude<Field['basic'], 'struct'>, object>>

/** Of a field whose values, one or many, have the schema `element`. */
export function fieldSchema<T extends object>({ collection }: Field, element: T): T | { type: string; items: T } | { type: string; additionalProperties: T } {
  if (collection === 'list') return { type: 'array', items: element }
  return collection === 'map' ? { type: 'object', additionalProperties: element } : element
}
