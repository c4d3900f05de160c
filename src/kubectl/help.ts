import type { Command } from './command.ts'
import type { FlagSpec } from './commandLine/flags.ts'
import { globalFlags } from './commandLine/globalFlags.ts'

/** What `--help` prints. */
export function helpText(command: Command, path: string): string {
  const parts = [command.summary]
  const commands = (command.commands ?? []).filter((c) => !c.hidden)
  if (commands.length > 0) {
    const width = Math.max(...commands.map((c) => c.name.length))
    parts.push(`Available Commands:\n${commands.map((c) => `  ${c.name.padEnd(width)}   ${c.summary}`).join('\n')}`)
  }
  const flags = command.flags.filter((f) => !f.hidden)
  if (flags.length > 0) parts.push(`Options:\n${flags.map(flagText).join('\n\n')}`)
  parts.push(`Usage:\n  kubectl ${command.usage}`)
  const more = commands.length > 0 ? `Use "kubectl ${path === '' ? '' : `${path} `}<command> --help" for more information about a given command.\n` : ''
  parts.push(`${more}Use "kubectl options" for a list of global command-line options (applies to all commands).`)
  return `${parts.join('\n\n')}\n`
}

export function optionsText(): string {
  const flags = globalFlags.filter((f) => !f.hidden)
  return `The following options can be passed to any command:\n\n${flags.map(flagText).join('\n\n')}\n`
}

const zero: Record<FlagSpec['type'], string> =
  { string: "''", bool: 'false', int: '0', int32: '0', int64: '0', duration: '0s', strings: '[]', stringArray: '[]' }

function flagText(flag: FlagSpec): string {
  const name = flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`
  const value = flag.default === undefined ? zero[flag.type] : flag.type === 'string' ? `'${flag.default}'` : flag.default
  return `    ${name}=${value}:\n\t${flag.usage}`
}
