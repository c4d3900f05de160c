import type { Run } from '../process/process.ts'
import { commandBuiltins } from './builtins-commands.ts'
import { jobBuiltins } from './builtins-jobs.ts'
import { variableBuiltins } from './builtins-variables.ts'
import type { Flavor } from './flavor.ts'
import type { Shell } from './shell.ts'

/** A command that the shell itself carries out. */
export interface Builtin {
  run: (shell: Shell, argv: readonly string[]) => number | Run<number>
  /** It changes nothing: neither the shell nor the world (see ShellState.effects). */
  pure?: boolean
  /** Only these shells have it. */
  only?: readonly Flavor[]
}

const builtins = new Map<string, Builtin>(Object.entries({ ...commandBuiltins, ...variableBuiltins, ...jobBuiltins }))

export function findBuiltin(name: string, flavor: Flavor): Builtin | undefined {
  const builtin = builtins.get(name)
  return builtin?.only === undefined || builtin.only.includes(flavor) ? builtin : undefined
}

export function builtinNames(flavor: Flavor): string[] {
  return [...builtins.keys()].filter((name) => findBuiltin(name, flavor) !== undefined).sort()
}

/** POSIX' special builtins: found before functions, and assignments before them stay. */
const special = new Set([
  ':',
  '.',
  'break',
  'continue',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'times',
  'trap',
  'unset',
])

export function isSpecialBuiltin(name: string): boolean {
  return special.has(name)
}
