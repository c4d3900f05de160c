import { apiServerEndpoint } from '../../api/cluster-domain.ts'
import type { EvictionAmounts, KubeletFile } from '../../api/kubeletConfiguration.ts'
import { firstObject } from '../../api/yaml.ts'
import type { FileSystem } from '../../runtime/filesystem.ts'
import { invalidIn, loadConfigFile } from './configuration-file.ts'
import { type Flags, parseFlags } from './flags.ts'

/** A line that the kubelet logs as it begins: what kind of line, where in the source, and what is said. */
export type Said = readonly [kind: 'I' | 'E' | 'W', place: string, text: string]

export interface Start {
  said: Said[]
  /** undefined: it has ended with exit code 1. */
  runs?: { configuration: KubeletFile; server: string }
}

interface Machine {
  files: FileSystem
  /** Of the program. */
  version: string
  /** The runtime answers at its socket. */
  runtimeAnswers: boolean
}

/** What a kubelet does with its command line before it is one (cmd/kubelet/app/server.go NewKubeletCommand, run). */
export function startKubelet(args: readonly string[], { files, version, runtimeAnswers }: Machine): Start {
  const said: Said[] = []
  const failed = (error: string): Start => ({ said: [...said, ['E', 'run.go:72', `"command failed" err=${JSON.stringify(error)}`]] })
  const flags = parseFlags(args)
  if ('error' in flags) return failed(flags.error)
  const path = flags.get('config')
  const loaded = path === undefined ? { configuration: {}, warnings: [] } : loadConfigFile(files, path)
  if ('error' in loaded) return failed(loaded.error)
  for (const warning of loaded.warnings) said.push(['I', 'server.go:211', warning])
  const configuration = withFlags(loaded.configuration, flags)
  const invalid = invalidIn(configuration)
  if (invalid !== undefined) return failed(`failed to validate kubelet configuration, error: ${invalid}, path: &TypeMeta{Kind:,APIVersion:,}`)
  said.push(['I', 'server.go:529', `"Kubelet version" kubeletVersion="${version}"`], ['I', 'server.go:531', '"Golang settings" GOGC="" GOMAXPROCS="" GOTRACEBACK=""'])
  const authority = configuration.authentication?.x509?.clientCAFile
  if (authority !== undefined && authority !== '') {
    const why = unreadableAuthority(files, authority)
    if (why !== undefined) return failed(`failed to construct kubelet dependencies: unable to load client CA file ${authority}: ${why}`)
  }
  const kubeconfig = flags.get('kubeconfig')
  const found = kubeconfig === undefined ? { server: '' } : serverIn(files, kubeconfig, flags.get('bootstrap-kubeconfig'))
  if ('error' in found) return failed(`failed to run Kubelet: ${found.error}`)
  const endpoint = flags.get('container-runtime-endpoint') ?? (configuration as Record<string, unknown>)['containerRuntimeEndpoint']
  const socket = String(endpoint ?? defaultEndpoint).replace(/^unix:\/\//, '')
  if (files.stat(socket)?.type !== 'socket' || !runtimeAnswers) {
    const why = files.stat(socket)?.type === 'socket' ? 'connection refused' : 'no such file or directory'
    return failed(`failed to run Kubelet: validate service connection: validate CRI v1 runtime API for endpoint "unix://${socket}": rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${socket}: connect: ${why}"`)
  }
  said.push(['I', 'server.go:1257', '"Started kubelet"'])
  return { said, runs: { configuration, server: found.server } }
}

const defaultEndpoint = 'unix:///run/containerd/containerd.sock'

/** Of the options that stand for fields of the configuration those that change what is done here: they win over the file. */
function withFlags(configuration: KubeletFile, flags: Flags): KubeletFile {
  const next: Record<string, unknown> = { ...configuration }
  const set = (flag: string, name: string, read: (text: string) => unknown): void => {
    const text = flags.get(flag)
    if (text !== undefined) next[name] = read(text)
  }
  set('max-pods', 'maxPods', Number)
  set('pod-manifest-path', 'staticPodPath', String)
  set('cluster-dns', 'clusterDNS', (text) => text.split(','))
  set('eviction-hard', 'evictionHard', amounts)
  set('eviction-soft', 'evictionSoft', amounts)
  set('kube-reserved', 'kubeReserved', assigned)
  set('system-reserved', 'systemReserved', assigned)
  set('read-only-port', 'readOnlyPort', Number)
  set('serialize-image-pulls', 'serializeImagePulls', (text) => text.toLowerCase() === 'true')
  set('anonymous-auth', 'authentication', (text) => ({ ...configuration.authentication, anonymous: { enabled: text.toLowerCase() === 'true' } }))
  set('authorization-mode', 'authorization', (mode) => ({ ...configuration.authorization, mode }))
  set('client-ca-file', 'authentication', (clientCAFile) => ({ ...(next['authentication'] as object), x509: { clientCAFile } }))
  return next
}

/** memory.available<100Mi,nodefs.available<10% */
const amounts = (text: string): EvictionAmounts => Object.fromEntries(text.split(',').map((one) => one.split('<') as [string, string]))
const assigned = (text: string): Record<string, string> => Object.fromEntries(text.split(',').map((one) => one.split('=') as [string, string]))

function unreadableAuthority(files: FileSystem, path: string): string | undefined {
  const text = files.readText(path)
  if (text === undefined) return files.stat(path)?.type === 'directory' ? `read ${path}: is a directory` : `open ${path}: no such file or directory`
  return text.includes('-----BEGIN CERTIFICATE-----') ? undefined : `data does not contain any valid RSA or ECDSA certificates`
}

/** Where its kubeconfig sends it; without one it would have to ask for a certificate first (pkg/kubelet/certificate/bootstrap). */
function serverIn(files: FileSystem, path: string, bootstrap: string | undefined): { server: string } | { error: string } {
  const text = files.readText(path)
  if (text === undefined) {
    if (bootstrap === undefined) return { error: `failed to load kubeconfig: stat ${path}: no such file or directory` }
    return files.exists(bootstrap) ? { server: '' } : { error: `unable to load bootstrap kubeconfig: stat ${bootstrap}: no such file or directory` }
  }
  const read = firstObject(text) as Record<string, any> | string
  if (typeof read === 'string') return { error: `invalid kubeconfig: yaml: line 1: ${read}` }
  const list = (name: string): { name: string; [field: string]: any }[] => (Array.isArray(read[name]) ? read[name] : [])
  const context = list('contexts').find(({ name }) => name === read['current-context'])?.['context']
  const cluster = list('clusters').find(({ name }) => name === context?.cluster)?.['cluster']
  const user = list('users').find(({ name }) => name === context?.user)?.['user']
  if (cluster === undefined || user === undefined) return { error: `invalid kubeconfig: invalid configuration: no configuration has been provided, try setting KUBERNETES_MASTER environment variable` }
  for (const what of ['client-certificate', 'client-key']) {
    const file = user[what]
    if (typeof file === 'string' && !files.exists(file)) return { error: `invalid kubeconfig: invalid configuration: unable to read ${what === 'client-key' ? what : 'client-cert'} ${file} for ${context.user} due to open ${file}: no such file or directory` }
  }
  return { server: String(cluster.server ?? '') }
}

/** Why nothing is heard from there; undefined: that is where the API server is. */
export function wrongServer(server: string): string | undefined {
  const [, scheme = '', host = '', port = ''] = /^(\w+):\/\/([^:/]+)(?::(\d+))?/.exec(server) ?? []
  const { ip, port: right } = apiServerEndpoint
  if (host === '') return 'no server'
  if (![ip, '127.0.0.1', 'localhost', 'control-plane', 'controlplane'].includes(host)) return /^\d+\.\d+\.\d+\.\d+$/.test(host) ? `dial tcp ${host}:${port || 443}: connect: no route to host` : `dial tcp: lookup ${host}: no such host`
  if (String(right) !== (port || '443')) return `dial tcp ${host}:${port || 443}: connect: connection refused`
  return scheme === 'https' ? undefined : 'http: server gave HTTP response to HTTPS client'
}
