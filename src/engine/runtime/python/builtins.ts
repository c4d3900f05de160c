import { print, readLine } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { openPath } from '../process/regular-file.ts'
import type { Interpreter } from './interpreter.ts'
import { binary, formatValue } from './operators.ts'
import { type Call, exit, fail, number, object, orRaise, text } from './support.ts'
import {
  Blob,
  BoundMethod,
  Builtin,
  Class,
  Descriptor,
  Dict,
  exceptions,
  Float,
  Func,
  Instance,
  Lazy,
  List,
  numeric,
  order,
  PythonGenerator,
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
    descriptor.names.set('setter', new Builtin('setter', ({ args: [set = null] }) => {
      descriptor.names.set('set', set)
      return descriptor
    }))
    return descriptor
  },
  staticmethod: ({ args: [f = null] }) => new Descriptor('static', f),
  classmethod: ({ args: [f = null] }) => new Descriptor('class', f),
}

const iterators = (x: () => Interpreter): Record<string, Call> => ({
  *iter({ args: [v = null] }) {
    if (v instanceof Lazy || v instanceof PythonGenerator) return v
    return (yield* x().callSpecial(v, '__iter__')) ?? new Lazy(x().iterate(v))
  },
  *next({ args }) {
    const own = args[0] instanceof PythonGenerator ? yield* x().advance(args[0]) : args[0] instanceof Lazy ? undefined : yield* x().callSpecial(args[0] ?? null, '__next__')
    if (own !== undefined) return own
    if (args[0] instanceof PythonGenerator) return args.length > 1 ? args[1]! : fail('StopIteration', '')
    const next = args[0] instanceof Lazy ? args[0].items.next() : fail('TypeError', `'${typeName(args[0] ?? null)}' object is not an iterator`)
    return next.done !== true ? next.value : args.length > 1 ? args[1]! : fail('StopIteration', '')
  },
  pow: ({ args: [a = null, b = null, modulus] }) => {
    const power = binary('**', a, b, () => {})
    return modulus === undefined ? power : binary('%', power, modulus, () => {})
  },
})

/** What is asked of objects about themselves. */
const reflection = (x: () => Interpreter): Record<string, Call> => ({
  callable: ({ args: [v = null] }) => v instanceof Builtin || v instanceof Func || v instanceof BoundMethod || v instanceof Class,
  setattr: ({ args: [v = null, name, value = null] }) => {
    if (v instanceof Instance || v instanceof Class) v.names.set(text(name), value)
    return null
  },
  vars: ({ args: [v = null] }) => x().attribute(v, '__dict__'),
  issubclass: ({ args: [a = null, b = null] }) => a instanceof Class && (b instanceof Tuple ? b.items : [b]).some((one) => one instanceof Class && a.isA(one)),
  hash: ({ args: [v = null] }) => [...toStr(v)].reduce((n, c) => (n * 31 + c.charCodeAt(0)) % 2 ** 31, 7),
  dir: ({ args: [v = null] }) => new List(v instanceof Instance || v instanceof Class ? [...v.names.keys()].toSorted() : []),
  type: ({ args: [v = null] }) =>
    v instanceof Instance && v.type !== undefined ? v.type : new Class(typeName(v), [], new Map()),
  isinstance: ({ args: [v = null, type = null] }) =>
    (type instanceof Tuple ? type.items : [type]).some((t) =>
      v instanceof Instance && t instanceof Class
        ? (v.type?.isA(t) ?? false)
        : t instanceof Builtin && (t.name === typeName(v) || (t.name === 'int' && typeof v === 'boolean')),
    ),
  getattr: ({ args: [v = null, name, fallback] }) => {
    try {
      return x().attribute(v, text(name))
    } catch (e) {
      if (e instanceof Raised && fallback !== undefined) return fallback
      throw e
    }
  },
  hasattr: ({ args: [v = null, name] }) => {
    try {
      return x().attribute(v, text(name)) !== undefined
    } catch (e) {
      if (e instanceof Raised) return false
      throw e
    }
  },
})

/** The names that every program has. */
export function builtinScope(p: Process, x: () => Interpreter): Scope {
  const scope = new Scope(undefined)
  for (const [name, type] of exceptions) scope.names.set(name, type)
  const list = (v: Value | undefined): Value[] => (v === undefined ? [] : [...x().iterate(v)])
  const functions: Record<string, Call> = {
    *print({ args, named }) {
      const shown: string[] = []
      for (const one of args) shown.push(yield* x().strOf(one))
      const out = `${shown.join(named.has('sep') ? text(named.get('sep')) : ' ')}${named.has('end') ? text(named.get('end')) : '\n'}`
      const file = named.get('file')
      const write = file instanceof Instance && !file.names.has('fd') ? x().attribute(file, 'write') : undefined
      if (write === undefined) yield* print(p, out, file instanceof Instance && file.names.get('fd') === 2 ? 2 : 1)
      else yield* x().call(write, { args: [out], named: new Map() })
      return null
    },
    *len({ args: [v = null] }) {
      return (yield* x().callSpecial(v, '__len__')) ?? lengthOf(v, x())
    },
    range: ({ args }) =>
      new Instance(
        new Class('range', [], new Map()),
        new Map<string, Value>([
          ['range', new Tuple(args.length === 1 ? [0, args[0]!, 1] : [args[0]!, args[1]!, args[2] ?? 1])],
        ]),
      ),
    int: ({ args: [v = 0, base] }) => toInt(v, base),
    float: ({ args: [v = 0] }) => new Float(toFloat(v)),
    *str({ args: [v = ''] }) {
      return v instanceof Blob ? repr(v) : yield* x().strOf(v)
    },
    *repr({ args: [v = null] }) {
      return yield* x().reprOf(v)
    },
    frozenset: ({ args }) => {
      const set = new Dict(true)
      for (const v of list(args[0])) set.set(v, true)
      return set
    },
    bin: ({ args }) => `0b${number(args[0]).toString(2)}`,
    oct: ({ args }) => `0o${number(args[0]).toString(8)}`,
    divmod: ({ args: [a = null, b = null] }) => new Tuple([binary('//', a, b, () => {}), binary('%', a, b, () => {})]),
    format: ({ args: [v = null, spec] }) => formatValue(v, text(spec)),
    bool: ({ args: [v = false] }) => truth(v),
    list: ({ args }) => new List(list(args[0])),
    tuple: ({ args }) => new Tuple(list(args[0])),
    dict: ({ args, named }) => {
      const dict = new Dict()
      if (args[0] instanceof Dict) for (const [k, v] of args[0].entries.values()) dict.set(k, v)
      else if (args[0] !== undefined) for (const pair of list(args[0])) {
        const [k = null, v = null] = list(pair)
        dict.set(k, v)
      }
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
    *min({ args, named }) {
      return yield* pick(x(), args.length === 1 ? list(args[0]) : args, named, -1)
    },
    *max({ args, named }) {
      return yield* pick(x(), args.length === 1 ? list(args[0]) : args, named, 1)
    },
    *sum({ args, named }) {
      let total: Value = args[1] ?? named.get('start') ?? 0
      for (const v of list(args[0])) total = yield* x().operate('+', total, v)
      return total
    },
    *sorted({ args, named }) {
      return new List(yield* x().sorted(list(args[0]), named.get('key') ?? null, named.get('reverse') === true))
    },
    reversed: ({ args }) => new List(list(args[0]).reverse()),
    enumerate: ({ args, named }) => new List(list(args[0]).map((v, i) => new Tuple([i + number(args[1] ?? named.get('start')), v]))),
    zip: ({ args }) => {
      const lists = args.map(list)
      return new List(
        Array.from({ length: Math.min(...lists.map((l) => l.length)) }, (_, i) => new Tuple(lists.map((l) => l[i]!))),
      )
    },
    *map({ args }) {
      const out: Value[] = []
      const lists = args.slice(1).map(list)
      for (let i = 0; i < Math.min(...lists.map((l) => l.length)); i++) out.push(yield* x().call(args[0]!, { args: lists.map((l) => l[i]!), named: new Map() }))
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
    *input({ args }) {
      yield* print(p, text(args[0]))
      const line = yield* readLine(p, p.fd(0))
      if (typeof line !== 'string') throw raised('Exception', 'EOF when reading a line')
      return line.replace(/\n$/, '')
    },
    open: ({ args, named }) => openFile(p, text(args[0]), text(args[1] ?? named.get('mode') ?? 'r')),
    exit: ({ args }) => exit(args[0]),
    quit: ({ args }) => exit(args[0]),
    id: () => 140_000_000,
    super: () => null,
  }
  for (const [name, call] of Object.entries({ ...functions, ...reflection(x), ...descriptors, ...iterators(x) })) scope.names.set(name, new Builtin(name, call))
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
    base !== undefined && number(base) === 16 && /^[-+]?0x[\da-f]+$/i.test(source)
      ? Number.parseInt(source, 16)
      : base === undefined
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

function* pick(x: Interpreter, items: readonly Value[], named: ReadonlyMap<string, Value>, sign: number): Run<Value> {
  if (items.length === 0) return named.get('default') ?? fail('ValueError', `${sign < 0 ? 'min' : 'max'}() iterable argument is empty`)
  const key = named.get('key') ?? null
  let best: { of: Value; value: Value } | undefined
  for (const value of items) {
    const of = key === null ? value : yield* x.call(key, { args: [value], named: new Map() })
    if (best === undefined || order(of, best.of) * sign > 0) best = { of, value }
  }
  return best!.value
}

function lengthOf(v: Value, x: Interpreter): number {
  if (typeof v === 'string') return v.length
  if (v instanceof Blob) return v.size
  if (v instanceof Dict) return v.entries.size
  if (v instanceof List || v instanceof Tuple) return v.items.length
  if (v instanceof Instance && v.names.has('range')) return [...x.iterate(v)].length
  return fail('TypeError', `object of type '${typeName(v)}' has no len()`)
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
