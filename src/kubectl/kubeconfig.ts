/**
 * Clusters, users and contexts. Without a file `~/.kube/config` the one that kubeadm writes: one cluster,
 * its administrator, the namespace "default".
 */
import type { Impersonation } from '../engine/api/request.ts'
import type { ProgramInput } from '../engine/client/program.ts'
import type { Flags } from './commandLine/flags.ts'
import { globalFlags } from './commandLine/globalFlags.ts'
import { CommandError, ExitError } from './errors.ts'
import { normalize } from './manifest/files.ts'
import { readDocuments } from './manifest/documents.ts'
import type { Context } from './session.ts'

export const defaultPath = '.kube/config'

export interface Kubeconfig {
  'clusters': { name: string; cluster: { server?: string } }[]
  'users': { name: string; user: Record<string, unknown> }[]
  'contexts': { name: string; context: { cluster: string; user: string; namespace?: string } }[]
  'current-context': string
}

export const defaultConfig: Kubeconfig = {
  'clusters': [{ name: 'kubernetes', cluster: { server: 'https://127.0.0.1:6443' } }],
  'users': [{ name: 'kubernetes-admin', user: {} }],
  'contexts': [{ name: 'kubernetes-admin@kubernetes', context: { cluster: 'kubernetes', user: 'kubernetes-admin' } }],
  'current-context': 'kubernetes-admin@kubernetes',
}

/** Where kubeadm has put the administrator's, besides the home directory. */
const adminPath = '/etc/kubernetes/admin.conf'

/** Of `--kubeconfig`, which stands for $KUBECONFIG, too: several files with colons between them are taken together. */
function configPaths(flags: Flags): string[] {
  const given = flags.string('kubeconfig').split(':').filter(Boolean)
  return given.length === 0 ? [defaultPath] : given.map(localPath)
}

/** The file that is changed. */
export const configPath = (flags: Flags): string => configPaths(flags)[0]!

/** How kubectl names that file: as it was told to. */
export const shownConfigPath = (flags: Flags): string => flags.string('kubeconfig').split(':').find(Boolean) ?? `/root/${defaultPath}`

/** What an earlier file says of a name is not changed by a later one. */
export function loadConfig(input: ProgramInput, flags: Flags): Kubeconfig {
  const [first, ...more] = configPaths(flags).map((path) => readConfig(input.files[path], path))
  return more.reduce((all, one) => ({
    ...all,
    'clusters': joined(all.clusters, one.clusters),
    'users': joined(all.users, one.users),
    'contexts': joined(all.contexts, one.contexts),
    'current-context': all['current-context'] || one['current-context'],
  }), first!)
}

function joined<T extends { name: string }>(entries: readonly T[], more: readonly T[]): T[] {
  return [...entries, ...more.filter(({ name }) => !entries.some((entry) => entry.name === name))]
}

export function readConfig(text: string | undefined, path: string): Kubeconfig {
  if (text === undefined) return path === defaultPath || path === adminPath ? defaultConfig : emptyConfig
  const { values, error } = readDocuments(text)
  if (error !== '') throw new CommandError(`error loading config file "${path}": ${error.replace(/^error converting YAML to JSON: /, '')}`)
  const { apiVersion: _, kind: __, preferences: ___, ...config } = (values[0] ?? {}) as Partial<Kubeconfig> & Record<string, unknown>
  return { ...emptyConfig, ...config }
}

/** A file that is named and not there: nothing can be asked. */
function missingFile(input: ProgramInput, flags: Flags): string | undefined {
  const given = flags.string('kubeconfig')
  const [path, ...more] = configPaths(flags)
  const isThere = given === '' || more.length > 0 || path === defaultPath || path === adminPath || input.files[path!] !== undefined
  return isThere ? undefined : `stat ${given}: no such file or directory`
}

/** Where kubectl looks when nothing says where the cluster is. */
const nobodysServer = 'http://localhost:8080'

const emptyConfig: Kubeconfig = { 'clusters': [], 'users': [], 'contexts': [], 'current-context': '' }

/** Commands that ask for the namespace before anything else find out otherwise that the context is missing than those that ask for the server. */
const askForNamespace = new Set([
  'get', 'describe', 'delete', 'edit', 'label', 'annotate', 'patch', 'scale', 'taint', 'logs', 'exec', 'attach', 'cp', 'port-forward', 'debug', 'events',
  'top pod', 'set image', 'set resources', 'set serviceaccount', 'set selector', 'set subject', 'auth reconcile', 'create token', 'apply set-last-applied',
  'apply view-last-applied', 'apply edit-last-applied', 'rollout history', 'rollout pause', 'rollout resume', 'rollout restart', 'rollout status', 'rollout undo',
])

/** Kubeconfig and flags together: the flags win. `config` works with a context that there is not, too. */
export function resolveContext(input: ProgramInput, flags: Flags, command: string): Context {
  const config = loadConfig(input, flags)
  // `create rolebinding --user` is another flag than the global one.
  const given = (flag: string): string => flags.stringOf(globalFlags, flag)
  const name = given('context') || config['current-context']
  const context = config.contexts.find((c) => c.name === name)?.context
  const asksForNamespace = askForNamespace.has(command) && !(flags.has('raw') && flags.string('raw') !== '')
  if (name !== '' && context === undefined && !command.startsWith('config ')) {
    if (given('context') === '' || asksForNamespace) throw new ExitError(`Error in configuration: context was not found for specified context: ${name}`, 1)
    throw new CommandError(`context "${name}" does not exist`)
  }
  const noCluster = given('cluster') !== '' && !config.clusters.some((c) => c.name === given('cluster'))
  if (noCluster && asksForNamespace) throw new CommandError(`no server found for cluster "${given('cluster')}"`)
  const user = given('user') || context?.user
  const clusterName = given('cluster') || context?.cluster
  const cluster = config.clusters.find((c) => c.name === clusterName)
  const shown = certificateOf(input, config, user, { 'client-certificate': given('client-certificate'), 'client-key': given('client-key') })
  return {
    server: given('server') || cluster?.cluster.server || nobodysServer,
    namespace: given('namespace') || context?.namespace || 'default',
    explicit: given('namespace') !== '',
    as: impersonated(flags),
    token: given('token') || tokenOf(config, user),
    certificate: shown.certificate,
    problem: missingFile(input, flags) ?? shown.problem ?? (given('token') !== '' || shown.certificate !== undefined ? undefined : problemOf(config, user, clusterName)),
  }
}

/** What keeps kubectl from asking the server at all; `config` still works. */
function problemOf(config: Kubeconfig, user: string | undefined, cluster: string | undefined): string | undefined {
  if (user !== undefined && user !== '' && !config.users.some(({ name }) => name === user)) return `auth info ${JSON.stringify(user)} does not exist`
  if (cluster !== undefined && cluster !== '' && !config.clusters.some(({ name }) => name === cluster)) return `cluster ${JSON.stringify(cluster)} does not exist`
  const isAdministrator = user === undefined || user === defaultConfig.users[0]!.name
  return isAdministrator || tokenOf(config, user) !== undefined ? undefined : `user ${JSON.stringify(user)} has neither a token nor a certificate, and passwords are not supported by Podreel`
}

/** The certificate that is shown, if it can be read: client-go wants its key, too. */
function certificateOf(input: ProgramInput, config: Kubeconfig, user: string | undefined, flags: Record<ClientFile, string>): { certificate?: string | undefined; problem?: string } {
  const fields = config.users.find(({ name }) => name === user)?.user ?? {}
  const texts: Partial<Record<ClientFile, string>> = {}
  for (const what of ['client-certificate', 'client-key'] as const) {
    const data = fields[`${what}-data`]
    const path = flags[what] || (typeof data === 'string' && data !== '' ? '' : fields[what])
    if (typeof path === 'string' && path !== '') {
      const text = input.files[localPath(path)]
      if (text === undefined) return { problem: `unable to read ${what === 'client-key' ? what : 'client-cert'} ${path} for ${user} due to open ${path}: no such file or directory` }
      texts[what] = text
    } else if (typeof data === 'string' && data !== '') texts[what] = data
  }
  const { 'client-certificate': certificate, 'client-key': key } = texts
  return certificate !== undefined && key === undefined && fields['token'] === undefined ? { problem: 'tls: failed to find any PEM data in key input' } : { certificate }
}

type ClientFile = 'client-certificate' | 'client-key'

/** Files of the home directory are known by their names in it. */
export const localPath = (path: string): string => normalize(path.replace(/^(~|\/root)\//, ''))

function tokenOf(config: Kubeconfig, user: string | undefined): string | undefined {
  const token = config.users.find(({ name }) => name === user)?.user['token']
  return typeof token === 'string' && token !== '' ? token : undefined
}

/** `--as` and what belongs to it, as the Impersonate headers say it. */
function impersonated(flags: Flags): Impersonation | undefined {
  const name = flags.string('as')
  const groups = flags.list('as-group')
  const uid = flags.string('as-uid')
  if (name === '') {
    if (groups.length > 0 || uid !== '') throw new CommandError('requesting uid, groups or user-extra for user without impersonating a user')
    return undefined
  }
  return { name, ...(groups.length > 0 ? { groups } : {}), ...(uid === '' ? {} : { uid }) }
}
