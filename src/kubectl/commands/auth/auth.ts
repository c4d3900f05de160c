import type { Command } from '../../command.ts'
import { canI } from './canI.ts'
import { reconcile } from './reconcile.ts'
import { whoami } from './whoami.ts'

export const auth: Command = {
  name: 'auth',
  usage: 'auth [flags] [options]',
  summary: 'Inspect authorization',
  flags: [],
  commands: [canI, reconcile, whoami],
}
