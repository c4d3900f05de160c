/** Order of merged lists: best effort between the order wanted and the order that is there. */

/** Place of an item in some list, if it is there. */
type Rank = (item: unknown) => number | undefined

/** Stable by rank; an item without one goes before what it follows, as upstream's comparison has it. */
export function byOrder(items: readonly unknown[], rank: Rank): unknown[] {
  if (items.every((item) => rank(item) !== undefined)) return items.toSorted((a, b) => rank(a)! - rank(b)!)
  const out = [...items]
  for (let i = 1; i < out.length; i++) {
    for (let j = i; j > 0; j--) {
      const [a, b] = [rank(out[j]), rank(out[j - 1])]
      if (a !== undefined && b !== undefined && a >= b) break
      ;[out[j], out[j - 1]] = [out[j - 1], out[j]]
    }
  }
  return out
}

/** Inserts the items of `left` into `right`, each before the first that comes after it in `rank`. */
export function mergeSorted(left: readonly unknown[], right: readonly unknown[], rank: Rank): unknown[] {
  const out: unknown[] = []
  let i = 0
  let j = 0
  while (i < left.length || j < right.length) {
    if (i >= left.length) out.push(right[j++])
    else if (j >= right.length) out.push(left[i++])
    else {
      const [l, r] = [rank(left[i]), rank(right[j])]
      out.push(l !== undefined && r !== undefined && l < r ? left[i++] : right[j++])
    }
  }
  return out
}
