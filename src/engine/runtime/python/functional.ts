import type { Run } from '../process/process.ts'
import type { Interpreter } from './interpreter.ts'
import { fail, module, number } from './support.ts'
import { type Arguments, Builtin, Class, type Func, Instance, Lazy, List, repr, truth, Tuple, type Value } from './values.ts'
import { binary } from './operators.ts'

const given = (...args: Value[]): Arguments => ({ args, named: new Map() })

/** functools: results that are remembered, functions with some of their arguments. */
export function functoolsModule(x: () => Interpreter): Instance {
  const remembered = (f: Value): Value => {
    const known = new Map<string, Value>()
    return new Builtin(nameOf(f), function* (a) {
      const key = `${a.args.map(repr).join()} ${[...a.named].map(([name, value]) => `${name}=${repr(value)}`).join()}`
      const found = known.get(key)
      if (found !== undefined) return found
      const value: Value = yield* x().call(f, a)
      known.set(key, value)
      return value
    })
  }
  return module({
    // With arguments it is a decorator that is yet to be given its function.
    lru_cache: ({ args }) => (args[0] !== undefined && typeof args[0] !== 'number' && args[0] !== null ? remembered(args[0]) : new Builtin('lru_cache', ({ args: [f = null] }) => remembered(f))),
    cache: ({ args: [f = null] }) => remembered(f),
    wraps: () => new Builtin('wraps', ({ args: [f = null] }) => f),
    total_ordering: ({ args: [type = null] }) => type,
    partial: ({ args: [f = null, ...first], named: fixed }) => new Builtin(nameOf(f), ({ args, named }) => x().call(f, { args: [...first, ...args], named: new Map([...fixed, ...named]) })),
    *reduce({ args: [f = null, items = null, initial] }) {
      let value = initial
      for (const item of x().iterate(items)) value = value === undefined ? item : yield* x().call(f, given(value, item))
      return value ?? fail('TypeError', 'reduce() of empty iterable with no initial value')
    },
  })
}

function nameOf(f: Value): string {
  return typeof f === 'object' && f !== null && 'name' in f ? String((f as Func).name) : 'function'
}

/** itertools; what may have no end is made item by item. */
export function itertoolsModule(x: () => Interpreter): Instance {
  const items = (value: Value | undefined): Value[] => [...x().iterate(value ?? null)]
  const all = (values: readonly Value[]): Value[][] => values.map(items)
  const lazy = (make: () => Iterator<Value>): Value => new Lazy(make())
  const tuples = (rows: Value[][]): Value => lazy(() => rows.map((row) => new Tuple(row))[Symbol.iterator]())
  const add = (a: Value, b: Value): Value => binary('+', a, b, () => {})
  const module_ = module({
    count: ({ args: [from, step] }) => lazy(function* () { for (let n = number(from); ; n += number(step, 1)) yield n }),
    cycle: ({ args }) => { const list = items(args[0]); return lazy(function* () { while (list.length > 0) yield* list }) },
    repeat: ({ args: [value = null, times] }) => lazy(function* () { for (let i = 0; i < number(times, Infinity); i++) yield value }),
    chain: ({ args }) => lazy(function* () { for (const one of args) yield* x().iterate(one) }),
    islice: ({ args: [source = null, ...bounds] }) => {
      const [from, to, step] = bounds.length === 1 ? [0, bounds[0], 1] : [number(bounds[0]), bounds[1], number(bounds[2], 1)]
      const end = to === null || to === undefined ? Infinity : number(to)
      return lazy(function* () {
        let i = 0
        if (end > 0) for (const item of x().iterate(source)) {
          if (i >= from && (i - from) % step === 0) yield item
          if (++i >= end) return
        }
      })
    },
    product: ({ args, named }) => {
      let rows: Value[][] = [[]]
      for (let i = 0; i < number(named.get('repeat'), 1); i++) for (const list of all(args)) rows = rows.flatMap((row) => list.map((item) => [...row, item]))
      return tuples(rows)
    },
    permutations: ({ args: [list, length] }) => { const given_ = items(list); return tuples(arrangements(given_, number(length, given_.length))) },
    combinations: ({ args: [list, length] }) => tuples(selections(items(list), number(length))),
    zip_longest: ({ args, named }) => {
      const lists = all(args)
      return tuples(Array.from({ length: Math.max(0, ...lists.map((list) => list.length)) }, (_, i) => lists.map((list) => list[i] ?? named.get('fillvalue') ?? null)))
    },
    *accumulate({ args: [list, f] }) {
      const out: Value[] = []
      for (const item of items(list)) out.push(out.length === 0 ? item : f === undefined || f === null ? add(out.at(-1)!, item) : yield* x().call(f, given(out.at(-1)!, item)))
      return lazy(() => out[Symbol.iterator]())
    },
    *takewhile({ args: [test = null, list = null] }) {
      const out: Value[] = []
      for (const item of x().iterate(list)) {
        if (!truth(yield* x().call(test, given(item)))) break
        out.push(item)
      }
      return lazy(() => out[Symbol.iterator]())
    },
    *starmap({ args: [f = null, list] }) {
      const out: Value[] = []
      for (const row of items(list)) out.push(yield* x().call(f, given(...items(row))))
      return lazy(() => out[Symbol.iterator]())
    },
    *groupby({ args: [list, by], named }): Run<Value> {
      const key = by ?? named.get('key') ?? null
      const groups: { key: Value; items: Value[] }[] = []
      for (const item of items(list)) {
        const at = key === null ? item : yield* x().call(key, given(item))
        if (groups.length > 0 && repr(groups.at(-1)!.key) === repr(at)) groups.at(-1)!.items.push(item)
        else groups.push({ key: at, items: [item] })
      }
      return lazy(() => groups.map((group) => new Tuple([group.key, new List(group.items)]))[Symbol.iterator]())
    },
  })
  const chain = module_.names.get('chain') as Builtin
  // A function that has a function: chain.from_iterable.
  module_.names.set('chain', new Instance(new Class('chain', [], new Map<string, Value>([['__call__', new Builtin('chain', ({ args: [, ...rest] }) => chain.call(given(...rest)))]])), new Map<string, Value>([['from_iterable', new Builtin('from_iterable', ({ args }) => chain.call(given(...items(args[0]))))]])))
  return module_
}

function arrangements(list: readonly Value[], length: number): Value[][] {
  if (length === 0) return [[]]
  return list.flatMap((item, i) => arrangements([...list.slice(0, i), ...list.slice(i + 1)], length - 1).map((rest) => [item, ...rest]))
}

function selections(list: readonly Value[], length: number): Value[][] {
  if (length === 0) return [[]]
  return list.flatMap((item, i) => selections(list.slice(i + 1), length - 1).map((rest) => [item, ...rest]))
}
