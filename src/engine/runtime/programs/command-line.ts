import { Part } from '../../part.ts'

interface Input {
  line: string
  stdin: string
  files: Readonly<Record<string, string>>
  now: () => number
}

export type CommandLine = (name: string) => (input: Input) => Generator<any, number, any>

/** Who finds the program behind a name (src/engine/client/program.ts); src/engine/components.ts brings it. */
export const commandLine = new Part<CommandLine>('components')
