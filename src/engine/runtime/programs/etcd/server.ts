import { fromBase64, toBase64 } from '../../../api/base64.ts'
import { sha256 } from '../../../api/digest.ts'
import { jsonOf } from '../../../api/json.ts'
import { type RegistryKeys, registryPort } from '../../../api/registryKeys.ts'
import { attempt } from '../../filesystem/errno.ts'
import { grpcHealthResponse, type HttpRequest, type HttpResponse, jsonResponse, textResponse } from '../../http.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { parseUrl, request } from '../../tools/http-client.ts'
import { type Answer, type Aside, listenOn, serve, stopsOn } from '../serve.ts'
import { Keys } from './keys.ts'

const MIB = 1024 ** 2
const startMs = 1200
const peerTimeoutMs = 1000
const fromPeer = 'x-raft'

/** A flag of etcd, or the variable that stands for it. */
function setting(p: Process, name: string): string | undefined {
  const at = p.argv.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))
  if (at >= 0) return p.argv[at]!.includes('=') ? p.argv[at]!.slice(p.argv[at]!.indexOf('=') + 1) : p.argv[at + 1]
  return p.env.get(`ETCD_${name.toUpperCase().replaceAll('-', '_')}`)
}

const portsIn = (urls: string): number[] => [...urls.matchAll(/:(\d+)(?=,|$|\/)/g)].map(([, port]) => Number(port))

export interface Member {
  name: string
  id: string
  peerURL: string
  clientURL: string
}

function membersOf(p: Process): Member[] {
  const name = setting(p, 'name') ?? 'default'
  const advertised = setting(p, 'initial-advertise-peer-urls') ?? 'http://localhost:2380'
  const initial = (setting(p, 'initial-cluster') ?? `${name}=${advertised}`).split(',').map((pair) => pair.split('=') as [string, string])
  const isAlone = initial.length === 1 && advertised === 'http://localhost:2380'
  return initial.map(([member, peerURL]) => ({
    name: member,
    id: isAlone ? '8e9e05c52164694d' : sha256(`${member} ${peerURL}`).slice(0, 16),
    peerURL,
    clientURL: member === name ? (setting(p, 'advertise-client-urls') ?? 'http://localhost:2379').split(',')[0]! : peerURL.replace(/:\d+$/, ':2379'),
  }))
}

const flagNames: ReadonlySet<string> = new Set(`
  name data-dir wal-dir snapshot-count heartbeat-interval election-timeout initial-election-tick-advance listen-peer-urls listen-client-urls listen-client-http-urls max-snapshots max-wals
  quota-backend-bytes backend-bbolt-freelist-type backend-batch-interval backend-batch-limit max-txn-ops max-request-bytes max-concurrent-streams grpc-keepalive-min-time
  grpc-keepalive-interval grpc-keepalive-timeout socket-reuse-port socket-reuse-address initial-advertise-peer-urls initial-cluster initial-cluster-state initial-cluster-token
  advertise-client-urls discovery discovery-srv discovery-srv-name discovery-token discovery-endpoints strict-reconfig-check pre-vote auto-compaction-retention auto-compaction-mode
  v2-deprecation cert-file key-file client-cert-auth client-cert-file client-key-file client-crl-file client-cert-allowed-hostname trusted-ca-file auto-tls peer-cert-file peer-key-file
  peer-client-cert-auth peer-trusted-ca-file peer-client-cert-file peer-client-key-file peer-cert-allowed-cn peer-cert-allowed-hostname peer-auto-tls self-signed-cert-validity
  peer-crl-file cipher-suites cors host-whitelist tls-min-version tls-max-version auth-token bcrypt-cost auth-token-ttl enable-pprof metrics listen-metrics-urls logger log-outputs
  log-level enable-log-rotation log-rotation-config-json log-format version config-file force-new-cluster unsafe-no-fsync feature-gates corrupt-check-time compact-hash-check-time
  experimental-initial-corrupt-check experimental-watch-progress-notify-interval experimental-corrupt-check-time experimental-compact-hash-check-enabled watch-progress-notify-interval
  warning-apply-duration warning-unary-request-duration bootstrap-defrag-threshold-megabytes max-learners compaction-batch-limit compaction-sleep-interval downgrade-check-time
  snapshot-catchup-entries memory-mlock enable-distributed-tracing
`.trim().split(/\s+/))

/** What keeps it from beginning: an option that it has never heard of, a certificate that is not there (server/etcdmain). */
function wrongOptions(p: Process): { text: string; code: number } | undefined {
  const log = (caller: string, msg: string, error: string): string => `${JSON.stringify({ level: 'fatal', ts: formatTime('%FT%T.000Z', p.machine.now()), caller, msg, error })}\n`
  for (const arg of p.argv.slice(1)) {
    const [, name] = /^--?([\w-]+)/.exec(arg) ?? []
    if (name !== undefined && !flagNames.has(name)) return { text: `flag provided but not defined: -${name}\n${log('etcdmain/etcd.go:38', 'failed to verify flags', `flag provided but not defined: -${name}`)}`, code: 2 }
  }
  for (const name of ['cert-file', 'key-file', 'trusted-ca-file', 'peer-cert-file', 'peer-key-file', 'peer-trusted-ca-file']) {
    const path = setting(p, name)
    if (path !== undefined && path !== '' && !p.machine.files.exists(path)) return { text: log('etcdmain/etcd.go:204', 'discovery failed', `open ${path}: no such file or directory`), code: 1 }
  }
  return undefined
}

/** etcd: keys and values, asked for through its JSON gateway (etcd-io/etcd server/embed/etcd.go, api/etcdserverpb/rpc.proto); a write goes to the other members, too. */
export function* etcd(p: Process): Run<number> {
  // etcd raises the signal again when it has closed; process 1 survives that and exits by itself.
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 0)
  const since = p.machine.config.runningSince
  const wrong = since === undefined ? wrongOptions(p) : undefined
  if (wrong !== undefined) {
    yield* print(p, wrong.text, 2)
    return wrong.code
  }
  const texts = ['Running: ', 'starting an etcd server', 'ready to serve client requests']
  for (const text of texts) {
    const line = `{"level":"info","ts":"${formatTime('%FT%T.000Z', since ?? p.machine.now())}","caller":"etcdmain/etcd.go:73","msg":"${text}"}`
    if (since !== undefined) p.machine.recall(since, line)
    else {
      yield* print(p, `${line}\n`)
      yield* sleep(p, startMs / texts.length, true)
      if (stopped() !== undefined) return 0
    }
  }
  p.machine.setMemory(p, 30 * MIB)
  const clientURLs = setting(p, 'listen-client-urls') ?? 'http://localhost:2379'
  const ports = [...new Set([...portsIn(clientURLs), ...portsIn(setting(p, 'listen-metrics-urls') ?? ''), ...portsIn(setting(p, 'listen-peer-urls') ?? 'http://localhost:2380')])]
  const listeners = yield* listenOn(p, ports, (port, why) => `could not bind port ${port}: ${why}`)
  if (listeners === undefined) return 1
  const clientPorts = new Set(portsIn(clientURLs))
  const secure = new Set(portsIn(clientURLs.split(',').filter((url) => url.startsWith('https:')).join()))
  for (const listener of listeners) if (secure.has(listener.port)) Object.assign(listener, { secure: true, isPrivate: true })
  const node = new Node(p)
  const handle = (r: HttpRequest): HttpResponse | Aside => {
    if (secure.has(r.port) && r.secure !== true) return textResponse(400, 'Client sent an HTTP request to an HTTPS server.\n')
    return clientPorts.has(r.port) || r.headers[fromPeer] !== undefined || !r.path.startsWith('/v3/') ? node.answer(r) : textResponse(404, '404 page not found\n')
  }
  const code = yield* serve(p, { listeners, stopped, handle })
  yield* sleep(p, 100)
  return code
}

class Node {
  private readonly p: Process
  private readonly file: string
  private readonly keys: Keys
  private readonly members: Member[]

  constructor(p: Process) {
    this.p = p
    this.file = `${setting(p, 'data-dir') ?? `${setting(p, 'name') ?? 'default'}.etcd`}/member/snap/db`.replace(/^(?!\/)/, `${p.cwd === '/' ? '' : p.cwd}/`)
    this.keys = Keys.read(p.machine.files.readText(this.file))
    this.members = membersOf(p)
  }

  answer(r: HttpRequest): HttpResponse | Aside {
    if (r.method === 'GRPC') return grpcHealthResponse('SERVING')
    if (r.path === '/health') return textResponse(200, '{"health":"true","reason":""}', 'application/json')
    if (/^\/(livez|readyz)/.test(r.path)) return textResponse(200, 'ok')
    if (r.path === '/version') return textResponse(200, '{"etcdserver":"3.6.5","etcdcluster":"3.6.0","storage":"3.6.0"}', 'application/json')
    if (r.path === '/metrics') return textResponse(200, '# HELP etcd_server_has_leader Whether or not a leader exists. 1 is existence, 0 is not.\n# TYPE etcd_server_has_leader gauge\netcd_server_has_leader 1\n')
    const what = /^\/v3\/(kv\/(?:put|range|deleterange)|cluster\/member\/list|maintenance\/(?:status|snapshot))$/.exec(r.path)?.[1]
    if (what === undefined || r.method !== 'POST') return textResponse(404, '404 page not found\n')
    return { aside: (child) => this.gateway(child, what, r) }
  }

  private *gateway(child: Process, what: string, r: HttpRequest): Run<Answer> {
    const asked = (jsonOf(r.body) ?? {}) as { key?: string; range_end?: string; value?: string; limit?: number | string }
    const text = (field: string | undefined): string => (field === undefined ? '' : fromBase64(field))
    const [key, end] = [text(asked.key), text(asked.range_end)]
    const { keys } = this
    yield* this.learn(child, what === 'maintenance/snapshot')
    if (what === 'kv/put') {
      keys.put(key, text(asked.value))
      yield* this.written(child, r)
      return this.reply({})
    }
    if (what === 'kv/deleterange') {
      const deleted = keys.delete(key, end)
      yield* this.written(child, r)
      return this.reply(deleted === 0 ? {} : { deleted: String(deleted) })
    }
    if (what === 'kv/range') {
      const found = keys.range(key, end)
      const kvs = found.slice(0, Number(asked.limit ?? 0) || Infinity).map(([name, { value, createRevision, modRevision, version }]) =>
        ({ key: toBase64(name), create_revision: String(createRevision), mod_revision: String(modRevision), version: String(version), value: toBase64(value) }))
      return this.reply(found.length === 0 ? {} : { kvs, count: String(found.length) })
    }
    if (what === 'cluster/member/list') return this.reply({ members: this.members.map(({ id, name, peerURL, clientURL }) => ({ ID: id, name, peerURLs: [peerURL], clientURLs: [clientURL] })) })
    if (what === 'maintenance/snapshot') return this.reply({ blob: keys.text() })
    const self = this.members.find(({ name }) => name === (setting(this.p, 'name') ?? 'default')) ?? this.members[0]!
    return this.reply({ version: '3.6.5', dbSize: String(20_480 + keys.text().length), leader: this.members[0]!.id, raftIndex: String(keys.revision + 7), raftTerm: '2', self: self.id })
  }

  /** What the API server has written. */
  private *learn(child: Process, isSnapshot: boolean): Run<void> {
    if (this.isOfCluster === false) return
    const told = yield* request(child, parseUrl(`http://${this.p.machine.config.ip()}:${registryPort}/${isSnapshot ? 'snapshot' : ''}`)!, { method: 'GET', headers: {}, body: '', timeoutMs: peerTimeoutMs, quiet: true })
    this.isOfCluster = !('error' in told)
    if (!('error' in told)) this.keys.learn(jsonOf(told.body) as RegistryKeys)
  }

  private isOfCluster: boolean | undefined

  private reply(more: object): Answer {
    const header = { cluster_id: 'cdf818194e3a8c32', member_id: this.members[0]!.id, revision: String(this.keys.revision), raft_term: '2' }
    return { response: jsonResponse(200, { header, ...more }) }
  }

  /** To its file, and to the others. */
  private *written(child: Process, { path, body, headers }: HttpRequest): Run<void> {
    attempt(() => this.p.machine.files.writeText(this.file, this.keys.text()))
    if (headers[fromPeer] !== undefined) return
    const own = setting(this.p, 'name') ?? 'default'
    for (const { peerURL } of this.members.filter(({ name }) => name !== own))
      yield* request(child, parseUrl(`${peerURL}${path}`)!, { method: 'POST', headers: { [fromPeer]: '1' }, body, timeoutMs: peerTimeoutMs })
  }
}
