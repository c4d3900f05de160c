import { JqError } from './errors.ts'

export type Fields = Readonly<Record<string, unknown>>

export function typeOf(value: unknown): 'null' | 'boolean' | 'number' | 'string' | 'array' | 'object' {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value as 'boolean' | 'number' | 'string' | 'object'
}

export const isFields = (value: unknown): value is Fields => typeOf(value) === 'object'

export const isTrue = (value: unknown): boolean => value !== null && value !== false && value !== undefined

/** As messages name a value: `object ({"a":1})`. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value ?? null)
  return `${typeOf(value)} (${text.length > 11 ? `${text.slice(0, 10)}...` : text})`
}

const order = ['null', 'false', 'true', 'number', 'string', 'array', 'object']
const rank = (value: unknown): number => order.indexOf(typeOf(value) === 'boolean' ? String(value) : typeOf(value))

/** The order of all values: null, false, true, numbers, strings, arrays, objects. */
export function compare(a: unknown, b: unknown): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b)
  if (typeof a === 'number') return a - (b as number)
  if (typeof a === 'string') return a < (b as string) ? -1 : a > (b as string) ? 1 : 0
  if (Array.isArray(a)) return compareLists(a, b as unknown[])
  if (!isFields(a)) return 0
  const [x, y] = [Object.keys(a).toSorted(), Object.keys(b as Fields).toSorted()]
  return compareLists(x, y) || compareLists(x.map((key) => a[key]), y.map((key) => (b as Fields)[key]))
}

function compareLists(a: readonly unknown[], b: readonly unknown[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const one = compare(a[i], b[i])
    if (one !== 0) return one
  }
  return a.length - b.length
}

export function at(value: unknown, key: unknown): unknown {
  if (value === null || value === undefined) {
    if (typeof key === 'string' || typeof key === 'number' || key === null) return null
  } else if (isFields(value) && typeof key === 'string') return Object.hasOwn(value, key) ? value[key] : null
  else if (Array.isArray(value) && typeof key === 'number') return value[key < 0 ? value.length + Math.floor(key) : Math.floor(key)] ?? null
  throw new JqError(`Cannot index ${typeOf(value)} with ${typeof key === 'string' ? JSON.stringify(key) : typeOf(key)}`)
}

/** The value with another at a path. */
export function put(value: unknown, path: readonly unknown[], change: (old: unknown) => unknown): unknown {
  const [key, ...rest] = path
  if (path.length === 0) return change(value)
  const inner = put(at(value, key), rest, change)
  if (typeof key === 'string') return { ...(value as Fields | null), [key]: inner }
  const list = [...((value as unknown[] | null) ?? [])]
  const index = (key as number) < 0 ? list.length + (key as number) : (key as number)
  if (index < 0) throw new JqError('Out of bounds negative array index')
  if (index > maxLength) throw new JqError('Array index too large')
  while (list.length < index) list.push(null)
  list[index] = inner
  return list
}

const maxLength = 100_000

/** The value without what is at a path. */
export function without(value: unknown, path: readonly unknown[]): unknown {
  const [key, ...rest] = path
  if (value === null || value === undefined || path.length === 0) return null
  if (rest.length > 0) return put(value, [key], (old) => (old === null ? old : without(old, rest)))
  if (Array.isArray(value) && typeof key === 'number') return value.filter((_, i) => i !== (key < 0 ? value.length + key : key))
  if (!isFields(value) || typeof key !== 'string') throw new JqError(`Cannot delete field at ${typeOf(value)} index`)
  const { [key]: _, ...others } = value
  return others
}

export function arithmetic(sign: string, a: unknown, b: unknown): unknown {
  if (sign === '+') {
    if (a === null || a === undefined) return b
    if (b === null || b === undefined) return a
    if (typeof a === 'number' && typeof b === 'number') return a + b
    if (typeof a === 'string' && typeof b === 'string') return a + b
    if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b]
    if (isFields(a) && isFields(b)) return { ...a, ...b }
    throw new JqError(`${shown(a)} and ${shown(b)} cannot be added`)
  }
  if (sign === '-' && Array.isArray(a) && Array.isArray(b)) return a.filter((one) => !b.some((other) => compare(one, other) === 0))
  if (sign === '*' && isFields(a) && isFields(b)) return merged(a, b)
  if (sign === '*' && typeof a === 'string' && typeof b === 'number') return b <= 0 ? null : a.repeat(Math.min(Math.ceil(b), maxLength))
  if (sign === '/' && typeof a === 'string' && typeof b === 'string') return a === '' ? [] : a.split(b)
  if (typeof a !== 'number' || typeof b !== 'number') throw new JqError(`${shown(a)} and ${shown(b)} cannot be ${words[sign]}`)
  if (sign === '-') return a - b
  if (sign === '*') return a * b
  if (b === 0) throw new JqError(`${shown(a)} and ${shown(b)} cannot be divided because the divisor is zero`)
  return sign === '/' ? a / b : Math.trunc(a) % Math.trunc(b)
}

const words: Readonly<Record<string, string>> = { '-': 'subtracted', '*': 'multiplied', '/': 'divided', '%': 'divided' }

function merged(a: Fields, b: Fields): Fields {
  const out: Record<string, unknown> = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const old = Object.hasOwn(a, key) ? a[key] : undefined
    Object.assign(out, { [key]: isFields(old) && isFields(value) ? merged(old, value) : value })
  }
  return out
}
