/** Functions of jq that are written in jq there (its builtin.jq), or less often asked for. */
import type { Functions } from './environment.ts'
import { JqError } from './errors.ts'
import { entriesOf, run } from './evaluate.ts'
import type { Node } from './syntax.ts'
import { compare, isFields, isTrue, typeOf } from './values.ts'

type Made = Functions['values'][string]

function* each(node: Node | undefined, input: unknown, env: Parameters<Made>[2]): Generator<unknown> {
  yield* run(node!, input, env)
}

const asKey = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null))

const number = (value: unknown): number => {
  if (typeof value !== 'number') throw new JqError(`${typeOf(value)} number required`)
  return value
}

function patterns(input: unknown, source: unknown, flags = 'gu'): RegExp {
  if (typeof input !== 'string' || typeof source !== 'string') throw new JqError(`${typeOf(input)} cannot be matched, as it is not a string`)
  try {
    return new RegExp(source, flags)
  } catch {
    throw new JqError(`${source} (at offset 0) is not a valid regex`)
  }
}

function indexed(rows: Iterable<unknown>, by: Node, env: Parameters<Made>[2]): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const row of rows) for (const key of run(by, row, env)) out[asKey(key)] = row
  return out
}

export const moreFunctions: Functions['values'] = {
  'IN/1': function* (input, [source], env) {
    yield [...each(source, input, env)].some((one) => compare(one, input) === 0)
  },
  'IN/2': function* (input, [source, wanted], env) {
    const all = [...each(wanted, input, env)]
    yield [...each(source, input, env)].some((one) => all.some((other) => compare(one, other) === 0))
  },
  'INDEX/1': function* (input, [by], env) {
    yield indexed(entriesOf(input).map(([, one]) => one), by!, env)
  },
  'INDEX/2': function* (input, [rows, by], env) {
    yield indexed(each(rows, input, env), by!, env)
  },
  'nth/1': function* (input, [at], env) {
    for (const index of each(at, input, env)) yield (input as unknown[] | null)?.[number(index)] ?? null
  },
  'nth/2': function* (input, [at, f], env) {
    for (const index of each(at, input, env)) {
      let left = number(index)
      for (const value of each(f, input, env)) {
        if (left-- > 0) continue
        yield value
        break
      }
    }
  },
  'range/3': function* (input, [from, to, by], env) {
    for (const start of each(from, input, env)) for (const end of each(to, input, env)) for (const step of each(by, input, env)) {
      const [first, last, size] = [number(start), number(end), number(step)]
      for (let i = first; size > 0 ? i < last : size < 0 && i > last; i += size) {
        if (--env.budget.left < 0) throw new JqError('too much to do')
        yield i
      }
    }
  },
  'walk/1': function* (input, [f], env) {
    const inner = Array.isArray(input)
      ? input.flatMap((one) => [...moreFunctions['walk/1']!(one, [f!], env)])
      : isFields(input)
        ? Object.fromEntries(Object.entries(input).flatMap(([key, one]) => [...moreFunctions['walk/1']!(one, [f!], env)].slice(0, 1).map((value) => [key, value])))
        : input
    yield* run(f!, inner, env)
  },
  'scan/1': function* (input, [source], env) {
    for (const one of each(source, input, env)) for (const found of (input as string).matchAll(patterns(input, one))) yield found.length > 1 ? found.slice(1).map((group) => group ?? null) : found[0]
  },
  'splits/1': function* (input, [source], env) {
    for (const one of each(source, input, env)) yield* (input as string).split(patterns(input, one, 'u'))
  },
  'until/2': function* (input, [done, next], env) {
    let value = input
    while (![...each(done, value, env)].some(isTrue)) {
      if (--env.budget.left < 0) throw new JqError('too much to do')
      value = [...each(next, value, env)][0]
    }
    yield value
  },
  'pow/2': function* (input, [base, exponent], env) {
    for (const one of each(base, input, env)) for (const power of each(exponent, input, env)) yield number(one) ** number(power)
  },
  'utf8bytelength/0': function* (input) {
    if (typeof input !== 'string') throw new JqError(`${typeOf(input)} only strings have UTF-8 byte length`)
    yield new TextEncoder().encode(input).length
  },
}
