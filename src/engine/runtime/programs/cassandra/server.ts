import { jsonOf } from '../../../api/json.ts'
import { attempt } from '../../filesystem/errno.ts'
import { type HttpRequest, wireResponse } from '../../http.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { resolve } from '../../tools/http-client.ts'
import { askByWire } from '../../tools/wire-client.ts'
import { type Answer, listenOn, serve, stopsOn } from '../serve.ts'
import { runSql, type SqlResult, type SqlSession, type SqlState } from '../sql.ts'

/** Where a node meets the others, is managed, and takes questions. */
export const ports = { gossip: 7000, jmx: 7199, native: 9042 }

/** A node, as all others know it. */
export interface RingNode {
  address: string
  hostId: string
  datacenter: string
  rack: string
  tokens: number
}

export interface RingView {
  cluster: string
  version: string
  nodes: (RingNode & { isUp: boolean; loadKiB: number })[]
  isDrained: boolean
}

/** What one node tells another, what nodetool and cqlsh ask. */
export type Asked = { gossip: RingNode; state?: SqlState; version?: number } | { tool: 'status' | 'drain' | 'decommission' } | { leaves: string } | { session: SqlSession; statement: string }

interface Told {
  cluster: string
  nodes: RingNode[]
  state: SqlState
  version: number
}

/** One that is asked again so soon has nothing new to tell. */
const VIEW_MS = 5000

const MIB = 1024 ** 2

/** cassandra -f, and the tutorial's /run.sh: both take what they go by from the environment. */
export function* cassandra(p: Process): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT'], 143)
  const node = new CassandraNode(p)
  const log = (words: string, level = 'INFO '): Run<void> => print(p, `${level} ${formatTime('%T', p.machine.now())} ${words}\n`)
  p.argv = ['java', '-ea', '-Dcassandra-foreground=yes', '-cp', '/etc/cassandra', 'org.apache.cassandra.service.CassandraDaemon']
  yield* log('Loading settings from file:/etc/cassandra/cassandra.yaml')
  yield* sleep(p, 8000, true)
  if (stopped() !== undefined) return 143
  const early = yield* listenOn(p, [ports.gossip, ports.jmx], (port, why) => `java.net.BindException: ${why}: 0.0.0.0:${port}`)
  if (early === undefined) return 3
  p.machine.setMemory(p, 900 * MIB)
  p.machine.spawn({ parent: p, argv: p.argv, costUs: 0, memoryBytes: 0, program: (child) => node.start(child, log) })
  return yield* serve(p, { listeners: early, handle: (r) => node.answer(r), stopped: () => node.failed ?? stopped() })
}

class CassandraNode {
  failed: number | undefined
  private readonly p: Process
  private readonly file: string
  private own: RingNode
  private state: SqlState
  private version = 0
  private readonly known = new Map<string, RingNode>()
  private view: { at: number; told: RingView } | undefined
  private isDrained = false
  private native: Process | undefined

  constructor(p: Process) {
    this.p = p
    const directory = p.env.get('CASSANDRA_DATA') ?? (p.machine.files.exists('/cassandra_data') ? '/cassandra_data/data' : '/var/lib/cassandra/data')
    this.file = `${directory}/system/local.db`
    const kept = p.machine.files.readText(this.file)
    const found = kept === undefined ? undefined : (jsonOf(kept) as { hostId: string; state: SqlState; version: number } | undefined)
    const keyspaces = Object.fromEntries(['system', 'system_auth', 'system_distributed', 'system_schema', 'system_traces', 'system_views', 'system_virtual_schema'].map((name) => [name, {}]))
    this.state = found?.state ?? { databases: keyspaces }
    this.version = found?.version ?? 0
    const { env } = p
    this.own = { address: env.get('CASSANDRA_BROADCAST_ADDRESS') ?? p.machine.config.ip(), hostId: found?.hostId ?? hostId(p), datacenter: env.get('CASSANDRA_DC') ?? 'datacenter1', rack: env.get('CASSANDRA_RACK') ?? 'rack1', tokens: Number(env.get('CASSANDRA_NUM_TOKENS') ?? (p.machine.config.image.repository.startsWith('gcr') ? 32 : 16)) }
    this.known.set(this.own.hostId, this.own)
    this.keep()
  }

  private get cluster(): string {
    return this.p.env.get('CASSANDRA_CLUSTER_NAME') ?? 'Test Cluster'
  }

  private keep(): void {
    attempt(() => this.p.machine.files.writeText(this.file, JSON.stringify({ hostId: this.own.hostId, state: this.state, version: this.version })))
  }

  // --- joining ------------------------------------------------------------------------------------

  /** Through a seed, unless it is the only one. */
  *start(p: Process, log: (words: string, level?: string) => Run<void>): Run<number> {
    const seeds = (p.env.get('CASSANDRA_SEEDS') ?? '').split(',').map((seed) => seed.trim()).filter((seed) => seed !== '')
    let isAmongThem = seeds.length === 0
    let told: Told | undefined
    for (const seed of seeds) {
      const found = yield* resolve(p, seed)
      const address = 'error' in found ? undefined : found.addresses[0]!
      if (address === this.own.address) isAmongThem = true
      else if (address !== undefined) told ??= yield* this.greet(p, address)
    }
    if (told === undefined && !isAmongThem) {
      yield* log('Exception encountered during startup\njava.lang.RuntimeException: Unable to gossip with any peers', 'ERROR')
      this.failed = 3
      p.parent?.wake()
      return 3
    }
    if (told !== undefined && told.cluster !== this.cluster) {
      yield* log(`Exception encountered during startup: ClusterName mismatch from seed: ${told.cluster} != ${this.cluster}`, 'ERROR')
      this.failed = 3
      p.parent?.wake()
      return 3
    }
    if (told !== undefined && told.nodes.length > 0) yield* log('JOINING: Starting to bootstrap...')
    yield* sleep(p, 12_000)
    for (const { address, hostId: id } of told?.nodes ?? []) if (id !== this.own.hostId) yield* this.greet(p, address)
    yield* log(`Node /${this.own.address} state jump to NORMAL`)
    const listeners = yield* listenOn(p, [ports.native], (port, why) => `java.net.BindException: ${why}: 0.0.0.0:${port}`)
    if (listeners === undefined) return 3
    yield* log(`Starting listening for CQL clients on /0.0.0.0:${ports.native} (unencrypted)...`)
    yield* log('Startup complete')
    this.native = p
    return yield* serve(p, { listeners, handle: (r) => this.answer(r), stopped: () => (this.isDrained ? 0 : undefined) })
  }

  private *ask(p: Process, address: string, body: Asked): Run<unknown> {
    const answer = yield* askByWire<unknown>(p, 'CASSANDRA', { host: address, port: ports.gossip }, body, { timeoutMs: 1000, quiet: true })
    return 'told' in answer ? answer.told : undefined
  }

  /** Tells who is here, and hears of all others and of what they keep. */
  private *greet(p: Process, address: string): Run<Told | undefined> {
    const told = (yield* this.ask(p, address, { gossip: this.own })) as Told | undefined
    if (told === undefined || told.cluster !== this.cluster) return told
    for (const node of told.nodes) if (node.hostId !== this.own.hostId) this.known.set(node.hostId, node)
    if (told.version > this.version) this.take(told.state, told.version)
    return told
  }

  private take(state: SqlState, version: number): void {
    this.state = state
    this.version = version
    this.keep()
  }

  // --- what it answers ----------------------------------------------------------------------------

  answer(r: HttpRequest): Answer | Run<Answer> {
    const asked = r.method === 'CASSANDRA' ? (jsonOf(r.body) as Asked | undefined) : undefined
    if (asked === undefined) return { response: { error: 'reset' } }
    if ('gossip' in asked) return wire(this.heard(asked))
    if ('leaves' in asked) {
      this.known.delete(asked.leaves)
      return wire({})
    }
    return 'tool' in asked ? this.managed(asked.tool) : this.run(asked)
  }

  private heard({ gossip, state, version = 0 }: Extract<Asked, { gossip: RingNode }>): Told {
    this.known.set(gossip.hostId, gossip)
    this.view = undefined
    if (state !== undefined && version > this.version) this.take(state, version)
    return { cluster: this.cluster, nodes: [...this.known.values()], state: this.state, version: this.version }
  }

  private others(): RingNode[] {
    return [...this.known.values()].filter((node) => node.hostId !== this.own.hostId)
  }

  private *managed(tool: 'status' | 'drain' | 'decommission'): Run<Answer> {
    const { p } = this
    if (tool !== 'status') {
      if (tool === 'decommission') for (const { address } of this.others()) yield* this.ask(p, address, { leaves: this.own.hostId })
      this.isDrained = true
      this.native?.wake()
      return wire({})
    }
    const now = p.machine.now()
    if (this.view === undefined || now - this.view.at >= VIEW_MS) {
      const nodes: RingView['nodes'] = [{ ...this.own, isUp: this.native !== undefined, loadKiB: this.load }]
      for (const node of this.others()) nodes.push({ ...node, isUp: (yield* this.greet(p, node.address)) !== undefined, loadKiB: this.load })
      this.view = { at: now, told: { cluster: this.cluster, version: '', nodes, isDrained: this.isDrained } }
    }
    return wire(this.view.told)
  }

  private get load(): number {
    return 80 + JSON.stringify(this.state).length / 1024
  }

  private *run({ session, statement }: Extract<Asked, { session: SqlSession }>): Run<Answer> {
    const before = JSON.stringify(this.state)
    const result: SqlResult = runSql(this.state, session, { kind: 'mysql', version: '', now: formatTime('%F %T', this.p.machine.now()), host: this.p.machine.config.hostname }, statement)
    if (JSON.stringify(this.state) !== before) {
      this.version++
      this.keep()
      for (const { address } of this.others()) yield* this.ask(this.p, address, { gossip: this.own, state: this.state, version: this.version })
    }
    return wire({ session, result })
  }
}

const wire = (body: unknown): Answer => ({ response: wireResponse('CASSANDRA', JSON.stringify(body)) })

function hostId(p: Process): string {
  const digits = Array.from({ length: 32 }, () => p.machine.random(16).toString(16)).join('')
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-a${digits.slice(17, 20)}-${digits.slice(20)}`
}
