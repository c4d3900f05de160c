import type { Command } from '../command.ts'
import { CommandError } from '../errors.ts'

/** The terminal has no executables beside its own, so none is a plugin. */
const list: Command = {
  name: 'list',
  usage: 'plugin list [flags] [options]',
  summary: "List all visible plugin executables on a user's PATH",
  flags: [{ name: 'name-only', type: 'bool', usage: 'Only the names of the plugins, without their directories.' }],
  *run() {
    throw new CommandError('unable to find any kubectl plugins in your PATH')
  },
}

export const plugin: Command = {
  name: 'plugin',
  usage: 'plugin [flags] [options]',
  summary: 'Provides utilities for interacting with plugins',
  flags: [],
  commands: [list],
}
