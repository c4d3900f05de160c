/** The functions of text/template, and kubectl's own: exists and base64decode. */
import { fromBase64 } from '../../../engine/api/base64.ts'
import { uriEncoded } from '../../../engine/api/uri.ts'
import { goText, sprint, sprintf, typeName } from './print.ts'

/** What a function says against its arguments. */
export class CallError extends Error {}

export type TemplateFunction = (args: readonly unknown[]) => unknown

export function isTrue(value: unknown): boolean {
  if (value === null || value === undefined) return false
  if (Array.isArray(value) || typeof value === 'string') return value.length > 0
  if (typeof value === 'object') return Object.keys(value).length > 0
  return Boolean(value)
}

const comparisons: Record<string, (order: number) => boolean> =
  { lt: (o) => o < 0, le: (o) => o <= 0, gt: (o) => o > 0, ge: (o) => o >= 0 }

/** `and` and `or` stop at the first that decides, and JSON has no function to `call`: they are not here. */
export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['not', ([value]) => !isTrue(value)],
  ['len', ([value]) => lengthOf(value)],
  ['index', ([value, ...keys]) => keys.reduce(indexed, value)],
  ['slice', ([value, from, to]) => sliced(value, from, to)],
  ['print', sprint],
  ['println', (args) => `${args.map(goText).join(' ')}\n`],
  ['printf', ([format, ...values]) => sprintf(String(format), values)],
  ['html', (args) => sprint(args).replace(/[<>&"']/g, (c) => `&#${c.codePointAt(0)};`).replaceAll('&#60;', '&lt;').replaceAll('&#62;', '&gt;').replaceAll('&#38;', '&amp;')],
  ['js', (args) => sprint(args).replace(/[\\'"]/g, (c) => `\\${c}`).replace(/[<>&=]/g, (c) => `\\u00${c.codePointAt(0)!.toString(16).toUpperCase()}`)],
  ['urlquery', (args) => uriEncoded(sprint(args)).replaceAll('%20', '+')],
  ['eq', ([first, ...others]) => equalsAny(first, others)],
  ['ne', ([a, b]) => !equal(a, b)],
  ...Object.entries(comparisons).map(([name, holds]): [string, TemplateFunction] => [name, ([a, b]) => holds(order(a, b))]),
  ['exists', ([value, ...keys]) => exists(value, keys)],
  ['base64decode', ([text]) => decoded(text as string)],
])

export const templateFunctionNames: ReadonlySet<string> = new Set([...templateFunctions.keys(), 'and', 'or', 'call'])

function lengthOf(value: unknown): bigint {
  if (typeof value === 'string') return BigInt(new TextEncoder().encode(value).length)
  if (Array.isArray(value)) return BigInt(value.length)
  if (typeof value === 'object' && value !== null) return BigInt(Object.keys(value).length)
  throw new CallError(value === null || value === undefined ? 'reflect: call of reflect.Value.Type on zero Value' : `len of type ${typeName(value)}`)
}

function indexed(value: unknown, key: unknown): unknown {
  if (value === null || value === undefined) throw new CallError('index of untyped nil')
  if (Array.isArray(value) || typeof value === 'string') {
    if (typeof key !== 'bigint') throw new CallError(`cannot index slice/array with type ${typeName(key)}`)
    if (key < 0n || key >= BigInt(value.length)) throw new CallError(`index out of range: ${key}`)
    return typeof value === 'string' ? BigInt(value.codePointAt(Number(key))!) : value[Number(key)]
  }
  if (typeof value !== 'object') throw new CallError(`can't index item of type ${typeName(value)}`)
  if (typeof key !== 'string') throw new CallError(`value has type ${typeName(key)}; should be string`)
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

function sliced(value: unknown, from: unknown, to: unknown): unknown {
  if (typeof value !== 'string' && !Array.isArray(value)) throw new CallError(`can't slice item of type ${typeName(value)}`)
  const [start, end] = [Number(from ?? 0), Number(to ?? value.length)]
  const outside = [start, end].find((at) => at < 0 || at > value.length)
  if (outside !== undefined) throw new CallError(`index out of range: ${outside}`)
  if (start > end) throw new CallError(`invalid slice index: ${start} > ${end}`)
  return value.slice(start, end)
}

function equalsAny(first: unknown, others: readonly unknown[]): boolean {
  if (others.length === 0) throw new CallError('missing argument for comparison')
  return others.some((other) => equal(first, other))
}

function equal(a: unknown, b: unknown): boolean {
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null)
  if (typeof a !== typeof b) throw new CallError('incompatible types for comparison')
  if (typeof a === 'object') throw new CallError(notComparable(a, b))
  return a === b
}

function notComparable(a: unknown, b: unknown): string {
  const [type, other] = [typeName(a), typeName(b)]
  return type === other ? sprintf(`non-comparable type %s: ${type}`, [b]) : sprintf(`non-comparable types %s: ${type}, ${other}: %v`, [a, b])
}

function order(a: unknown, b: unknown): number {
  if (typeof a === 'object' || typeof a === 'boolean' || a === undefined) throw new CallError('invalid type for comparison')
  if (typeof a !== typeof b) throw new CallError('incompatible types for comparison')
  const [x, y] = [a as string, b as string]
  return x < y ? -1 : x > y ? 1 : 0
}

function exists(value: unknown, keys: readonly unknown[]): boolean {
  let at = value
  for (const key of keys) {
    try {
      at = indexed(at, key)
    } catch (error) {
      if (error instanceof CallError) return false
      throw error
    }
    if (at === undefined) return false
  }
  return true
}

function decoded(text: string): string {
  const [valid = ''] = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?/.exec(text)!
  if (valid !== text)
    throw new CallError(`base64 decode failed: illegal base64 data at input byte ${corruptAt(text, valid.length)}`)
  return fromBase64(text)
}

/** The byte at which encoding/base64 gives up, in the group of four that begins at `from`: the first that is no digit; the group itself when it is cut off. */
function corruptAt(text: string, from: number): number {
  const strange = /[^A-Za-z0-9+/]/.exec(text.slice(from, from + 4))
  return from + (strange?.index ?? 0)
}
