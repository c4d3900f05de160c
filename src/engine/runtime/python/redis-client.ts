import { isWire } from '../http.ts'
import type { Process, Run } from '../process/process.ts'
import { askRedis } from '../programs/redis/client.ts'
import { module, text } from './support.ts'
import { type Arguments, Blob, Builtin, Class, Dict, exceptions, Float, Instance, List, numeric, Raised, Tuple, type Value } from './values.ts'

const failure = (name: string, above: Class): Class => new Class(name, [above], new Map<string, Value>([['__module__', 'redis.exceptions']]))
const redisError = failure('RedisError', exceptions.get('Exception')!)
const connectionError = failure('ConnectionError', redisError)
const failures: Readonly<Record<string, Class>> = { RedisError: redisError, ConnectionError: connectionError, TimeoutError: failure('TimeoutError', redisError), ResponseError: failure('ResponseError', redisError), DataError: failure('DataError', redisError), AuthenticationError: failure('AuthenticationError', connectionError) }

const raise = (type: Class, message: string): never => {
  throw new Raised(new Instance(type, new Map<string, Value>([['args', new Tuple([message])]])))
}

/** What redis-cli shows of an answer, as values; `read` makes of a text what the client was told to. */
function valueOf(shown: string, read: (text: string) => Value): Value {
  if (shown === '(nil)') return null
  if (shown === '(empty array)') return new List([])
  const whole = /^\(integer\) (-?\d+)$/.exec(shown)?.[1]
  if (whole !== undefined) return Number(whole)
  if (shown.startsWith('(error) ')) return raise(failures['ResponseError']!, shown.slice(8).replace(/^ERR /, ''))
  if (shown.startsWith('1) ')) return new List(shown.split(/\n(?=\d+\) )/).map((line) => valueOf(line.replace(/^\d+\) /, ''), read)))
  return read(/^"[\s\S]*"$/.test(shown) ? (JSON.parse(shown) as string) : shown)
}

const pairs = (list: Value, of: (value: Value) => Value): Dict => {
  const dict = new Dict()
  const items = list instanceof List ? list.items : []
  for (let i = 0; i < items.length; i += 2) dict.set(items[i]!, of(items[i + 1]!))
  return dict
}

/** What becomes of the answer to a command, where it is not taken as it is. */
const made: Readonly<Record<string, (answer: Value) => Value>> = {
  SET: (v) => (v === null ? null : true),
  PING: () => true,
  MSET: () => true,
  FLUSHALL: () => true,
  FLUSHDB: () => true,
  EXPIRE: (v) => v === 1,
  PERSIST: (v) => v === 1,
  HEXISTS: (v) => v === 1,
  SISMEMBER: (v) => v === 1,
  SETNX: (v) => v === 1,
  RENAME: () => true,
  HGETALL: (v) => pairs(v, (one) => one),
  SMEMBERS: (v) => setOf(v),
  SINTER: (v) => setOf(v),
  SUNION: (v) => setOf(v),
  BLPOP: (v) => (v instanceof List ? new Tuple(v.items) : v),
  BRPOP: (v) => (v instanceof List ? new Tuple(v.items) : v),
  ZSCORE: (v) => (v === null ? null : new Float(Number(v instanceof Blob ? v.text : v))),
  ZINCRBY: (v) => new Float(Number(v instanceof Blob ? v.text : v)),
  INCRBYFLOAT: (v) => new Float(Number(v instanceof Blob ? v.text : v)),
}

function setOf(list: Value): Dict {
  const set = new Dict(true)
  if (list instanceof List) for (const one of list.items) set.set(one instanceof Blob ? one.text : one, true)
  return set
}

interface Server {
  host: string
  port: number
  password: string
  decodes: boolean
}

type Runs = (words: readonly string[]) => Value | Run<Value>

const word = (value: Value): string => (value instanceof Blob ? value.text : text(value))
const all = (value: Value): string[] => (value instanceof List || value instanceof Tuple ? value.items.map(word) : value instanceof Dict && value.isSet ? value.keys().map(word) : [word(value)])

function* ask(p: Process, to: Server, words: readonly string[]): Run<Value> {
  const answer = yield* askRedis(p, to.host, to.port, words, to.password)
  if ('error' in answer) {
    if (answer.error === 'timeout') return raise(failures['TimeoutError']!, 'Timeout connecting to server')
    const why = { refused: ['111', 'Connection refused'], unresolved: ['-2', 'Name or service not known'], unreachable: ['113', 'No route to host'] }[answer.error as string]
    return raise(connectionError, why === undefined ? 'Connection closed by server.' : `Error ${why[0]} connecting to ${to.host}:${to.port}. ${why[1]}.`)
  }
  if (!isWire('REDIS', answer)) return raise(failures['ResponseError']!, "Protocol Error: b'HTTP/1.1 400 Bad Request'")
  if (/^\(error\) (NOAUTH|WRONGPASS)/.test(answer.body)) return raise(failures['AuthenticationError']!, answer.body.replace(/^\(error\) (?:NOAUTH )?/, ''))
  const command = words[0]!.toUpperCase()
  if (command === 'INFO') return informed(answer.body)
  const value = valueOf(answer.body, (one) => (to.decodes ? one : new Blob(one)))
  return Object.hasOwn(made, command) ? made[command]!(value) : value
}

function informed(body: string): Dict {
  const dict = new Dict()
  for (const line of body.split(/\r?\n/)) {
    const at = line.indexOf(':')
    if (at > 0 && !line.startsWith('#')) dict.set(line.slice(0, at), /^-?\d+$/.test(line.slice(at + 1)) ? Number(line.slice(at + 1)) : line.slice(at + 1))
  }
  return dict
}

const plain = ['get', 'append', 'strlen', 'exists', 'ttl', 'pttl', 'persist', 'type', 'rename', 'llen', 'lrange', 'lindex', 'lrem', 'ltrim', 'rpop', 'lpop', 'rpoplpush', 'sadd', 'srem', 'scard', 'smembers', 'sismember', 'spop', 'sinter', 'sunion', 'hget', 'hgetall', 'hdel', 'hexists', 'hkeys', 'hvals', 'hlen', 'hincrby', 'hmget', 'zcard', 'zscore', 'zrank', 'zrem', 'zincrby', 'publish', 'dbsize', 'flushdb', 'flushall', 'ping', 'info', 'mget', 'getset', 'setnx', 'lpush', 'rpush', 'echo', 'save', 'expire', 'incrbyfloat']

const optional = (name: string, value: Value | undefined): string[] => (value === undefined || value === null ? [] : [name, word(value)])

/** By method: the words that a call of it sends. */
const commands: Readonly<Record<string, (a: Arguments) => (string | string[])[]>> = {
  ...Object.fromEntries(plain.map((name) => [name, ({ args }: Arguments) => [name.toUpperCase(), ...args.flatMap(all)]])),
  ...Object.fromEntries([['incr', 'INCR'], ['decr', 'DECR'], ['incrby', 'INCR'], ['decrby', 'DECR']].map(([name, command]) => [name!, ({ args: [key = null, by], named }: Arguments) => (by === undefined && !named.has('amount') ? [command!, word(key)] : [`${command}BY`, word(key), word(by ?? named.get('amount') ?? 1)])])),
  ...Object.fromEntries(['zrange', 'zrevrange'].map((name) => [name, ({ args: [key = null, from = 0, to = -1], named }: Arguments) => [name.toUpperCase(), word(key), word(from), word(to), named.get('withscores') === true ? ['WITHSCORES'] : []]])),
  ...Object.fromEntries(['blpop', 'brpop'].map((name) => [name, ({ args: [keys = null, timeout], named }: Arguments) => [name.toUpperCase(), ...all(keys), String(numeric(timeout ?? named.get('timeout') ?? 0) ?? 0)]])),
  keys: ({ args, named }) => ['KEYS', word(args[0] ?? named.get('pattern') ?? '*')],
  set: ({ args: [key = null, value = null, ex, px], named }) => ['SET', word(key), word(value), optional('EX', ex ?? named.get('ex')), optional('PX', px ?? named.get('px')), named.get('nx') === true ? ['NX'] : [], named.get('xx') === true ? ['XX'] : []],
  setex: ({ args: [key = null, seconds = null, value = null] }) => ['SET', word(key), word(value), 'EX', word(seconds)],
  delete: ({ args }) => ['DEL', ...args.map(word)],
  mset: ({ args: [given = null] }) => ['MSET', entriesOf(given)],
  hset: ({ args: [name = null, key, value], named }) => ['HSET', word(name), key === undefined || key === null ? [] : [word(key), word(value ?? null)], entriesOf(named.get('mapping') ?? null)],
  hmset: ({ args: [name = null, mapping = null] }) => ['HSET', word(name), entriesOf(mapping)],
  zadd: ({ args: [name = null, mapping] }) => ['ZADD', word(name), mapping instanceof Dict ? [...mapping.entries.values()].flatMap(([member, score]) => [word(score), word(member)]) : []],
  execute_command: ({ args }) => args.flatMap(all),
}

function client(type: Class, run: Runs): Instance {
  const self = new Instance(type)
  for (const [name, words] of Object.entries(commands)) self.names.set(name, new Builtin(name, (a) => run(words(a).flat())))
  self.names.set('close', new Builtin('close', () => null))
  return self
}

/** What is asked waits for execute(). */
function pipeline(run: (words: readonly string[]) => Run<Value>): Instance {
  const queued: (readonly string[])[] = []
  const self = client(new Class('Pipeline', [], new Map()), (words) => {
    queued.push(words)
    return self
  })
  const put = (name: string, call: Builtin['call']): void => void self.names.set(name, new Builtin(name, call))
  put('execute', function* () {
    const answers: Value[] = []
    for (const words of queued.splice(0)) answers.push(yield* run(words))
    return new List(answers)
  })
  put('__enter__', () => self)
  put('__exit__', () => false)
  return self
}

/** redis://[user:password@]host[:port], or by name. */
function serverOf({ args, named }: Arguments, url = ''): Server {
  const [, password, host, port] = /^rediss?:\/\/(?:[^:@]*:([^@]*)@)?([^:/]+)(?::(\d+))?/.exec(url) ?? []
  const secret = named.get('password') ?? args[3] ?? null
  return { host: host ?? text(args[0] ?? named.get('host') ?? 'localhost'), port: Number(port ?? text(args[1] ?? named.get('port') ?? 6379)), password: password ?? (secret === null ? '' : text(secret)), decodes: named.get('decode_responses') === true }
}

/** The client redis-py: commands are methods, and answers values (bytes, unless it is told to decode them). */
export function redisModule(p: Process): Instance {
  const connected = (type: Class, to: Server): Instance => {
    const run = (words: readonly string[]): Run<Value> => ask(p, to, words)
    const self = client(type, run)
    self.names.set('pipeline', new Builtin('pipeline', () => pipeline(run)))
    return self
  }
  const type = (name: string): Class => {
    const it = new Class(name, [], new Map())
    it.names.set('__new__', new Builtin(name, (a) => connected(it, serverOf(a))))
    it.names.set('from_url', new Builtin('from_url', ({ args, named }) => connected(it, serverOf({ args: [], named }, text(args[0])))))
    return it
  }
  const redis = type('Redis')
  return module({ from_url: ({ args, named }) => connected(redis, serverOf({ args: [], named }, text(args[0]))) }, { Redis: redis, StrictRedis: type('StrictRedis'), exceptions: module({}, failures), ...failures })
}

const entriesOf = (value: Value): string[] => (value instanceof Dict ? [...value.entries.values()].flatMap(([key, one]) => [text(key), one instanceof Blob ? one.text : text(one)]) : [])
