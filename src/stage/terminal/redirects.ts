/** Where what a command prints goes: to the screen, into files, or nowhere. */
import { quoted } from './machineScript.ts'
import type { Ran } from './pipe.ts'
import type { Command, Redirect } from './shell.ts'
import type { Display } from './transcript.ts'

/** What is collected is shown where it goes; complaints stand in the film. */
export const unseen: Display = { filters: [], hides: 'stdout', mergeErrors: false }

export const isNowhere = ({ file }: Redirect): boolean => file === '/dev/null'

/** What a path is called on the desk, which lies in the home directory. */
export const deskName = (path: string): string => path.replace(/^(\.\/|\/root\/)/, '')

/** The desk has neither directories nor hidden files; the machine has. */
export const isElsewhere = (redirect: Redirect): boolean => !isNowhere(redirect) && /^\.|\//.test(deskName(redirect.file))

/** As bash is to do it. */
export const redirectText = ({ what, file, append }: Redirect): string =>
  `${what === 'stderr' ? '2' : what === 'both' ? '&' : ''}${append ? '>>' : '>'} ${quoted(file)}`

export function displayOf(filters: readonly Command[], redirects: readonly Redirect[], mergeErrors: boolean): Display {
  const goes = (what: 'stdout' | 'stderr'): boolean => redirects.some((one) => one.what === what || one.what === 'both')
  const hides = goes('stdout') ? (goes('stderr') ? 'both' : 'stdout') : goes('stderr') ? 'stderr' : 'nothing'
  return { filters, hides, mergeErrors }
}

/** What a command has printed, parted: what is left for the screen or the pipe, and what goes into each file. */
export function redirected(
  { stdout, stderr, exitCode }: Ran,
  { redirects, mergeErrors }: Pick<Command, 'redirects' | 'mergeErrors'>,
): { left: Ran; files: [Redirect, string][] } {
  const printed = mergeErrors ? { stdout: stdout + stderr, stderr: '' } : { stdout, stderr }
  const taken = { ...printed, both: printed.stdout + printed.stderr }
  const { hides } = displayOf([], redirects, mergeErrors)
  return {
    left: {
      stdout: hides === 'stdout' || hides === 'both' ? '' : printed.stdout,
      stderr: hides === 'stderr' || hides === 'both' ? '' : printed.stderr,
      exitCode,
    },
    files: redirects.map((redirect) => [redirect, taken[redirect.what]]),
  }
}
