import { filters, streaming } from './filters.ts'
import type { Ran, Write } from './filters.ts'
import type { Command } from './shell.ts'

type Texts = Readonly<Record<string, string>>

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
