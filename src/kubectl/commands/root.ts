import type { Command } from '../command.ts'
import { get } from './get.ts'

/** The whole of kubectl, in the order of its help. */
export const root: Command = {
  name: 'kubectl',
  usage: '[flags] [options]',
  summary: 'kubectl controls the Kubernetes cluster manager.',
  flags: [],
  commands: [get],
}
