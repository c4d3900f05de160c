/**
 * A small vocabulary for saying what data must look like. A shape takes any value, however hostile,
 * and gives back a fresh value of its type, or throws ShapeError with the place of the first fault.
 */
export type Path = readonly (string | number)[]
export type Shape<T> = (value: unknown, path: Path) => T

export class ShapeError extends Error {
  readonly path: Path
  /** Whether the key itself is wrong (it is unknown) and not what stands behind it. */
  readonly atKey: boolean

  constructor(path: Path, message: string, atKey = false) {
    super(message)
    this.name = 'ShapeError'
    this.path = path
    this.atKey = atKey
  }
}

/** 'spec.script[2].at' */
export function formatPath(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '')
}

/** Keys that reach an object's prototype; nothing that comes from outside may have them. */
export const reservedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export interface TextLimits {
  /** Characters (UTF-16 units). */
  most: number
  least?: number
  pattern?: RegExp
  /** Says what the pattern wants. */
  wanted?: string
}

export function text(limits: TextLimits): Shape<string> {
  const { most, least = 0, pattern, wanted = 'another form' } = limits
  return (value, path) => {
    if (typeof value !== 'string') throw new ShapeError(path, `must be a text, not ${nameOf(value)}`)
    if (value.length > most) throw new ShapeError(path, `is too long: ${value.length} characters, at most ${most}`)
    if (value.length < least) throw new ShapeError(path, 'must not be empty')
    if (pattern !== undefined && !pattern.test(value))
      throw new ShapeError(path, `must be ${wanted}, not "${short(value)}"`)
    return value
  }
}

export function whole(limits: { least: number; most: number }): Shape<number> {
  const { least, most } = limits
  return (value, path) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      throw new ShapeError(path, `must be a whole number, not ${nameOf(value)}`)
    }
    if (value < least || value > most) throw new ShapeError(path, `must be between ${least} and ${most}, not ${value}`)
    return value
  }
}

export function number(limits: { least: number; most: number }): Shape<number> {
  const { least, most } = limits
  return (value, path) => {
    if (typeof value !== 'number' || Number.isNaN(value))
      throw new ShapeError(path, `must be a number, not ${nameOf(value)}`)
    if (value < least || value > most) throw new ShapeError(path, `must be between ${least} and ${most}, not ${value}`)
    return value
  }
}

export const flag: Shape<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw new ShapeError(path, `must be true or false, not ${nameOf(value)}`)
  return value
}

export function oneOf<T extends string>(...words: readonly T[]): Shape<T> {
  return (value, path) => {
    if (words.includes(value as T)) return value as T
    throw new ShapeError(path, `must be ${words.map((w) => `"${w}"`).join(' or ')}, not ${nameOf(value)}`)
  }
}

export function list<T>(item: Shape<T>, limits: { most: number }): Shape<T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw new ShapeError(path, `must be a list, not ${nameOf(value)}`)
    if (value.length > limits.most)
      throw new ShapeError(path, `has ${value.length} items, at most ${limits.most} are allowed`)
    return value.map((v, i) => item(v, [...path, i]))
  }
}

/** A map with free keys. */
export function mapOf<T>(item: Shape<T>, limits: { most: number; key?: Shape<string> }): Shape<Record<string, T>> {
  const { most, key } = limits
  return (value, path) => {
    const entries = entriesOf(value, path)
    if (entries.length > most) throw new ShapeError(path, `has ${entries.length} entries, at most ${most} are allowed`)
    return Object.fromEntries(
      entries.map(([k, v]) => {
        key?.(k, [...path, k])
        return [k, item(v, [...path, k])]
      }),
    )
  }
}

export interface Optional<T> {
  optional: Shape<T>
}

export const optional = <T>(shape: Shape<T>): Optional<T> => ({ optional: shape })

type Field<T> = undefined extends T ? Optional<Exclude<T, undefined>> : Shape<T>
type Fields<T> = { [K in keyof T]-?: Field<T[K]> }

/** An object with exactly these keys; those that are `optional` may be left out. */
export function object<T extends object>(fields: Fields<T>): Shape<T> {
  const shapes = Object.entries(fields) as [string, Shape<unknown> | Optional<unknown>][]
  const known = new Map(shapes)
  return (value, path) => {
    for (const [key] of entriesOf(value, path)) {
      if (!known.has(key)) throw new ShapeError([...path, key], unknownKey(key, [...known.keys()]), true)
    }
    const given = value as Record<string, unknown>
    const made: Record<string, unknown> = {}
    for (const [key, shape] of shapes) {
      const present = Object.hasOwn(given, key) && given[key] !== undefined
      if (typeof shape === 'function') {
        if (!present) throw new ShapeError(path, `must have "${key}"`)
        made[key] = shape(given[key], [...path, key])
      } else if (present) {
        made[key] = shape.optional(given[key], [...path, key])
      }
    }
    return made as T
  }
}

/** Plain data of any form, with bounds. */
export function plain(limits: { depth: number; values: number }): Shape<unknown> {
  return (value, path) => {
    let left = limits.values
    const copy = (v: unknown, at: Path, depth: number): unknown => {
      if (--left < 0) throw new ShapeError(path, `is too large: more than ${limits.values} values`)
      if (depth > limits.depth) throw new ShapeError(path, `is nested more than ${limits.depth} deep`)
      if (v === null || typeof v === 'string' || typeof v === 'boolean') return v
      if (typeof v === 'number' && Number.isFinite(v)) return v
      if (Array.isArray(v)) return v.map((item, i) => copy(item, [...at, i], depth + 1))
      return Object.fromEntries(entriesOf(v, at).map(([k, item]) => [k, copy(item, [...at, k], depth + 1)]))
    }
    return copy(value, path, 0)
  }
}

/** Entries of a plain object; anything else is refused, and so are reserved keys. */
export function entriesOf(value: unknown, path: Path): [string, unknown][] {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isMap) throw new ShapeError(path, `must be a map, not ${nameOf(value)}`)
  const entries = Object.entries(value)
  for (const [key] of entries) {
    if (reservedKeys.has(key))
      throw new ShapeError([...path, key], `"${key}" is a reserved word and cannot be a key`, true)
  }
  return entries
}

function unknownKey(key: string, known: string[]): string {
  return `unknown key; here one can write ${known.join(', ')}` + (key.length > 60 ? '' : ` (found "${key}")`)
}

export function nameOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  return typeof value === 'string' ? `"${short(value)}"` : String(value)
}

function short(value: string): string {
  return value.length <= 40 ? value : `${value.slice(0, 40)}...`
}
