import type { CivilTime } from '../../api/time.ts'
import type { Run } from '../process/process.ts'
import type { Interpreter } from './interpreter.ts'
import { iterated } from './operators.ts'
import { dateOf, dateParts, dateText, isoText } from './dates.ts'
import { fail, JsArray, JsFunction, JsObject, native, regExpOf, toNumber, toText, truthy, type Value } from './values.ts'

type Method<T> = (self: T, args: Value[], js: Interpreter) => Value | Run<Value>

/** What values of the language itself can do; undefined where there is nothing of that name. */
export function memberOf(js: Interpreter, object: Value, name: string | number): Value {
  if (typeof object === 'string') {
    if (name === 'length') return object.length
    return /^\d+$/.test(String(name)) ? object[Number(name)] : bound(js, object, strings, String(name))
  }
  if (object instanceof JsArray) {
    if (name === 'length') return object.items.length
    return /^\d+$/.test(String(name)) ? object.items[Number(name)] : bound(js, object, arrays, String(name))
  }
  if (typeof object === 'number') return bound(js, object, numbers, String(name))
  if (object instanceof JsFunction) return name === 'name' ? object.name : bound(js, object, functions, String(name))
  if (!(object instanceof JsObject)) return name === 'toString' ? native('toString', () => toText(object)) : undefined
  const { className, data } = object
  if ((className === 'Map' || className === 'Set') && name === 'size') return (data as Map<Value, Value>).size
  const own = className === 'Date' ? dates : className === 'RegExp' ? patterns : className === 'Map' ? maps : className === 'Set' ? sets : undefined
  const method = own === undefined ? undefined : bound(js, object, own, String(name))
  return method ?? bound(js, object, objects, String(name))
}

function bound<T extends Value>(js: Interpreter, self: T, methods: Readonly<Record<string, Method<T>>>, name: string): Value {
  if (!Object.hasOwn(methods, name)) return undefined
  const method = methods[name]!
  return new JsFunction(name, function* (given, args) {
    // Borrowed for another: Array.prototype.slice.call(arguments).
    const result = method((given === undefined || typeof given !== typeof self ? self : given) as T, args, js)
    return typeof result === 'object' && result !== null && 'next' in result ? yield* result : result
  })
}

const text = (v: Value): string => (v === undefined ? '' : toText(v))
const index = (v: Value, otherwise: number): number => (v === undefined ? otherwise : Math.trunc(toNumber(v)) || 0)

function globalOf(v: Value): RegExp {
  const pattern = v instanceof JsObject && v.className === 'RegExp' ? (v.data as RegExp) : new RegExp(toText(v).replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`), 'g')
  pattern.lastIndex = 0
  return pattern
}

const matched = (m: RegExpExecArray | RegExpMatchArray): JsArray => new JsArray([...m])

function* replaced(self: string, [what, by]: Value[], js: Interpreter, all: boolean): Run<Value> {
  const isPattern = what instanceof JsObject && what.className === 'RegExp'
  const pattern = globalOf(what)
  let out = ''
  let at = 0
  const repeats = isPattern ? pattern.flags.includes('g') : all
  for (const m of self.matchAll(pattern.flags.includes('g') ? pattern : new RegExp(pattern.source, `${pattern.flags}g`))) {
    const put = by instanceof JsFunction ? toText(yield* js.call(by, undefined, [...m, m.index, self])) : text(by).replaceAll(/\$(\d|&|\$)/g, (_, n: string) => (n === '&' ? m[0] : n === '$' ? '$' : (m[Number(n)] ?? '')))
    out += self.slice(at, m.index) + put
    at = m.index + m[0].length
    if (!repeats) break
  }
  return out + self.slice(at)
}

const strings: Readonly<Record<string, Method<string>>> = {
  toString: (s: string) => s,
  trim: (s) => s.trim(),
  trimEnd: (s) => s.trimEnd(),
  trimStart: (s) => s.trimStart(),
  toUpperCase: (s) => s.toUpperCase(),
  toLowerCase: (s) => s.toLowerCase(),
  charAt: (s, [at]) => s.charAt(index(at, 0)),
  charCodeAt: (s, [at]) => s.charCodeAt(index(at, 0)),
  at: (s, [at]) => s.at(index(at, 0)),
  includes: (s, [what]) => s.includes(text(what)),
  startsWith: (s, [what]) => s.startsWith(text(what)),
  endsWith: (s, [what]) => s.endsWith(text(what)),
  indexOf: (s, [what]) => s.indexOf(text(what)),
  lastIndexOf: (s, [what]) => s.lastIndexOf(text(what)),
  slice: (s, [from, to]) => s.slice(index(from, 0), to === undefined ? undefined : index(to, 0)),
  substring: (s, [from, to]) => s.substring(index(from, 0), to === undefined ? undefined : index(to, 0)),
  substr: (s, [from, length]) => s.slice(index(from, 0), length === undefined ? undefined : index(from, 0) + index(length, 0)),
  padStart: (s, [length, fill]) => s.padStart(Math.min(index(length, 0), 10_000), fill === undefined ? ' ' : text(fill)),
  padEnd: (s, [length, fill]) => s.padEnd(Math.min(index(length, 0), 10_000), fill === undefined ? ' ' : text(fill)),
  repeat: (s, [times]) => {
    if (s.length * index(times, 0) > 10_000_000) throw fail('RangeError', `Invalid count value: ${text(times)}`)
    return s.repeat(Math.max(0, index(times, 0)))
  },
  concat: (s, args) => s + args.map(text).join(''),
  split: (s, [by]) => new JsArray(by === undefined ? [s] : s.split(by instanceof JsObject ? (by.data as RegExp) : text(by))),
  replace: (s, args, js) => replaced(s, args, js, false),
  replaceAll: (s, args, js) => replaced(s, args, js, true),
  match: (s, [what]) => {
    const pattern = globalOf(what)
    const found = s.match(what instanceof JsObject ? pattern : regExpOf(text(what), ''))
    return found === null ? null : matched(found)
  },
  matchAll: (s, [what]) => new JsArray([...s.matchAll(globalOf(what))].map(matched)),
  search: (s, [what]) => s.search(globalOf(what)),
  localeCompare: (s, [other]) => (s < text(other) ? -1 : s > text(other) ? 1 : 0),
}

/** Calls a function with each item, its place and the whole. */
function* each(js: Interpreter, self: JsArray, f: Value, see: (value: Value, item: Value, i: number) => boolean | void): Run<void> {
  for (let i = 0; i < self.items.length; i++) {
    const item = self.items[i]
    if (see(yield* js.call(f, undefined, [item, i, self], 'callback'), item, i) === true) return
  }
}

function* sorted(js: Interpreter, items: Value[], by: Value): Run<Value[]> {
  if (!(by instanceof JsFunction)) return items.toSorted((a, b) => (toText(a) < toText(b) ? -1 : toText(a) > toText(b) ? 1 : 0))
  // By merging, as the function that compares may wait.
  if (items.length < 2) return items
  const middle = items.length >> 1
  const [left, right] = [yield* sorted(js, items.slice(0, middle), by), yield* sorted(js, items.slice(middle), by)]
  const out: Value[] = []
  while (left.length > 0 && right.length > 0) out.push(toNumber(yield* js.call(by, undefined, [left[0], right[0]])) <= 0 ? left.shift() : right.shift())
  return [...out, ...left, ...right]
}

function* folded(js: Interpreter, items: Value[], [f, first]: Value[], hasFirst: boolean): Run<Value> {
  if (items.length === 0 && !hasFirst) throw fail('TypeError', 'Reduce of empty array with no initial value')
  let value = hasFirst ? first : items[0]
  for (let i = hasFirst ? 0 : 1; i < items.length; i++) value = yield* js.call(f, undefined, [value, items[i], i])
  return value
}

const flat = (items: Value[], depth: number): Value[] => items.flatMap((item) => (item instanceof JsArray && depth > 0 ? flat(item.items, depth - 1) : [item]))

const arrays: Readonly<Record<string, Method<JsArray>>> = {
  push: (a, args) => a.items.push(...args),
  pop: (a) => a.items.pop(),
  shift: (a) => a.items.shift(),
  unshift: (a, args) => a.items.unshift(...args),
  slice: (a, [from, to]) => new JsArray(a.items.slice(index(from, 0), to === undefined ? undefined : index(to, 0))),
  splice: (a, [from, count, ...add]) => new JsArray(a.items.splice(index(from, 0), count === undefined ? a.items.length : index(count, 0), ...add)),
  concat: (a, args) => new JsArray([...a.items, ...args.flatMap((one) => (one instanceof JsArray ? one.items : [one]))]),
  join: (a, [by]) => a.items.map((item) => (item === undefined || item === null ? '' : toText(item))).join(by === undefined ? ',' : text(by)),
  toString: (a: JsArray) => toText(a),
  reverse: (a) => (a.items.reverse(), a),
  includes: (a, [what]) => a.items.includes(what),
  indexOf: (a, [what]) => a.items.indexOf(what),
  at: (a, [at]) => a.items.at(index(at, 0)),
  fill: (a, [value]) => (a.items.fill(value), a),
  flat: (a, [depth]) => new JsArray(flat(a.items, index(depth, 1))),
  keys: (a) => new JsArray(a.items.map((_, i) => i)),
  values: (a) => new JsArray([...a.items]),
  entries: (a) => new JsArray(a.items.map((item, i) => new JsArray([i, item]))),
  *forEach(a, [f], js) {
    yield* each(js, a, f, () => false)
    return undefined
  },
  *map(a, [f], js) {
    const out: Value[] = []
    yield* each(js, a, f, (value) => void out.push(value))
    return new JsArray(out)
  },
  *flatMap(a, [f], js) {
    const out: Value[] = []
    yield* each(js, a, f, (value) => void out.push(value))
    return new JsArray(flat(out, 1))
  },
  *filter(a, [f], js) {
    const out: Value[] = []
    yield* each(js, a, f, (value, item) => void (truthy(value) && out.push(item)))
    return new JsArray(out)
  },
  *find(a, [f], js) {
    let found: Value
    yield* each(js, a, f, (value, item) => truthy(value) && ((found = item), true))
    return found
  },
  *findIndex(a, [f], js) {
    let found = -1
    yield* each(js, a, f, (value, _, i) => truthy(value) && ((found = i), true))
    return found
  },
  *some(a, [f], js) {
    let found = false
    yield* each(js, a, f, (value) => truthy(value) && (found = true))
    return found
  },
  *every(a, [f], js) {
    let found = true
    yield* each(js, a, f, (value) => !truthy(value) && ((found = false), true))
    return found
  },
  reduce: (a, args, js) => folded(js, a.items, args, args.length > 1),
  *sort(a, [by], js) {
    a.items = yield* sorted(js, a.items, by)
    return a
  },
}

const numbers: Readonly<Record<string, Method<number>>> = {
  toFixed: (n, [digits]) => n.toFixed(Math.max(0, Math.min(100, index(digits, 0)))),
  toString: (n: number, [base]: Value[]) => n.toString(Math.max(2, Math.min(36, index(base, 10)))),
  toLocaleString: (n: number) => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ','),
}

const functions: Readonly<Record<string, Method<JsFunction>>> = {
  call: (f, [self, ...args], js) => js.call(f, self, args, f.name),
  apply: (f, [self, args], js) => js.call(f, self, args === undefined || args === null ? [] : iterated(args), f.name),
  bind: (f, [self, ...first], js) => new JsFunction(`bound ${f.name}`, (_, args) => js.call(f, self, [...first, ...args], f.name)),
  toString: (f: JsFunction) => toText(f),
}

const objects: Readonly<Record<string, Method<JsObject>>> = {
  hasOwnProperty: (o: JsObject, [name]: Value[]) => o.fields.has(text(name)),
  toString: (o: JsObject) => toText(o),
  valueOf: (o: JsObject) => o,
}

const set = (change: (parts: CivilTime, value: number) => Partial<CivilTime>): Method<JsObject> => (o, [value]) => {
  const parts = { ...dateParts(o.data as number) }
  const next = { ...parts, ...change(parts, toNumber(value)) }
  return (o.data = dateOf(next.year, next.month, next.day, next.hour, next.minute, next.second, next.ms))
}

/** In local time, which is UTC, and in UTC. */
const both = (name: string, read: (parts: CivilTime) => number, field: keyof CivilTime): [string, Method<JsObject>][] => [
  ...['', 'UTC'].map((zone): [string, Method<JsObject>] => [`get${zone}${name}`, (o) => read(dateParts(o.data as number))]),
  ...['', 'UTC'].map((zone): [string, Method<JsObject>] => [`set${zone}${name}`, set((_, value) => ({ [field]: value }))]),
]

const dates: Readonly<Record<string, Method<JsObject>>> = {
  ...Object.fromEntries([...both('FullYear', (d) => d.year, 'year'), ...both('Month', (d) => d.month, 'month'), ...both('Date', (d) => d.day, 'day'), ...both('Hours', (d) => d.hour, 'hour'), ...both('Minutes', (d) => d.minute, 'minute'), ...both('Seconds', (d) => d.second, 'second'), ...both('Milliseconds', (d) => d.ms, 'ms')]),
  getDay: (o) => dateParts(o.data as number).weekday,
  getTime: (o) => o.data as number,
  valueOf: (o: JsObject) => o.data as number,
  setTime: (o, [ms]) => (o.data = toNumber(ms)),
  getTimezoneOffset: () => 0,
  toISOString: (o) => {
    if (Number.isNaN(o.data)) throw fail('RangeError', 'Invalid time value')
    return isoText(o.data as number)
  },
  toJSON: (o) => (Number.isNaN(o.data) ? null : isoText(o.data as number)),
  toString: (o: JsObject) => dateText(o.data as number),
  toDateString: (o) => dateText(o.data as number).slice(0, 15),
  toTimeString: (o) => dateText(o.data as number).slice(16),
  toUTCString: (o) => {
    const [weekday, month, day, year, time] = dateText(o.data as number).split(' ')
    return `${weekday}, ${day} ${month} ${year} ${time} GMT`
  },
  toLocaleTimeString: (o) => localTime(o.data as number),
  toLocaleDateString: (o) => localDate(o.data as number),
  toLocaleString: (o: JsObject) => `${localDate(o.data as number)}, ${localTime(o.data as number)}`,
}

function localTime(ms: number): string {
  const { hour, minute, second } = dateParts(ms)
  return `${hour % 12 || 12}:${String(minute).padStart(2, '0')}:${String(second).padStart(2, '0')} ${hour < 12 ? 'AM' : 'PM'}`
}

function localDate(ms: number): string {
  const { year, month, day } = dateParts(ms)
  return `${month + 1}/${day}/${year}`
}

const patterns: Readonly<Record<string, Method<JsObject>>> = {
  test: (o, [what]) => (o.data as RegExp).test(text(what)),
  exec: (o, [what]) => {
    const found = (o.data as RegExp).exec(text(what))
    return found === null ? null : matched(found)
  },
}

const maps: Readonly<Record<string, Method<JsObject>>> = {
  get: (o, [key]) => (o.data as Map<Value, Value>).get(key),
  set: (o, [key, value]) => ((o.data as Map<Value, Value>).set(key, value), o),
  has: (o, [key]) => (o.data as Map<Value, Value>).has(key),
  delete: (o, [key]) => (o.data as Map<Value, Value>).delete(key),
  clear: (o) => ((o.data as Map<Value, Value>).clear(), undefined),
  keys: (o) => new JsArray([...(o.data as Map<Value, Value>).keys()]),
  values: (o) => new JsArray([...(o.data as Map<Value, Value>).values()]),
  entries: (o) => new JsArray(iterated(o)),
  *forEach(o, [f], js) {
    for (const [key, value] of o.data as Map<Value, Value>) yield* js.call(f, undefined, [value, key, o])
    return undefined
  },
}

const sets: Readonly<Record<string, Method<JsObject>>> = {
  add: (o, [value]) => ((o.data as Set<Value>).add(value), o),
  has: (o, [value]) => (o.data as Set<Value>).has(value),
  delete: (o, [value]) => (o.data as Set<Value>).delete(value),
  clear: (o) => ((o.data as Set<Value>).clear(), undefined),
  values: (o) => new JsArray(iterated(o)),
  *forEach(o, [f], js) {
    for (const value of o.data as Set<Value>) yield* js.call(f, undefined, [value, value, o])
    return undefined
  },
}
