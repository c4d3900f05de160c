import type { Environment, Functions, Path, Places, Values } from './environment.ts'
import { formatTime, parseTime } from '../../../api/time.ts'
import { uriEncoded } from '../../../api/uri.ts'
import { JqError } from './errors.ts'
import { below, entriesOf, paths, run } from './evaluate.ts'
import { moreFunctions } from './more-functions.ts'
import type { Node } from './syntax.ts'
import { arithmetic, compare, isFields, isTrue, put, shown, typeOf, without } from './values.ts'

type Made = Functions['values'][string]

/** Of a value alone. */
const plain = (f: (value: any) => unknown): Made => function* (input) {
  yield f(input)
}

/** Of a value and one argument, for each value of that. */
const given = (f: (value: any, argument: any) => unknown): Made => function* (input, [argument], env) {
  for (const value of run(argument!, input, env)) yield f(input, value)
}

const list = (value: unknown): unknown[] => {
  if (!Array.isArray(value)) throw new JqError(`Cannot iterate over ${shown(value)}`)
  return value
}

const text = (value: unknown, what: string): string => {
  if (typeof value !== 'string') throw new JqError(`${shown(value)} ${what}`)
  return value
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null))

function length(value: unknown): number {
  if (value === null || value === undefined) return 0
  if (typeof value === 'number') return Math.abs(value)
  if (typeof value === 'string') return [...value].length
  if (typeof value === 'boolean') throw new JqError(`${shown(value)} has no length`)
  return Object.keys(value).length
}

function regexp(source: unknown, flags = ''): RegExp {
  try {
    return new RegExp(text(source, 'cannot be matched, as it is not a string'), `u${flags.replaceAll(/[^gimsx]/g, '').replaceAll('x', '')}`)
  } catch (error) {
    if (error instanceof SyntaxError) throw new JqError(`${asText(source)} (at offset 0) is not a valid regex`)
    throw error
  }
}

function dateOf(seconds: unknown): string {
  if (typeof seconds !== 'number') throw new JqError('strftime/1 requires parsed datetime inputs')
  return formatTime(Math.trunc(seconds) * 1000)
}

function secondsOf(date: unknown): number {
  const ms = typeof date === 'string' ? parseTime(date) : undefined
  if (ms === undefined) throw new JqError(typeof date === 'string' ? `date ${JSON.stringify(date)} does not match format "%Y-%m-%dT%H:%M:%SZ"` : 'strptime/1 requires string inputs and arguments')
  return Math.trunc(ms / 1000)
}

function keyed(input: unknown, by: Node, env: Environment): { key: unknown; value: unknown }[] {
  return list(input).map((value) => ({ key: [...run(by, value, env)], value })).toSorted((a, b) => compare(a.key, b.key))
}

function grouped(input: unknown, by: Node, env: Environment): unknown[][] {
  const groups: { key: unknown; values: unknown[] }[] = []
  for (const { key, value } of keyed(input, by, env)) {
    const last = groups.at(-1)
    if (last !== undefined && compare(last.key, key) === 0) last.values.push(value)
    else groups.push({ key, values: [value] })
  }
  return groups.map(({ values }) => values)
}

const identity: Node = { op: 'identity' }

function contains(a: unknown, b: unknown): boolean {
  if (typeOf(a) !== typeOf(b)) throw new JqError(`${shown(a)} and ${shown(b)} cannot have their containment checked`)
  if (typeof a === 'string') return a.includes(b as string)
  if (Array.isArray(a)) return (b as unknown[]).every((one) => a.some((other) => typeOf(one) === typeOf(other) && contains(other, one)))
  if (isFields(a)) return Object.entries(b as object).every(([key, one]) => Object.hasOwn(a, key) && typeOf(a[key]) === typeOf(one) && contains(a[key], one))
  return compare(a, b) === 0
}

function flat(value: unknown, depth: number): unknown[] {
  return list(value).flatMap((one) => (Array.isArray(one) && depth > 0 ? flat(one, depth - 1) : [one]))
}

function number(value: unknown): number {
  if (typeof value === 'number') return value
  const read = Number(text(value, 'cannot be parsed as a number'))
  if (Number.isNaN(read) || (value as string).trim() === '') throw new JqError(`Cannot parse '${value as string}' as JSON`)
  return read
}

function fromJson(value: unknown): unknown {
  try {
    return JSON.parse(text(value, 'cannot be parsed'))
  } catch (error) {
    if (error instanceof SyntaxError) throw new JqError(`${asText(value)} (while parsing '${asText(value)}')`)
    throw error
  }
}

const toEntries = (value: unknown): unknown[] => entriesOf(value).map(([key, inner]) => ({ key, value: inner }))

function fromEntries(value: unknown): unknown {
  return Object.fromEntries(list(value).map((entry) => {
    const { key, k, name, Name, Key, value: inner, v, Value } = entry as Record<string, unknown>
    return [asText(key ?? k ?? name ?? Name ?? Key), inner ?? v ?? Value ?? null]
  }))
}

function extreme(sign: 1 | -1, by: Node): Made {
  return function* (input, _, env) {
    const sorted = keyed(input, by, env)
    yield (sign > 0 ? sorted.at(-1) : sorted[0])?.value ?? null
  }
}

const values: Functions['values'] = {
  'length/0': plain(length),
  'not/0': plain((value) => !isTrue(value)),
  'keys/0': plain((value) => (Array.isArray(value) ? [...value.keys()] : entriesOf(value).map(([key]) => key).toSorted((a, b) => (a < b ? -1 : 1)))),
  'keys_unsorted/0': plain((value) => entriesOf(value).map(([key]) => key)),
  'values/0': function* (input) {
    if (input !== null) yield input
  },
  'has/1': given((value, key) => (Array.isArray(value) ? key >= 0 && key < value.length : isFields(value) && Object.hasOwn(value, key))),
  'in/1': given((key, value) => Object.hasOwn(value ?? {}, key)),
  'contains/1': given(contains),
  'inside/1': given((value, other) => contains(other, value)),
  'add/0': plain((value) => entriesOf(value).reduce<unknown>((sum, [, one]) => arithmetic('+', sum, one), null)),
  'any/0': plain((value) => list(value).some(isTrue)),
  'all/0': plain((value) => list(value).every(isTrue)),
  'any/1': function* (input, [f], env) {
    yield entriesOf(input).some(([, one]) => [...run(f!, one, env)].some(isTrue))
  },
  'all/1': function* (input, [f], env) {
    yield entriesOf(input).every(([, one]) => [...run(f!, one, env)].every(isTrue))
  },
  'any/2': function* (input, [of, f], env) {
    yield [...run(of!, input, env)].some((one) => [...run(f!, one, env)].some(isTrue))
  },
  'all/2': function* (input, [of, f], env) {
    yield [...run(of!, input, env)].every((one) => [...run(f!, one, env)].every(isTrue))
  },
  ...Object.fromEntries(['todate/0', 'todateiso8601/0'].map((name) => [name, plain(dateOf)])),
  ...Object.fromEntries(['fromdate/0', 'fromdateiso8601/0'].map((name) => [name, plain(secondsOf)])),
  'map/1': function* (input, [f], env) {
    yield entriesOf(input).flatMap(([, one]) => [...run(f!, one, env)])
  },
  'map_values/1': function* (input, [f], env) {
    const made = entriesOf(input).flatMap(([key, one]) => [...run(f!, one, env)].slice(0, 1).map((value) => [key, value] as const))
    yield Array.isArray(input) ? made.map(([, value]) => value) : Object.fromEntries(made)
  },
  'sort/0': plain((value) => list(value).toSorted(compare)),
  'sort_by/1': function* (input, [f], env) {
    yield keyed(input, f!, env).map(({ value }) => value)
  },
  'group_by/1': function* (input, [f], env) {
    yield grouped(input, f!, env)
  },
  'unique/0': function* (input, _, env) {
    yield grouped(input, identity, env).map(([one]) => one)
  },
  'unique_by/1': function* (input, [f], env) {
    yield grouped(input, f!, env).map(([one]) => one)
  },
  'min/0': extreme(-1, identity),
  'max/0': extreme(1, identity),
  'min_by/1': (input, [f], env) => extreme(-1, f!)(input, [], env),
  'max_by/1': (input, [f], env) => extreme(1, f!)(input, [], env),
  'reverse/0': plain((value) => (typeof value === 'string' ? [...value].toReversed().join('') : list(value ?? []).toReversed())),
  'flatten/0': plain((value) => flat(value, Infinity)),
  'flatten/1': given(flat),
  'range/1': function* (input, [to], env) {
    for (const end of run(to!, input, env)) yield* counted(0, end as number, env)
  },
  'range/2': function* (input, [from, to], env) {
    for (const begin of run(from!, input, env)) for (const end of run(to!, input, env)) yield* counted(begin as number, end as number, env)
  },
  'limit/2': function* (input, [count, f], env) {
    for (const most of run(count!, input, env)) {
      let left = most as number
      if (left <= 0) continue
      for (const value of run(f!, input, env)) {
        yield value
        if (--left <= 0) break
      }
    }
  },
  'floor/0': plain((value) => Math.floor(number(value))),
  'ceil/0': plain((value) => Math.ceil(number(value))),
  'round/0': plain((value) => Math.round(number(value))),
  'sqrt/0': plain((value) => Math.sqrt(number(value))),
  'abs/0': plain((value) => Math.abs(number(value))),
  'tostring/0': plain(asText),
  'tonumber/0': plain(number),
  'type/0': plain(typeOf),
  'tojson/0': plain((value) => JSON.stringify(value ?? null)),
  'fromjson/0': plain(fromJson),
  'ascii_downcase/0': plain((value) => text(value, 'cannot be lowercased').toLowerCase()),
  'ascii_upcase/0': plain((value) => text(value, 'cannot be uppercased').toUpperCase()),
  'ltrimstr/1': given((value, start) => (typeof value === 'string' && value.startsWith(start) ? value.slice(start.length) : value)),
  'rtrimstr/1': given((value, end) => (typeof value === 'string' && end !== '' && value.endsWith(end) ? value.slice(0, -end.length) : value)),
  'trim/0': plain((value) => text(value, 'cannot be trimmed').trim()),
  'startswith/1': given((value, start) => text(value, 'startswith() requires string inputs').startsWith(start)),
  'endswith/1': given((value, end) => text(value, 'endswith() requires string inputs').endsWith(end)),
  'split/1': given((value, by) => (value === '' ? [] : text(value, 'cannot be split').split(by))),
  'join/1': given((value, by) => list(value).map((one) => (one === null ? '' : asText(one))).join(by)),
  'explode/0': plain((value) => [...text(value, 'cannot be exploded')].map((char) => char.codePointAt(0))),
  'implode/0': plain((value) => String.fromCodePoint(...(list(value) as number[]))),
  'test/1': given((value, source) => regexp(source).test(text(value, 'cannot be matched, as it is not a string'))),
  'test/2': function* (input, [source, flags], env) {
    for (const one of run(source!, input, env)) for (const how of run(flags!, input, env)) yield regexp(one, asText(how)).test(text(input, 'cannot be matched, as it is not a string'))
  },
  'match/1': function* (input, [source], env) {
    for (const one of run(source!, input, env)) {
      const found = regexp(one).exec(text(input, 'cannot be matched, as it is not a string'))
      if (found !== null) yield { offset: found.index, length: [...found[0]].length, string: found[0], captures: found.slice(1).map((string) => ({ offset: input!.toString().indexOf(string ?? ''), length: string?.length ?? 0, string: string ?? null, name: null })) }
    }
  },
  'capture/1': function* (input, [source], env) {
    for (const one of run(source!, input, env)) {
      const found = regexp(one).exec(text(input, 'cannot be matched, as it is not a string'))
      if (found !== null) yield { ...found.groups }
    }
  },
  'sub/2': replacing(''),
  'gsub/2': replacing('g'),
  'to_entries/0': plain(toEntries),
  'from_entries/0': plain(fromEntries),
  'with_entries/1': function* (input, [f], env) {
    yield fromEntries(toEntries(input).flatMap((entry) => [...run(f!, entry, env)]))
  },
  'del/1': function* (input, [f], env) {
    const found = [...paths(f!, input, env)].map(({ path }) => path)
    // The last first, so that places of those before stay what they are.
    yield found.toSorted((a, b) => -compare(a, b)).reduce<unknown>((value, path) => without(value, path), input)
  },
  'delpaths/1': given((value, all: Path[]) => all.toSorted((a, b) => -compare(a, b)).reduce<unknown>((rest, path) => without(rest, path), value)),
  'paths/0': function* (input) {
    for (const { path } of below({ path: [], value: input })) if (path.length > 0) yield path
  },
  'path/1': function* (input, [f], env) {
    for (const { path } of paths(f!, input, env)) yield path
  },
  'setpath/2': function* (input, [path, value], env) {
    for (const place of run(path!, input, env)) for (const one of run(value!, input, env)) yield put(input, list(place), () => one)
  },
  'index/1': given((value, what) => (value.indexOf(what) < 0 ? null : value.indexOf(what))),
  'transpose/0': plain((value) => {
    const rows = list(value) as unknown[][]
    return Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, i) => rows.map((row) => row[i] ?? null))
  }),
  'error/0': plain((value) => {
    throw new JqError(asText(value))
  }),
  'error/1': given((_, message) => {
    throw new JqError(asText(message))
  }),
  'env/0': plain(() => ({})),
}

function* counted(from: number, to: number, env: Environment): Values {
  for (let i = from; i < to; i++) {
    if (env.budget.left-- <= 0) throw new JqError('too much is asked of this machine')
    yield i
  }
}

function replacing(flags: string): Made {
  return function* (input, [source, replacement], env) {
    for (const one of run(source!, input, env)) {
      const by = (...found: unknown[]): string => {
        const groups = found.at(-1)
        return asText([...run(replacement!, isFields(groups) ? { ...groups } : {}, env)][0])
      }
      yield text(input, 'cannot be matched, as it is not a string').replace(regexp(one, flags), by)
    }
  }
}

const places: Functions['places'] = {
  *'empty/0'() {},
  *'select/1'(input, [f], env) {
    for (const condition of run(f!, input, env)) if (isTrue(condition)) yield { path: [], value: input }
  },
  *'recurse/0'(input) {
    yield* below({ path: [], value: input })
  },
  *'first/0'(input) {
    yield { path: [0], value: list(input)[0] ?? null }
  },
  *'last/0'(input) {
    yield { path: [-1], value: list(input).at(-1) ?? null }
  },
  *'first/1'(input, [f], env) {
    for (const place of paths(f!, input, env)) return yield place
  },
  *'getpath/1'(input, [f], env) {
    for (const path of run(f!, input, env)) {
      const value = list(path).reduce<unknown>((inner, key) => (isFields(inner) || Array.isArray(inner) ? ((inner as Record<string, unknown>)[key as string] ?? null) : null), input)
      yield { path: list(path), value }
    }
  },
  ...Object.fromEntries(
    ([['strings', 'string'], ['numbers', 'number'], ['arrays', 'array'], ['objects', 'object'], ['booleans', 'boolean'], ['nulls', 'null']] as const).map(([name, type]) => [
      `${name}/0`,
      function* (input: unknown): Places {
        if (typeOf(input) === type) yield { path: [], value: input }
      },
    ]),
  ),
}

/** `@base64` and its like. */
function formatted(format: string, value: unknown): string {
  switch (format) {
    case '@text':
      return asText(value)
    case '@json':
      return JSON.stringify(value ?? null)
    case '@base64':
      return btoa(String.fromCharCode(...new TextEncoder().encode(asText(value))))
    case '@base64d':
      return decoded(asText(value))
    case '@uri':
      return uriEncoded(asText(value))
    case '@html':
      return asText(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll("'", '&#39;').replaceAll('"', '&quot;')
    case '@sh':
      return (Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'string' ? `'${one.replaceAll("'", `'\\''`)}'` : JSON.stringify(one))).join(' ')
    case '@tsv':
      return list(value).map((one) => (one === null ? '' : asText(one)).replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n')).join('\t')
    case '@csv':
      return list(value).map((one) => (one === null ? '' : typeof one === 'string' ? `"${one.replaceAll('"', '""')}"` : JSON.stringify(one))).join(',')
    default:
      throw new JqError(`${format.slice(1)} is not a valid format`)
  }
}

function decoded(value: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(value.replaceAll(/[\s=]/g, '')), (char) => char.codePointAt(0)!))
  } catch {
    throw new JqError(`${shown(value)} is not valid base64 data`)
  }
}

export const functions: Functions = { values: { ...values, ...moreFunctions }, places, formatted }
