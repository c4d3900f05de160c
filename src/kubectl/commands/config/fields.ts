/** What the commands that change the kubeconfig have in common. */
import { findCommand } from '../../commandLine/find.ts'
import { CommandError } from '../../errors.ts'
import { helpText } from '../../help.ts'
import { configPath, loadConfig, type Kubeconfig } from '../../kubeconfig.ts'
import { toYaml } from '../../printing/goYaml.ts'
import { out, write, type Session, type Task } from '../../session.ts'
import { theRoot } from '../tree.ts'

export function* save({ flags }: Session, config: Kubeconfig): Task<void> {
  yield* write(configPath(flags), toYaml({ apiVersion: 'v1', kind: 'Config', ...config }))
}

export const load = ({ input, flags }: Session): Kubeconfig => loadConfig(input, flags)

/** The one name that a command is about. */
export function* oneName(session: Session): Task<string> {
  if (session.args.length !== 1) yield* unexpected(session)
  return session.args[0]!
}

/** Other words than a command takes: unlike the rest of kubectl, `config` shows its whole help before it complains. */
export function* unexpected(session: Session): Task<never> {
  yield* showHelp(session)
  throw new CommandError(`Unexpected args: [${session.args.join(' ')}]`)
}

export function* showHelp(session: Session): Task<void> {
  const { command, path } = findCommand(theRoot.get(), session.command.split(' '))
  yield* out(helpText(command, path))
}

/** What flags that were given say. */
export const given = ({ flags }: Session, names: readonly string[]): Fields =>
  Object.fromEntries(names.filter((name) => flags.changed(name)).map((name) => [name, flags.string(name)]))

export type Fields = Record<string, unknown>

const kinds = { clusters: 'cluster', users: 'user', contexts: 'context' } as const

export type List = keyof typeof kinds

export const isList = (word: string | undefined): word is List => word !== undefined && Object.hasOwn(kinds, word)

/** The config with other fields of one entry; undefined takes a field away. An entry that is not there is made. */
export function withFields(config: Kubeconfig, list: List, name: string, fields: Fields): Kubeconfig {
  const kind = kinds[list]
  const entries = config[list] as readonly ({ name: string } & Fields)[]
  const old = entries.find((entry) => entry.name === name)
  const content = Object.fromEntries(Object.entries({ ...(old?.[kind] as Fields | undefined), ...fields }).filter(([, value]) => value !== undefined))
  const entry = { name, [kind]: content }
  const all = old ? entries.map((one) => (one === old ? entry : one)) : [...entries, entry]
  return { ...config, [list]: all.toSorted((a, b) => (a.name < b.name ? -1 : 1)) }
}
