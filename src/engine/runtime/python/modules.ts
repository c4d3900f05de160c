import { kernelRelease } from '../../api/node-system.ts'
import { basename, dirname, normalize } from '../filesystem/path.ts'
import { versionOf } from '../images/versions.ts'
import { print, readAll, readLine } from '../process/io.ts'
import { runShell } from '../process/child.ts'
import { INTERRUPTED, type Process, type Run } from '../process/process.ts'
import { parseSignal, signalNumber, signals } from '../process/signals.ts'
import { formatTime } from '../tools/calendar.ts'
import { sendSignal } from '../tools/kill.ts'
import type { Interpreter } from './interpreter.ts'
import { isInstalled } from '../tools/pip.ts'
import { asyncioModule } from './asyncio.ts'
import { subprocessModule } from './commands.ts'
import { datetimeModule } from './dates.ts'
import { flaskModule } from './flask.ts'
import { httpServerModule } from './http-server.ts'
import { functoolsModule, itertoolsModule } from './functional.ts'
import { decodeJson, writtenJson } from './json.ts'
import { loggingModule } from './logs.ts'
import { prometheusModule } from './prometheus.ts'
import { redisModule } from './redis-client.ts'
import { requestsModule } from './requests.ts'
import { smallModules } from './small-modules.ts'
import { socketModule } from './sockets.ts'
import { urlErrorModule, urlRequestModule } from './urls.ts'
import { base64Module, collectionsModule, hashlibModule, reModule } from './more-modules.ts'
import { type Call, exit, fail, module, number, object, orRaise, text } from './support.ts'
import { textModules } from './text-modules.ts'
import { futuresModule, type Threads } from './threads.ts'
import {
  type Arguments,
  Blob,
  Dict,
  exceptions,
  Float,
  Instance,
  List,
  Raised,
  repr,
  Scope,
  Tuple,
  type Value,
} from './values.ts'

const none: Arguments = { args: [], named: new Map() }

function* sleepFor(p: Process, x: Interpreter, seconds: number): Run<Value> {
  let left = seconds * 1000
  while (left > 0) {
    const from = p.machine.now()
    const answer = yield { wait: 'time', ms: left, interruptible: true }
    left -= p.machine.now() - from
    if (answer === INTERRUPTED) yield* x.runHandlers()
    else break
  }
  return null
}

/** The modules that examples import; undefined for all others. */
export function findModule(p: Process, x: () => Interpreter, threads: Threads): (name: string) => Instance | undefined {
  const made = new Map<string, Instance>()
  const makers: Record<string, () => Instance> = {
    os: () => osModule(p),
    sys: () => sysModule(p),
    time: () => timeModule(p, x),
    signal: () => signalModule(p, x),
    random: () => randomModule(p),
    json: () =>
      module({
        dumps: ({ args, named }) => writtenJson(args[0] ?? null, named),
        loads: ({ args: [given] }) => decodeJson(given instanceof Blob ? given.text : text(given)),
        *load({ args }) {
          return decodeJson(text(yield* x().call(x().attribute(args[0] ?? null, 'read'), none)))
        },
        *dump({ args, named }) {
          yield* x().call(x().attribute(args[1] ?? null, 'write'), { args: [writtenJson(args[0] ?? null, named)], named: new Map() })
          return null
        },
      }, { JSONDecodeError: exceptions.get('ValueError')!, decoder: module({}, { JSONDecodeError: exceptions.get('ValueError')! }) }),
    socket: () => socketModule(p, x),
    datetime: () => datetimeModule(p),
    math: () => mathModule(),
    subprocess: () => subprocessModule(p),
    'urllib.request': () => urlRequestModule(p),
    'urllib.error': () => urlErrorModule(),
    urllib: () => module({}, { request: find('urllib.request') ?? null, error: find('urllib.error') ?? null, parse: find('urllib.parse') ?? null }),
    'http.server': () => httpServerModule(p, x),
    http: () => module({}, { server: httpServerModule(p, x) }),
    threading: () => threads.module(),
    'concurrent.futures': () => futuresModule(x),
    concurrent: () => module({}, { futures: futuresModule(x) }),
    functools: () => functoolsModule(x),
    itertools: () => itertoolsModule(x),
    logging: () => loggingModule(p, x),
    ...installed(p, x),
    ...smallModules(p, x),
    ...textModules(p, x),
    asyncio: () => asyncioModule(p, x, threads, (seconds) => sleepFor(p, x(), seconds)),
    re: () => reModule(x),
    hashlib: () => hashlibModule(),
    base64: () => base64Module(),
    collections: () => collectionsModule(x),
  }
  const find = (name: string): Instance | undefined => {
    const known = made.get(name)
    if (known !== undefined) return known
    if (!Object.hasOwn(makers, name)) {
      // A part of a module: redis.exceptions.
      const dot = name.lastIndexOf('.')
      const inner = dot < 0 ? undefined : find(name.slice(0, dot))?.names.get(name.slice(dot + 1))
      return inner instanceof Instance && inner.type === undefined ? inner : undefined
    }
    const instance = makers[name]!()
    made.set(name, instance)
    return instance
  }
  return find
}

/** What pip has brought, as far as it is simulated. */
function installed(p: Process, x: () => Interpreter): Record<string, () => Instance> {
  const packages: Record<string, [pip: string, make: () => Instance]> = {
    flask: ['flask', () => flaskModule(p, x)],
    redis: ['redis', () => redisModule(p)],
    requests: ['requests', () => requestsModule(p)],
    prometheus_client: ['prometheus-client', () => prometheusModule(p, x)],
  }
  return Object.fromEntries(Object.entries(packages).flatMap(([name, [pip, make]]) => (isInstalled(p, pip) ? [[name, make]] : [])))
}

/** os.environ is written in Python: its own line ends the traceback. */
function inLibrary(p: Process, e: Raised): Raised {
  const version = versionOf('python', p.machine.config.image)
  const minor = Number(version.split('.')[1])
  const scope = new Scope(undefined)
  const line = minor > 12 ? 716 : minor > 11 ? 685 : 679
  scope.program = minor > 10 ? { file: '<frozen os>', source: '' } : { file: `/usr/local/lib/python3.${minor}/os.py`, source: `${'\n'.repeat(line - 1)}        raise KeyError(key) from None` }
  e.frames.push({ of: { name: '__getitem__', scope }, line, spot: undefined })
  return e
}

function osModule(p: Process): Instance {
  const { files } = p.machine
  const environ = new Dict()
  for (const [name, value] of p.env) environ.set(name, value)
  environ.missing = (key) => {
    throw inLibrary(p, new Raised(new Instance(exceptions.get('KeyError'), new Map<string, Value>([['args', new Tuple([key])]]))))
  }
  const stat = (path: string, link = false) => files.stat(path, { access: p.access, link })
  const path = module({
    exists: ({ args }) => stat(text(args[0])) !== undefined,
    isfile: ({ args }) => stat(text(args[0]))?.type === 'file',
    isdir: ({ args }) => stat(text(args[0]))?.type === 'directory',
    join: ({ args }) => args.map(text).reduce((a, b) => (b.startsWith('/') ? b : `${a.replace(/\/$/, '')}/${b}`)),
    basename: ({ args }) => basename(text(args[0])),
    dirname: ({ args }) => dirname(text(args[0])),
    abspath: ({ args }) => normalize(text(args[0]), p.cwd),
    getsize: ({ args }) =>
      stat(text(args[0]))?.sizeBytes ??
      fail('FileNotFoundError', `[Errno 2] No such file or directory: ${repr(text(args[0]))}`),
  })
  const onPath =
    (f: (path: string) => void): Call =>
    ({ args }) => {
      orRaise(text(args[0]), () => f(text(args[0])))
      return null
    }
  return module(
    {
      getenv: ({ args }) => environ.get(args[0] ?? null) ?? args[1] ?? null,
      getpid: () => p.pid,
      getppid: () => p.parent?.pid ?? 0,
      getcwd: () => p.cwd,
      getuid: () => p.who.uid,
      chdir: onPath((to) => {
        files.readDirectory(to, p.access)
        p.cwd = normalize(to, p.cwd)
      }),
      listdir: ({ args }) =>
        new List(orRaise(text(args[0] ?? '.'), () => files.readDirectory(text(args[0] ?? '.'), p.access))),
      mkdir: onPath((at) => files.makeDirectory(at, p.access)),
      makedirs: onPath((at) => files.mkdir(normalize(at, p.cwd))),
      remove: onPath((at) => files.unlink(at, p.access)),
      unlink: onPath((at) => files.unlink(at, p.access)),
      rmdir: onPath((at) => files.rmdir(at, p.access)),
      rename: ({ args }) => {
        orRaise(text(args[0]), () => files.rename(text(args[0]), text(args[1]), p.access))
        return null
      },
      kill: ({ args }) => {
        const signal = parseSignal(String(number(args[1])))
        if (signal !== undefined && sendSignal(p, number(args[0]), signal) !== true)
          fail('OSError', '[Errno 3] No such process')
        return null
      },
      *system({ args }) {
        return (yield* runShell(p, text(args[0]))) << 8
      },
      _exit: ({ args }) => exit(args[0]),
      uname: () => unameOf(p),
      cpu_count: () => 4,
      urandom: ({ args }) => new Blob('', number(args[0])),
    },
    { environ, path, name: 'posix', sep: '/' },
  )
}

function sysModule(p: Process): Instance {
  const stream = (fd: number) =>
    object(
      {
        *write({ args }) {
          yield* print(p, text(args[0]), fd)
          return text(args[0]).length
        },
        flush: () => null,
      },
      { fd },
    )
  const stdin = object({
    *read() {
      return yield* readAll(p, p.fd(0))
    },
    *readline() {
      const line = yield* readLine(p, p.fd(0))
      return typeof line === 'string' ? line : ''
    },
    *readlines() {
      return new List((yield* readAll(p, p.fd(0))).split(/(?<=\n)/).filter((line) => line !== ''))
    },
  })
  const argv = p.argv.slice(1)
  const at = argv.findIndex((a) => a === '-c' || !a.startsWith('-'))
  return module(
    { exit: ({ args }) => exit(args[0]) },
    {
      argv: new List(at < 0 ? [''] : argv[at] === '-c' ? ['-c', ...argv.slice(at + 2)] : argv.slice(at)),
      stdin,
      stdout: stream(1),
      stderr: stream(2),
      version: `${versionOf('python', p.machine.config.image)} (main, Nov  1 2025, 00:00:00) [GCC 14.2.0]`,
      platform: 'linux',
      version_info: new Tuple([3, 13, 9]),
      maxsize: 2 ** 53,
    },
  )
}

function timeModule(p: Process, x: () => Interpreter): Instance {
  const seconds = () => new Float(p.machine.now() / 1000)
  return module({
    sleep: ({ args }) => sleepFor(p, x(), number(args[0])),
    time: seconds,
    monotonic: seconds,
    perf_counter: seconds,
    strftime: ({ args }) => formatTime(text(args[0]), p.machine.now()),
    ctime: () => formatTime('%a %b %e %T %Y', p.machine.now()),
    localtime: () => null,
    gmtime: () => null,
  })
}

function signalModule(p: Process, x: () => Interpreter): Instance {
  const values: Record<string, Value> = { SIG_IGN: 1, SIG_DFL: 0 }
  for (const s of signals) values[`SIG${s}`] = signalNumber(s)
  return module(
    {
      signal: ({ args: [n, handler = null] }) => {
        const signal = parseSignal(String(number(n)))
        if (signal === undefined) return fail('ValueError', 'signal number out of range')
        if (handler === 1) p.onSignal(signal, 'ignore')
        else if (handler === 0) p.onSignal(signal, 'default')
        else p.onSignal(signal, (s) => x().pending.push({ handler, signal: signalNumber(s) }))
        return null
      },
      *pause() {
        yield { wait: 'time', ms: Infinity, interruptible: true }
        yield* x().runHandlers()
        return null
      },
    },
    values,
  )
}

function randomModule(p: Process): Instance {
  const float = () => p.machine.random(1_000_000_000) / 1_000_000_000
  return module({
    random: () => new Float(float()),
    uniform: ({ args }) => new Float(number(args[0]) + float() * (number(args[1]) - number(args[0]))),
    randint: ({ args }) => number(args[0]) + p.machine.random(number(args[1]) - number(args[0]) + 1),
    randrange: ({ args }) =>
      args.length === 1
        ? p.machine.random(number(args[0]))
        : number(args[0]) + p.machine.random(number(args[1]) - number(args[0])),
    choice: ({ args: [v] }) =>
      v instanceof List || v instanceof Tuple
        ? v.items[p.machine.random(v.items.length)]!
        : text(v)[p.machine.random(text(v).length)]!,
    seed: () => null,
  })
}

function mathModule(): Instance {
  const real =
    (f: (n: number) => number): Call =>
    ({ args }) =>
      new Float(f(number(args[0])))
  return module(
    {
      sqrt: real(Math.sqrt),
      sin: real(Math.sin),
      cos: real(Math.cos),
      exp: real(Math.exp),
      log: real(Math.log),
      pow: ({ args }) => new Float(number(args[0]) ** number(args[1])),
      floor: ({ args }) => Math.floor(number(args[0])),
      ceil: ({ args }) => Math.ceil(number(args[0])),
      factorial: ({ args }) =>
        Array.from({ length: Math.min(170, number(args[0])) }, (_, i) => i + 1).reduce((a, b) => a * b, 1),
    },
    { pi: new Float(Math.PI), e: new Float(Math.E) },
  )
}

/** By name, and by place as the tuple that it is. */
function unameOf(p: Process): Instance {
  const fields: [string, string][] = [['sysname', 'Linux'], ['nodename', p.machine.config.hostname], ['release', kernelRelease], ['version', '#1 SMP'], ['machine', 'x86_64']]
  return object({ __getitem__: ({ args }) => fields.at(number(args[0]))?.[1] ?? null }, Object.fromEntries(fields))
}
