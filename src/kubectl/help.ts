import type { Command } from './command.ts'
import type { FlagSpec } from './commandLine/flags.ts'
import { globalFlags } from './commandLine/globalFlags.ts'

/** What `--help` prints. */
export function helpText(command: Command, path: string): string {
  const parts = [command.summary]
  if (command.aliases !== undefined) parts.push(`Aliases:\n${[command.name, ...command.aliases].join(', ')}`)
  if (command.examples !== undefined) parts.push(`Examples:\n${command.examples.replaceAll(/^(?=.)/gm, '  ')}`)
  const commands = (command.commands ?? []).filter((c) => !c.hidden)
  if (commands.length > 0) parts.push(...commandLists(command, commands))
  const flags = command.flags.filter((f) => !f.hidden).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  if (flags.length > 0) parts.push(`Options:\n${flags.map(flagText).join('\n\n')}`)
  parts.push(`Usage:\n  kubectl ${command.usage}`)
  const more = commands.length > 0 ? `Use "kubectl ${path === '' ? '' : `${path} `}<command> --help" for more information about a given command.\n` : ''
  parts.push(`${more}Use "kubectl options" for a list of global command-line options (applies to all commands).`)
  return `${parts.join('\n\n')}\n`
}

/** One list, or one for each group that the commands are in. */
function commandLists({ commands: all = [] }: Command, commands: readonly Command[]): string[] {
  const width = Math.max(...all.filter((c) => !c.hidden).map((c) => c.name.length))
  const list = (some: readonly Command[]) => some.map((c) => `  ${c.name.padEnd(width)}   ${c.summary}`).join('\n')
  const groups = [...new Set(commands.map((c) => c.group))]
  return groups.map((group) => `${group ?? 'Available Commands'}:\n${list(commands.filter((c) => c.group === group))}`)
}

export function optionsText(): string {
  const flags = globalFlags.filter((f) => !f.hidden)
  return `The following options can be passed to any command:\n\n${flags.map(flagText).join('\n\n')}\n`
}

const zero: Record<FlagSpec['type'], string> =
  { string: "''", bool: 'false', int: '0', int32: '0', int64: '0', duration: '0s', strings: '[]', stringArray: '[]', stringToString: '[]' }

function flagText(flag: FlagSpec): string {
  const name = flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`
  const value = flag.default === undefined ? zero[flag.type] : flag.type === 'string' ? `'${flag.default}'` : flag.default
  return `    ${name}=${value}:\n\t${flag.usage}`
}
