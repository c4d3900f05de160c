import '../engine/index.ts'
import './commands/root.ts'
import './explain/words.ts'
import './register.ts'

/** What kubectl needs of a cluster: a place where a program runs on the virtual clock until it has ended. */
export interface ProgramHost {
  exec(input: { program: string; line: string; stdin?: string; files?: Record<string, string> }): {
    stdout: string
    stderr: string
    exitCode: number
  }
}

/**
 * Runs one command line ("get pods -o wide", without the word kubectl) against a cluster. The clock goes
 * on until the command has ended.
 */
export function kubectl(
  cluster: ProgramHost,
  line: string,
  io: { stdin?: string; files?: Record<string, string> } = {},
): { stdout: string; stderr: string; exitCode: number } {
  return cluster.exec({ program: 'kubectl', line, ...io })
}
