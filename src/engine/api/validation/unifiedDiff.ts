/** A unified diff without file names, as go-difflib prints it. */

const context = 3

export interface Edit {
  kind: ' ' | '-' | '+'
  line: string
}

/** Longest common subsequence after common ends are cut off; bounded, since specs may be large. */
export function edits(a: readonly string[], b: readonly string[]): Edit[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const middle = between(a.slice(start, a.length - end), b.slice(start, b.length - end))
  const same = (line: string): Edit => ({ kind: ' ', line })
  return [...a.slice(0, start).map(same), ...middle, ...a.slice(a.length - end).map(same)]
}

const maxCells = 4_000_000

function between(a: readonly string[], b: readonly string[]): Edit[] {
  const removed = (): Edit[] => a.map((line) => ({ kind: '-', line }))
  const added = (): Edit[] => b.map((line) => ({ kind: '+', line }))
  if (a.length === 0 || b.length === 0 || a.length * b.length > maxCells) return [...removed(), ...added()]
  const width = b.length + 1
  const lengths = new Uint32Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j
      lengths[at] = a[i] === b[j] ? lengths[at + width + 1]! + 1 : Math.max(lengths[at + width]!, lengths[at + 1]!)
    }
  }
  const out: Edit[] = []
  let i = 0
  let j = 0
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      out.push({ kind: ' ', line: a[i++]! })
      j++
    } else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) out.push({ kind: '-', line: a[i++]! })
    else out.push({ kind: '+', line: b[j++]! })
  }
  while (i < a.length) out.push({ kind: '-', line: a[i++]! })
  while (j < b.length) out.push({ kind: '+', line: b[j++]! })
  return out
}

const range = (start: number, count: number): string =>
  count === 1 ? `${start + 1}` : `${count === 0 ? start : start + 1},${count}`

/** '' when the two are the same; every line ends with a newline. */
export function unifiedDiff(a: readonly string[], b: readonly string[]): string {
  const all = edits(a, b)
  const changes = all.flatMap((edit, i) => (edit.kind === ' ' ? [] : [i]))
  let out = ''
  for (let k = 0; k < changes.length;) {
    const from = Math.max(0, changes[k]! - context)
    let last = changes[k]!
    while (k < changes.length && changes[k]! <= last + 2 * context + 1) last = changes[k++]!
    const hunk = all.slice(from, last + context + 1)
    const before = all.slice(0, from)
    const count = (list: readonly Edit[], skip: '-' | '+') => list.filter((edit) => edit.kind !== skip).length
    out += `@@ -${range(count(before, '+'), count(hunk, '+'))} +${range(count(before, '-'), count(hunk, '-'))} @@\n`
    for (const { kind, line } of hunk) out += `${kind}${line}\n`
  }
  return out
}
