/** How many of the first `length` items (sorted by `valueOf`) have a value that is not greater than `limit`. */
export function countUpTo(length: number, valueOf: (index: number) => number, limit: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (valueOf(middle) <= limit) low = middle + 1
    else high = middle
  }
  return low
}

/** How many numbers of a sorted list are not greater than `limit`. */
export function countOf(sorted: readonly number[], limit: number): number {
  return countUpTo(sorted.length, (i) => sorted[i]!, limit)
}
