import { Part } from '../../engine/part.ts'
import type { Command } from '../command.ts'
import { apply } from './apply.ts'

/** The whole of kubectl: root.ts. */
export const theRoot = new Part<Command>('rare')

/** What most films ask for besides: common.ts. */
export const commonCommands = new Part<Command>('kubectl')

/** What a film mostly begins with need not wait for the rest. */
export const firstCommands: Command = { name: 'kubectl', usage: '', summary: '', flags: [], commands: [apply] }
