/** Equality of plain data; a key that is undefined counts as absent, and the order of keys as nothing. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [left, right] = [definedEntries(a), definedEntries(b)]
  return left.length === right.length && left.every(([key, value]) => same(value, (b as Record<string, unknown>)[key]))
}

const definedEntries = (o: object): [string, unknown][] => Object.entries(o).filter(([, value]) => value !== undefined)
