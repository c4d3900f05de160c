import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { basename, dirname, normalize } from '../filesystem/path.ts'
import { print } from '../process/io.ts'
import { uuid } from '../process/proc-files.ts'
import type { Process } from '../process/process.ts'
import { withEvents } from './events.ts'
import { hostModule } from './http.ts'
import { inspect } from './inspect.ts'
import type { Interpreter } from './interpreter.ts'
import type { EventLoop } from './loop.ts'
import { childProcess } from './packages.ts'
import { Exit, fail, JsArray, JsFunction, JsObject, native, objectOf, Thrown, toNumber, toText, type Value } from './values.ts'

const MIB = 1024 ** 2

/** What node brings along, by the names that `require` knows it by; undefined: nothing of that name. */
export function nodeModule(name: string, p: Process, js: Interpreter, loop: EventLoop): Value {
  switch (name.replace(/^node:/, '')) {
    case 'http':
    case 'https':
      return hostModule(p, js, loop)
    case 'os':
      return osModule(p)
    case 'fs':
    case 'fs/promises':
      return name.endsWith('promises') ? promised(fsModule(p, js, loop), js) : fsModule(p, js, loop)
    case 'path':
      return objectOf({ join: native('join', (parts) => normalize(parts.map((part) => toText(part)).join('/'))), resolve: native('resolve', (parts) => normalize(parts.map((part) => toText(part)).join('/'), p.cwd)), basename: native('basename', ([v]) => basename(toText(v))), dirname: native('dirname', ([v]) => dirname(toText(v))), extname: native('extname', ([v]) => /(?:[^/.])(\.[^/.]*)$/.exec(toText(v))?.[1] ?? ''), sep: '/' })
    case 'util':
      return objectOf({ inspect: native('inspect', ([v]) => inspect(v)), promisify: native('promisify', ([f]) => f), format: native('format', (args) => args.map((one) => (typeof one === 'string' ? one : inspect(one))).join(' ')) })
    case 'events':
      return emitterClass(js)
    case 'crypto':
      return objectOf({ randomUUID: native('randomUUID', () => uuid(p.machine)), randomBytes: native('randomBytes', ([n]) => objectOf({ toString: native('toString', () => Array.from({ length: Math.min(1000, toNumber(n)) }, () => p.machine.random(256).toString(16).padStart(2, '0')).join('')) })) })
    case 'child_process':
      return childProcess(p, js, loop)
    case 'process':
      return js.global.find('process')?.value
    default:
      return undefined
  }
}

function osModule(p: Process): JsObject {
  const { config } = p.machine
  const free = Number(/MemAvailable:\s+(\d+)/.exec(p.machine.files.readText('/proc/meminfo') ?? '')?.[1] ?? 0) * 1024
  return objectOf({
    hostname: native('hostname', () => config.hostname),
    platform: native('platform', () => 'linux'),
    type: native('type', () => 'Linux'),
    arch: native('arch', () => 'x64'),
    release: native('release', () => '6.1.0-40-amd64'),
    uptime: native('uptime', () => Number((p.machine.files.readText('/proc/uptime') ?? '0').split(' ')[0])),
    totalmem: native('totalmem', () => Number(/MemTotal:\s+(\d+)/.exec(p.machine.files.readText('/proc/meminfo') ?? '')?.[1] ?? 0) * 1024),
    freemem: native('freemem', () => free),
    loadavg: native('loadavg', () => new JsArray([0, 0, 0])),
    cpus: native('cpus', () => new JsArray([objectOf({ model: 'cpu', speed: 2000 })])),
    networkInterfaces: native('networkInterfaces', () => objectOf({ eth0: new JsArray([objectOf({ address: config.ip(), family: 'IPv4', internal: false })]) })),
    EOL: '\n',
  })
}

/** Of what has been done. */
const nothing = (_done: unknown): undefined => undefined

const missing: Readonly<Record<string, string>> = { ENOENT: 'no such file or directory', EACCES: 'permission denied', EISDIR: 'illegal operation on a directory', EROFS: 'read-only file system', ENOTDIR: 'not a directory', EEXIST: 'file already exists' }

function fsModule(p: Process, js: Interpreter, loop: EventLoop): JsObject {
  const { files } = p.machine
  const pathOf = (v: Value): string => normalize(toText(v), p.cwd)
  const must = <T>(call: string, path: string, run: () => T): T => {
    const result = attempt(run)
    if (!(result instanceof Errno)) return result as T
    const thrown = fail('Error', `${result.code}: ${missing[result.code] ?? strerror(result).toLowerCase()}, ${call} '${path}'`)
    ;(thrown.value as JsObject).fields.set('code', result.code).set('path', path)
    throw thrown
  }
  const read = ([v]: Value[]): Value => {
    const path = pathOf(v)
    must('open', path, () => files.find(path, p.access))
    const text = files.readText(path, p.access)
    if (text === undefined) must('read', path, () => { throw new Errno('EISDIR') })
    return text
  }
  const write = (append: boolean) => ([v, text]: Value[]): Value => nothing(must('open', toText(v), () => files.writeText(pathOf(v), toText(text), append ? { append } : {})))
  const sync: Readonly<Record<string, (args: Value[]) => Value>> = {
    readFile: read,
    writeFile: write(false),
    appendFile: write(true),
    readdir: ([v]) => new JsArray(must('scandir', toText(v), () => {
      files.find(pathOf(v), p.access)
      return files.list(pathOf(v), p.access) ?? []
    })),
    mkdir: ([v]) => nothing(must('mkdir', toText(v), () => files.mkdir(pathOf(v)))),
    unlink: ([v]) => nothing(must('unlink', toText(v), () => files.remove(pathOf(v)))),
    exists: ([v]) => files.exists(pathOf(v)),
    access: ([v]) => void must('access', toText(v), () => files.find(pathOf(v), p.access)),
  }
  const made = new JsObject()
  for (const [name, run] of Object.entries(sync)) {
    made.fields.set(`${name}Sync`, native(`${name}Sync`, run))
    // With a callback: it hears of it in a turn of its own.
    made.fields.set(name, native(name, (args) => {
      const callback = args.findLast((one) => one instanceof JsFunction)
      let answer: Value[]
      try {
        const value = run(args)
        answer = name === 'exists' ? [value] : [null, value]
      } catch (e) {
        if (!(e instanceof Thrown)) throw e
        answer = [e.value]
      }
      loop.jobs.push(() => js.call(callback, undefined, answer, 'callback'))
      return undefined
    }))
  }
  made.fields.set('promises', promised(made, js))
  return made
}

/** The same, whose answers are promises. */
function promised(module: JsObject, js: Interpreter): JsObject {
  const made = new JsObject()
  for (const [name, f] of module.fields) {
    if (!name.endsWith('Sync')) continue
    made.fields.set(name.slice(0, -4), new JsFunction(name, function* (_, args) {
      try {
        return js.promised(yield* js.call(f, undefined, args), false)
      } catch (e) {
        if (!(e instanceof Thrown)) throw e
        return js.promised(e.value, true)
      }
    }))
  }
  return made
}

function emitterClass(js: Interpreter): JsFunction {
  const made = native('EventEmitter', () => undefined)
  made.construct = function* (_, object = new JsObject()) {
    return withEvents(object, js)
  }
  made.fields.set('EventEmitter', made).set('prototype', new JsObject())
  return made
}

/** `process`: who the program is, and what it hears of signals. */
export function addProcess(p: Process, js: Interpreter, loop: EventLoop, { version, args }: { version: string; args: readonly string[] }): void {
  const stream = (fd: 1 | 2): JsObject => objectOf({ write: new JsFunction('write', function* (_, [text]) {
    yield* print(p, toText(text), fd)
    return true
  }), isTTY: p.fd(fd).isTerminal })
  const made = withEvents(objectOf({
    env: objectOf(Object.fromEntries(p.env)),
    argv: new JsArray(['/usr/local/bin/node', ...args]),
    pid: p.pid,
    version,
    versions: objectOf({ node: version.slice(1) }),
    platform: 'linux',
    arch: 'x64',
    exitCode: undefined,
    exit: native('exit', ([code]) => {
      throw new Exit(code === undefined ? 0 : toNumber(code) & 0xff)
    }),
    cwd: native('cwd', () => p.cwd),
    uptime: native('uptime', () => (p.machine.now() - p.startedAt) / 1000),
    memoryUsage: native('memoryUsage', () => objectOf({ rss: p.memoryBytes, heapTotal: 6 * MIB, heapUsed: 5 * MIB, external: 2 * MIB })),
    hrtime: native('hrtime', () => new JsArray([Math.floor(p.machine.now() / 1000), 0])),
    nextTick: native('nextTick', ([f, ...args]) => void loop.jobs.push(() => js.call(f, undefined, args, 'callback'))),
    stdout: stream(1),
    stderr: stream(2),
  }), js)
  const heard = made.fields.get('on')
  const emit = made.fields.get('emit')
  const on = new JsFunction('on', function* (_, args) {
    const signal = /^SIG(TERM|INT|HUP|QUIT|USR1|USR2)$/.exec(toText(args[0]))?.[1]
    if (signal !== undefined) p.onSignal(signal as 'TERM', () => void loop.jobs.push(() => js.call(emit, made, [`SIG${signal}`, `SIG${signal}`])))
    return yield* js.call(heard, made, args)
  })
  made.fields.set('on', on).set('once', on)
  js.global.set('process', made)
}
