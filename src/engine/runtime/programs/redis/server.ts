import { attempt, Errno } from '../../filesystem/errno.ts'
import { type HttpRequest, type HttpResponse, isWire, rawMethod, wireResponse } from '../../http.ts'
import { versionOf } from '../../images/versions.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { type Answer, listenOn, serve } from '../serve.ts'
import { askRedis, wordsOf } from './client.ts'
import { helloChannel, sentinel } from './sentinel.ts'
import { renamed, type Settings, settingsOf } from './settings.ts'
import { RedisStore } from './store.ts'
import { integer, list, wireWord } from './values.ts'

const version = (p: Process): string => versionOf('redis', p.machine.config.image)

/** redis-server [FILE] [--option value...] [--sentinel], and redis-sentinel FILE. */
export function* redisServer(p: Process): Run<number> {
  if (/^(--version|-v)$/.test(p.argv[1] ?? '')) {
    yield* print(p, `Redis server v=${version(p)} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0\n`)
    return 0
  }
  const file = p.argv.slice(1).find((a) => !a.startsWith('-') && /\.conf$|^\//.test(a))
  const text = file === undefined ? '' : p.machine.files.readText(file, p.access)
  if (text === undefined) {
    yield* print(p, `*** FATAL CONFIG FILE ERROR (Redis ${version(p)}) ***\nReading the configuration file, at line 0\n>>> '${file}'\nCan't open config file: No such file or directory\n`, 2)
    return 1
  }
  const settings = settingsOf(text, p.argv.slice(1), (path) => p.machine.files.readText(path, p.access))
  if (p.argv[0]!.endsWith('sentinel') || p.argv.includes('--sentinel')) return yield* sentinel(p, settings, text, file)
  let stopped: number | undefined
  for (const signal of ['TERM', 'INT'] as const) p.onSignal(signal, () => (stopped = 0))
  const server = new RedisServer(p, settings)
  for (const line of ['oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo', `Redis version=${version(p)}, bits=64, commit=00000000, modified=0, pid=1, just started`, 'Configuration loaded']) yield* server.say(line)
  const listeners = yield* listenOn(p, [Number(settings.get('port') ?? 6379)], (port, why) => `${p.pid}:M # Warning: Could not create server TCP listening socket *:${port}: bind: ${why}`)
  if (listeners === undefined) return 1
  const saved = server.read()
  if (saved === 'loaded') yield* server.say('DB loaded from disk: 0.000 seconds')
  if (saved === 'broken') {
    yield* server.say('Wrong signature trying to load DB from file', '#')
    yield* server.say('Fatal error loading the DB, check server logs. Exiting.', '#')
    return 1
  }
  yield* server.say('Ready to accept connections tcp')
  for (const listener of listeners) listener.takesText = true
  if (server.master !== undefined) p.machine.spawn({ parent: p, argv: p.argv, costUs: 0, program: () => server.follow() })
  yield* serve(p, { listeners, handle: (r) => server.answer(r), stopped: () => stopped })
  yield* print(p, `${p.pid}:signal-handler (${Math.floor(p.machine.now() / 1000)}) Received SIGTERM scheduling shutdown...\n`)
  yield* server.say('User requested shutdown...')
  yield* server.saveLast()
  yield* sleep(p, 5)
  yield* server.say('Redis is now ready to exit, bye bye...', '#')
  return 0
}

interface Master {
  host: string
  port: number
}

/** One server: what it keeps, where it keeps it, whose replica it is, and who is its own. */
class RedisServer {
  master: Master | undefined
  private readonly p: Process
  private readonly settings: Settings
  private readonly store: RedisStore
  private readonly replicas = new Set<string>()
  private readonly sentinels = new Map<string, number>()
  private linked = false

  constructor(p: Process, settings: Settings) {
    this.p = p
    this.settings = settings
    this.store = new RedisStore(() => p.machine.now())
    this.master = masterOf((settings.get('replicaof') ?? settings.get('slaveof') ?? '').split(/\s+/))
  }

  /** The role is in the mark of the line: M, or S of a replica. */
  say(line: string, mark = '*'): Run<void> {
    return print(this.p, `${this.p.pid}:${this.master === undefined ? 'M' : 'S'} ${formatTime('%d %b %Y %T', this.p.machine.now())}.000 ${mark} ${line}\n`)
  }

  // --- what is kept -------------------------------------------------------------------------------

  private get file(): string {
    const dir = this.settings.get('dir') ?? this.p.cwd
    const base = dir === '.' || dir === './' ? this.p.cwd : dir
    return `${base === '/' ? '' : base}/${this.settings.get('dbfilename') ?? 'dump.rdb'}`
  }

  /** What was saved is there again, or there is nothing, or nobody can read it. */
  read(): 'loaded' | 'none' | 'broken' {
    const text = this.p.machine.files.readText(this.file, this.p.access)
    if (text === undefined || text === '') return 'none'
    try {
      if (!text.startsWith('REDIS')) return 'broken'
      this.store.load(text.slice(text.indexOf('\n') + 1))
      return 'loaded'
    } catch {
      return 'broken'
    }
  }

  private save(): boolean {
    const written = attempt(() => this.p.machine.files.writeText(this.file, `REDIS0011\n${this.store.dump()}`, { uid: this.p.who.uid, gid: this.p.who.gid }))
    return !(written instanceof Errno)
  }

  *saveLast(): Run<void> {
    if (this.settings.get('save') === '""' || this.settings.get('save') === '') return
    yield* this.say('Saving the final RDB snapshot before exiting.')
    yield* this.say(this.save() ? 'DB saved on disk' : `Failed opening the temp RDB file temp-${this.p.pid}.rdb (in server root dir ${this.p.cwd}) for saving: Permission denied`)
  }

  // --- whose replica it is ------------------------------------------------------------------------

  /** Until the master has answered once; from then on it is asked when somebody asks here. */
  *follow(): Run<number> {
    while (this.master !== undefined && !this.linked) {
      yield* this.say(`Connecting to MASTER ${this.master.host}:${this.master.port}`)
      if (yield* this.pull()) yield* this.say('MASTER <-> REPLICA sync: Finished with success')
      else yield* sleep(this.p, 5000)
    }
    return 0
  }

  private *pull(): Run<boolean> {
    const { master } = this
    if (master === undefined) return false
    const r = yield* askRedis(this.p, master.host, master.port, ['SYNC'], this.settings.get('masterauth') ?? '')
    this.linked = !('error' in r) && isWire('REDIS', r) && r.body.startsWith('{')
    if (this.linked) this.store.load((r as HttpResponse).body)
    return this.linked
  }

  // --- what it answers ----------------------------------------------------------------------------

  answer(r: HttpRequest): Answer | Run<Answer> {
    if (r.method === rawMethod) return this.typed(r)
    const words = wordsOf(r)
    return words === undefined ? { response: { error: 'reset' } } : this.command(words, r.headers['password'] ?? '', r.source)
  }

  /** What somebody types who speaks without redis-cli: a command a line. */
  private *typed(r: HttpRequest): Run<Answer> {
    let password = ''
    let said = ''
    for (const words of r.body.split(/\r?\n/).map((line) => line.trim().split(/\s+/))) {
      if (words[0] === '') continue
      const given = this.command(words, password, r.source)
      const { response } = 'next' in given ? yield* given : given
      if (words[0]!.toUpperCase() === 'AUTH') password = words.at(-1)!
      if (!('error' in response)) said += wireWord(response.body)
    }
    return reply(said)
  }

  private command([name = '', ...args]: readonly string[], password: string, source: string | undefined): Answer | Run<Answer> {
    const word = this.commandNamed(name)
    const expected = this.settings.get('requirepass') ?? ''
    const given = word === 'AUTH' ? (args.at(-1) ?? '') : password
    if (word === 'AUTH' && expected === '') return reply('(error) ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?')
    const failed = given === '' || given === expected ? undefined : expected === '' ? 'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?' : 'WRONGPASS invalid username-password pair or user is disabled.'
    if (word === 'AUTH') return reply(failed === undefined ? 'OK' : `(error) ${failed}`)
    if (expected !== '' && given !== expected) return { response: { ...wireResponse('REDIS', '(error) NOAUTH Authentication required.'), headers: { 'content-type': 'wire/REDIS', ...(failed === undefined ? {} : { auth: failed }) } } }
    if (this.master !== undefined) return this.asReplica(word, name, args)
    if (word === 'SYNC') {
      this.replicas.add(source ?? '127.0.0.1')
      return reply(this.store.dump())
    }
    return this.respond(word, name, args)
  }

  /** What a name means: a command that was given another one is not known by its own. */
  private commandNamed(name: string): string {
    const word = name.toUpperCase()
    if (this.settings.has(renamed(word))) return ''
    const own = [...this.settings].find(([key, value]) => key.startsWith(renamed('')) && value.toUpperCase() === word)?.[0]
    return own === undefined ? word : own.slice(renamed('').length)
  }

  private *asReplica(word: string, name: string, args: string[]): Run<Answer> {
    if (this.store.writes(word)) return reply("(error) READONLY You can't write against a read only replica.")
    if (word !== 'PING' && word !== 'REPLICAOF' && word !== 'SLAVEOF') yield* this.pull()
    return this.respond(word, name, args)
  }

  private respond(word: string, name: string, args: string[]): Answer {
    const kept = this.store.run(word, args)
    if (kept !== undefined && this.store.writes(word) && this.settings.get('appendonly') === 'yes') this.save()
    if (kept !== undefined) return reply(kept)
    const isText = word === 'INFO' || (word === 'CLUSTER' && /^(info|nodes)$/i.test(args[0] ?? ''))
    const text = this.administer(word, args) ?? `(error) ERR unknown command '${name}', with args beginning with: ${args.map((a) => `'${a}' `).join('')}`
    const answer = reply(text)
    if (isText && !text.startsWith('(error)')) answer.response = { ...(answer.response as HttpResponse), headers: { 'content-type': 'wire/REDIS', verbatim: 'true' } }
    return answer
  }

  private administer(word: string, args: string[]): string | undefined {
    const [first = ''] = args
    switch (word) {
      case 'PING':
        return first === '' ? 'PONG' : JSON.stringify(first)
      case 'ECHO':
        return JSON.stringify(first)
      case 'SELECT':
        return 'OK'
      case 'CONFIG':
        return this.config(args)
      case 'INFO':
        return this.info(first)
      case 'ROLE':
        return this.master === undefined ? list(['master', '0']) : list(['slave', this.master.host, String(this.master.port), this.linked ? 'connected' : 'connect', '0'])
      case 'SAVE':
        return this.save() ? 'OK' : '(error) ERR'
      case 'BGSAVE':
        this.save()
        return 'Background saving started'
      case 'LASTSAVE':
        return integer(Math.floor(this.p.machine.now() / 1000))
      case 'PUBLISH':
        return first === helloChannel ? this.greeted(args[1] ?? '') : integer(0)
      case 'CLUSTER':
        return this.settings.get('cluster-enabled') === 'yes' ? `cluster_enabled:1\ncluster_state:fail\ncluster_slots_assigned:0\ncluster_known_nodes:1\ncluster_size:0` : '(error) ERR This instance has cluster support disabled'
      case 'REPLICAOF':
      case 'SLAVEOF':
        this.master = /^no$/i.test(first) ? undefined : masterOf(args)
        this.linked = false
        this.replicas.clear()
        if (this.master !== undefined) this.p.machine.spawn({ parent: this.p, argv: this.p.argv, costUs: 0, program: () => this.follow() })
        return 'OK'
      default:
        return undefined
    }
  }

  /** Sentinels of one master find each other by what they say to it. */
  private greeted(who: string): string {
    const now = this.p.machine.now()
    this.sentinels.set(who, now)
    return list([...this.sentinels].filter(([, at]) => now - at < 10_000).map(([one]) => one))
  }

  private info(section: string): string {
    const seconds = Math.floor((this.p.machine.now() - this.p.startedAt) / 1000)
    const replicas = [...this.replicas].map((ip, i) => `\nslave${i}:ip=${ip},port=6379,state=online,offset=0,lag=0`).join('')
    const role = this.master === undefined ? `role:master\nconnected_slaves:${this.replicas.size}${replicas}` : `role:slave\nmaster_host:${this.master.host}\nmaster_port:${this.master.port}\nmaster_link_status:${this.linked ? 'up' : 'down'}\nslave_read_only:1\nconnected_slaves:0`
    const sections: Record<string, string> = {
      server: `# Server\nredis_version:${version(this.p)}\nredis_mode:${this.settings.get('cluster-enabled') === 'yes' ? 'cluster' : 'standalone'}\nuptime_in_seconds:${seconds}`,
      memory: `# Memory\nmaxmemory:${this.number('maxmemory')}\nmaxmemory_policy:${this.settings.get('maxmemory-policy') ?? 'noeviction'}`,
      persistence: `# Persistence\nloading:0\naof_enabled:${this.settings.get('appendonly') === 'yes' ? 1 : 0}`,
      replication: `# Replication\n${role}`,
      keyspace: `# Keyspace${this.store.size === 0 ? '' : `\ndb0:keys=${this.store.size},expires=0,avg_ttl=0`}`,
    }
    return sections[section.toLowerCase()] ?? Object.values(sections).join('\n\n')
  }

  private number(name: string): string {
    const text = this.settings.get(name) ?? '0'
    const [, digits = '0', unit = ''] = /^(\d+)(\w*)$/.exec(text) ?? []
    return String(Number(digits) * ({ k: 1000, kb: 1024, m: 1000 ** 2, mb: 1024 ** 2, g: 1000 ** 3, gb: 1024 ** 3 }[unit.toLowerCase()] ?? 1))
  }

  private config([action = '', name = '', value = '']: string[]): string {
    if (/^(rewrite|resetstat)$/i.test(action)) return 'OK'
    if (action.toUpperCase() === 'SET') {
      this.settings.set(name, value)
      return 'OK'
    }
    const found = this.settings.get(name)
    const shown = found === undefined ? defaults[name] : /^\d+(kb|mb|gb|k|m|g)$/i.test(found) ? this.number(name) : found
    return shown === undefined ? list([]) : list([name, shown])
  }
}

const defaults: Readonly<Record<string, string>> = { maxmemory: '0', 'maxmemory-policy': 'noeviction', appendonly: 'no', port: '6379', save: '3600 1 300 100 60 10000', requirepass: '', dir: '/data', timeout: '0', databases: '16', maxclients: '10000' }

const reply = (text: string): Answer => ({ response: wireResponse('REDIS', text) })

function masterOf([host = '', port = '']: readonly string[]): Master | undefined {
  return host === '' ? undefined : { host, port: Number(port) || 6379 }
}
