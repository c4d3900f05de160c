/** How many letters must be put in, left out, changed or swapped with their neighbour; case counts half. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = rows[i - 1]![j - 1]! + costOf(a[i - 1]!, b[j - 1]!)
      let least = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, change)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1)
      row.push(least)
    }
    rows.push(row)
  }
  return rows[a.length]![b.length]!
}

function costOf(a: string, b: string): number {
  if (a === b) return 0
  return a.toLowerCase() === b.toLowerCase() ? 0.5 : 1
}

const wordLengthMax = 80

/** The word that was probably meant: the nearest one, when it is near enough to be no other word. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  if (word.length > wordLengthMax) return undefined
  let best: string | undefined
  let least = Infinity
  for (const candidate of words) {
    const far = distance(word, candidate)
    if (far < least && far <= Math.max(1, Math.max(word.length, candidate.length) * 0.4)) {
      best = candidate
      least = far
    }
  }
  return best
}
