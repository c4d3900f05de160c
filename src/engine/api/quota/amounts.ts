/** Arithmetic on resource lists (apiserver/pkg/quota/v1/resources.go). */
import { add, compare, isZero, quantity, sign, sub } from '../quantity.ts'
import type { ResourceList } from '../types.ts'

type List = Readonly<ResourceList>

export const plus = (a: List, b: List): ResourceList => combine(a, b, (x, y) => add(quantity(x), quantity(y)).text)

/** a - b; what would be less than nothing is nothing. */
export const minusAtLeastZero = (a: List, b: List): ResourceList =>
  combine(a, b, (x, y) => {
    const left = sub(quantity(x), quantity(y))
    return sign(left) < 0 ? '0' : left.text
  })

/** Of `list` the resources in `names`. */
export function mask(list: List, names: Iterable<string>): ResourceList {
  const wanted = new Set(names)
  return Object.fromEntries(Object.entries(list).filter(([name]) => wanted.has(name)))
}

export const withoutZeros = (list: List): ResourceList => Object.fromEntries(Object.entries(list).filter(([, amount]) => !isZero(quantity(amount))))

export const negativeOf = (list: List): string[] => Object.keys(list).filter((name) => sign(quantity(list[name])) < 0)

/** Names of which `list` has more than `limits` allow; a name without a limit is free. */
export const exceeding = (list: List, limits: List): string[] =>
  Object.keys(list).filter((name) => limits[name] !== undefined && compare(quantity(list[name]), quantity(limits[name])) > 0)

/** By value: "1000m" is "1". */
export function sameAmounts(a: List, b: List): boolean {
  const names = Object.keys(a)
  if (names.length !== Object.keys(b).length) return false
  return names.every((name) => b[name] !== undefined && compare(quantity(a[name]), quantity(b[name])) === 0)
}

/** "pods=1,requests.cpu=50m", in the order of the names. */
export const print = (list: List): string => Object.keys(list).sort().map((name) => `${name}=${quantity(list[name]).text}`).join(',')

function combine(a: List, b: List, one: (x: string | undefined, y: string | undefined) => string): ResourceList {
  const result: ResourceList = {}
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) result[name] = one(a[name], b[name])
  return result
}
