/** Indexes of an indexed Job as its status and its success policy write them: "0-2,5" (pkg/apis/batch/validation). */
import { goQuote } from '../field.ts'

/** How many there are, or what is wrong with the text. */
export function countIndexes(text: string, completions: number): number | string {
  if (text === '') return 0
  let count = 0
  let last = -1
  for (const written of text.split(',')) {
    const interval = parse(written, completions)
    if (typeof interval === 'string') return interval
    const [first, end] = interval
    if (last >= first) return `non-increasing order, previous: ${last}, current: ${first}`
    count += end - first + 1
    last = end
  }
  return count
}

/** The first index that stands in both; intervals that cannot be read are passed over. */
export function commonIndex(a: string, b: string, completions: number): number | undefined {
  const read = (text: string) => text.split(',').flatMap((written) => [parse(written, completions)].filter((one) => typeof one !== 'string'))
  const [left, right] = [read(a), read(b)]
  let [i, k] = [0, 0]
  while (i < left.length && k < right.length) {
    const [[first, end], [start, stop]] = [left[i]!, right[k]!]
    if (first <= stop && start <= end) return Math.max(first, start)
    if (first <= start) i++
    else k++
  }
  return undefined
}

function parse(interval: string, completions: number): readonly [first: number, end: number] | string {
  const parts = interval.split('-')
  if (parts.length > 2) return `the fragment ${goQuote(interval)} violates the requirement that an index interval can have at most two parts separated by '-'`
  for (const part of parts) {
    if (!/^\+?\d+$/.test(part)) return `cannot convert string to integer for index: ${goQuote(part)}`
    if (Number(part) >= completions) return `too large index: ${goQuote(part)}`
  }
  const [first, end] = [Number(parts[0]), Number(parts.at(-1))]
  return parts.length === 2 && first >= end ? `non-increasing order, previous: ${first}, current: ${end}` : [first, end]
}
