import type { Run } from '../process/process.ts'
import { dateText } from './dates.ts'

export type Value = undefined | null | boolean | number | string | JsObject | JsArray | JsFunction

/** An object: fields, what it inherits, and what stands behind it (a date, a pattern, a map, a promise). */
export class JsObject {
  readonly fields = new Map<string, Value>()
  proto: JsObject | undefined
  /** Of a class of the language itself: 'Date', 'Error', 'Map'. */
  readonly className: string
  data: unknown
  /** What is there under any name: the collections of a database. */
  dynamic: ((name: string) => Value) | undefined
  /** How an old shell shows it, instead of its fields. */
  words: string | undefined
  isPretty = false
  constructor(className = 'Object', data?: unknown, proto?: JsObject) {
    this.className = className
    this.data = data
    this.proto = proto
  }
}

export class JsArray {
  items: Value[]
  constructor(items: Value[] = []) {
    this.items = items
  }
}

export type Native = (self: Value, args: Value[]) => Run<Value>

export class JsFunction {
  readonly name: string
  readonly run: Native
  /** What `new` makes with it; undefined: nothing. */
  construct: ((args: Value[], made?: JsObject) => Run<Value>) | undefined
  readonly fields = new Map<string, Value>()
  /** How many arguments it names. */
  arity = 0
  constructor(name: string, run: Native) {
    this.name = name
    this.run = run
  }
}

/** A value that was thrown. */
export class Thrown {
  readonly value: Value
  constructor(value: Value) {
    this.value = value
  }
}

/** process.exit() */
export class Exit {
  readonly code: number
  constructor(code: number) {
    this.code = code
  }
}

export function errorOf(name: string, message: string): JsObject {
  const error = new JsObject('Error')
  error.fields.set('name', name).set('message', message).set('stack', `${name}: ${message}\n    at <anonymous>`)
  return error
}

export const fail = (name: string, message: string): Thrown => new Thrown(errorOf(name, message))

export function regExpOf(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags)
  } catch {
    throw fail('SyntaxError', `Invalid regular expression: /${source}/${flags}`)
  }
}

/** As a generator that never waits. */
export function at<T>(value: T): Run<T> {
  return (function* () {
    return value
  })()
}

/** A function of ours that does not wait. */
export function native(name: string, run: (args: Value[], self: Value) => Value): JsFunction {
  return new JsFunction(name, function* (self, args) {
    return run(args, self)
  })
}

export function objectOf(fields: Readonly<Record<string, Value>>): JsObject {
  const made = new JsObject()
  for (const [name, value] of Object.entries(fields)) made.fields.set(name, value)
  return made
}

export const truthy = (v: Value): boolean => !(v === undefined || v === null || v === false || v === 0 || v === '' || Number.isNaN(v))

/** `above`: the lists in which it stands; one that stands in itself says nothing. */
export function toText(v: Value, above: readonly Value[] = []): string {
  if (v instanceof JsArray) return above.includes(v) ? '' : v.items.map((item) => (item === undefined || item === null ? '' : toText(item, [...above, v]))).join(',')
  if (v instanceof JsFunction) return `function ${v.name}() { [native code] }`
  if (v instanceof JsObject) {
    if (v.className === 'Error') return `${toText(v.fields.get('name') ?? v.proto?.fields.get('name') ?? 'Error')}${toText(v.fields.get('message')) === '' ? '' : `: ${toText(v.fields.get('message'))}`}`
    if (v.className === 'Date') return dateText(v.data as number)
    if (v.className === 'RegExp' || v.className === 'ObjectId') return String(v.data)
    return `[object ${['Map', 'Set', 'Promise'].includes(v.className) ? v.className : 'Object'}]`
  }
  return String(v)
}

export function toNumber(v: Value): number {
  if (v === null || v === false) return 0
  if (v === true) return 1
  if (v === undefined) return Number.NaN
  if (v instanceof JsObject && v.className === 'Date') return v.data as number
  if (typeof v === 'number') return v
  return Number(toText(v))
}

export function looselyEqual(a: Value, b: Value): boolean {
  if (a === undefined || a === null) return b === undefined || b === null
  if (b === undefined || b === null) return false
  if (typeof a === typeof b) return a === b
  if (typeof a === 'object' && typeof b === 'object') return a === b
  return toNumber(a) === toNumber(b) || toText(a) === toText(b)
}
