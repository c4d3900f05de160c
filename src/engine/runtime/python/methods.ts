import { formatBraces } from './operators.ts'
import type { Run } from '../process/process.ts'
import type { Calls } from './calls.ts'
import {
  type Arguments,
  Blob,
  Builtin,
  Dict,
  equal,
  List,
  numeric,
  raised,
  toStr,
  Tuple,
  type Value,
} from './values.ts'

/** Methods of strings, bytes, lists and dictionaries. */
export function methodOf(x: Calls, object: Value, name: string): Builtin | undefined {
  const method =
    typeof object === 'string'
      ? stringMethods[name]
      : object instanceof List
        ? listMethods[name]
        : object instanceof Dict
          ? dictMethods[name]
          : object instanceof Blob
            ? bytesMethods[name]
            : undefined
  return method === undefined ? undefined : new Builtin(name, (a) => method(object as never, a, x))
}

type Method<T> = (self: T, a: Arguments, x: Calls) => Value | Run<Value>

const text = (v: Value | undefined, fallback = ''): string => (v === undefined ? fallback : toStr(v))

const stringMethods: Record<string, Method<string>> = {
  upper: (s) => s.toUpperCase(),
  lower: (s) => s.toLowerCase(),
  capitalize: (s) => s.slice(0, 1).toUpperCase() + s.slice(1).toLowerCase(),
  title: (s) => s.replaceAll(/\b\w/g, (c) => c.toUpperCase()),
  strip: (s, { args }) => strip(s, args[0], true, true),
  lstrip: (s, { args }) => strip(s, args[0], true, false),
  rstrip: (s, { args }) => strip(s, args[0], false, true),
  split: (s, { args }) =>
    new List(
      args[0] === undefined || args[0] === null
        ? s.split(/\s+/).filter((p) => p !== '')
        : splitAt(s, text(args[0]), numeric(args[1] ?? -1) ?? -1),
    ),
  splitlines: (s) => new List(s.replace(/\n$/, '').split('\n')),
  join: (s, { args }, x) =>
    [...x.iterate(args[0] ?? null)]
      .map((v) => (typeof v === 'string' ? v : fail(`sequence item 0: expected str instance`)))
      .join(s),
  replace: (s, { args }) => s.replaceAll(text(args[0]), text(args[1])),
  startswith: (s, { args }) =>
    args[0] instanceof Tuple ? args[0].items.some((i) => s.startsWith(text(i))) : s.startsWith(text(args[0])),
  endswith: (s, { args }) =>
    args[0] instanceof Tuple ? args[0].items.some((i) => s.endsWith(text(i))) : s.endsWith(text(args[0])),
  find: (s, { args }) => s.indexOf(text(args[0])),
  index: (s, { args }) => (s.includes(text(args[0])) ? s.indexOf(text(args[0])) : failValue('substring not found')),
  count: (s, { args }) => s.split(text(args[0])).length - 1,
  format: (s, { args, named }) => formatBraces(s, args, named),
  isdigit: (s) => /^\d+$/.test(s),
  isalpha: (s) => /^[A-Za-z]+$/.test(s),
  isspace: (s) => /^\s+$/.test(s),
  zfill: (s, { args }) => s.padStart(numeric(args[0] ?? 0) ?? 0, '0'),
  ljust: (s, { args }) => s.padEnd(numeric(args[0] ?? 0) ?? 0, text(args[1], ' ')),
  rjust: (s, { args }) => s.padStart(numeric(args[0] ?? 0) ?? 0, text(args[1], ' ')),
  encode: (s) => new Blob(s),
  swapcase: (s) => [...s].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join(''),
  casefold: (s) => s.toLowerCase(),
  partition: (s, { args }) => partition(s, text(args[0]), s.indexOf(text(args[0]))),
  rpartition: (s, { args }) => partition(s, text(args[0]), s.lastIndexOf(text(args[0]))),
  rsplit: (s, { args }) => {
    const parts = args[0] === undefined || args[0] === null ? s.split(/\s+/).filter((p) => p !== '') : s.split(text(args[0]))
    const max = numeric(args[1] ?? -1) ?? -1
    return new List(max < 0 || parts.length <= max + 1 ? parts : [parts.slice(0, parts.length - max).join(text(args[0], ' ')), ...parts.slice(parts.length - max)])
  },
  rfind: (s, { args }) => s.lastIndexOf(text(args[0])),
  center: (s, { args }) => {
    const width = numeric(args[0] ?? 0) ?? 0
    const left = Math.floor(Math.max(0, width - s.length) / 2)
    return s.padStart(s.length + left, text(args[1], ' ')).padEnd(width, text(args[1], ' '))
  },
  isupper: (s) => s !== s.toLowerCase() && s === s.toUpperCase(),
  islower: (s) => s !== s.toUpperCase() && s === s.toLowerCase(),
  isalnum: (s) => /^[A-Za-z0-9]+$/.test(s),
  isnumeric: (s) => /^\d+$/.test(s),
  isdecimal: (s) => /^\d+$/.test(s),
  isidentifier: (s) => /^[A-Za-z_]\w*$/.test(s),
  removeprefix: (s, { args }) => (s.startsWith(text(args[0])) ? s.slice(text(args[0]).length) : s),
  removesuffix: (s, { args }) => (text(args[0]) !== '' && s.endsWith(text(args[0])) ? s.slice(0, -text(args[0]).length) : s),
  expandtabs: (s) => s.replaceAll('\t', '        '),
  format_map: (s, { args }) => formatBraces(s, [], new Map(args[0] instanceof Dict ? [...args[0].entries.values()].map(([k, v]) => [toStr(k), v]) : [])),
}

function partition(s: string, separator: string, at: number): Tuple {
  return new Tuple(at < 0 ? [s, '', ''] : [s.slice(0, at), separator, s.slice(at + separator.length)])
}

const bytesMethods: Record<string, Method<Blob>> = {
  decode: (b) => b.text,
  strip: (b) => new Blob(b.text.trim()),
  rstrip: (b) => new Blob(b.text.trimEnd()),
  hex: (b) => [...b.text].map((c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join(''),
  split: (b, { args }) => new List((args[0] instanceof Blob ? b.text.split(args[0].text) : b.text.split(/\s+/).filter((p) => p !== '')).map((part) => new Blob(part))),
  splitlines: (b) => new List(b.text.replace(/\n$/, '').split('\n').map((line) => new Blob(line))),
  startswith: (b, { args }) => args[0] instanceof Blob && b.text.startsWith(args[0].text),
  endswith: (b, { args }) => args[0] instanceof Blob && b.text.endsWith(args[0].text),
  replace: (b, { args }) => (args[0] instanceof Blob && args[1] instanceof Blob ? new Blob(b.text.replaceAll(args[0].text, args[1].text)) : b),
  lower: (b) => new Blob(b.text.toLowerCase()),
  upper: (b) => new Blob(b.text.toUpperCase()),
  // A bytearray that grows.
  extend: (b, { args }, x) => {
    if (args[0] instanceof Blob) x.allocate(args[0].size)
    void b
    return null
  },
}

function strip(s: string, characters: Value | undefined, left: boolean, right: boolean): string {
  const set = characters === undefined || characters === null ? ' \t\n\r\f\v' : toStr(characters)
  let [from, to] = [0, s.length]
  while (left && from < to && set.includes(s[from]!)) from++
  while (right && to > from && set.includes(s[to - 1]!)) to--
  return s.slice(from, to)
}

function splitAt(s: string, separator: string, max: number): string[] {
  if (separator === '') throw raised('ValueError', 'empty separator')
  const parts = s.split(separator)
  return max < 0 || parts.length <= max + 1 ? parts : [...parts.slice(0, max), parts.slice(max).join(separator)]
}

function fail(message: string): never {
  throw raised('TypeError', message)
}

function failValue(message: string): never {
  throw raised('ValueError', message)
}

const listMethods: Record<string, Method<List>> = {
  append: (l, { args }) => {
    l.items.push(args[0] ?? null)
    return null
  },
  extend: (l, { args }, x) => {
    l.items.push(...x.iterate(args[0] ?? null))
    return null
  },
  insert: (l, { args }) => {
    l.items.splice(numeric(args[0] ?? 0) ?? 0, 0, args[1] ?? null)
    return null
  },
  pop: (l, { args }) => {
    if (l.items.length === 0) throw raised('IndexError', 'pop from empty list')
    return l.items.splice(args[0] === undefined ? -1 : (numeric(args[0]) ?? -1), 1)[0]!
  },
  remove: (l, { args }) => {
    const at = l.items.findIndex((i) => equal(i, args[0] ?? null))
    if (at < 0) throw raised('ValueError', 'list.remove(x): x not in list')
    l.items.splice(at, 1)
    return null
  },
  clear: (l) => {
    l.items.length = 0
    return null
  },
  reverse: (l) => {
    l.items.reverse()
    return null
  },
  *sort(l, { named }, x) {
    l.items.splice(0, Infinity, ...(yield* x.sorted(l.items, named.get('key') ?? null, named.get('reverse') === true)))
    return null
  },
  appendleft: (l, { args }) => {
    l.items.unshift(args[0] ?? null)
    return null
  },
  popleft: (l) => {
    if (l.items.length === 0) throw raised('IndexError', 'pop from an empty deque')
    return l.items.shift()!
  },
  index: (l, { args }) => {
    const at = l.items.findIndex((i) => equal(i, args[0] ?? null))
    if (at < 0) throw raised('ValueError', `${toStr(args[0] ?? null)} is not in list`)
    return at
  },
  count: (l, { args }) => l.items.filter((i) => equal(i, args[0] ?? null)).length,
  copy: (l) => new List([...l.items]),
}

function setOf(items: readonly Value[]): Dict {
  const set = new Dict(true)
  for (const item of items) set.set(item, true)
  return set
}

const dictMethods: Record<string, Method<Dict>> = {
  get: (d, { args }) => d.get(args[0] ?? null) ?? args[1] ?? null,
  keys: (d) => new List(d.keys()),
  values: (d) => new List(d.values()),
  items: (d) => new List([...d.entries.values()].map(([k, v]) => new Tuple([k, v]))),
  pop: (d, { args }) => {
    const value = d.get(args[0] ?? null) ?? args[1]
    if (value === undefined) throw raised('KeyError', toStr(args[0] ?? null))
    d.delete(args[0] ?? null)
    return value
  },
  most_common: (d, { args }) => new List([...d.entries.values()].toSorted(([, a], [, b]) => (numeric(b) ?? 0) - (numeric(a) ?? 0)).slice(0, args[0] === undefined ? undefined : (numeric(args[0]) ?? 0)).map(([key, value]) => new Tuple([key, value]))),
  setdefault: (d, { args }) => {
    if (!d.has(args[0] ?? null)) d.set(args[0] ?? null, args[1] ?? null)
    return d.get(args[0] ?? null)!
  },
  update: (d, { args, named }) => {
    if (args[0] instanceof Dict) for (const [k, v] of args[0].entries.values()) d.set(k, v)
    else if (d.isSet && args[0] instanceof List) for (const item of args[0].items) d.set(item, true)
    for (const [k, v] of named) d.set(k, v)
    return null
  },
  clear: (d) => {
    d.entries.clear()
    return null
  },
  add: (d, { args }) => {
    d.set(args[0] ?? null, true)
    return null
  },
  remove: (d, { args }) => {
    if (!d.delete(args[0] ?? null)) throw raised('KeyError', toStr(args[0] ?? null))
    return null
  },
  union: (d, { args }, x) => setOf([...d.keys(), ...args.flatMap((one) => [...x.iterate(one)])]),
  intersection: (d, { args }, x) => {
    const other = setOf([...x.iterate(args[0] ?? null)])
    return setOf(d.keys().filter((key) => other.has(key)))
  },
  difference: (d, { args }, x) => {
    const other = setOf([...x.iterate(args[0] ?? null)])
    return setOf(d.keys().filter((key) => !other.has(key)))
  },
  issubset: (d, { args }, x) => {
    const other = setOf([...x.iterate(args[0] ?? null)])
    return d.keys().every((key) => other.has(key))
  },
  popitem: (d) => {
    const last = [...d.entries.values()].at(-1)
    if (last === undefined) throw raised('KeyError', 'popitem(): dictionary is empty')
    d.delete(last[0])
    return new Tuple(last)
  },
  discard: (d, { args }) => {
    d.delete(args[0] ?? null)
    return null
  },
  copy: (d) => {
    const copy = new Dict(d.isSet)
    for (const [k, v] of d.entries.values()) copy.set(k, v)
    return copy
  },
}
