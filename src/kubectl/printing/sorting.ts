/** `--sort-by`: the order of kubectl's RuntimeSort. */
import { compare as compareQuantities, isQuantityError, parseQuantity } from '../../engine/api/quantity.ts'
import { goQuote } from '../../engine/api/field.ts'
import { CommandError } from '../errors.ts'
import { relaxedJsonPath } from './customColumns.ts'
import { goTypeOf } from './goSyntax.ts'
import { JsonPathError } from './jsonpath.ts'
import { JsonPath } from './jsonpathEval.ts'

/**
 * Sorted by the field; what does not have it comes first, in reverse: the library's comparison calls
 * such a thing less than any other; then what has null. Objects are read through `objectOf`.
 */
export function sortBy<T>(items: readonly T[], field: string, objectOf: (item: T) => unknown): T[] {
  const path = relaxedJsonPath(field)
  const keys = new Map<T, unknown>()
  try {
    const parsed = new JsonPath(path, true)
    for (const item of items) keys.set(item, parsed.find(objectOf(item))[0]?.[0])
  } catch (error) {
    if (error instanceof JsonPathError) throw new CommandError(error.message)
    throw error
  }
  const without = items.filter((item) => keys.get(item) === undefined)
  if (items.length > 0 && without.length === items.length) {
    throw new CommandError(`couldn't find any field with path ${goQuote(path)} in the list of objects`)
  }
  const sortable = items.filter((item) => keys.get(item) !== undefined)
  return [...without.toReversed(), ...sortable.toSorted((a, b) => compareKeys(keys.get(a), keys.get(b), path))]
}

function compareKeys(a: unknown, b: unknown, path: string): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') {
    const [x, y] = [parseQuantity(a), parseQuantity(b)]
    return isQuantityError(x) || isQuantityError(y) ? (a < b ? -1 : a > b ? 1 : 0) : compareQuantities(x, y)
  }
  throw new CommandError(`Field ${path} in [][][]reflect.Value is an unsortable type: interface, err: unsortable type: ${goTypeOf(a)}`)
}
