import { diffLines } from 'diff'
import { stringify } from 'yaml'
import type { KubeObject } from '../../../engine/api/types.ts'

/** An object as `kubectl get -o yaml` prints it: keys sorted, without managedFields. */
export function yamlOf(object: KubeObject): string {
  const { managedFields: _, ...metadata } = object.metadata
  return stringify(
    { ...object, metadata },
    { version: '1.1', sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false },
  )
}

export interface YamlLine {
  text: string
  mark: 'same' | 'added' | 'removed'
}

/** The lines of the new text, with those of the old that are gone between them. */
export function yamlLines(before: string | undefined, after: string): YamlLine[] {
  if (before === undefined) return linesOf(after).map((text) => ({ text, mark: 'same' }))
  return diffLines(before, after).flatMap(({ value, added, removed }) =>
    linesOf(value).map((text): YamlLine => ({ text, mark: added ? 'added' : removed ? 'removed' : 'same' })),
  )
}

function linesOf(text: string): string[] {
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** Only what changed, with a few lines around; the number of lines that are folded away between. */
export function changedOnly(lines: readonly YamlLine[], around = 2): (YamlLine | { folded: number })[] {
  const near = lines.map((_, i) => lines.slice(Math.max(0, i - around), i + around + 1).some((l) => l.mark !== 'same'))
  const shown: (YamlLine | { folded: number })[] = []
  lines.forEach((line, i) => {
    const last = shown.at(-1)
    if (near[i]) shown.push(line)
    else if (last !== undefined && 'folded' in last) last.folded++
    else shown.push({ folded: 1 })
  })
  return shown
}
