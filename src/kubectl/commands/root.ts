import type { Command } from '../command.ts'
import { apply } from './apply.ts'
import { create } from './create.ts'
import { deleteCommand } from './delete.ts'
import { describe } from './describe.ts'
import { get } from './get.ts'
import { logs } from './logs.ts'
import { optionsText } from '../help.ts'
import { out } from '../session.ts'
import { version } from './version.ts'

const options: Command = {
  name: 'options',
  usage: 'options [flags] [options]',
  summary: 'Print the list of flags inherited by all commands',
  flags: [],
  hidden: true,
  run: () => out(optionsText()),
}

/** The whole of kubectl, in the order of its help. */
export const root: Command = {
  name: 'kubectl',
  usage: '[flags] [options]',
  summary: 'kubectl controls the Kubernetes cluster manager.',
  flags: [],
  commands: [create, get, deleteCommand, describe, logs, apply, version, options],
}
