/**
 * JSON as encoding/json writes it for maps: keys in byte order (JavaScript would put "10" before "-"),
 * `<`, `>` and `&` escaped.
 */

/** json.Marshal */
export function toJson(value: unknown): string {
  return write(value, undefined)
}

/** json.MarshalIndent(value, "", "    "), without the newline that printers add. */
export function toIndentedJson(value: unknown): string {
  return write(value, '')
}

/** `indent`: that of the line on which the value stands; undefined for JSON in one line. */
function write(value: unknown, indent: string | undefined): string {
  if (Array.isArray(value)) return group('[', ']', value.map((item) => write(item, deeper(indent))), indent)
  if (typeof value !== 'object' || value === null) return scalar(value)
  const map = value as Record<string, unknown>
  const keys = Object.keys(map).filter((key) => map[key] !== undefined).sort(compareBytes)
  const colon = indent === undefined ? ':' : ': '
  return group('{', '}', keys.map((key) => scalar(key) + colon + write(map[key], deeper(indent))), indent)
}

function deeper(indent: string | undefined): string | undefined {
  return indent === undefined ? undefined : indent + '    '
}

function group(open: string, close: string, items: string[], indent: string | undefined): string {
  if (items.length === 0) return open + close
  if (indent === undefined) return open + items.join(',') + close
  const inner = deeper(indent)
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
