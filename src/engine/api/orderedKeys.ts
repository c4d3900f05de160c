/** Keys of a store ('pods/default/web') in their order: etcd keeps them so, and so does the page's copy of it. */

/** How many of a sorted list come before `wanted`. */
export function lowerBound(sorted: readonly string[], wanted: string): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < wanted) low = middle + 1
    else high = middle
  }
  return low
}

/** Two sorted lists as one. */
export function merged(a: readonly string[], b: readonly string[]): string[] {
  if (a.length === 0 || a.at(-1)! < b[0]!) return [...a, ...b]
  const out: string[] = []
  let i = 0
  for (const key of b) {
    while (i < a.length && a[i]! < key) out.push(a[i++]!)
    out.push(key)
  }
  while (i < a.length) out.push(a[i++]!)
  return out
}

/** 'pods' of 'pods/default/web'. */
export function collectionOfKey(key: string): string {
  const slash = key.indexOf('/')
  return slash < 0 ? key : key.slice(0, slash)
}
