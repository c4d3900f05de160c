import type { Command } from '../../command.ts'
import { CommandError, usageError } from '../../errors.ts'
import { shownConfigPath } from '../../kubeconfig.ts'
import { err, out } from '../../session.ts'
import { given, load, oneName, save, showHelp, unexpected, withFields } from './fields.ts'

export const useContext: Command = {
  name: 'use-context',
  aliases: ['use'],
  usage: 'config use-context CONTEXT_NAME [options]',
  summary: 'Set the current-context in a kubeconfig file',
  flags: [],
  *run(session) {
    const name = yield* oneName(session)
    const config = load(session)
    if (name === '') throw new CommandError('empty context names are not allowed')
    if (!config.contexts.some((c) => c.name === name)) throw new CommandError(`no context exists with the name: ${JSON.stringify(name)}`)
    yield* save(session, { ...config, 'current-context': name })
    yield* out(`Switched to context ${JSON.stringify(name)}.\n`)
  },
}

export const setContext: Command = {
  name: 'set-context',
  usage: 'config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace] [options]',
  summary: 'Set a context entry in kubeconfig',
  flags: [{ name: 'current', type: 'bool', usage: 'Change the current context.' }],
  *run(session) {
    const { flags, args } = session
    const config = load(session)
    const current = flags.bool('current')
    if (args.length > 1) yield* unexpected(session)
    if (current && args.length > 0) throw new CommandError('you cannot specify both a context name and --current')
    const name = current ? config['current-context'] : (args[0] ?? '')
    if (current && name === '') throw new CommandError('no current context is set')
    if (name === '') throw new CommandError('you must specify a non-empty context name or --current')
    const old = config.contexts.find((c) => c.name === name)
    const context = { cluster: '', user: '', ...old?.context, ...given(session, ['cluster', 'user', 'namespace']) }
    yield* save(session, withFields(config, 'contexts', name, context))
    yield* out(`Context ${JSON.stringify(name)} ${old ? 'modified' : 'created'}.\n`)
  },
}

export const renameContext: Command = {
  name: 'rename-context',
  usage: 'config rename-context CONTEXT_NAME NEW_NAME [options]',
  summary: 'Rename a context from the kubeconfig file',
  flags: [],
  *run(session) {
    const [from = '', to = ''] = session.args
    if (session.args.length !== 2) yield* unexpected(session)
    if (to === '') throw new CommandError('You must specify a new non-empty context name')
    const config = load(session)
    const path = shownConfigPath(session.flags)
    if (!config.contexts.some((c) => c.name === from)) throw new CommandError(`cannot rename the context ${JSON.stringify(from)}, it's not in ${path}`)
    if (config.contexts.some((c) => c.name === to)) throw new CommandError(`cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${path}`)
    const contexts = config.contexts.map((c) => (c.name === from ? { ...c, name: to } : c))
    yield* save(session, { ...config, contexts, 'current-context': config['current-context'] === from ? to : config['current-context'] })
    yield* out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`)
  },
}

/** delete-cluster, delete-context, delete-user */
export function deleteEntry(kind: 'cluster' | 'context' | 'user'): Command {
  return {
    name: `delete-${kind}`,
    usage: `config delete-${kind} NAME [options]`,
    summary: `Delete the specified ${kind} from the kubeconfig`,
    flags: [],
    *run(session) {
      const [name = ''] = session.args
      if (session.args.length !== 1) {
        if (kind === 'user') throw usageError(session.command, 'user to delete is required')
        return yield* showHelp(session)
      }
      const config = load(session)
      const path = shownConfigPath(session.flags)
      const list: readonly { name: string }[] = config[`${kind}s`]
      if (!list.some((entry) => entry.name === name)) throw new CommandError(`cannot delete ${kind} ${name}, not in ${path}`)
      if (kind === 'context' && config['current-context'] === name) {
        yield* err('warning: this removed your active context, use "kubectl config use-context" to select a different one\n')
      }
      yield* save(session, { ...config, [`${kind}s`]: list.filter((entry) => entry.name !== name) })
      yield* out(`deleted ${kind} ${name} from ${path}\n`)
    },
  }
}
