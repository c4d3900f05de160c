/**
 * Clusters, users and contexts. Without a file `~/.kube/config` the one that kubeadm writes: one cluster,
 * its administrator, the namespace "default".
 */
import type { Impersonation } from '../engine/api/request.ts'
import type { ProgramInput } from '../engine/client/program.ts'
import type { Flags } from './commandLine/flags.ts'
import { globalFlags } from './commandLine/globalFlags.ts'
import { CommandError } from './errors.ts'
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

export function configPath(flags: Flags): string {
  return flags.string('kubeconfig') === '' ? defaultPath : normalize(flags.string('kubeconfig'))
}

export function loadConfig(input: ProgramInput, flags: Flags): Kubeconfig {
  return readConfig(input.files[configPath(flags)], configPath(flags))
}

export function readConfig(text: string | undefined, path: string): Kubeconfig {
  if (text === undefined) return defaultConfig
  const { values, error } = readDocuments(text)
  if (error !== '') throw new CommandError(`error loading config file "${path}": ${error.replace(/^error converting YAML to JSON: /, '')}`)
  const { apiVersion: _, kind: __, preferences: ___, ...config } = (values[0] ?? {}) as Partial<Kubeconfig> & Record<string, unknown>
  return { ...emptyConfig, ...config }
}

/** Where kubectl looks when nothing says where the cluster is. */
const nobodysServer = 'http://localhost:8080'

const emptyConfig: Kubeconfig = { 'clusters': [], 'users': [], 'contexts': [], 'current-context': '' }

/** Kubeconfig and flags together: the flags win. */
export function resolveContext(input: ProgramInput, flags: Flags): Context {
  const config = loadConfig(input, flags)
  // `create rolebinding --user` is another flag than the global one.
  const given = (flag: string): string => flags.stringOf(globalFlags, flag)
  const name = given('context') || config['current-context']
  const context = config.contexts.find((c) => c.name === name)?.context
  if (given('context') !== '' && context === undefined) throw new CommandError(`context "${name}" does not exist`)
  const user = given('user') || context?.user
  const clusterName = given('cluster') || context?.cluster
  const cluster = config.clusters.find((c) => c.name === clusterName)
  return {
    server: given('server') || cluster?.cluster.server || nobodysServer,
    namespace: given('namespace') || context?.namespace || 'default',
    explicit: given('namespace') !== '',
    as: impersonated(flags),
    token: given('token') || tokenOf(config, user),
    problem: given('token') !== '' ? undefined : problemOf(config, user, clusterName),
  }
}

/** What keeps kubectl from asking the server at all; `config` still works. */
function problemOf(config: Kubeconfig, user: string | undefined, cluster: string | undefined): string | undefined {
  if (user !== undefined && user !== '' && !config.users.some(({ name }) => name === user)) return `auth info ${JSON.stringify(user)} does not exist`
  if (cluster !== undefined && cluster !== '' && !config.clusters.some(({ name }) => name === cluster)) return `cluster ${JSON.stringify(cluster)} does not exist`
  const isAdministrator = user === undefined || user === defaultConfig.users[0]!.name
  return isAdministrator || tokenOf(config, user) !== undefined ? undefined : `user ${JSON.stringify(user)} has no token: nobody else's certificate or password is supported by Podreel`
}

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
