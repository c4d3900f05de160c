/**
 * Deep equality of JSON values. A write that changes nothing is not a write: etcd3's GuaranteedUpdate
 * then answers with what is stored and the revision stands still.
 */
export function equalObjects(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a)) return equalLists(a, b as unknown[])
  return equalRecords(a as Record<string, unknown>, b as Record<string, unknown>)
}

function equalLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => equalObjects(value, b[i]))
}

/** A key whose value is undefined is as good as absent: it would not reach the wire. */
function equalRecords(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let left = 0
  for (const key in a) {
    if (a[key] === undefined) continue
    if (!equalObjects(a[key], b[key])) return false
    left++
  }
  let right = 0
  for (const key in b) if (b[key] !== undefined) right++
  return left === right
}
