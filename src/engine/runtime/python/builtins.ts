import { print, readLine } from '../process/io.ts'
import type { Process } from '../process/process.ts'
import { openPath } from '../process/regular-file.ts'
import type { Interpreter } from './interpreter.ts'
import { binary } from './operators.ts'
import { type Call, exit, fail, number, object, orRaise, text } from './support.ts'
import {
  Blob,
  Builtin,
  Class,
  Descriptor,
  Dict,
  exceptions,
  Float,
  Instance,
  Lazy,
  List,
  numeric,
  order,
  Raised,
  raised,
  repr,
  Scope,
  toStr,
  truth,
  Tuple,
  typeName,
  type Value,
} from './values.ts'

/** What makes of a method something else. */
const descriptors: Record<string, Call> = {
  property: ({ args: [f = null] }) => {
    const descriptor = new Descriptor('property', f)
    descriptor.names.set('setter', new Builtin('setter', () => descriptor))
    return descriptor
  },
  staticmethod: ({ args: [f = null] }) => new Descriptor('static', f),
  classmethod: ({ args: [f = null] }) => new Descriptor('class', f),
}

const iterators = (x: () => Interpreter): Record<string, Call> => ({
  iter: ({ args: [v = null] }) => (v instanceof Lazy ? v : new Lazy(x().iterate(v))),
  next: ({ args }) => {
    const next = args[0] instanceof Lazy ? args[0].items.next() : fail('TypeError', `'${typeName(args[0] ?? null)}' object is not an iterator`)
    return next.done !== true ? next.value : args.length > 1 ? args[1]! : fail('StopIteration', '')
  },
  pow: ({ args: [a = null, b = null, modulus] }) => {
    const power = binary('**', a, b, () => {})
    return modulus === undefined ? power : binary('%', power, modulus, () => {})
  },
})

/** The names that every program has. */
export function builtinScope(p: Process, x: () => Interpreter): Scope {
  const scope = new Scope(undefined)
  for (const [name, type] of exceptions) scope.names.set(name, type)
  const list = (v: Value | undefined): Value[] => (v === undefined ? [] : [...x().iterate(v)])
  const functions: Record<string, Call> = {
    *print({ args, named }) {
      const out = `${args.map(toStr).join(named.has('sep') ? text(named.get('sep')) : ' ')}${named.has('end') ? text(named.get('end')) : '\n'}`
      const file = named.get('file')
      yield* print(p, out, file instanceof Instance && file.names.get('fd') === 2 ? 2 : 1)
      return null
    },
    len: ({ args: [v = null] }) =>
      typeof v === 'string'
        ? v.length
        : v instanceof Blob
          ? v.size
          : v instanceof Dict
            ? v.entries.size
            : v instanceof List || v instanceof Tuple
              ? v.items.length
              : fail('TypeError', `object of type '${typeName(v)}' has no len()`),
    range: ({ args }) =>
      new Instance(
        new Class('range', [], new Map()),
        new Map<string, Value>([
          ['range', new Tuple(args.length === 1 ? [0, args[0]!, 1] : [args[0]!, args[1]!, args[2] ?? 1])],
        ]),
      ),
    int: ({ args: [v = 0, base] }) => toInt(v, base),
    float: ({ args: [v = 0] }) => new Float(toFloat(v)),
    str: ({ args: [v = ''] }) => (v instanceof Blob ? v.text : toStr(v)),
    repr: ({ args: [v = null] }) => repr(v),
    bool: ({ args: [v = false] }) => truth(v),
    list: ({ args }) => new List(list(args[0])),
    tuple: ({ args }) => new Tuple(list(args[0])),
    dict: ({ args, named }) => {
      const dict = new Dict()
      if (args[0] instanceof Dict) for (const [k, v] of args[0].entries.values()) dict.set(k, v)
      for (const [k, v] of named) dict.set(k, v)
      return dict
    },
    set: ({ args }) => {
      const set = new Dict(true)
      for (const v of list(args[0])) set.set(v, true)
      return set
    },
    bytes: ({ args: [v = 0] }) => block(x(), v),
    bytearray: ({ args: [v = 0] }) => block(x(), v),
    abs: ({ args: [v = 0] }) => (v instanceof Float ? new Float(Math.abs(v.value)) : Math.abs(number(v))),
    round: ({ args: [v = 0, digits] }) =>
      digits === undefined ? Math.round(number(v)) : new Float(Number(number(v).toFixed(number(digits)))),
    min: ({ args }) => pick(args.length === 1 ? list(args[0]) : args, -1),
    max: ({ args }) => pick(args.length === 1 ? list(args[0]) : args, 1),
    sum: ({ args }) =>
      list(args[0]).reduce<Value>(
        (s, v) => (s instanceof Float || v instanceof Float ? new Float(number(s) + number(v)) : number(s) + number(v)),
        0,
      ),
    *sorted({ args, named }) {
      const key = named.get('key')
      const keyed: { key: Value; value: Value }[] = []
      for (const value of list(args[0]))
        keyed.push({
          value,
          key: key === undefined ? value : yield* x().call(key, { args: [value], named: new Map() }),
        })
      return new List(
        keyed.sort((a, b) => order(a.key, b.key) * (named.get('reverse') === true ? -1 : 1)).map((k) => k.value),
      )
    },
    reversed: ({ args }) => new List(list(args[0]).reverse()),
    enumerate: ({ args }) => new List(list(args[0]).map((v, i) => new Tuple([i + number(args[1]), v]))),
    zip: ({ args }) => {
      const lists = args.map(list)
      return new List(
        Array.from({ length: Math.min(...lists.map((l) => l.length)) }, (_, i) => new Tuple(lists.map((l) => l[i]!))),
      )
    },
    *map({ args }) {
      const out: Value[] = []
      for (const v of list(args[1])) out.push(yield* x().call(args[0]!, { args: [v], named: new Map() }))
      return new List(out)
    },
    *filter({ args }) {
      const out: Value[] = []
      for (const v of list(args[1]))
        if (truth(args[0] === null ? v : yield* x().call(args[0]!, { args: [v], named: new Map() }))) out.push(v)
      return new List(out)
    },
    any: ({ args }) => list(args[0]).some(truth),
    all: ({ args }) => list(args[0]).every(truth),
    ord: ({ args }) => text(args[0]).codePointAt(0) ?? 0,
    chr: ({ args }) => String.fromCodePoint(number(args[0])),
    hex: ({ args }) => `0x${number(args[0]).toString(16)}`,
    type: ({ args: [v = null] }) =>
      v instanceof Instance && v.type !== undefined ? v.type : new Class(typeName(v), [], new Map()),
    isinstance: ({ args: [v = null, type = null] }) =>
      (type instanceof Tuple ? type.items : [type]).some((t) =>
        v instanceof Instance && t instanceof Class
          ? (v.type?.isA(t) ?? false)
          : t instanceof Builtin && t.name === typeName(v),
      ),
    *input({ args }) {
      yield* print(p, text(args[0]))
      const line = yield* readLine(p, p.fd(0))
      if (typeof line !== 'string') throw raised('Exception', 'EOF when reading a line')
      return line.replace(/\n$/, '')
    },
    open: ({ args, named }) => openFile(p, text(args[0]), text(args[1] ?? named.get('mode') ?? 'r')),
    exit: ({ args }) => exit(args[0]),
    quit: ({ args }) => exit(args[0]),
    getattr: ({ args: [v = null, name, fallback] }) => {
      try {
        return x().attribute(v, text(name))
      } catch (e) {
        if (e instanceof Raised && fallback !== undefined) return fallback
        throw e
      }
    },
    hasattr: ({ args: [v = null, name] }) => v instanceof Instance && v.names.has(text(name)),
    id: () => 140_000_000,
    super: () => null,
  }
  for (const [name, call] of Object.entries({ ...functions, ...descriptors, ...iterators(x) })) scope.names.set(name, new Builtin(name, call))
  scope.names.set('__name__', '__main__')
  return scope
}

function toInt(v: Value, base: Value | undefined): number {
  const n = numeric(v)
  if (n !== undefined) return Math.trunc(n)
  if (v === null || (typeof v !== 'string' && !(v instanceof Blob)))
    fail('TypeError', `int() argument must be a string, a bytes-like object or a real number, not '${typeName(v)}'`)
  const source = toStr(v).trim()
  const parsed =
    base === undefined
      ? /^[-+]?\d[\d_]*$/.test(source)
        ? Number(source.replaceAll('_', ''))
        : Number.NaN
      : parseInt(source, number(base))
  return Number.isNaN(parsed)
    ? fail('ValueError', `invalid literal for int() with base ${base === undefined ? 10 : number(base)}: ${repr(v)}`)
    : parsed
}

function toFloat(v: Value): number {
  const n = numeric(v) ?? (typeof v === 'string' && v.trim() !== '' ? Number(v) : Number.NaN)
  return Number.isNaN(n) && v !== 'nan' ? fail('ValueError', `could not convert string to float: ${repr(v)}`) : n
}

/** bytes(n) is n zero bytes. */
function block(x: Interpreter, v: Value): Blob {
  if (typeof v !== 'number') return v instanceof Blob ? v : new Blob(toStr(v))
  x.allocate(v > 65_536 ? v : 0)
  return new Blob('', v)
}

function pick(items: readonly Value[], sign: number): Value {
  if (items.length === 0) fail('ValueError', `${sign < 0 ? 'min' : 'max'}() iterable argument is empty`)
  return items.reduce((best, v) => (order(v, best) * sign > 0 ? v : best))
}

function openFile(p: Process, path: string, mode: string): Value {
  const writes = /[wax+]/.test(mode)
  const file = orRaise(path, () =>
    openPath(
      p.machine.files,
      path,
      writes ? (mode.includes('a') ? { append: true } : { write: true, truncate: mode.includes('w') }) : { read: true },
      p.access,
      0o666 & ~p.umask,
    ),
  )
  const readRest = (): string => {
    let out = ''
    for (let data = file.read(65_536); typeof data === 'string'; data = file.read(65_536)) out += data
    return out
  }
  return object({
    read: () => (mode.includes('b') ? new Blob(readRest()) : readRest()),
    readline: () => (file.readLine() as string | undefined) ?? '',
    readlines: () => new List(readRest().split(/(?<=\n)/).filter((line) => line !== '')),
    write: ({ args }) => {
      const data =
        args[0] instanceof Blob ? (args[0].text.length < args[0].size ? args[0].size : args[0].text) : text(args[0])
      orRaise(path, () => file.write(data))
      return typeof data === 'number' ? data : data.length
    },
    flush: () => null,
    close: () => null,
  })
}
