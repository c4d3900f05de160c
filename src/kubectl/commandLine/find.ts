/** Which command a line is for: cobra's search, which lets global flags stand before the verb. */
import type { Command } from '../command.ts'
import type { FlagSpec } from './flags.ts'
import { globalFlags } from './globalFlags.ts'

export interface Found {
  command: Command
  /** Names from below the root: "rollout status". */
  path: string
  /** What is left for the command: flags and arguments. */
  words: string[]
  /** The next argument, which names no command. */
  stray: string | undefined
}

/** Walks down from `root` as long as the next argument names a command. */
export function findCommand(root: Command, words: readonly string[]): Found {
  let found: Found = { command: root, path: '', words: [...words], stray: undefined }
  for (;;) {
    const at = firstArgument(found.words, [...globalFlags, ...found.command.flags])
    const name = found.words[at]
    const next = name === undefined ? undefined : found.command.commands?.find((c) => c.name === name || c.aliases?.includes(name))
    if (next === undefined) return { ...found, stray: name }
    found = { command: next, path: `${found.path} ${next.name}`.trim(), words: found.words.toSpliced(at, 1), stray: undefined }
  }
}

/** Index of the first word that is no flag and no flag's value; -1 without one. */
function firstArgument(words: readonly string[], specs: readonly FlagSpec[]): number {
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    if (word === '--') return -1
    if (!word.startsWith('-') || word === '-') return i
    if (takesNext(word, specs)) i++
  }
  return -1
}

/** Whether the word is a flag whose value is the word behind it. */
export function takesNext(word: string, specs: readonly FlagSpec[]): boolean {
  if (word.includes('=')) return false
  const spec = word.startsWith('--') ? specs.find((s) => s.name === word.slice(2)) : specs.find((s) => s.short === word.at(-1) && word.length === 2)
  return spec !== undefined && spec.type !== 'bool' && spec.alone === undefined
}

/** Commands that a mistyped word may have meant, as cobra finds them: at most two letters away, or beginning like it. */
export function suggestions(commands: readonly Command[], typed: string): string[] {
  const word = typed.toLowerCase()
  return commands.filter((c) => !c.hidden && (distance(word, c.name) <= 2 || c.name.startsWith(word))).map((c) => c.name)
}

/** Levenshtein's. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length]!
}
