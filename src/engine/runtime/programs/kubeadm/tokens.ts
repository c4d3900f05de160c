import { fromBase64, toBase64 } from '../../../api/base64.ts'
import { bootstrapMsLeft, bootstrapType } from '../../../api/bootstrapTokens.ts'
import { sha256 } from '../../../api/digest.ts'
import { formatTime, parseDuration } from '../../../api/time.ts'
import type { KubeObject } from '../../../api/types.ts'
import type { Process, Run } from '../../process/process.ts'
import { apiServerEndpoint } from '../../../api/cluster-domain.ts'
import { ClusterClient, failed, said, shortDuration, table } from './cluster.ts'
import type { Options } from './options.ts'

const path = '/api/v1/namespaces/kube-system/secrets'
const pattern = /^([a-z0-9]{6})\.([a-z0-9]{16})$/
const defaultGroup = 'system:bootstrappers:kubeadm:default-node-token'
const usualMs = 86_400_000

/** kubeadm token: Secrets with which machines join (cmd/kubeadm/app/cmd/token.go). */
export function* token(p: Process, [verb = '', ...words]: readonly string[], o: Options): Run<number> {
  if (verb === 'generate') return yield* said(p, `${generated(p)}\n`)
  const client = new ClusterClient(p, { kubeconfig: o.value('kubeconfig') ?? '/etc/kubernetes/admin.conf' })
  if (!p.machine.files.exists(o.value('kubeconfig') ?? '/etc/kubernetes/admin.conf')) return yield* failed(p, `failed to load admin kubeconfig: open ${o.value('kubeconfig') ?? '/root/.kube/config'}: no such file or directory`)
  if (verb === 'list') return yield* list(p, client)
  if (verb === 'create') return yield* create(p, client, words[0], o)
  if (verb === 'delete') return yield* remove(p, client, words)
  return yield* failed(p, `invalid subcommand ${JSON.stringify(verb)}`)
}

function generated(p: Process): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
  const some = (count: number): string => Array.from({ length: count }, () => letters[p.machine.random(letters.length)]).join('')
  return `${some(6)}.${some(16)}`
}

function* list(p: Process, client: ClusterClient): Run<number> {
  const answer = yield* client.ask('GET', `${path}?fieldSelector=type%3D${encodeURIComponent(bootstrapType)}`)
  if ('error' in answer) return yield* failed(p, `failed to list bootstrap tokens: ${answer.error}`)
  const rows = ((answer.body.items ?? []) as KubeObject[]).map((secret) => {
    const field = (name: string): string => fromBase64(secret['data']?.[name] ?? '')
    const left = bootstrapMsLeft(secret, p.machine.now())
    const uses = ['authentication', 'signing'].filter((use) => field(`usage-bootstrap-${use}`) === 'true')
    return [`${field('token-id')}.${field('token-secret')}`, Number.isFinite(left) ? shortDuration(left) : '<forever>', field('expiration') || '<never>', uses.join(',') || '<none>', field('description') || '<none>', field('auth-extra-groups') || '<none>']
  })
  return yield* said(p, rows.length === 0 ? '' : table([['TOKEN', 'TTL', 'EXPIRES', 'USAGES', 'DESCRIPTION', 'EXTRA GROUPS'], ...rows]))
}

function* create(p: Process, client: ClusterClient, given: string | undefined, o: Options): Run<number> {
  const full = given ?? generated(p)
  const [, id, secret] = pattern.exec(full) ?? []
  if (id === undefined) return yield* failed(p, `the bootstrap token ${JSON.stringify(full)} was not of the form "\\\\A([a-z0-9]{6})\\\\.([a-z0-9]{16})\\\\z"`)
  const ttl = o.value('ttl')
  const ms = ttl === undefined ? usualMs : ttl === '0' ? 0 : parseDuration(ttl)
  if (ms === undefined) return yield* failed(p, `invalid argument ${JSON.stringify(ttl)} for "--ttl" flag: time: invalid duration ${JSON.stringify(ttl)}`)
  const groups = o.value('groups') ?? defaultGroup
  const uses = (o.value('usages') ?? 'signing,authentication').split(',')
  const data: Record<string, string> = {
    ...(uses.includes('authentication') ? { 'auth-extra-groups': groups } : {}),
    ...(o.value('description') === undefined ? {} : { description: o.value('description')! }),
    ...(ms === 0 ? {} : { expiration: formatTime(p.machine.now() + ms) }),
    'token-id': id,
    'token-secret': secret!,
    ...Object.fromEntries(uses.map((use) => [`usage-bootstrap-${use}`, 'true'])),
  }
  const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: `bootstrap-token-${id}`, namespace: 'kube-system' }, type: bootstrapType, data: Object.fromEntries(Object.entries(data).map(([name, text]) => [name, toBase64(text)])) }
  const answer = yield* client.ask('POST', path, body)
  if ('error' in answer) return yield* failed(p, `failed to create or update bootstrap token with name bootstrap-token-${id}: ${answer.error}`)
  if (answer.status === 409) return yield* failed(p, `a token with id ${JSON.stringify(id)} already exists`)
  if (answer.status >= 400) return yield* failed(p, String(answer.body?.message ?? answer.body))
  if (!o.has('print-join-command')) return yield* said(p, `${full}\n`)
  const key = o.value('certificate-key')
  return yield* said(p, `${joinCommand(p, full)}${key === undefined ? '' : `--control-plane --certificate-key ${key}`}\n`)
}

/** With a space behind it, as kubeadm's template has it. */
export function joinCommand(p: Process, full: string): string {
  return `kubeadm join ${apiServerEndpoint.ip}:${apiServerEndpoint.port} --token ${full} --discovery-token-ca-cert-hash ${authorityHash(p.machine.files.readText('/etc/kubernetes/pki/ca.crt') ?? '')} `
}

export const authorityHash = (certificate: string): string => `sha256:${sha256(certificate)}`

function* remove(p: Process, client: ClusterClient, words: readonly string[]): Run<number> {
  if (words.length === 0) return yield* failed(p, 'missing argument; \'kubeadm token delete\' is missing token of form "\\\\A([a-z0-9]{6})\\\\z" or "\\\\A([a-z0-9]{6})\\\\.([a-z0-9]{16})\\\\z"')
  for (const word of words) {
    const id = /^([a-z0-9]{6})(\.[a-z0-9]{16})?$/.exec(word)?.[1]
    if (id === undefined) return yield* failed(p, `given token didn't match pattern "\\\\A([a-z0-9]{6})\\\\z" or "\\\\A([a-z0-9]{6})\\\\.([a-z0-9]{16})\\\\z"`)
    const answer = yield* client.ask('DELETE', `${path}/bootstrap-token-${id}`)
    if ('error' in answer) return yield* failed(p, `failed to delete bootstrap token ${JSON.stringify(id)}: ${answer.error}`)
    if (answer.status >= 400) return yield* failed(p, `failed to delete bootstrap token ${JSON.stringify(id)}: ${answer.body?.message ?? answer.body}`)
    yield* said(p, `bootstrap token ${JSON.stringify(id)} deleted\n`)
  }
  return 0
}
