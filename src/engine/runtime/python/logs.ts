import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import type { Interpreter } from './interpreter.ts'
import { binary } from './operators.ts'
import { type Call, module, number, object, text } from './support.ts'
import { tracebackText } from './traceback.ts'
import { type Arguments, Builtin, Class, Dict, Instance, List, numeric, type Raised, Tuple, type Value } from './values.ts'

const levels: Readonly<Record<string, number>> = { DEBUG: 10, INFO: 20, WARNING: 30, WARN: 30, ERROR: 40, CRITICAL: 50, FATAL: 50 }
const usualFormat = '%(levelname)s:%(name)s:%(message)s'

interface Handler {
  fd: number
  format: string
  dates: string
  level: number
}

interface Logger {
  name: string
  level: number
  handlers: Handler[]
  parent: Logger | undefined
}

const levelOf = (value: Value | undefined): number => (typeof value === 'string' ? (levels[value.toUpperCase()] ?? 0) : number(value))
const fdOf = (stream: Value | undefined): number => (stream instanceof Instance && numeric(stream.names.get('fd') ?? null) === 1 ? 1 : 2)
/** Nobody has set one up: messages of weight are printed as they are. */
const lastResort: Handler = { fd: 2, format: '%(message)s', dates: '', level: 30 }

/** Loggers by name below the root, with levels and formats. */
class Logs {
  private readonly p: Process
  private readonly x: () => Interpreter
  readonly root: Logger = { name: 'root', level: 30, handlers: [], parent: undefined }
  readonly rootObject: Instance
  private readonly known = new Map<string, { logger: Logger; object: Instance }>()
  private readonly handlersOf = new WeakMap<Instance, Handler>()

  constructor(p: Process, x: () => Interpreter) {
    this.p = p
    this.x = x
    this.rootObject = this.objectOf(this.root)
  }

  *write(logger: Logger, level: number, a: Arguments, error?: Raised): Run<null> {
    const [wanted, handlers] = reached(logger)
    if (level < wanted) return null
    const [first = '', ...rest] = a.args
    const message = rest.length === 0 ? yield* this.x().strOf(first) : text(binary('%', text(first), rest.length === 1 && rest[0] instanceof Dict ? rest[0] : new Tuple(rest), () => {}))
    const shown = a.named.get('exc_info') === true ? this.x().handling.at(-1) : error
    for (const handler of handlers.length === 0 ? [lastResort] : handlers) {
      if (level < handler.level) continue
      yield* print(this.p, `${filled(this.p, handler, logger.name, level, message)}\n${shown === undefined ? '' : `${tracebackText(this.p, shown)}\n`}`, handler.fd)
    }
    return null
  }

  private objectOf(logger: Logger): Instance {
    const { root, x, handlersOf } = this
    const at = (level: number): Call => (a) => this.write(logger, level, a)
    return object({
      ...Object.fromEntries(Object.entries({ debug: 10, info: 20, warning: 30, warn: 30, error: 40, critical: 50, fatal: 50 }).map(([name, level]) => [name, at(level)])),
      exception: (a) => this.write(logger, 40, a, x().handling.at(-1)),
      log: ({ args: [level, ...args], named }) => this.write(logger, levelOf(level), { args, named }),
      setLevel: ({ args }) => ((logger.level = levelOf(args[0])), null),
      getEffectiveLevel: () => logger.level || root.level,
      isEnabledFor: ({ args }) => levelOf(args[0]) >= (logger.level || root.level),
      addHandler: ({ args: [handler] }) => {
        if (handler instanceof Instance && handlersOf.has(handler)) logger.handlers.push(handlersOf.get(handler)!)
        return null
      },
      removeHandler: () => null,
      hasHandlers: () => logger.handlers.length > 0,
    }, { name: logger.name, handlers: new List([]), propagate: true })
  }

  loggerOf(name: string): Instance {
    if (name === '' || name === 'root') return this.rootObject
    const before = this.known.get(name)
    if (before !== undefined) return before.object
    const above = name.includes('.') ? this.known.get(name.slice(0, name.lastIndexOf('.'))) : undefined
    const logger: Logger = { name, level: 0, handlers: [], parent: above?.logger ?? this.root }
    const made = { logger, object: this.objectOf(logger) }
    this.known.set(name, made)
    return made.object
  }

  handler(fd: number): Instance {
    const it: Handler = { fd, format: '%(message)s', dates: '', level: 0 }
    const made = object({
      setFormatter: ({ args: [by] }) => {
        if (by instanceof Instance) [it.format, it.dates] = [text(by.names.get('format')), text(by.names.get('dates'))]
        return null
      },
      setLevel: ({ args }) => ((it.level = levelOf(args[0])), null),
    })
    this.handlersOf.set(made, it)
    return made
  }

  /** basicConfig(): only when nobody has done it before. */
  setUp(named: ReadonlyMap<string, Value>): null {
    if (named.has('level')) this.root.level = levelOf(named.get('level'))
    if (this.root.handlers.length > 0 && named.get('force') !== true) return null
    const given = named.get('handlers')
    const own = given instanceof List ? given.items.flatMap((one) => (one instanceof Instance && this.handlersOf.has(one) ? [this.handlersOf.get(one)!] : [])) : [{ fd: fdOf(named.get('stream')), format: '', dates: '', level: 0 }]
    for (const one of own) Object.assign(one, { format: text(named.get('format') ?? usualFormat), dates: text(named.get('datefmt')) })
    this.root.handlers.splice(0, Infinity, ...own)
    return null
  }
}

/** The level that counts for a logger, its own or one above it, and all handlers from it upwards. */
function reached(logger: Logger): [level: number, handlers: Handler[]] {
  let level = 0
  const handlers: Handler[] = []
  for (let l: Logger | undefined = logger; l !== undefined; l = l.parent) {
    level ||= l.level
    handlers.push(...l.handlers)
  }
  return [level, handlers]
}

export function loggingModule(p: Process, x: () => Interpreter): Instance {
  const logs = new Logs(p, x)
  const formatter = new Class('Formatter', [], new Map())
  formatter.names.set('__new__', new Builtin('Formatter', ({ args, named }) => new Instance(formatter, new Map<string, Value>([['format', args[0] ?? named.get('fmt') ?? '%(message)s'], ['dates', args[1] ?? named.get('datefmt') ?? '']]))))
  /** The functions of the module itself set the root up, when nobody has. */
  const onRoot = (name: string): Call => function* (a) {
    logs.setUp(new Map())
    return yield* x().call(logs.rootObject.names.get(name) ?? null, a)
  }
  return module({
    ...Object.fromEntries(['debug', 'info', 'warning', 'warn', 'error', 'critical', 'exception', 'log'].map((name) => [name, onRoot(name)])),
    basicConfig: ({ named }) => logs.setUp(named),
    getLogger: ({ args: [name] }) => logs.loggerOf(name === null || name === undefined ? '' : text(name)),
    StreamHandler: ({ args: [stream] }) => logs.handler(fdOf(stream)),
    FileHandler: () => logs.handler(2),
    NullHandler: () => logs.handler(2),
    getLevelName: ({ args }) => Object.entries(levels).find(([, level]) => level === number(args[0]))?.[0] ?? 'NOTSET',
    disable: () => null,
    captureWarnings: () => null,
  }, { ...levels, NOTSET: 0, Formatter: formatter, root: logs.rootObject })
}

/** %(asctime)s, %(levelname)-8s, {message}: a record in the words of its format. */
function filled(p: Process, { format, dates }: Handler, name: string, level: number, message: string): string {
  const at = p.machine.now()
  const words: Readonly<Record<string, string>> = {
    message, name,
    levelname: Object.entries(levels).find(([, one]) => one === level)?.[0] ?? `Level ${level}`,
    levelno: String(level),
    asctime: dates === '' ? `${formatTime('%F %T', at)},${String(Math.floor(at % 1000)).padStart(3, '0')}` : formatTime(dates, at),
    process: String(p.pid), threadName: 'MainThread', module: 'app', funcName: '<module>', filename: 'app.py', lineno: '1', pathname: 'app.py', created: String(at / 1000), msecs: String(at % 1000), thread: String(p.pid), processName: 'MainProcess',
  }
  return format.replaceAll(/%\((\w+)\)(-?\d*)(?:\.\d+)?[sdf]/g, (_, word: string, width: string) => (width.startsWith('-') ? (words[word] ?? '').padEnd(-Number(width)) : (words[word] ?? '').padStart(Number(width)))).replaceAll(/\{(\w+)\}/g, (all, word: string) => words[word] ?? all)
}
