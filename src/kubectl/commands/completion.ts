import { goQuote } from '../../engine/api/field.ts'
import type { Command } from '../command.ts'
import { scripts } from '../completion/scripts.ts'
import { complete, type Candidate, type Completion } from '../completion/words.ts'
import { CommandError, usageError } from '../errors.ts'
import { err, out } from '../session.ts'

export const completion: Command = {
  name: 'completion',
  usage: 'completion SHELL',
  summary: 'Output shell completion code for the specified shell (bash, zsh, fish, or powershell)',
  examples: `# Complete in this bash
source <(kubectl completion bash)

# Complete in every bash from now on
echo 'source <(kubectl completion bash)' >> ~/.bashrc`,
  flags: [],
  *run({ args: [shell, ...more] }) {
    if (shell === undefined) throw usageError('completion', 'Shell not specified.')
    if (more.length > 0) throw usageError('completion', 'Too many arguments. Expected only the shell type.')
    const script = scripts.get(shell)
    if (script === undefined) throw usageError('completion', `Unsupported shell type ${goQuote(shell)}.`)
    yield* out(script)
  },
}

/** What those scripts ask: cobra's protocol. `all`: the root, which has these commands in it. */
export const completing = (all: () => Command): Command[] => [request('__complete', all, described), request('__completeNoDesc', all, ({ text }) => text)]

function request(name: string, all: () => Command, line: (candidate: Candidate) => string): Command {
  return {
    name,
    usage: `${name} [command-line]`,
    summary: 'Request shell completion choices for the specified command-line',
    flags: [],
    hidden: true,
    anyFlags: true,
    *run(session) {
      const word = session.args.at(-1)
      if (word === undefined) throw new CommandError(`${name} expects at least 1 argument`)
      const found = yield* complete(session, all(), session.args.slice(0, -1), word)
      const directives = directivesOf(found)
      yield* out(`${found.candidates.map((candidate) => `${line(candidate)}\n`).join('')}:${directives.reduce((sum, { value }) => sum + value, 0)}\n`)
      yield* err(`Completion ended with directive: ${directives.map((directive) => directive.name).join(', ') || 'ShellCompDirectiveDefault'}\n`)
    },
  }
}

function described({ text, hint }: Candidate): string {
  return hint === undefined ? text : `${text}\t${hint.split('\n', 1)[0]!}`
}

const directivesOf = ({ isOpen, takesFiles }: Completion): { name: string; value: number }[] => [
  ...(isOpen ? [{ name: 'ShellCompDirectiveNoSpace', value: 2 }] : []),
  ...(takesFiles ? [] : [{ name: 'ShellCompDirectiveNoFileComp', value: 4 }]),
]
