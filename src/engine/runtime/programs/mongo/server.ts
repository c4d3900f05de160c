import { jsonOf } from '../../../api/json.ts'
import { type HttpRequest, wireResponse } from '../../http.ts'
import { versionOf } from '../../images/versions.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { askByWire } from '../../tools/wire-client.ts'
import { type Answer, listenOn, serve, stopsOn } from '../serve.ts'
import { aggregated, type Document, type Field, fieldAt, fieldsAt, isForbidden, matches, projected, same, sorted, update } from './documents.ts'

/** What a client asks, and what it hears. */
export interface MongoQuestion {
  db: string
  command: string
  user?: { name: string; password: string } | undefined
  args: Document
}

export type MongoReply = { ok: 1; result: Field } | { ok: 0; error: { code: number; codeName: string; message: string } }

interface ReplicaSet {
  config: { _id: string; members: { _id: number; host: string }[]; version: number }
  primary: string
}

interface Kept {
  databases: { [database: string]: { [collection: string]: Document[] } }
  users: { [name: string]: string }
  replicaSet?: ReplicaSet
}

const refused = (code: number, codeName: string, message: string): MongoReply => ({ ok: 0, error: { code, codeName, message } })
const done = (result: Field): MongoReply => ({ ok: 1, result })

export function* askMongo(p: Process, host: string, port: number, question: MongoQuestion): Run<MongoReply | { unreachable: string }> {
  const answer = yield* askByWire<MongoReply>(p, 'MONGO', { host, port }, question, { timeoutMs: 30_000 })
  if ('told' in answer) return answer.told
  return { unreachable: answer.unreachable === 'alien' ? 'closed' : answer.unreachable }
}

/** mongod: it keeps collections of documents on its volume, and with --replSet follows the one that was made the first. */
export function* mongod(p: Process): Run<number> {
  if (p.argv.includes('--version')) {
    yield* print(p, `db version v${versionOf('mongo', p.machine.config.image)}\n`)
    return 0
  }
  const option = (name: string): string | undefined => p.argv[p.argv.indexOf(name) + 1 || p.argv.length] ?? p.argv.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1)
  const port = Number(option('--port') ?? 27_017)
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  const stamp = formatTime('%FT%T.000+00:00', p.machine.now())
  yield* print(p, `{"t":{"$date":"${stamp}"},"s":"I",  "c":"CONTROL",  "id":4615611, "ctx":"initandlisten","msg":"MongoDB starting","attr":{"pid":${p.pid},"port":${port}}}\n`)
  yield* sleep(p, 1500, true)
  if (stopped() !== undefined) return 0
  const path = option('--dbpath') ?? '/data/db'
  if (p.machine.files.list(path) === undefined) {
    yield* print(p, `{"s":"E",  "c":"CONTROL",  "id":20557,   "ctx":"initandlisten","msg":"DBException in initAndListen, terminating","attr":{"error":"NonExistentPath: Data directory ${path} not found. Create the missing directory or specify another path using (1) the --dbpath command line option, or (2) by adding the 'storage.dbPath' option in the configuration file."}}\n`)
    return 100
  }
  const server = new MongoServer(p, { file: `${path}/WiredTiger.wt`, port, replSet: option('--replSet') })
  const listeners = yield* listenOn(p, [port], (at, why) => `{"s":"E",  "c":"CONTROL",  "id":20568,   "ctx":"initandlisten","msg":"Error setting up listener","attr":{"error":"SocketException: ${why}","port":${at}}}`)
  if (listeners === undefined) return 48
  p.machine.setMemory(p, 90 * 1024 ** 2)
  yield* print(p, `{"s":"I",  "c":"NETWORK",  "id":23016,   "ctx":"listener","msg":"Waiting for connections","attr":{"port":${port},"ssl":"off"}}\n`)
  const scripts = server.isNew ? (p.machine.files.list('/docker-entrypoint-initdb.d') ?? []).filter((name) => /\.(js|sh)$/.test(name)).toSorted() : []
  if (scripts.length > 0) p.machine.spawn({ parent: p, argv: ['sh'], costUs: 0, program: (q) => initialize(q, scripts) })
  const code = yield* serve(p, { listeners, handle: (r) => server.answer(r), stopped })
  yield* print(p, `{"s":"I",  "c":"CONTROL",  "id":23138,   "ctx":"SignalHandler","msg":"Shutting down","attr":{"exitCode":0}}\n`)
  yield* sleep(p, 300)
  return code
}

/** What the image runs once, in a directory that has nothing yet. */
function* initialize(p: Process, scripts: readonly string[]): Run<number> {
  for (const name of scripts) {
    const path = `/docker-entrypoint-initdb.d/${name}`
    yield* print(p, `\n/usr/local/bin/docker-entrypoint.sh: running ${path}\n`)
    const argv = name.endsWith('.sh') ? ['bash', path] : ['mongosh', '--quiet', p.env.get('MONGO_INITDB_DATABASE') ?? 'test', path]
    const found = p.machine.resolve(argv, { access: p.access, path: p.env.get('PATH') ?? '' })
    if ('failed' in found) continue
    p.argv = argv
    yield* found.run(p)
  }
  return 0
}

class MongoServer {
  readonly isNew: boolean
  private readonly p: Process
  private readonly file: string
  private readonly port: number
  private readonly replSet: string | undefined
  private readonly isSecured: boolean
  private kept: Kept = { databases: {}, users: {} }

  constructor(p: Process, o: { file: string; port: number; replSet: string | undefined }) {
    this.p = p
    this.file = o.file
    this.port = o.port
    this.replSet = o.replSet
    const text = p.machine.files.readText(o.file)
    this.isNew = text === undefined
    if (text?.startsWith('{') === true) this.load(text)
    const [name, password] = ['USERNAME', 'PASSWORD'].map((word) => p.env.get(`MONGO_INITDB_ROOT_${word}`))
    if (this.isNew && name !== undefined && password !== undefined) this.kept.users[name] = password
    this.isSecured = p.argv.includes('--auth') || (name !== undefined && password !== undefined)
    if (this.isNew) this.save()
  }

  private load(text: string): void {
    // What nobody can read is as good as nothing.
    this.kept = (jsonOf(text) as Kept | undefined) ?? this.kept
  }

  private save(): void {
    try {
      this.p.machine.files.writeText(this.file, JSON.stringify(this.kept))
    } catch {
      // A volume that takes nothing: it is kept as long as the process lives.
    }
  }

  private get address(): string {
    return `${this.p.machine.config.hostname}:${this.port}`
  }

  *answer(r: HttpRequest): Run<Answer> {
    if (r.method !== 'MONGO') return { response: r.method === 'GET' ? { status: 200, headers: { 'content-type': 'text/plain' }, body: 'It looks like you are trying to access MongoDB over HTTP on the native driver port.\n' } : { error: 'reset' } }
    const question = jsonOf(r.body) as MongoQuestion | undefined
    if (question?.args === undefined) return { response: { error: 'reset' } }
    const reply = yield* this.reply(question)
    return { response: wireResponse('MONGO', JSON.stringify(reply)) }
  }

  private *reply({ db, command, user, args }: MongoQuestion): Run<MongoReply> {
    if ([db, String(args['collection'] ?? ''), String(args['user'] ?? '')].some(isForbidden)) return refused(73, 'InvalidNamespace', `Invalid namespace specified '${db}'`)
    const isOpen = ['ping', 'hello', 'buildInfo', 'replTake', 'replDump'].includes(command)
    if (user !== undefined && this.kept.users[user.name] !== user.password) return refused(18, 'AuthenticationFailed', 'Authentication failed.')
    if (this.isSecured && user === undefined && !isOpen) return refused(13, 'Unauthorized', `Command ${command} requires authentication`)
    const own = this.replicated(command, args)
    if (own !== undefined) return 'next' in own ? yield* own : own
    const writes = ['insert', 'update', 'delete', 'findAndModify', 'drop', 'dropDatabase', 'createUser', 'createCollection'].includes(command)
    const { replicaSet } = this.kept
    if (this.replSet !== undefined && replicaSet === undefined && (writes || command === 'find')) return refused(10_107, 'NotWritablePrimary', 'node is not in primary or recovering state')
    if (replicaSet !== undefined && !this.isPrimary) {
      if (writes) return refused(10_107, 'NotWritablePrimary', 'not primary')
      yield* this.pull()
    }
    const result = this.perform(db, command, args)
    if (writes) this.save()
    return result
  }

  // --- a set of replicas --------------------------------------------------------------------------

  private get isPrimary(): boolean {
    const primary = this.kept.replicaSet?.primary
    return primary === undefined || isHost(primary, this.p.machine.config.hostname)
  }

  private replicated(command: string, args: Document): MongoReply | Run<MongoReply> | undefined {
    const { replicaSet } = this.kept
    if (command === 'hello') return done({ isWritablePrimary: this.replSet === undefined || (replicaSet !== undefined && this.isPrimary), ismaster: this.replSet === undefined || (replicaSet !== undefined && this.isPrimary), ...(replicaSet === undefined ? {} : { setName: replicaSet.config._id, hosts: replicaSet.config.members.map(({ host }) => host), primary: replicaSet.primary, me: this.address }), maxWireVersion: 21, ok: 1 })
    if (command === 'replDump') return done(JSON.parse(JSON.stringify(this.kept)) as Field)
    if (command === 'replTake') {
      this.kept.replicaSet = args as unknown as ReplicaSet
      this.save()
      return done(null)
    }
    if (!command.startsWith('repl')) return undefined
    if (this.replSet === undefined) return refused(76, 'NoReplicationEnabled', 'This node was not started with replication enabled.')
    if (command === 'replInitiate') return this.initiate(args)
    if (replicaSet === undefined) return refused(94, 'NotYetInitialized', 'no replset config has been received')
    if (command === 'replStatus') return done({ set: replicaSet.config._id, myState: this.isPrimary ? 1 : 2, members: replicaSet.config.members.map(({ _id, host }) => ({ _id, name: host, health: 1, state: host === replicaSet.primary ? 1 : 2, stateStr: host === replicaSet.primary ? 'PRIMARY' : 'SECONDARY', ...(isHost(host, this.p.machine.config.hostname) ? { self: true } : {}) })), ok: 1 })
    if (command === 'replConfig') return done(replicaSet.config as unknown as Field)
    if (!this.isPrimary) return refused(10_107, 'NotWritablePrimary', 'New config is rejected, not primary')
    if (command === 'replAdd') {
      const host = String(args['host'])
      const known = replicaSet.config.members
      if (known.some((member) => member.host === host)) return refused(103, 'NewReplicaSetConfigurationIncompatible', `Found two member configurations with same host field, members.${known.length}.host == ${host}`)
      known.push({ _id: Math.max(...known.map(({ _id }) => _id)) + 1, host: host.includes(':') ? host : `${host}:27017` })
      replicaSet.config.version++
    }
    return this.tell({ ok: 1 })
  }

  private initiate(args: Document): MongoReply | Run<MongoReply> {
    if (this.kept.replicaSet !== undefined) return refused(23, 'AlreadyInitialized', 'already initialized')
    const given = args['members'] as { _id: number; host: string }[] | undefined
    const members = (given ?? [{ _id: 0, host: this.address }]).map(({ _id, host }) => ({ _id, host: host.includes(':') ? host : `${host}:27017` }))
    const name = String(args['_id'] ?? this.replSet)
    if (name !== this.replSet) return refused(93, 'InvalidReplicaSetConfig', `Rejecting initiate with a set name that differs from command line set name, initiate set name: ${name}, command line set name: ${this.replSet}`)
    const self = members.find(({ host }) => isHost(host, this.p.machine.config.hostname))
    if (self === undefined) return refused(74, 'NodeNotFound', `No host described in new configuration with {version: 1, term: 0} for replica set ${name} maps to this node`)
    this.kept.replicaSet = { config: { _id: name, members, version: 1 }, primary: self.host }
    return this.tell(given === undefined ? { info2: 'no configuration specified. Using a default configuration for the set', me: this.address, ok: 1 } : { ok: 1 })
  }

  /** Everybody in the set hears of it. */
  private *tell(result: Document): Run<MongoReply> {
    this.save()
    for (const { host } of this.kept.replicaSet!.config.members) {
      if (host === this.kept.replicaSet!.primary) continue
      const [name = '', port = '27017'] = host.split(':')
      yield* askMongo(this.p, name, Number(port), { db: 'admin', command: 'replTake', args: this.kept.replicaSet as unknown as Document })
    }
    return done(result)
  }

  private *pull(): Run<void> {
    const [name = '', port = '27017'] = this.kept.replicaSet!.primary.split(':')
    const told = yield* askMongo(this.p, name, Number(port), { db: 'admin', command: 'replDump', args: {} })
    if ('unreachable' in told || told.ok !== 1) return
    this.kept = told.result as unknown as Kept
    this.save()
  }

  // --- collections --------------------------------------------------------------------------------

  private collection(db: string, name: string): Document[] {
    const database = (this.kept.databases[db] ??= {})
    return (database[name] ??= [])
  }

  private perform(db: string, command: string, args: Document): MongoReply {
    const name = String(args['collection'] ?? '')
    const known = this.kept.databases[db]?.[name] ?? []
    const filter = (args['filter'] ?? {}) as Document
    switch (command) {
      case 'ping':
        return done({ ok: 1 })
      case 'buildInfo':
        return done({ version: versionOf('mongo', this.p.machine.config.image) })
      case 'serverStatus':
        return done({ host: this.p.machine.config.hostname, version: versionOf('mongo', this.p.machine.config.image), process: 'mongod', pid: this.p.pid, uptime: Math.floor((this.p.machine.now() - this.p.startedAt) / 1000), connections: { current: 1, available: 838_859 }, ok: 1 })
      case 'listDatabases':
        return done([...['admin', 'config', 'local'].filter((one) => this.kept.databases[one] === undefined), ...Object.keys(this.kept.databases)].toSorted().map((one) => ({ name: one, sizeOnDisk: 40_960 })))
      case 'listCollections':
        return done(Object.keys(this.kept.databases[db] ?? {}).toSorted())
      case 'find':
        return done(sorted(known.filter((one) => matches(one, filter)), args['sort'] as Document | undefined).slice(Number(args['skip'] ?? 0)).slice(0, Number(args['limit'] ?? 0) || undefined).map((one) => projected(one, args['projection'] as Document | undefined)))
      case 'count':
        return done(known.filter((one) => matches(one, filter)).length)
      case 'distinct': {
        const values = known.filter((one) => matches(one, filter)).flatMap((one) => fieldsAt(one, String(args['key']))).filter((v): v is Field => v !== undefined)
        return done(values.filter((v, i) => values.findIndex((other) => same(other, v)) === i))
      }
      case 'aggregate': {
        const out = aggregated(known, (args['pipeline'] ?? []) as Document[], (below) => this.p.machine.random(below))
        return 'unknown' in out ? refused(40_324, 'Location40324', `Unrecognized pipeline stage name: '${out.unknown}'`) : done(out)
      }
      case 'insert':
        return this.insert(this.collection(db, name), (args['documents'] ?? []) as Document[], `${db}.${name}`)
      case 'update':
        return this.update(this.collection(db, name), args)
      case 'delete':
      case 'findAndModify':
        return this.remove(db, name, filter, args)
      case 'createCollection':
        if (this.kept.databases[db]?.[name] !== undefined) return refused(48, 'NamespaceExists', `Collection ${db}.${name} already exists.`)
        this.collection(db, name)
        return done({ ok: 1 })
      case 'drop': {
        const had = this.kept.databases[db]?.[name] !== undefined
        if (had) delete this.kept.databases[db]![name]
        return done(had)
      }
      case 'dropDatabase':
        delete this.kept.databases[db]
        return done({ ok: 1, dropped: db })
      case 'createUser':
        this.kept.users[String(args['user'])] = String(args['pwd'])
        return done({ ok: 1 })
      default:
        return refused(59, 'CommandNotFound', `no such command: '${command}'`)
    }
  }

  private insert(into: Document[], documents: readonly Document[], place: string): MongoReply {
    for (const document of documents) {
      if (into.some((one) => same(one['_id'], document['_id']))) return refused(11_000, 'DuplicateKey', `E11000 duplicate key error collection: ${place} index: _id_ dup key: { _id: ${JSON.stringify(document['_id'])} }`)
      into.push(document)
    }
    return done(documents.length)
  }

  private update(among: Document[], { filter, change, multi, upsert, replaces, id }: Document): MongoReply {
    const found = among.filter((one) => matches(one, filter as Document))
    const chosen = multi === true ? found : found.slice(0, 1)
    let modified = 0
    const apply = (document: Document): string | undefined => {
      if (replaces !== true) return update(document, change as Document, this.p.machine.now())
      for (const name of Object.keys(document)) if (name !== '_id') delete document[name]
      Object.assign(document, change as Document, document['_id'] === undefined ? {} : { _id: document['_id'] })
      return undefined
    }
    for (const document of chosen) {
      const before = JSON.stringify(document)
      const failed = apply(document)
      if (failed !== undefined) return refused(9, 'FailedToParse', failed)
      if (JSON.stringify(document) !== before) modified++
    }
    if (chosen.length > 0 || upsert !== true) return done({ matched: chosen.length, modified, upserted: null })
    const made: Document = { _id: fieldAt(filter as Document, '_id') ?? id ?? null }
    for (const [name, v] of Object.entries(filter as Document)) if (!name.startsWith('$') && (typeof v !== 'object' || v === null)) made[name] = v
    const failed = apply(made)
    if (failed !== undefined) return refused(9, 'FailedToParse', failed)
    among.push(made)
    return done({ matched: 0, modified: 0, upserted: made['_id'] ?? null })
  }

  private remove(db: string, name: string, filter: Document, args: Document): MongoReply {
    const among = this.kept.databases[db]?.[name] ?? []
    const found = sorted(among.filter((one) => matches(one, filter)), args['sort'] as Document | undefined)
    const chosen = args['multi'] === true ? found : found.slice(0, 1)
    for (const document of chosen) among.splice(among.indexOf(document), 1)
    return done(args['returns'] === true ? (chosen[0] ?? null) : chosen.length)
  }
}

/** 'mongo-0.mongo:27017' is the machine mongo-0. */
const isHost = (host: string, hostname: string): boolean => host.split(':')[0]!.split('.')[0] === hostname || /^(localhost|127\.0\.0\.1)(:|$)/.test(host)
