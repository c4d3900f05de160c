import type { FlagSpec } from './commandLine/flags.ts'
import type { KubectlError } from './errors.ts'
import type { Session, Task } from './session.ts'

/** One verb of kubectl, or a word below one. */
export interface Command {
  name: string
  aliases?: readonly string[]
  /** What follows "kubectl " in the usage line. */
  usage: string
  summary: string
  /** Lines to copy, each with a comment above it. */
  examples?: string
  /** The title that it stands under in the list of all commands. */
  group?: string
  flags: readonly FlagSpec[]
  /** Left out for words that only lead to others ("rollout"). Answers the exit code when it is not 0. */
  run?: (session: Session) => Task<number | void>
  /** How it tells what is wrong with a kustomization; left out: as any command does. */
  unbuilt?: (error: KubectlError) => KubectlError
  /** How it tells what is wrong with its flags; left out: as most commands do. */
  badFlags?: (message: string) => KubectlError
  commands?: readonly Command[]
  /** Not in lists of commands. */
  hidden?: boolean
  /** Takes whatever flags are given, as arguments. */
  anyFlags?: boolean
}

// Flags that many commands share.

export const filenameFlags: readonly FlagSpec[] = [
  { name: 'filename', short: 'f', type: 'strings', usage: 'Files, directories or "-" with the objects.' },
  { name: 'kustomize', short: 'k', type: 'string', usage: 'A kustomization directory.' },
  { name: 'recursive', short: 'R', type: 'bool', usage: 'Look into the directories of -f, too.' },
]

export const selectorFlag: FlagSpec =
  { name: 'selector', short: 'l', type: 'string', usage: 'Selector (label query): =, ==, !=, in, notin.' }

export const dryRunFlag: FlagSpec = {
  name: 'dry-run', type: 'string', default: 'none', alone: 'unchanged', values: ['none', 'server', 'client'],
  usage: 'none, server or client: only print, or let the server only check.',
}

export const allNamespacesFlag: FlagSpec =
  { name: 'all-namespaces', short: 'A', type: 'bool', usage: 'The objects of all namespaces.' }

export const fieldManagerFlag = (manager: string): FlagSpec =>
  ({ name: 'field-manager', type: 'string', default: manager, usage: 'Who owns the fields that are set.' })

export const validateFlag: FlagSpec = {
  name: 'validate', type: 'string', default: 'strict', alone: 'strict', values: ['strict', 'warn', 'ignore', 'true', 'false'],
  usage: 'What to do about unknown fields: strict, warn or ignore.',
}
