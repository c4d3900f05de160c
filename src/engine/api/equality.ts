/**
 * apiequality.Semantic.DeepEqual for objects as they are stored (quantities canonical): "not given",
 * null, an empty list and an empty map are the same.
 */

const isEmpty = (value: unknown): boolean => {
  if (value === undefined || value === null) return true
  if (typeof value !== 'object') return false
  if (Array.isArray(value)) return value.length === 0
  for (const key in value) if ((value as Record<string, unknown>)[key] !== undefined) return false
  return true
}

export function semanticEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return isEmpty(a) && isEmpty(b)
  if (Array.isArray(a) || Array.isArray(b)) return equalLists(a, b)
  for (const key in a) {
    if (!semanticEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false
  }
  for (const key in b) {
    if ((a as Record<string, unknown>)[key] === undefined && !isEmpty((b as Record<string, unknown>)[key])) return false
  }
  return true
}

function equalLists(a: object, b: object): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return isEmpty(a) && isEmpty(b)
  return a.length === b.length && a.every((item, i) => semanticEqual(item, b[i]))
}
