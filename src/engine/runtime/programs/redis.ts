import { type HttpRequest, type HttpResponse, isWire, type NetworkError, wireResponse } from '../http.ts'
import { print, readLine, sleep } from '../process/io.ts'
import { INTERRUPTED, type Process, type Run } from '../process/process.ts'
import { versionOf } from '../images/versions.ts'
import { formatTime } from '../tools/calendar.ts'
import { parseUrl, request } from '../tools/http-client.ts'
import { parseOptions } from '../../text/options.ts'
import { listenOn, serve } from './serve.ts'

const version = (p: Process): string => versionOf('redis', p.machine.config.image)

const logoLines = (p: Process): string[] => [
  'oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo',
  `Redis version=${version(p)}, bits=64, commit=00000000, modified=0, pid=1, just started`,
  'Configuration loaded',
]

/** redis-server [FILE] [--option value...]: a handful of commands on strings, lists, sets and hashes. */
export function* redisServer(p: Process): Run<number> {
  if (/^(--version|-v)$/.test(p.argv[1] ?? '')) {
    yield* print(p, `Redis server v=${version(p)} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0\n`)
    return 0
  }
  const file = p.argv.slice(1).find((a) => !a.startsWith('-') && /\.conf$|^\//.test(a))
  const text = file === undefined ? '' : p.machine.files.readText(file, p.access)
  if (text === undefined) {
    yield* print(
      p,
      `*** FATAL CONFIG FILE ERROR (Redis ${version(p)}) ***\nReading the configuration file, at line 0\n>>> '${file}'\nCan't open config file: No such file or directory\n`,
      2,
    )
    return 1
  }
  const settings = settingsOf(text, p.argv.slice(1))
  const say = (line: string, mark = '*') =>
    print(p, `${p.pid}:M ${formatTime('%d %b %Y %T', p.machine.now())}.000 ${mark} ${line}\n`)
  let stopped: number | undefined
  for (const signal of ['TERM', 'INT'] as const) p.onSignal(signal, () => (stopped = 0))
  for (const line of logoLines(p)) yield* say(line)
  const listeners = yield* listenOn(
    p,
    [Number(settings.get('port') ?? 6379)],
    (port, why) => `${p.pid}:M # Warning: Could not create server TCP listening socket *:${port}: bind: ${why}`,
  )
  if (listeners === undefined) return 1
  yield* say('Ready to accept connections tcp')
  const store = new RedisStore(settings, p)
  yield* serve(p, { listeners, handle: (r) => ({ response: answer(store, r) }), stopped: () => stopped })
  yield* print(
    p,
    `${p.pid}:signal-handler (${Math.floor(p.machine.now() / 1000)}) Received SIGTERM scheduling shutdown...\n`,
  )
  yield* say('User requested shutdown...', '*')
  yield* sleep(p, 5)
  yield* say('Redis is now ready to exit, bye bye...', '#')
  return 0
}

function settingsOf(file: string, args: readonly string[]): Map<string, string> {
  const settings = new Map<string, string>()
  for (const line of file.split('\n')) {
    const match = /^\s*([a-z][\w-]*)\s+(.*?)\s*$/.exec(line)
    if (match !== null) settings.set(match[1]!, match[2]!)
  }
  args.forEach((a, i) => {
    if (a.startsWith('--')) settings.set(a.slice(2), args[i + 1] ?? '')
  })
  return settings
}

/** redis-cli's commands travel as requests with the method REDIS and the words in the body. */
function answer(store: RedisStore, r: HttpRequest): HttpResponse | { error: 'reset' } {
  if (r.method !== 'REDIS') return { error: 'reset' }
  return wireResponse('REDIS', store.run(JSON.parse(r.body) as string[]))
}

const WRONG_TYPE = '(error) WRONGTYPE Operation against a key holding the wrong kind of value'

class RedisStore {
  private readonly values = new Map<string, string | string[] | Map<string, string>>()
  /** When keys are forgotten, in virtual ms. */
  private readonly ends = new Map<string, number>()
  private readonly settings: Map<string, string>
  private readonly p: Process

  constructor(settings: Map<string, string>, p: Process) {
    this.settings = settings
    this.p = p
  }

  run([name = '', ...args]: string[]): string {
    const [key = '', value = '', third = ''] = args
    this.forgetOld()
    const stored = this.values.get(key)
    switch (name.toUpperCase()) {
      case 'PING':
        return key === '' ? 'PONG' : quoted(key)
      case 'ECHO':
        return quoted(key)
      case 'SET':
        return this.set(key, value, args.slice(2))
      case 'GET':
        return stored === undefined ? '(nil)' : typeof stored === 'string' ? quoted(stored) : WRONG_TYPE
      case 'INCR':
      case 'DECR':
      case 'INCRBY':
        return this.add(key, name.toUpperCase() === 'DECR' ? -1 : Number(value || 1))
      case 'DEL':
        for (const k of args) this.ends.delete(k)
        return integer(args.filter((k) => this.values.delete(k)).length)
      case 'EXISTS':
        return integer(args.filter((k) => this.values.has(k)).length)
      case 'KEYS':
        return list([...this.values.keys()].sort())
      case 'DBSIZE':
        return integer(this.values.size)
      case 'FLUSHALL':
      case 'FLUSHDB':
        this.values.clear()
        return 'OK'
      case 'LPUSH':
      case 'RPUSH':
        return this.push(key, args.slice(1), name.toUpperCase() === 'LPUSH')
      case 'LPOP':
      case 'RPOP':
        return popped(stored, name.toUpperCase() === 'LPOP')
      case 'LLEN':
        return integer(Array.isArray(stored) ? stored.length : 0)
      case 'LRANGE':
        return list(
          Array.isArray(stored)
            ? stored.slice(
                Number(value),
                Number(third) < 0 ? (Number(third) === -1 ? undefined : Number(third) + 1) : Number(third) + 1,
              )
            : [],
        )
      case 'HSET': {
        const hash = stored instanceof Map ? stored : new Map<string, string>()
        hash.set(value, third)
        this.values.set(key, hash)
        return integer(1)
      }
      case 'HGET':
        return stored instanceof Map && stored.has(value) ? quoted(stored.get(value)!) : '(nil)'
      case 'CONFIG':
        return this.config(args)
      case 'INFO':
        return this.info(key)
      case 'ROLE':
        return list(['master', '0'])
      default:
        return this.timed(name.toUpperCase(), args) ?? `(error) ERR unknown command '${name}', with args beginning with: ${args.map((a) => `'${a}' `).join('')}`
    }
  }

  /** What is only about how long a key is kept. */
  private timed(name: string, [key = '', value = '', third = '']: string[]): string | undefined {
    const isThere = this.values.has(key)
    switch (name) {
      case 'SETEX':
        return this.set(key, third, ['EX', value])
      case 'EXPIRE':
        if (isThere) this.ends.set(key, this.p.machine.now() + Number(value) * 1000)
        return integer(isThere ? 1 : 0)
      case 'PERSIST':
        return integer(this.ends.delete(key) ? 1 : 0)
      case 'TTL': {
        const end = this.ends.get(key)
        return integer(!isThere ? -2 : end === undefined ? -1 : Math.ceil((end - this.p.machine.now()) / 1000))
      }
      default:
        return undefined
    }
  }

  private forgetOld(): void {
    for (const [key, end] of this.ends) {
      if (end > this.p.machine.now()) continue
      this.ends.delete(key)
      this.values.delete(key)
    }
  }

  /** SET key value [NX | XX] [EX seconds | PX ms | KEEPTTL] */
  private set(key: string, value: string, words: readonly string[]): string {
    const options = words.map((word) => word.toUpperCase())
    const isThere = this.values.has(key)
    if ((options.includes('NX') && isThere) || (options.includes('XX') && !isThere)) return '(nil)'
    const at = options.findIndex((word) => word === 'EX' || word === 'PX')
    const time = Number(options[at + 1])
    if (at >= 0 && !Number.isInteger(time)) return '(error) ERR value is not an integer or out of range'
    if (at >= 0 && time <= 0) return "(error) ERR invalid expire time in 'set' command"
    this.values.set(key, value)
    if (at >= 0) this.ends.set(key, this.p.machine.now() + (options[at] === 'EX' ? time * 1000 : time))
    else if (!options.includes('KEEPTTL')) this.ends.delete(key)
    return 'OK'
  }

  private info(section: string): string {
    const seconds = Math.floor((this.p.machine.now() - this.p.startedAt) / 1000)
    const sections: Record<string, string> = {
      server: `# Server\nredis_version:${version(this.p)}\nuptime_in_seconds:${seconds}`,
      replication: '# Replication\nrole:master\nconnected_slaves:0',
    }
    return sections[section.toLowerCase()] ?? Object.values(sections).join('\n')
  }

  private add(key: string, by: number): string {
    const n = Number(this.values.get(key) ?? 0) + by
    this.values.set(key, String(n))
    return integer(n)
  }

  private push(key: string, items: string[], left: boolean): string {
    const stored = this.values.get(key)
    const items2 = Array.isArray(stored) ? stored : []
    if (left) items2.unshift(...items.reverse())
    else items2.push(...items)
    this.values.set(key, items2)
    return integer(items2.length)
  }

  private config([action = '', name = '', value = '']: string[]): string {
    if (action.toUpperCase() === 'SET') {
      this.settings.set(name, value)
      return 'OK'
    }
    const found = this.settings.get(name)
    const defaults: Record<string, string> = {
      maxmemory: '0',
      'maxmemory-policy': 'noeviction',
      appendonly: 'no',
      port: '6379',
    }
    const shown =
      found === undefined
        ? defaults[name]
        : /^\d+mb$/.test(found)
          ? String(Number(found.slice(0, -2)) * 1024 ** 2)
          : found
    return shown === undefined ? list([]) : list([name, shown])
  }
}

function popped(stored: unknown, left: boolean): string {
  const items: string[] = Array.isArray(stored) ? stored : []
  const item = left ? items.shift() : items.pop()
  return item === undefined ? '(nil)' : quoted(item)
}

function integer(n: number): string {
  return `(integer) ${n}`
}

function quoted(text: string): string {
  return JSON.stringify(text)
}

function list(items: readonly string[]): string {
  return items.length === 0 ? '(empty array)' : items.map((item, i) => `${i + 1}) ${quoted(item)}`).join('\n')
}

/** redis-cli [-h HOST] [-p PORT] [COMMAND...]; without a command it reads them line by line. */
export function* redisCli(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'h:p:a:n:r:i:ux', long: ['pass', 'user'], stopAtOperand: true })
  if (/^(--version|-v)$/.test(p.argv[1] ?? '')) {
    yield* print(p, `redis-cli ${version(p)}\n`)
    return 0
  }
  const host = o.value('h') ?? '127.0.0.1'
  const port = o.number(6379, 'p')
  if (o.operands.length > 0) return yield* ask(p, host, port, o.operands)
  const input = p.fd(0)
  for (;;) {
    if (input.isTerminal) yield* print(p, `${host}:${port}> `)
    const line = yield* readLine(p, input)
    if (line === undefined || line === INTERRUPTED || /^(quit|exit)\s*$/.test(line)) return 0
    const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3]!)
    if (words.length > 0) yield* ask(p, host, port, words)
  }
}

/** What a client asks of a server. */
export function askRedis(p: Process, host: string, port: number, words: readonly string[]): Run<HttpResponse | NetworkError> {
  return request(p, parseUrl(`http://${host}:${port}/`)!, { method: 'REDIS', headers: {}, body: JSON.stringify(words), timeoutMs: 30_000 })
}

function* ask(p: Process, host: string, port: number, words: readonly string[]): Run<number> {
  const r = yield* askRedis(p, host, port, words)
  if ('error' in r) {
    const reasons: Partial<Record<typeof r.error, string>> = {
      refused: 'Connection refused',
      timeout: 'Connection timed out',
      unresolved: 'Name or service not known',
      unreachable: 'No route to host',
    }
    const why = reasons[r.error]
    yield* print(p, why === undefined ? 'Error: Server closed the connection\n' : `Could not connect to Redis at ${host}:${port}: ${why}\n`, 2)
    return 1
  }
  if (!isWire('REDIS', r)) {
    yield* print(p, 'Error: Protocol error, got "H" as reply type byte\n', 2)
    return 1
  }
  // Not on a terminal, strings come without quotes and types without names.
  const text = p.fd(1).isTerminal
    ? r.body
    : r.body
        .replaceAll(/^(?:\d+\) )?"((?:[^"\\]|\\.)*)"$/gm, '$1')
        .replace(/^\(integer\) /, '')
        .replace(/^\((nil|empty array)\)$/, '')
        .replace(/^\(error\) /, '')
  yield* print(p, `${text}\n`)
  return r.body.startsWith('(error)') ? 1 : 0
}
