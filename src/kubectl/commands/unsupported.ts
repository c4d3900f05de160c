import type { Command } from '../command.ts'
import { CommandError } from '../errors.ts'

/** A command that there is, but not here: it says so. */
export function unsupported(name: string, summary: string): Command {
  return {
    name,
    usage: `${name} [options]`,
    summary,
    flags: [],
    anyFlags: true,
    *run() {
      throw new CommandError(`kubectl ${name} is not supported by Podreel`)
    },
  }
}
