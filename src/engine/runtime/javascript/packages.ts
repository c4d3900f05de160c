import { isWire } from '../http.ts'
import { startChild, waitFor } from '../process/child.ts'
import { print, readAll } from '../process/io.ts'
import { pipe } from '../process/pipe.ts'
import type { Process, Run } from '../process/process.ts'
import { asText } from '../filesystem/data.ts'
import { askRedis } from '../programs/redis/client.ts'
import { formatTime } from '../tools/calendar.ts'
import { withEvents } from './events.ts'
import { bodyReaders, expressModule } from './express.ts'
import { axiosModule } from './fetch.ts'
import type { Interpreter } from './interpreter.ts'
import type { EventLoop } from './loop.ts'
import { errorOf, JsArray, JsFunction, JsObject, native, objectOf, Thrown, toNumber, toText, type Value } from './values.ts'

/** What npm has brought, as far as it is simulated; undefined: nobody can see into it. */
export function knownPackage(name: string, p: Process, js: Interpreter, loop: EventLoop): Value {
  const passes = (before: (req: JsObject, res: JsObject) => Run<void>): JsFunction => new JsFunction('middleware', function* (_, [req, res, next]) {
    yield* before(req as JsObject, res as JsObject)
    return yield* js.call(next, undefined, [])
  })
  const header = (res: JsObject, name: string, value: string): Run<Value> => js.call(res.fields.get('setHeader'), res, [name, value])
  switch (name) {
    case 'express':
      return expressModule(p, js, loop)
    case 'body-parser':
      return objectOf(bodyReaders(js))
    case 'cors':
      return native('cors', () => passes(function* (_, res) {
        yield* header(res, 'Access-Control-Allow-Origin', '*')
      }))
    case 'helmet':
    case 'compression':
    case 'cookie-parser':
      return native(name, () => passes(function* () {}))
    case 'morgan':
      return native('morgan', ([format]) => passes(function* (req, res) {
        const begun = p.machine.now()
        yield* js.call(res.fields.get('on'), res, ['finish', new JsFunction('log', function* () {
          yield* print(p, `${morganLine(p, toText(format), req, res, p.machine.now() - begun)}\n`)
          return undefined
        })])
      }))
    case 'dotenv':
      return objectOf({ config: native('config', () => new JsObject()) })
    case 'axios':
      return axiosModule(p, loop)
    case 'redis':
    case 'ioredis':
      return redisPackage(name, p, js, loop)
    default:
      return undefined
  }
}

function morganLine(p: Process, format: string, req: JsObject, res: JsObject, tookMs: number): string {
  const [method, url, status] = [toText(req.fields.get('method')), toText(req.fields.get('originalUrl')), toText(res.fields.get('statusCode'))]
  const from = toText((req.fields.get('socket') as JsObject).fields.get('remoteAddress'))
  if (format === 'dev') return `${method} ${url} ${status} ${tookMs.toFixed(3)} ms - -`
  if (format === 'tiny') return `${method} ${url} ${status} - - ${tookMs.toFixed(3)} ms`
  const line = `${from} - - [${formatTime('%d/%b/%Y:%T +0000', p.machine.now())}] "${method} ${url} HTTP/1.1" ${status} -`
  return format === 'common' ? line : `${line} "-" "${toText((req.fields.get('headers') as JsObject).fields.get('user-agent') ?? '-')}"`
}

const commands = ['get', 'set', 'incr', 'decr', 'incrBy', 'decrBy', 'del', 'exists', 'expire', 'ttl', 'keys', 'ping', 'lPush', 'rPush', 'lPop', 'rPop', 'lRange', 'lLen', 'sAdd', 'sMembers', 'sIsMember', 'hSet', 'hGet', 'hGetAll', 'hDel', 'publish', 'flushAll', 'mGet', 'setEx', 'append']

/** What redis-cli shows, as a value. */
function valueOf(shown: string): Value {
  if (shown === '(nil)') return null
  if (shown === '(empty array)') return new JsArray([])
  const whole = /^\(integer\) (-?\d+)$/.exec(shown)?.[1]
  if (whole !== undefined) return Number(whole)
  if (shown.startsWith('(error) ')) throw new Thrown(errorOf('ReplyError', shown.slice(8)))
  if (shown.startsWith('1) ')) return new JsArray(shown.split(/\n(?=\d+\) )/).map((line) => valueOf(line.replace(/^\d+\) /, ''))))
  return /^"[\s\S]*"$/.test(shown) ? (JSON.parse(shown) as string) : shown
}

/** node-redis and ioredis: commands in any spelling, which answer by promise, and to a callback where one is given. */
function redisPackage(name: string, p: Process, js: Interpreter, loop: EventLoop): Value {
  const client = (args: readonly Value[]): JsObject => {
    const options = args.find((one) => one instanceof JsObject && !(one instanceof JsArray)) as JsObject | undefined
    const socket = options?.fields.get('socket')
    const option = (key: string): Value => options?.fields.get(key) ?? (socket instanceof JsObject ? socket.fields.get(key) : undefined)
    const [, password, urlHost, urlPort] = /^rediss?:\/\/(?:[^:@]*:([^@]*)@)?([^:/]+)(?::(\d+))?/.exec(typeof args[0] === 'string' ? args[0] : toText(option('url') ?? '')) ?? []
    const plainHost = args.find((one) => typeof one === 'string' && !one.includes('://'))
    const plainPort = args.find((one) => typeof one === 'number')
    const to = { host: urlHost ?? toText(option('host') ?? plainHost ?? '127.0.0.1'), port: Number(urlPort ?? toNumber(option('port') ?? plainPort ?? 6379)), password: password ?? toText(option('password') ?? '') }
    const made = withEvents(new JsObject(), js)
    const emit = (...event: Value[]): Run<Value> => js.call(made.fields.get('emit'), made, event)
    const ask = function* (words: readonly string[]): Run<Value> {
      const answer = yield* askRedis(p, to.host, to.port, words, to.password)
      if (!('error' in answer) && isWire('REDIS', answer)) return valueOf(answer.body)
      const why = 'error' in answer && answer.error === 'unresolved' ? `getaddrinfo ENOTFOUND ${to.host}` : `connect ECONNREFUSED ${to.host}:${to.port}`
      const error = errorOf('Error', why)
      error.fields.set('code', why.startsWith('get') ? 'ENOTFOUND' : 'ECONNREFUSED')
      yield* emit('error', error)
      throw new Thrown(error)
    }
    const later = (words: readonly string[], callback: Value, shape: (v: Value) => Value): JsObject => {
      const promise = loop.promise()
      loop.jobs.push(function* () {
        try {
          const value = shape(yield* ask(words))
          if (callback instanceof JsFunction) yield* js.call(callback, made, [null, value])
          loop.resolve(promise, value)
        } catch (e) {
          if (!(e instanceof Thrown)) throw e
          if (callback instanceof JsFunction) yield* js.call(callback, made, [e.value])
          else loop.resolve(promise, e.value, 'failed')
        }
      })
      return promise
    }
    for (const command of commands) {
      const put = native(command, (given) => {
        const callback = given.at(-1) instanceof JsFunction ? given.at(-1) : undefined
        const flat = given.filter((one) => one !== callback).flatMap((one): string[] => (one instanceof JsArray ? one.items.map((item) => toText(item)) : one instanceof JsObject ? [...one.fields].flatMap(([key, value]) => [key, toText(value)]) : [toText(one)]))
        return later([command.toUpperCase(), ...flat], callback, (v) => (command === 'hGetAll' && v instanceof JsArray ? pairs(v) : v))
      })
      made.fields.set(command, put).set(command.toLowerCase(), put)
    }
    made.fields.set('connect', native('connect', ([callback]) => later(['PING'], callback, () => made)))
    for (const each of ['quit', 'disconnect', 'end']) made.fields.set(each, native(each, () => js.promised('OK', false)))
    made.fields.set('isOpen', true)
    loop.jobs.push(() => emit('connect'))
    loop.jobs.push(() => emit('ready'))
    return made
  }
  if (name === 'redis') return objectOf({ createClient: native('createClient', (args) => client(args)) })
  const made = native('Redis', (args) => client(args))
  made.construct = function* (args) {
    return client(args)
  }
  made.fields.set('default', made)
  return made
}

function pairs({ items }: JsArray): JsObject {
  const made = new JsObject()
  for (let i = 0; i < items.length; i += 2) made.fields.set(toText(items[i]), items[i + 1])
  return made
}

/** child_process: other programs, waited for or heard of later. */
export function childProcess(p: Process, js: Interpreter, loop: EventLoop): JsObject {
  const run = function* (argv: readonly string[]): Run<{ code: number; out: string; err: string }> {
    const [out, err] = [pipe(), pipe()]
    const own = [p.fd(1).retain(), p.fd(2).retain()]
    p.setFd(1, out.writer)
    p.setFd(2, err.writer)
    const started = startChild(p, argv)
    own.forEach((file, i) => p.setFd(i + 1, file))
    if ('failed' in started) throw new Thrown(errorOf('Error', `spawn ${argv[0]} ENOENT`))
    const [said, complained] = [asText(yield* readAll(p, out.reader)), asText(yield* readAll(p, err.reader))]
    return { code: yield* waitFor(p, started.child), out: said, err: complained }
  }
  const shell = (line: Value): string[] => ['/bin/sh', '-c', toText(line)]
  const words = (command: Value, args: Value): string[] => [toText(command), ...(args instanceof JsArray ? args.items.map((one) => toText(one)) : [])]
  const failed = (code: number, line: string, err: string): Value => {
    const error = errorOf('Error', `Command failed: ${line}\n${err}`)
    error.fields.set('status', code).set('code', code).set('stderr', err)
    return error
  }
  const sync = (name: string, argv: (args: Value[]) => string[]): JsFunction => new JsFunction(name, function* (_, args) {
    const { code, out, err } = yield* run(argv(args))
    if (code !== 0) throw new Thrown(failed(code, toText(args[0]), err))
    return out
  })
  const called = (name: string, argv: (args: Value[]) => string[]): JsFunction => native(name, (args) => {
    const callback = args.findLast((one) => one instanceof JsFunction)
    loop.jobs.push(function* () {
      const { code, out, err } = yield* run(argv(args))
      yield* js.call(callback, undefined, [code === 0 ? null : failed(code, toText(args[0]), err), out, err], 'callback')
    })
    return withEvents(new JsObject(), js)
  })
  return objectOf({
    execSync: sync('execSync', ([line]) => shell(line)),
    execFileSync: sync('execFileSync', ([command, args]) => words(command, args)),
    exec: called('exec', ([line]) => shell(line)),
    execFile: called('execFile', ([command, args]) => words(command, args)),
    spawnSync: new JsFunction('spawnSync', function* (_, [command, args]) {
      const { code, out, err } = yield* run(words(command, args))
      return objectOf({ status: code, stdout: out, stderr: err })
    }),
    spawn: native('spawn', ([command, args]) => {
      const child = withEvents(objectOf({ stdout: withEvents(new JsObject(), js), stderr: withEvents(new JsObject(), js) }), js)
      const emit = (of: Value, ...event: Value[]): Run<Value> => js.call((of as JsObject).fields.get('emit'), of, event)
      loop.jobs.push(function* () {
        const { code, out, err } = yield* run(words(command, args))
        if (out !== '') yield* emit(child.fields.get('stdout'), 'data', out)
        if (err !== '') yield* emit(child.fields.get('stderr'), 'data', err)
        yield* emit(child, 'exit', code)
        yield* emit(child, 'close', code)
      })
      return child
    }),
  })
}
