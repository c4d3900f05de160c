/** Go's fmt for what JSON decodes to; its integers, and those of templates, are bigints. */
import { goQuote } from '../../../engine/api/field.ts'

/** fmt.Sprint of one value: %v. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'number') return floatText(value)
  return typeof value === 'object' ? nested(value, goText) : String(value)
}

function nested(value: object, text: (inner: unknown) => string): string {
  if (Array.isArray(value)) return `[${value.map(text).join(' ')}]`
  const map = value as Record<string, unknown>
  return `map[${Object.keys(map).toSorted().map((key) => `${text(key)}:${text(map[key])}`).join(' ')}]`
}

/** strconv.FormatFloat(value, 'g', -1, 64) */
function floatText(value: number): string {
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string]
  const power = Number(exponent)
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  if (power >= -4 && power < 6) return String(value)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** fmt.Sprint: a blank between operands when neither is a string. */
export function sprint(values: readonly unknown[]): string {
  return values.map((value, i) => (i > 0 && typeof value !== 'string' && typeof values[i - 1] !== 'string' ? ' ' : '') + goText(value)).join('')
}

/** fmt.Sprintf for %v %s %d %q %t %x %f %g %c %% with flags, width and precision. */
export function sprintf(format: string, values: readonly unknown[]): string {
  let next = 0
  const text = format.replace(/%([-+ 0#]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g, (_, flags: string, width = '', precision: string | undefined, verb: string) => {
    if (verb === '%') return '%'
    if (next >= values.length) return `%!${verb}(MISSING)`
    const shown = verbText(verb, values[next++], precision === undefined ? undefined : Number(precision), flags)
    if (flags.includes('-')) return shown.padEnd(Number(width))
    return shown.padStart(Number(width), flags.includes('0') && verb !== 's' && verb !== 'v' ? '0' : ' ')
  })
  const left = values.slice(next)
  return left.length === 0 ? text : `${text}%!(EXTRA ${left.map((value) => `${typeName(value)}=${goText(value)}`).join(', ')})`
}

function verbText(verb: string, value: unknown, precision: number | undefined, flags: string): string {
  const wrong = () =>
    value === null || value === undefined ? `%!${verb}(<nil>)` : `%!${verb}(${typeName(value)}=${goText(value)})`
  if (verb === 'T') return typeName(value)
  // Of a map and a list every part is printed with the verb.
  if (typeof value === 'object' && value !== null) return nested(value, (inner) => verbText(verb, inner, precision, flags))
  switch (verb) {
    case 'v':
      return goText(value)
    case 's':
      return typeof value === 'string' ? value.slice(0, precision) : wrong()
    case 'q':
      return typeof value === 'string' ? goQuote(value) : wrong()
    case 't':
      return typeof value === 'boolean' ? String(value) : wrong()
    case 'd':
      return typeof value === 'bigint' ? `${flags.includes('+') && value >= 0n ? '+' : ''}${value}` : wrong()
    case 'x':
      return typeof value === 'bigint' ? value.toString(16) : typeof value === 'string' ? [...new TextEncoder().encode(value)].map((b) => b.toString(16).padStart(2, '0')).join('') : wrong()
    case 'c':
      return typeof value === 'bigint' ? String.fromCodePoint(Number(value)) : wrong()
    case 'f':
      return typeof value === 'number' ? value.toFixed(precision ?? 6) : wrong()
    case 'g':
      return typeof value === 'number' ? floatText(value) : wrong()
    default:
      return wrong()
  }
}

export function typeName(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return '[]interface {}'
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'float64'
    case 'bigint':
      return 'int64'
    case 'boolean':
      return 'bool'
    default:
      return 'map[string]interface {}'
  }
}
