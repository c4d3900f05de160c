/** Deeper than any object of the API: what comes from outside may hold itself. */
const deepest = 200

/** A copy of plain data that shares nothing with it; what is no plain data, or lies too deep, is the same. */
export function deepCopy<T>(value: T, depth = 0): T {
  if (typeof value !== 'object' || value === null || depth > deepest) return value
  if (Array.isArray(value)) return value.map((each: unknown) => deepCopy(each, depth + 1)) as T
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value
  const copy = { ...value } as Record<string, unknown>
  for (const key of Object.keys(copy)) {
    const each = copy[key]
    if (typeof each === 'object' && each !== null) copy[key] = deepCopy(each, depth + 1)
  }
  return copy as T
}
