import { print } from '../process/io.ts'
import type { Process } from '../process/process.ts'
import { inspect } from './inspect.ts'
import type { Interpreter } from './interpreter.ts'
import { iterated, keysOf } from './operators.ts'
import { dateOf, dateText, isoText, parseDate } from './dates.ts'
import { errorOf, fail, JsArray, JsFunction, JsObject, native, objectOf, regExpOf, toNumber, toText, truthy, type Value } from './values.ts'

/** What console.log makes of its arguments: %s and its like in the first, and the rest behind it. */
export function formatted(args: readonly Value[]): string {
  const [first, ...rest] = args
  if (typeof first !== 'string' || !/%[sdifoOj%]/.test(first)) return args.map((one) => (typeof one === 'string' ? one : inspect(one))).join(' ')
  const text = first.replaceAll(/%[sdifoOj%]/g, (word) => {
    if (word === '%%') return '%'
    if (rest.length === 0) return word
    const value = rest.shift()
    return word === '%s' ? (typeof value === 'object' && !(value instanceof JsFunction) ? inspect(value, 1) : toText(value)) : word === '%j' ? toJson(value, 0) : word === '%d' ? String(toNumber(value)) : word === '%i' ? String(Math.trunc(toNumber(value))) : word === '%f' ? String(toNumber(value)) : inspect(value)
  })
  return [text, ...rest.map((one) => (typeof one === 'string' ? one : inspect(one)))].join(' ')
}

/** The globals of any JavaScript. */
export function addGlobals(js: Interpreter, p: Process): void {
  const { global } = js
  const add = (name: string, value: Value): void => global.set(name, value)
  const writer = (fd: 1 | 2): JsFunction => new JsFunction('log', function* (_, args) {
    yield* print(p, `${formatted(args)}\n`, fd)
    return undefined
  })
  add('console', objectOf({ log: writer(1), info: writer(1), debug: writer(1), error: writer(2), warn: writer(2), trace: writer(2) }))
  add('NaN', Number.NaN)
  add('Infinity', Infinity)
  add('parseInt', native('parseInt', ([v, base]) => Number.parseInt(toText(v), base === undefined ? undefined : toNumber(base))))
  add('parseFloat', native('parseFloat', ([v]) => Number.parseFloat(toText(v))))
  add('isNaN', native('isNaN', ([v]) => Number.isNaN(toNumber(v))))
  add('encodeURIComponent', native('encodeURIComponent', ([v]) => coded(encodeURIComponent, toText(v))))
  add('decodeURIComponent', native('decodeURIComponent', ([v]) => coded(decodeURIComponent, toText(v))))
  add('JSON', objectOf({ stringify: native('stringify', ([v, , space]) => (v === undefined ? undefined : toJson(v, space === undefined ? 0 : typeof space === 'string' ? space : toNumber(space)))), parse: native('parse', ([v]) => fromJson(toText(v))) }))
  add('Math', mathOf(p))
  add('Number', withFields(native('Number', ([v]) => (v === undefined ? 0 : toNumber(v))), { isInteger: native('isInteger', ([v]) => Number.isInteger(v)), isNaN: native('isNaN', ([v]) => Number.isNaN(v)), parseInt: global.find('parseInt')!.value, parseFloat: global.find('parseFloat')!.value, MAX_SAFE_INTEGER: Number.MAX_SAFE_INTEGER }))
  add('String', native('String', ([v]) => (v === undefined ? '' : toText(v))))
  add('Boolean', native('Boolean', ([v]) => truthy(v)))
  add('Object', objectClass())
  add('Array', arrayClass(js))
  add('Date', dateClass(p))
  add('RegExp', classOf('RegExp', ([v, flags]) => pattern(v, flags)))
  add('Map', classOf('Map', ([v]) => new JsObject('Map', new Map(v === undefined || v === null ? [] : iterated(v).map((pair) => [(pair as JsArray).items[0], (pair as JsArray).items[1]])))))
  add('Set', classOf('Set', ([v]) => new JsObject('Set', new Set(v === undefined || v === null ? [] : iterated(v)))))
  for (const name of ['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError']) add(name, errorClass(name))
}

function coded(change: (text: string) => string, text: string): string {
  try {
    return change(text)
  } catch {
    throw fail('URIError', 'URI malformed')
  }
}

function pattern(v: Value, flags: Value): JsObject {
  return new JsObject('RegExp', v instanceof JsObject && v.className === 'RegExp' ? v.data : regExpOf(toText(v), flags === undefined ? '' : toText(flags)))
}

export function withFields(f: JsFunction, fields: Readonly<Record<string, Value>>): JsFunction {
  for (const [name, value] of Object.entries(fields)) f.fields.set(name, value)
  return f
}

/** A class of ours: called or made, it gives the same. */
export function classOf(name: string, make: (args: Value[]) => Value): JsFunction {
  const f = native(name, make)
  f.construct = function* (args) {
    return make(args)
  }
  return f
}

function errorClass(name: string): JsFunction {
  const f = native(name, ([message]) => errorOf(name, message === undefined ? '' : toText(message)))
  const proto = new JsObject()
  proto.fields.set('name', name)
  f.fields.set('prototype', proto).set('className', 'Error').set('captureStackTrace', native('captureStackTrace', () => undefined))
  f.construct = function* ([message], made) {
    const error = made ?? errorOf(name, '')
    const words = message === undefined ? '' : toText(message)
    const own = error.proto?.fields.get('constructor')
    error.fields.set('message', words).set('stack', `${own instanceof JsFunction ? own.name : name}${words === '' ? '' : `: ${words}`}\n    at <anonymous>`)
    return error
  }
  return f
}

function mathOf(p: Process): JsObject {
  const made = new JsObject()
  for (const name of ['abs', 'ceil', 'floor', 'round', 'trunc', 'sqrt', 'cbrt', 'sin', 'cos', 'tan', 'atan', 'log', 'log2', 'log10', 'exp', 'sign', 'max', 'min', 'pow', 'hypot', 'atan2'] as const)
    made.fields.set(name, native(name, (args) => (Math[name] as (...numbers: number[]) => number)(...args.map(toNumber))))
  made.fields.set('random', native('random', () => p.machine.random(2 ** 31) / 2 ** 31)).set('PI', Math.PI).set('E', Math.E)
  return made
}

function objectClass(): JsFunction {
  const entries = (v: Value): [string, Value][] => (v instanceof JsObject ? [...v.fields] : v instanceof JsArray ? v.items.map((item, i) => [String(i), item]) : [])
  return withFields(classOf('Object', ([v]) => v ?? new JsObject()), {
    keys: native('keys', ([v]) => new JsArray(keysOf(v))),
    values: native('values', ([v]) => new JsArray(entries(v).map(([, value]) => value))),
    entries: native('entries', ([v]) => new JsArray(entries(v).map((pair) => new JsArray(pair)))),
    assign: native('assign', ([to, ...from]) => {
      for (const one of from) for (const [name, value] of entries(one)) if (to instanceof JsObject || to instanceof JsFunction) to.fields.set(name, value)
      return to
    }),
    freeze: native('freeze', ([v]) => v),
    create: native('create', ([v]) => new JsObject('Object', undefined, v instanceof JsObject ? v : undefined)),
    fromEntries: native('fromEntries', ([v]) => objectOf(Object.fromEntries(iterated(v).map((pair) => [toText((pair as JsArray).items[0]), (pair as JsArray).items[1]])))),
  })
}

function arrayClass(js: Interpreter): JsFunction {
  const filled = (n: number): Value[] => Array.from({ length: Math.max(0, Math.min(1_000_000, n)) }, () => undefined)
  const made = classOf('Array', (args) => new JsArray(args.length === 1 && typeof args[0] === 'number' ? filled(args[0]) : args))
  return withFields(made, {
    isArray: native('isArray', ([v]) => v instanceof JsArray),
    of: native('of', (args) => new JsArray(args)),
    from: new JsFunction('from', function* (_, [v, f]) {
      const items = v instanceof JsObject && v.fields.has('length') ? filled(toNumber(v.fields.get('length'))) : iterated(v)
      if (!(f instanceof JsFunction)) return new JsArray(items)
      const out: Value[] = []
      for (const [i, item] of items.entries()) out.push(yield* js.call(f, undefined, [item, i]))
      return new JsArray(out)
    }),
  })
}

function dateClass(p: Process): JsFunction {
  const of = (args: Value[]): number => {
    const [first] = args
    if (first === undefined) return Math.floor(p.machine.now())
    if (args.length > 1) return dateOf(...(args.map(toNumber) as [number, number]))
    if (typeof first === 'string') return parseDate(first)
    return toNumber(first)
  }
  const f = native('Date', () => dateText(Math.floor(p.machine.now())))
  f.construct = function* (args) {
    return new JsObject('Date', of(args))
  }
  return withFields(f, { now: native('now', () => Math.floor(p.machine.now())), parse: native('parse', ([v]) => parseDate(toText(v))), UTC: native('UTC', (args) => of([...args, 0])) })
}

// --- JSON -----------------------------------------------------------------------------------------

export function toJson(v: Value, space: number | string): string {
  return JSON.stringify(plain(v), null, space) ?? 'undefined'
}

/** As it is in JSON. `above`: what it stands in. */
export function plain(v: Value, above: readonly Value[] = []): unknown {
  if (v instanceof JsFunction) return undefined
  if (!(v instanceof JsObject || v instanceof JsArray)) return v
  if (above.includes(v)) throw fail('TypeError', 'Converting circular structure to JSON')
  const inner = (one: Value): unknown => plain(one, [...above, v])
  if (v instanceof JsArray) return v.items.map((item) => inner(item) ?? null)
  if (v.className === 'Date') return Number.isNaN(v.data) ? null : isoText(v.data as number)
  if (v.className === 'ObjectId') return String(v.data)
  return Object.fromEntries([...v.fields].filter(([name]) => name !== '__proto__').map(([name, value]) => [name, inner(value)]))
}

export function fromPlain(v: unknown): Value {
  if (Array.isArray(v)) return new JsArray(v.map(fromPlain))
  if (typeof v !== 'object' || v === null) return v as Value
  const made = new JsObject()
  for (const [name, value] of Object.entries(v)) made.fields.set(name, fromPlain(value))
  return made
}

export function fromJson(text: string): Value {
  try {
    return fromPlain(JSON.parse(text))
  } catch {
    throw fail('SyntaxError', text === '' ? 'Unexpected end of JSON input' : `Unexpected token '${text.trim()[0] ?? ''}', "${text.slice(0, 30)}" is not valid JSON`)
  }
}
