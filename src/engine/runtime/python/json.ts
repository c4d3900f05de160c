import { Dict, Float, floatText, List, numeric, raised, toStr, Tuple, typeName, type Value } from './values.ts'

export function encodeJson(value: Value, indent: number, level = 0): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return String(value)
  if (value instanceof Float) return floatText(value.value)
  const pad = indent > 0 ? `\n${' '.repeat(indent * (level + 1))}` : ''
  const end = indent > 0 ? `\n${' '.repeat(indent * level)}` : ''
  const join = (items: string[], open: string, close: string) =>
    items.length === 0 ? open + close : `${open}${pad}${items.join(indent > 0 ? `,${pad}` : ', ')}${end}${close}`
  if (value instanceof List || value instanceof Tuple)
    return join(
      value.items.map((v) => encodeJson(v, indent, level + 1)),
      '[',
      ']',
    )
  if (value instanceof Dict)
    return join(
      [...value.entries.values()].map(([k, v]) => `${JSON.stringify(toStr(k))}: ${encodeJson(v, indent, level + 1)}`),
      '{',
      '}',
    )
  throw raised('TypeError', `Object of type ${typeName(value)} is not JSON serializable`)
}

export function decodeJson(text: string): Value {
  try {
    return fromJson(JSON.parse(text))
  } catch {
    throw raised('ValueError', 'Expecting value: line 1 column 1 (char 0)')
  }
}

function fromJson(value: unknown): Value {
  if (Array.isArray(value)) return new List(value.map(fromJson))
  if (typeof value === 'number') return Number.isInteger(value) ? value : new Float(value)
  if (typeof value !== 'object' || value === null) return value as string | boolean | null
  const dict = new Dict()
  for (const [k, v] of Object.entries(value)) dict.set(k, fromJson(v))
  return dict
}

/** The same with its keys in order. */
export function sortedKeys(value: Value): Value {
  if (value instanceof List || value instanceof Tuple) return new List(value.items.map(sortedKeys))
  if (!(value instanceof Dict)) return value
  const dict = new Dict()
  for (const [key, inner] of [...value.entries.values()].toSorted(([a], [b]) => (toStr(a) < toStr(b) ? -1 : 1))) dict.set(key, sortedKeys(inner))
  return dict
}

/** Without the blanks behind , and : */
export const compactJson = (text: string): string => text.replaceAll(/("(?:[^"\\]|\\.)*")|([,:]) /g, (_, quoted: string | undefined, mark: string) => quoted ?? mark)

/** json.dumps with indent, sort_keys, separators. */
export function writtenJson(value: Value, named: ReadonlyMap<string, Value>): string {
  const shown = encodeJson(named.get('sort_keys') === true ? sortedKeys(value) : value, numeric(named.get('indent') ?? 0) ?? 0)
  return named.has('separators') ? compactJson(shown) : shown
}
