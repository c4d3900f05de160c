import type { YamlLine } from '../shared/objects/yamlDiff.ts'

/** A row of two columns; what stands on one side only faces a gap. */
export interface PairedLine {
  readonly left: string | undefined
  readonly right: string | undefined
  readonly same: boolean
}

/** Lines that were taken away stand beside those that came in their place. */
export function sideBySide(lines: readonly YamlLine[]): PairedLine[] {
  const rows: PairedLine[] = []
  let removed: string[] = []
  let added: string[] = []
  const flush = (): void => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++)
      rows.push({ left: removed[i], right: added[i], same: false })
    removed = []
    added = []
  }
  for (const { text, mark } of lines) {
    if (mark === 'removed') removed.push(text)
    else if (mark === 'added') added.push(text)
    else {
      flush()
      rows.push({ left: text, right: text, same: true })
    }
  }
  flush()
  return rows
}

/** Rows that say nothing new are folded, but for a few around what differs. */
export function foldSame(rows: readonly PairedLine[], around = 2): (PairedLine | { folded: number })[] {
  const shown: (PairedLine | { folded: number })[] = []
  rows.forEach((row, i) => {
    const last = shown.at(-1)
    if (rows.slice(Math.max(0, i - around), i + around + 1).some((r) => !r.same)) shown.push(row)
    else if (last !== undefined && 'folded' in last) shown[shown.length - 1] = { folded: last.folded + 1 }
    else shown.push({ folded: 1 })
  })
  return shown
}
