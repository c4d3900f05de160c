import { formatPrintf } from '../../text/printf.ts'
import {
  Blob,
  Dict,
  Float,
  floatText,
  List,
  numeric,
  raised,
  repr,
  toStr,
  Tuple,
  typeName,
  type Value,
} from './values.ts'

/** Longer texts and bytes are only counted. */
const MAX_KEPT = 65_536

/** What memory a value adds when it is made, in bytes: only large ones count. */
export type Allocate = (bytes: number) => void

export function binary(operator: string, a: Value, b: Value, allocate: Allocate): Value {
  const [x, y] = [numeric(a), numeric(b)]
  if (x !== undefined && y !== undefined) return arithmetic(operator, x, y, a instanceof Float || b instanceof Float)
  if (operator === '%' && typeof a === 'string') return formatPercent(a, b)
  if (operator === '+') return add(a, b, allocate)
  if (operator === '*')
    return x !== undefined
      ? repeat(b, x, allocate)
      : y !== undefined
        ? repeat(a, y, allocate)
        : unsupported(operator, a, b)
  if (a instanceof Dict && b instanceof Dict) return combine(operator, a, b)
  return unsupported(operator, a, b)
}

function unsupported(operator: string, a: Value, b: Value): never {
  throw raised('TypeError', `unsupported operand type(s) for ${operator}: '${typeName(a)}' and '${typeName(b)}'`)
}

function arithmetic(operator: string, x: number, y: number, float: boolean): Value {
  const wrap = (n: number) => (float ? new Float(n) : n)
  switch (operator) {
    case '+':
      return wrap(x + y)
    case '-':
      return wrap(x - y)
    case '*':
      return wrap(x * y)
    case '/':
      if (y === 0) throw raised('ZeroDivisionError', 'division by zero')
      return new Float(x / y)
    case '//':
    case '%':
      if (y === 0)
        throw raised('ZeroDivisionError', float ? 'float floor division by zero' : 'integer division or modulo by zero')
      return wrap(operator === '//' ? Math.floor(x / y) : x - y * Math.floor(x / y))
    case '**':
      return float || y < 0 ? new Float(x ** y) : x ** y
    case '<<':
      return x * 2 ** y
    case '>>':
      return Math.floor(x / 2 ** y)
    case '&':
      return Number(BigInt(x) & BigInt(y))
    case '|':
      return Number(BigInt(x) | BigInt(y))
    case '^':
      return Number(BigInt(x) ^ BigInt(y))
    default:
      throw raised('TypeError', `unsupported operand type(s) for ${operator}`)
  }
}

function add(a: Value, b: Value, allocate: Allocate): Value {
  if (typeof a === 'string' && typeof b === 'string') {
    if (a.length + b.length > MAX_KEPT) allocate(b.length)
    return a.length + b.length > 16 * MAX_KEPT ? a : a + b
  }
  if (a instanceof List && b instanceof List) return new List([...a.items, ...b.items])
  if (a instanceof Tuple && b instanceof Tuple) return new Tuple([...a.items, ...b.items])
  if (a instanceof Blob && b instanceof Blob) {
    if (a.size + b.size > MAX_KEPT) allocate(b.size)
    return new Blob((a.text + b.text).slice(0, MAX_KEPT), a.size + b.size)
  }
  if (typeof a === 'string') throw raised('TypeError', `can only concatenate str (not "${typeName(b)}") to str`)
  return unsupported('+', a, b)
}

/** 'x' * 10**8 takes a hundred megabytes, and none here. */
function repeat(value: Value, times: number, allocate: Allocate): Value {
  const n = Math.max(0, Math.floor(times))
  if (typeof value === 'string') {
    if (value.length * n <= MAX_KEPT) return value.repeat(n)
    allocate(value.length * n)
    return new Blob(value.slice(0, 16), value.length * n)
  }
  if (value instanceof Blob) {
    allocate(value.size * n > MAX_KEPT ? value.size * n : 0)
    return new Blob(value.text.repeat(Math.min(n, 16)).slice(0, MAX_KEPT), value.size * n)
  }
  if (!(value instanceof List) && !(value instanceof Tuple)) return unsupported('*', value, times)
  if (value.items.length * n > 10_000) {
    allocate(value.items.length * n * 8)
    return new Blob('', value.items.length * n)
  }
  const items = Array.from({ length: n }, () => value.items).flat()
  return value instanceof List ? new List(items) : new Tuple(items)
}

function combine(operator: string, a: Dict, b: Dict): Dict {
  const out = new Dict(a.isSet)
  for (const [key, value] of a.entries.values()) {
    const wanted = operator === '|' || (operator === '&' && b.has(key)) || (operator === '-' && !b.has(key))
    if (wanted) out.set(key, value)
  }
  if (operator === '|') for (const [key, value] of b.entries.values()) out.set(key, value)
  return out
}

function formatPercent(format: string, values: Value): string {
  const items = values instanceof Tuple ? [...values.items] : [values]
  const safe = format.replaceAll('\\', '\\\\').replaceAll('%r', '%s')
  return formatPrintf(
    safe,
    items.map((v) => (v instanceof Float ? String(v.value) : toStr(v))),
  ).text
}

/** format(value, '>10.2f') */
export function formatValue(value: Value, spec: string): string {
  const match = /^(?:(.)?([<>^=]))?([-+ ])?(0)?(\d+)?(,)?(?:\.(\d+))?([a-zA-Z%])?$/.exec(spec)
  if (match === null) return toStr(value)
  const [, fill = match[4] === undefined ? ' ' : '0', align, sign, , width, comma, precision, type] = match
  const n = numeric(value)
  let text =
    n === undefined
      ? toStr(value).slice(0, precision === undefined ? undefined : Number(precision))
      : formatNumber(n, value instanceof Float, precision, type)
  if (comma !== undefined) text = text.replace(/^-?\d+/, (digits) => digits.replaceAll(/\B(?=(\d{3})+$)/g, ','))
  if (sign === '+' && n !== undefined && n >= 0) text = `+${text}`
  const missing = Number(width ?? 0) - text.length
  if (missing <= 0) return text
  if (align === '^') return fill.repeat(Math.floor(missing / 2)) + text + fill.repeat(Math.ceil(missing / 2))
  return (align ?? (n === undefined ? '<' : '>')) === '<' ? text + fill.repeat(missing) : fill.repeat(missing) + text
}

function formatNumber(n: number, float: boolean, precision: string | undefined, type: string | undefined): string {
  switch (type) {
    case 'f':
      return n.toFixed(Number(precision ?? 6))
    case '%':
      return `${(n * 100).toFixed(Number(precision ?? 6))}%`
    case 'e':
      return n.toExponential(Number(precision ?? 6)).replace(/e([+-])(\d)$/, 'e$10$2')
    case 'x':
      return n.toString(16)
    case 'X':
      return n.toString(16).toUpperCase()
    case 'b':
      return n.toString(2)
    case 'o':
      return n.toString(8)
    case 'd':
      return String(Math.trunc(n))
    default:
      return precision !== undefined
        ? String(Number(n.toPrecision(Number(precision))))
        : float
          ? floatText(n)
          : String(n)
  }
}

/** '{} and {name!r:>5}'.format(...) */
export function formatBraces(format: string, args: readonly Value[], named: ReadonlyMap<string, Value>): string {
  let next = 0
  return format.replaceAll(
    /\{\{|\}\}|\{(\w*)(!r)?(?::([^}]*))?\}/g,
    (all, name: string | undefined, asRepr: string | undefined, spec: string | undefined) => {
      if (all === '{{') return '{'
      if (all === '}}') return '}'
      const value =
        name === '' || name === undefined ? args[next++] : /^\d+$/.test(name) ? args[Number(name)] : named.get(name)
      if (value === undefined) throw raised('IndexError', 'Replacement index 0 out of range for positional args tuple')
      return asRepr === undefined ? formatValue(value, spec ?? '') : repr(value)
    },
  )
}
