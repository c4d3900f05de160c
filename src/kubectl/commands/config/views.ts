import type { Command } from '../../command.ts'
import { CommandError } from '../../errors.ts'
import { loadConfig, type Kubeconfig } from '../../kubeconfig.ts'
import { outputFlags, printerFor } from '../../printing/output.ts'
import { tableLayout, TabWriter } from '../../printing/tabwriter.ts'
import { out, type Session, type Task } from '../../session.ts'
import { inOrder } from '../create/generating.ts'

export const currentContext: Command = {
  name: 'current-context',
  usage: 'config current-context [flags] [options]',
  summary: 'Display the current-context',
  flags: [],
  *run({ input, flags }) {
    const name = loadConfig(input, flags)['current-context']
    if (name === '') throw new CommandError('current-context is not set')
    yield* out(`${name}\n`)
  },
}

export const view: Command = {
  name: 'view',
  usage: 'config view [flags] [options]',
  summary: 'Display merged kubeconfig settings or a specified kubeconfig file',
  flags: [
    { name: 'flatten', type: 'bool', usage: 'Put the content of files into the output.' },
    { name: 'merge', type: 'bool', default: 'true', usage: 'Merge several files.' },
    { name: 'minify', type: 'bool', usage: 'Only what the current context uses.' },
    ...outputFlags.map((flag) => (flag.name === 'output' ? { ...flag, default: 'yaml' } : flag)),
    { name: 'raw', type: 'bool', usage: 'Also what is secret.' },
  ],
  *run(session) {
    const config = loadConfig(session.input, session.flags)
    const shown = session.flags.bool('minify') ? minified(session, config) : config
    const object = {
      kind: 'Config', apiVersion: 'v1',
      clusters: orNull(byName(shown.clusters).map(({ name, cluster }) => ({ name, cluster }))),
      users: orNull(byName(shown.users).map(({ name, user }) => ({ name, user: session.flags.bool('raw') ? user : withoutSecrets(user) }))),
      contexts: orNull(byName(shown.contexts).map(({ name, context: { cluster, user, ...rest } }) => ({ name, context: { cluster, user, ...rest } }))),
      'current-context': shown['current-context'],
    }
    yield* out(printerFor(session, '')(session.flags.string('output') === 'json' ? inOrder(object) : object))
  },
}

/** Go prints a slice that was never filled so. */
const orNull = <T>(entries: readonly T[]): readonly T[] | null => (entries.length === 0 ? null : entries)

function withoutSecrets(user: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(user).map(([field, value]) => [field, field === 'token' ? 'REDACTED' : field.endsWith('-data') ? 'DATA+OMITTED' : value]))
}

const byName = <T extends { name: string }>(entries: readonly T[]): T[] => entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))

function minified({ flags }: Session, config: Kubeconfig): Kubeconfig {
  const name = flags.string('context') || config['current-context']
  const contexts = config.contexts.filter((c) => c.name === name)
  if (name === '') throw new CommandError('current-context must exist in order to minify')
  if (contexts.length === 0) throw new CommandError(`cannot locate context ${name}`)
  const { cluster, user } = contexts[0]!.context
  return {
    'clusters': config.clusters.filter((c) => c.name === cluster), 'users': config.users.filter((u) => u.name === user), contexts, 'current-context': name,
  }
}

export const getContexts: Command = {
  name: 'get-contexts',
  usage: 'config get-contexts [(-o|--output=)name)] [options]',
  summary: 'Describe one or many contexts',
  flags: [
    { name: 'no-headers', type: 'bool', usage: 'No titles.' },
    { name: 'output', short: 'o', type: 'string', values: ['name'], usage: 'name: only the names.' },
  ],
  run: listContexts,
}

function* listContexts({ input, flags, args }: Session): Task<void> {
  const config = loadConfig(input, flags)
  const format = flags.string('output')
  if (format !== '' && format !== 'name') throw new CommandError(`output must be one of '' or 'name': ${format}`)
  const missing = args.filter((name) => !config.contexts.some((c) => c.name === name))
  const chosen = config.contexts.filter((c) => args.length === 0 || args.includes(c.name)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const writer = new TabWriter(tableLayout)
  if (format === '' && !flags.bool('no-headers')) writer.write('CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n')
  for (const { name, context } of chosen) {
    const mark = name === config['current-context'] ? '*' : ''
    writer.write(format === 'name' ? `${name}\n` : `${mark}\t${name}\t${context.cluster}\t${context.user}\t${context.namespace ?? ''}\n`)
  }
  yield* out(writer.flush())
  if (missing.length > 0) throw new CommandError(missing.map((name) => `context ${name} not found`).join(', '))
}

const names = (word: string, of: (config: Kubeconfig) => readonly { name: string }[]): Command => ({
  name: `get-${word}`,
  usage: `config get-${word} [flags] [options]`,
  summary: `Display ${word} defined in the kubeconfig`,
  flags: [],
  *run({ input, flags }) {
    yield* out(`NAME\n${of(loadConfig(input, flags)).map(({ name }) => `${name}\n`).toSorted().join('')}`)
  },
})

export const getClusters = names('clusters', (config) => config.clusters)
export const getUsers = names('users', (config) => config.users)
