/** Makes kubectl known to the engine, with those of its commands that come first (commands/tree.ts). */
import { registerProgram } from '../engine/client/program.ts'
import { kubectlProgram } from './program.ts'

registerProgram('kubectl', kubectlProgram)
