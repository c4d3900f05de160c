import type { Command } from '../command.ts'
import { CommandError, usageError } from '../errors.ts'

const shells = new Set(['bash', 'zsh', 'fish', 'powershell'])

/** The terminal completes by itself; the scripts for real shells are not here, and what is wrong with the arguments is said first. */
export const completion: Command = {
  name: 'completion',
  usage: 'completion SHELL',
  summary: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
  flags: [],
  *run({ args: [shell, ...more] }) {
    if (shell === undefined) throw usageError('completion', 'Shell not specified.')
    if (more.length > 0) throw usageError('completion', 'Too many arguments. Expected only the shell type.')
    if (!shells.has(shell)) throw usageError('completion', `Unsupported shell type ${JSON.stringify(shell)}.`)
    throw new CommandError('kubectl completion is not supported by Podreel')
  },
}
