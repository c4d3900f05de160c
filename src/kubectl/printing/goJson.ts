/**
 * JSON as encoding/json writes it for maps: keys in byte order (JavaScript would put "10" before "-"),
 * `<`, `>` and `&` escaped.
 */

/** json.Marshal */
export function toJson(value: unknown): string {
  return write(value, undefined, '')
}

/** json.MarshalIndent(value, "", unit), without the newline that printers add. */
export function toIndentedJson(value: unknown, unit = '    '): string {
  return write(value, '', unit)
}

/** `indent`: that of the line on which the value stands; undefined for JSON in one line. */
function write(value: unknown, indent: string | undefined, unit: string): string {
  const inner = indent === undefined ? undefined : indent + unit
  if (Array.isArray(value)) return group('[', ']', value.map((item) => write(item, inner, unit)), indent, inner)
  if (typeof value !== 'object' || value === null) return scalar(value)
  const colon = indent === undefined ? ':' : ': '
  const fields = fieldsOf(value).filter(([, field]) => field !== undefined)
  return group('{', '}', fields.map(([key, field]) => scalar(key) + colon + write(field, inner, unit)), indent, inner)
}

/** A Map stands for a Go struct, whose fields have an order of their own. */
function fieldsOf(value: object): [string, unknown][] {
  if (value instanceof Map) return [...value]
  return Object.entries(value).sort(([a], [b]) => compareBytes(a, b))
}

function group(open: string, close: string, items: string[], indent: string | undefined, inner: string | undefined): string {
  if (items.length === 0) return open + close
  if (indent === undefined) return open + items.join(',') + close
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`
}

const unsafe: Record<string, string> =
  { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026', '\u2028': '\\u2028', '\u2029': '\\u2029' }

function scalar(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(/[<>&\u2028\u2029]/g, (char) => unsafe[char]!)
}

export function compareBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
