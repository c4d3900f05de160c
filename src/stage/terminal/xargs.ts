import { withWords } from './expand.ts'
import type { Command } from './shell.ts'

/** The commands that `xargs ...` runs for what it has read; or its complaint. */
export function xargsCommands(command: Command, read: string): Command[] | string {
  const options = xargsOptions(command.words.slice(1))
  if (typeof options === 'string') return options
  const { most, place, program } = options
  const byLine = place !== undefined || options.byLine
  const words = byLine ? read.split(options.separator ?? '\n').filter((line) => line.trim() !== '') : read.split(options.separator ?? /\s+/).filter((word) => word.trim() !== '').map((word) => word.replace(/\n$/, ''))
  if (place !== undefined) {
    return words.map((word) => withWords(command, program.map((part) => part.replaceAll(place, word.trim()))))
  }
  if (words.length === 0) return options.runsEmpty ? [withWords(command, program)] : []
  const made: Command[] = []
  for (let i = 0; i < words.length; i += most) {
    const taken = words.slice(i, i + most)
    made.push(withWords(command, [...program, ...(options.byLine ? taken.flatMap((line) => line.trim().split(/\s+/)) : taken)]))
  }
  return made
}

interface XargsOptions {
  most: number
  /** -I: what the words stand for in the command. */
  place: string | undefined
  runsEmpty: boolean
  /** -L: whole lines. */
  byLine: boolean
  /** -d, -0: what parts the words. */
  separator: string | undefined
  program: string[]
}

function xargsOptions(words: readonly string[]): XargsOptions | string {
  const options: XargsOptions = { most: Infinity, place: undefined, runsEmpty: true, byLine: false, separator: undefined, program: ['echo'] }
  let i = 0
  for (; words[i]?.startsWith('-'); i++) {
    const option = words[i]!
    const value = (): string => (option.length > 2 ? option.slice(2) : (words[++i] ?? ''))
    if (option.startsWith('-n')) options.most = Number(value())
    else if (option.startsWith('-L')) Object.assign(options, { most: Number(value()), byLine: true })
    else if (option.startsWith('-d')) options.separator = value().replace(/^\\n$/, '\n').replace(/^\\t$/, '\t')
    else if (option.startsWith('-I')) options.place = value()
    // One after another is one way of doing so many at once.
    else if (option.startsWith('-P')) value()
    else if (option === '-0') options.separator = '\0'
    else if (option === '-r' || option === '--no-run-if-empty') options.runsEmpty = false
    else if (option !== '-t') return `xargs: invalid option -- '${option.replace(/^-+/, '')}'\n`
  }
  if (!(options.most >= 1)) return 'xargs: value for -n option should be >= 1\n'
  if (i < words.length) options.program = words.slice(i)
  return options
}
