import type { Command } from '../../command.ts'
import { canI } from './canI.ts'
import { unsupported } from '../unsupported.ts'
import { whoami } from './whoami.ts'

export const auth: Command = {
  name: 'auth',
  usage: 'auth [flags] [options]',
  summary: 'Inspect authorization',
  flags: [],
  commands: [canI, unsupported('reconcile', 'Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects', 'auth '), whoami],
}
