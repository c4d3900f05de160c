import type { View } from '../engine/core.ts'
import type { Completion, Files } from './protocol.ts'
import { runQuery } from './query.ts'

/** The word that is being typed at the end of `line` (all that stands after "kubectl "), as kubectl itself completes it. */
export function complete(line: string, world: View, nowMs: number, files: Files = {}): Completion {
  const word = /\S*$/.exec(line)![0]
  const quoted = `'${word.replaceAll("'", `'\\''`)}'`
  const lines = runQuery(`__complete ${line.slice(0, line.length - word.length)} ${quoted}`, world, nowMs, files).stdout.split('\n')
  const directive = Number(lines.at(-2)?.slice(1) ?? 0)
  const candidates = lines.slice(0, -2).map((answer) => {
    const [text = '', hint] = answer.split('\t', 2)
    return { text, ...(hint === undefined ? {} : { hint }) }
  })
  const begun = /^--[\w-]+=/.exec(word)?.[0] ?? ''
  return {
    from: line.length - word.length + begun.length,
    // A shell lists them by name, whatever order they were found in.
    candidates: candidates.toSorted((a, b) => (a.text < b.text ? -1 : 1)),
    isOpen: (directive & 2) !== 0,
  }
}
