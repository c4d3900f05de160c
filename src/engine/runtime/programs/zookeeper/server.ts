import { jsonOf } from '../../../api/json.ts'
import { attempt } from '../../filesystem/errno.ts'
import { type HttpRequest, rawMethod, textResponse, wireResponse } from '../../http.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { request } from '../../tools/http-client.ts'
import { askByWire } from '../../tools/wire-client.ts'
import { type Answer, listenOn, serve, stopsOn } from '../serve.ts'
import { configFile, configureByEnvironment, configureByOptions, isBefore35, isForStatefulSets, type Member, readConfig, type ZooKeeperConfig } from './config.ts'
import { type Answered, type Asked, changing, emptyTree, run, type TreeState } from './tree.ts'

/** What one server asks another. */
type PeerAsked = { peer: 'state' } | { peer: 'tree' } | { peer: 'take'; tree: TreeState }

interface PeerState {
  id: number
  zxid: number
  leader: number | undefined
}

/** zkServer.sh start-foreground [FILE] | status; and start-zookeeper --servers=N ... */
export function* zookeeper(p: Process): Run<number> {
  if (p.argv[0]!.endsWith('start-zookeeper')) {
    const failed = configureByOptions(p)
    if (failed !== undefined) {
      yield* print(p, `${failed}\n`)
      return 1
    }
  } else if (p.argv.includes('status')) return yield* status(p)
  else if (!isForStatefulSets(p)) configureByEnvironment(p)
  const file = p.argv.find((arg) => arg.endsWith('.cfg')) ?? configFile(p)
  yield* print(p, `ZooKeeper JMX enabled by default\nUsing config: ${file}\n`, isBefore35(p) ? 1 : 2)
  const text = p.machine.files.readText(file, p.access)
  if (text === undefined) {
    yield* print(p, `grep: ${file}: No such file or directory\nInvalid config, exiting abnormally\n`, 2)
    return 2
  }
  p.argv = ['java', '-Dzookeeper.log.dir=/var/log/zookeeper', '-Dzookeeper.root.logger=INFO,CONSOLE', 'org.apache.zookeeper.server.quorum.QuorumPeerMain', file]
  return yield* new Server(p, readConfig(p, text)).serve()
}

class Server {
  private readonly p: Process
  private readonly config: ZooKeeperConfig
  private tree: TreeState
  private leader: number | undefined

  constructor(p: Process, config: ZooKeeperConfig) {
    this.p = p
    this.config = config
    const kept = p.machine.files.readText(this.snapshot)
    this.tree = (kept === undefined ? undefined : (jsonOf(kept) as TreeState | undefined)) ?? emptyTree()
  }

  private get snapshot(): string {
    return `${this.config.dataDir}/version-2/snapshot.100000000`
  }

  private keep(): void {
    attempt(() => this.p.machine.files.writeText(this.snapshot, JSON.stringify(this.tree), { uid: this.p.who.uid, gid: this.p.who.gid }))
  }

  private say(where: string, words: string, level = 'INFO '): Run<void> {
    return print(this.p, `${formatTime('%F %T', this.p.machine.now())},000 [myid:${this.config.members.length > 0 ? this.config.id : ''}] - ${level} [${where}] - ${words}\n`)
  }

  *serve(): Run<number> {
    const { p, config } = this
    const stopped = stopsOn(p, ['TERM', 'INT'], 143)
    yield* this.say('main:QuorumPeerConfig@124', `Reading configuration from: ${p.argv.at(-1)}`)
    if (config.members.length === 0) yield* this.say('main:QuorumPeerMain@113', 'Either no config or no quorum defined in config, running  in standalone mode', 'WARN ')
    yield* sleep(p, 1500, true)
    if (stopped() !== undefined) return 143
    p.machine.setMemory(p, 100 * 1024 ** 2)
    const own = config.members.find(({ id }) => id === config.id)
    const admin = isBefore35(p) ? [] : [8080]
    const listeners = yield* listenOn(p, [config.clientPort, ...(own === undefined ? [] : [own.port, own.electionPort]), ...admin], (port, why) => `java.net.BindException: ${why}: 0.0.0.0:${port}`)
    if (listeners === undefined) return 1
    listeners[0]!.takesText = true
    yield* this.say('main:NIOServerCnxnFactory@89', `binding to port 0.0.0.0/0.0.0.0:${config.clientPort}`)
    if (config.members.length > 0) {
      yield* this.say(`QuorumPeer[myid=${config.id}]/0.0.0.0:${config.clientPort}:QuorumPeer@774`, 'LOOKING')
      p.machine.spawn({ parent: p, argv: p.argv, costUs: 0, memoryBytes: 0, program: () => this.join() })
    }
    return yield* serve(p, { listeners, handle: (r) => this.answer(r), stopped })
  }

  /** The others are looked for until there are enough of them. */
  private *join(): Run<number> {
    while (!(yield* this.hasQuorum())) yield* sleep(this.p, 2000)
    const { id, clientPort } = this.config
    yield* this.say(`QuorumPeer[myid=${id}]/0.0.0.0:${clientPort}:QuorumPeer@844`, this.leader === id ? 'LEADING' : 'FOLLOWING')
    return 0
  }

  // --- the others ---------------------------------------------------------------------------------

  private *ask(member: Member, body: PeerAsked): Run<unknown> {
    const answer = yield* askByWire<unknown>(this.p, 'ZOOKEEPER', member, body, { timeoutMs: 1000, quiet: true })
    return 'told' in answer ? answer.told : undefined
  }

  /** Whether most are there; then it is known who leads, and nothing of theirs is missing here. Who is to lead is not voted for: the highest number does. */
  private *hasQuorum(): Run<boolean> {
    const { members, id } = this.config
    if (members.length === 0) return true
    const there: { member: Member; state: PeerState }[] = []
    for (const member of members.filter((one) => one.id !== id)) {
      const state = (yield* this.ask(member, { peer: 'state' })) as PeerState | undefined
      if (state !== undefined) there.push({ member, state })
    }
    if ((there.length + 1) * 2 <= members.length) {
      this.leader = undefined
      return false
    }
    const ids = [id, ...there.map(({ state }) => state.id)]
    const known = [this.leader, ...there.map(({ state }) => state.leader)].find((one) => one !== undefined && ids.includes(one))
    const newest = Math.max(this.tree.zxid, ...there.map(({ state }) => state.zxid))
    const candidates = [{ id, zxid: this.tree.zxid }, ...there.map(({ state }) => state)].filter(({ zxid }) => zxid === newest)
    this.leader = known ?? Math.max(...candidates.map((one) => one.id))
    const ahead = there.find(({ state }) => state.zxid === newest)
    const tree = newest > this.tree.zxid ? ((yield* this.ask(ahead!.member, { peer: 'tree' })) as TreeState | undefined) : undefined
    if (tree !== undefined) this.take(tree)
    return true
  }

  private take(tree: TreeState): void {
    this.tree = tree
    this.keep()
  }

  // --- what it answers ----------------------------------------------------------------------------

  private answer(r: HttpRequest): Answer | Run<Answer> {
    const { clientPort } = this.config
    if (r.port === 8080 && r.method !== 'ZOOKEEPER') return { response: textResponse(200, '<a href="/commands">/commands</a>\n') }
    if (r.port === clientPort && r.method === rawMethod) return this.word(r.body.trim().slice(0, 4), r.source ?? '127.0.0.1')
    const asked = r.method === 'ZOOKEEPER' ? (jsonOf(r.body) as Asked | PeerAsked | undefined) : undefined
    if (asked === undefined) return { response: { error: 'reset' } }
    return 'peer' in asked ? wire(this.toPeer(asked)) : this.toClient(asked)
  }

  private toPeer(asked: PeerAsked): unknown {
    if (asked.peer === 'tree') return this.tree
    if (asked.peer === 'take' && asked.tree.zxid > this.tree.zxid) this.take(asked.tree)
    return { id: this.config.id, zxid: this.tree.zxid, leader: this.leader } satisfies PeerState
  }

  private *toClient(asked: Asked): Run<Answer> {
    if (!(yield* this.hasQuorum())) return wire({ error: 'ConnectionLoss' } satisfies Answered)
    const answered = run(this.tree, asked, this.p.machine.now())
    if (!('error' in answered) && changing.has(asked.op)) {
      this.keep()
      for (const member of this.config.members.filter(({ id }) => id !== this.config.id)) yield* this.ask(member, { peer: 'take', tree: this.tree })
    }
    return wire(answered)
  }

  /** Words of four letters (server/command). */
  private *word(word: string, source: string): Run<Answer> {
    const { allowed, clientPort, id, members } = this.config
    if (!/^(ruok|stat|srvr|mntr|conf|envi|isro|cons|dump|wchs)$/.test(word)) return { response: { error: 'reset' } }
    if (allowed?.has(word) === false) return text(`${word} is not executed because it is not in the whitelist.\n`)
    yield* this.say(`NIOServerCxn.Factory:0.0.0.0/0.0.0.0:${clientPort}:NIOServerCnxn@827`, `Processing ${word} command from /${source}:52740`)
    if (word === 'ruok') return text('imok')
    if (word === 'conf') return text(`clientPort=${clientPort}\ndataDir=${this.config.dataDir}/version-2\nserverId=${members.length > 0 ? id : 0}\n`)
    if (!(yield* this.hasQuorum())) return text('This ZooKeeper instance is not currently serving requests\n')
    const mode = members.length === 0 ? 'standalone' : this.leader === id ? 'leader' : 'follower'
    const count = Object.keys(this.tree.nodes).length
    if (word === 'mntr') return text(`zk_server_state\t${mode}\nzk_znode_count\t${count}\nzk_num_alive_connections\t1\nzk_outstanding_requests\t0\n${mode === 'leader' ? `zk_followers\t${members.length - 1}\nzk_synced_followers\t${members.length - 1}\n` : ''}`)
    if (word === 'isro') return text('rw')
    const clients = word === 'stat' ? `Clients:\n /${source}:52740[0](queued=0,recved=1,sent=0)\n\n` : ''
    return text(`Zookeeper version: ${isBefore35(this.p) ? '3.4.10' : '3.9.4'}\n${clients}Latency min/avg/max: 0/0/0\nReceived: 1\nSent: 0\nConnections: 1\nOutstanding: 0\nZxid: 0x${this.tree.zxid.toString(16)}\nMode: ${mode}\nNode count: ${count}\n`)
  }
}

const text = (body: string): Answer => ({ response: { status: 200, headers: {}, body } })
const wire = (body: unknown): Answer => ({ response: wireResponse('ZOOKEEPER', JSON.stringify(body)) })

/** zkServer.sh status: asks the server of its own configuration. */
function* status(p: Process): Run<number> {
  const file = configFile(p)
  yield* print(p, `ZooKeeper JMX enabled by default\nUsing config: ${file}\n`, isBefore35(p) ? 1 : 2)
  const found = p.machine.files.readText(file, p.access)
  const port = found === undefined ? 2181 : readConfig(p, found).clientPort
  if (!isBefore35(p)) yield* print(p, `Client port found: ${port}. Client address: localhost. Client SSL: false.\n`)
  const answer = yield* request(p, { scheme: 'http', host: '127.0.0.1', port, isPortGiven: true, path: '/', user: undefined }, { method: rawMethod, headers: {}, body: 'srvr', timeoutMs: 5000 })
  const mode = 'error' in answer ? undefined : /^Mode: .*$/m.exec(answer.body)?.[0]
  yield* print(p, mode === undefined ? 'Error contacting service. It is probably not running.\n' : `${mode}\n`)
  return mode === undefined ? 1 : 0
}
