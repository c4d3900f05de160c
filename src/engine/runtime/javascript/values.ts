import type { Run } from '../process/process.ts'

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

export function toText(v: Value): string {
  if (v instanceof JsArray) return v.items.map((item) => (item === undefined || item === null ? '' : toText(item))).join(',')
  if (v instanceof JsFunction) return `function ${v.name}() { [native code] }`
  if (v instanceof JsObject) {
    if (v.className === 'Error') return `${toText(v.fields.get('name') ?? v.proto?.fields.get('name') ?? 'Error')}${toText(v.fields.get('message')) === '' ? '' : `: ${toText(v.fields.get('message'))}`}`
    if (v.className === 'Date') return dateText(v.data as number)
    if (v.className === 'RegExp') return String(v.data)
    if (v.className === 'ObjectId') return String(v.data)
    if (v.className === 'Buffer' || v.className === 'URL') return String(v.data)
    return `[object ${['Map', 'Set', 'Promise'].includes(v.className) ? v.className : 'Object'}]`
  }
  return String(v)
}

const two = (n: number): string => String(n).padStart(2, '0')
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** As in a container, whose clock is UTC. */
export function dateText(ms: number): string {
  if (Number.isNaN(ms)) return 'Invalid Date'
  const d = dateParts(ms)
  return `${days[d.weekday]} ${months[d.month]} ${two(d.day)} ${d.year} ${two(d.hour)}:${two(d.minute)}:${two(d.second)} GMT+0000 (Coordinated Universal Time)`
}

export interface DateParts {
  year: number
  month: number
  day: number
  weekday: number
  hour: number
  minute: number
  second: number
  ms: number
}

/** The calendar without the clock of this machine: civil_from_days. */
export function dateParts(at: number): DateParts {
  const daysSince = Math.floor(at / 86_400_000)
  const rest = at - daysSince * 86_400_000
  const z = daysSince + 719_468
  const era = Math.floor(z / 146_097)
  const doe = z - era * 146_097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153)
  const month = (mp + 2) % 12
  return { year: yoe + era * 400 + (month < 2 ? 1 : 0), month, day: doy - Math.floor((153 * mp + 2) / 5) + 1, weekday: (((daysSince + 4) % 7) + 7) % 7, hour: Math.floor(rest / 3_600_000), minute: Math.floor(rest / 60_000) % 60, second: Math.floor(rest / 1000) % 60, ms: rest % 1000 }
}

/** Months and days beyond their end go on in the next. */
export function dateOf(year: number, month: number, day = 1, hour = 0, minute = 0, second = 0, ms = 0): number {
  const y0 = year + Math.floor(month / 12)
  const m = (((month % 12) + 12) % 12) + 1
  const y = m <= 2 ? y0 - 1 : y0
  const era = Math.floor(y / 400)
  const yoe = y - era * 400
  const doy = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5)
  const doe = yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy
  return (era * 146_097 + doe - 719_468 + day - 1) * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms
}

export function isoText(ms: number): string {
  const d = dateParts(ms)
  return `${String(d.year).padStart(4, '0')}-${two(d.month + 1)}-${two(d.day)}T${two(d.hour)}:${two(d.minute)}:${two(d.second)}.${String(d.ms).padStart(3, '0')}Z`
}

/** What people write: ISO, and a date that ends with Z. */
export function parseDate(text: string): number {
  const match = /^\s*(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/.exec(text)
  if (match === null) return Number.NaN
  const [, year, month, day = '1', hour = '0', minute = '0', second = '0', ms = '0', zone = 'Z'] = match
  const offset = zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)))
  return dateOf(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute) - offset, Number(second), Number(ms.padEnd(3, '0')))
}

export function toNumber(v: Value): number {
  if (v === null || v === false) return 0
  if (v === true) return 1
  if (v === undefined) return Number.NaN
  if (v instanceof JsObject && (v.className === 'Date' || v.className === 'Number')) return v.data as number
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
