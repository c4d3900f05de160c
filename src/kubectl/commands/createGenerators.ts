import type { Command } from '../command.ts'

/** `kubectl create deployment` and its like. */
export const generators: readonly Command[] = []
