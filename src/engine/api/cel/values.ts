/**
 * JSON as CEL sees it (apiserver/pkg/cel/common UnstructuredToVal, where nothing is known of the types): whole numbers are ints, objects are
 * maps. Maps, not plain objects: a key may have any name.
 */
export function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(toCel)
  if (typeof value !== 'object' || value === null) return value ?? null
  const out = new Map<string, unknown>()
  for (const [key, inner] of Object.entries(value)) if (inner !== undefined) out.set(key, toCel(inner))
  return out
}

/** Whether two values of CEL are the same, whatever declared type they are of. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]))
  if (a instanceof Map) return b instanceof Map && a.size === b.size && [...a].every(([key, inner]) => b.has(key) && sameValue(inner, b.get(key)))
  if (a instanceof Uint8Array) return b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i])
  if ((typeof a === 'bigint' && typeof b === 'number') || (typeof a === 'number' && typeof b === 'bigint')) return Number(a) === Number(b)
  return isObject(a) && isObject(b) && a.constructor === b.constructor && Number(a) === Number(b)
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
