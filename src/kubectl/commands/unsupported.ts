import type { Command } from '../command.ts'
import { CommandError } from '../errors.ts'

/** A command that there is, but not here: it says so. `parent`: the word it stands below, and a space. */
export function unsupported(name: string, summary: string, parent = ''): Command {
  return {
    name,
    usage: `${parent}${name} [options]`,
    summary,
    flags: [],
    anyFlags: true,
    *run() {
      throw new CommandError(`kubectl ${parent}${name} is not supported by Podreel`)
    },
  }
}
