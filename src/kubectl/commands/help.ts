import type { Command } from '../command.ts'
import { findCommand } from '../commandLine/find.ts'
import { CommandError } from '../errors.ts'
import { helpText } from '../help.ts'
import { out } from '../session.ts'

/** `kubectl help rollout status`. `all`: the root, which has this command in it. */
export const helpCommand = (all: () => Command): Command => ({
  name: 'help',
  usage: 'help [command]',
  summary: 'Help about any command',
  flags: [],
  hidden: true,
  *run({ args }) {
    const { command, path, words } = findCommand(all(), args)
    // What follows a command that leads to no others is taken for its arguments.
    if (words.length > 0 && command.commands !== undefined) throw new CommandError(`Unknown help topic [${args.map((arg) => `\`${arg}\``).join(' ')}]`)
    yield* out(helpText(command, path))
  },
})
