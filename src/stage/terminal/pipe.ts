import type { Command } from './shell.ts'

export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
  /** What goes into files on the way. */
  readonly writes?: readonly Write[]
}

export interface Write {
  readonly file: string
  readonly append: boolean
  readonly text: string
}

/** Of files, by their names. */
export type Texts = Readonly<Record<string, string>>

export type Filter = (words: readonly string[], stdin: string, files: Texts) => Ran

export const filterNames = [
  'awk', 'base64', 'cat', 'column', 'cut', 'echo', 'egrep', 'false', 'grep', 'head', 'less', 'ls', 'more', 'sed', 'sort', 'tail', 'tee', 'tr', 'true', 'uniq', 'wc',
] as const

export type FilterName = (typeof filterNames)[number]

/** Those that can print line by line, before everything is read: for what comes bit by bit (`-w`). */
const streaming: ReadonlySet<string> = new Set(['cat', 'cut', 'egrep', 'grep', 'head', 'less', 'more', 'sed', 'tee', 'tr'])

/** The programs themselves, which nobody needs before the first line is typed. */
let filters: Readonly<Record<string, Filter>> = {}

/** To be awaited before anything else here is asked. */
export async function fetchFilters(): Promise<void> {
  filters = (await import('./filters.ts')).filters
}

const noFiles: Texts = {}

/** Runs the small programs of a pipe one after another. Their complaints come together; the last one's code counts. */
export function applyFilters(commands: readonly Command[], stdin: string, files: Texts = noFiles): Ran {
  let text = stdin
  let stderr = ''
  let exitCode = 0
  const writes: Write[] = []
  for (const { words, stdin: own, mergeErrors } of commands) {
    const [name = '', ...rest] = words
    const filter = Object.hasOwn(filters, name) ? filters[name]! : undefined
    const ran = filter?.(rest, own ?? text, files) ?? {
      stdout: '',
      stderr: `bash: ${name}: command not found\n`,
      exitCode: 127,
    }
    text = mergeErrors ? ran.stdout + ran.stderr : ran.stdout
    if (!mergeErrors) stderr += ran.stderr
    exitCode = ran.exitCode
    writes.push(...(ran.writes ?? []))
  }
  return { stdout: text, stderr, exitCode, writes }
}

/** Whether what comes through grows with what goes in, so that it can be shown bit by bit. */
export function isStreaming(commands: readonly Command[]): boolean {
  return commands.every(({ words }) => {
    const [name = '', ...rest] = words
    // A count or the lines around a hit change when more is read.
    return streaming.has(name) && !(name.endsWith('grep') && rest.some((word) => /^-\w*[cABCq]/.test(word)))
  })
}
