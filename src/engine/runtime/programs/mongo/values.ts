import { fromPlain } from '../../javascript/globals.ts'
import { isoText, parseDate } from '../../javascript/dates.ts'
import { JsArray, JsFunction, JsObject, toText, type Value } from '../../javascript/values.ts'
import type { Document, Field } from './documents.ts'

/** A value of the shell as it travels. */
export function toField(v: Value): Field {
  if (v instanceof JsArray) return v.items.map(toField)
  if (v instanceof JsFunction || v === undefined) return null
  if (!(v instanceof JsObject)) return v
  if (v.className === 'ObjectId') return { $oid: String(v.data) }
  if (v.className === 'Date') return { $date: v.data as number }
  if (v.className === 'RegExp') return { $regex: (v.data as RegExp).source, $options: (v.data as RegExp).flags }
  return Object.fromEntries([...v.fields].map(([name, value]) => [name, toField(value)]))
}

export const toDocument = (v: Value): Document => (v instanceof JsObject ? (toField(v) as Document) : {})

export function fromField(v: Field): Value {
  if (Array.isArray(v)) return new JsArray(v.map(fromField))
  if (typeof v !== 'object' || v === null) return fromPlain(v)
  if (typeof v['$oid'] === 'string') return new JsObject('ObjectId', v['$oid'])
  if (typeof v['$date'] === 'number') return new JsObject('Date', v['$date'])
  if (typeof v['$date'] === 'string') return new JsObject('Date', parseDate(v['$date']))
  const made = new JsObject()
  for (const [name, value] of Object.entries(v)) made.fields.set(name, fromField(value))
  return made
}

/** As the shell before mongosh writes it: { "_id" : ObjectId("..."), "a" : 1 }; with `indent` on several lines. */
export function legacyText(v: Value, indent?: string): string {
  if (typeof v === 'string') return JSON.stringify(v)
  if (v instanceof JsObject && v.className === 'ObjectId') return `ObjectId("${String(v.data)}")`
  if (v instanceof JsObject && v.className === 'Date') return `ISODate("${isoText(v.data as number).replace('.000Z', 'Z')}")`
  if (v === undefined || v === null || typeof v !== 'object') return String(v)
  if (v instanceof JsFunction) return toText(v)
  const isList = v instanceof JsArray
  const inner = indent === undefined ? undefined : `${indent}\t`
  const parts = isList ? v.items.map((item) => legacyText(item, inner)) : [...v.fields].map(([name, value]) => `"${name}" : ${legacyText(value, inner)}`)
  if (parts.length === 0) return isList ? '[ ]' : '{ }'
  const [open, close] = isList ? '[]' : '{}'
  return inner === undefined ? `${open} ${parts.join(', ')} ${close}` : `${open}\n${parts.map((part) => `${inner}${part}`).join(',\n')}\n${indent}${close}`
}
