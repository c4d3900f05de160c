import type { Environment } from '@marcbachmann/cel-js'
import { sameValue } from '../values.ts'
import { failure, register } from './register.ts'

/** apiserver/pkg/cel/library/lists.go and cel-go's ext.Sets. */
export function registerLists(environment: Environment): void {
  register(environment, {
    'list.isSorted(): bool': (list: unknown[]) => list.every((item, i) => i === 0 || compare(list[i - 1], item) <= 0),
    'list.sum(): dyn': sum,
    'list.min(): dyn': (list: unknown[]) => extreme(list, 'min', -1),
    'list.max(): dyn': (list: unknown[]) => extreme(list, 'max', 1),
    'list.indexOf(dyn): int': (list: unknown[], wanted: unknown) => BigInt(list.findIndex((item) => sameValue(item, wanted))),
    'list.lastIndexOf(dyn): int': (list: unknown[], wanted: unknown) => BigInt(list.findLastIndex((item) => sameValue(item, wanted))),
    'SetsNamespace.contains(list, list): bool': (_: unknown, list: unknown[], other: unknown[]) => other.every((item) => has(list, item)),
    'SetsNamespace.equivalent(list, list): bool': (_: unknown, list: unknown[], other: unknown[]) => other.every((item) => has(list, item)) && list.every((item) => has(other, item)),
    'SetsNamespace.intersects(list, list): bool': (_: unknown, list: unknown[], other: unknown[]) => list.some((item) => has(other, item)),
  })
}

const has = (list: readonly unknown[], item: unknown): boolean => list.some((other) => sameValue(other, item))

function compare(a: any, b: any): number {
  const comparable = typeof a === typeof b || (isNumber(a) && isNumber(b))
  if (!comparable) throw failure('no such overload')
  return a < b ? -1 : a > b ? 1 : 0
}

const isNumber = (value: unknown): boolean => typeof value === 'bigint' || typeof value === 'number'

function extreme(list: readonly unknown[], name: string, sign: number): unknown {
  if (list.length === 0) throw failure(`${name} called on empty list`)
  return list.reduce((best, item) => (compare(item, best) * sign > 0 ? item : best))
}

/** 0 of nothing: what has no type yet adds up to an int. */
function sum(list: readonly unknown[]): unknown {
  let total: any = list.length === 0 ? 0n : undefined
  for (const item of list as any[]) {
    if (total === undefined) total = item
    else if (typeof total === typeof item && (typeof item === 'bigint' || typeof item === 'number')) total += item
    else if (typeof total?.addDuration === 'function') total = total.addDuration(item)
    else throw failure('no such overload')
  }
  return total
}
