import { COST } from '../process/cpu.ts'
import { print } from '../process/io.ts'
import { INTERRUPTED, type Process, type Run } from '../process/process.ts'
import type { Interpreter } from './interpreter.ts'
import { module, number, object } from './support.ts'
import { tracebackText } from './traceback.ts'
import { type Arguments, Builtin, Class, type Instance, List, Raised, truth, type Value } from './values.ts'

const none: Arguments = { args: [], named: new Map() }
/** How often somebody looks again who waits for another thread. */
const lookAgainMs = 10

/** Threads are processes here that share the program's objects; one runs until it waits, as under the interpreter's lock. */
export class Threads {
  private readonly p: Process
  private readonly x: () => Interpreter
  private readonly withProcess: (q: Process) => Interpreter
  private readonly running: { process: Process; daemon: boolean }[] = []
  private started = 0

  constructor(p: Process, x: () => Interpreter, withProcess: (q: Process) => Interpreter) {
    this.p = p
    this.x = x
    this.withProcess = withProcess
  }

  /** The module `threading`. */
  module(): Instance {
    const { p, running } = this
    const current = object({}, { name: 'MainThread', daemon: false })
    const lock = (): Value => lockObject()
    return module(
      {
        Lock: lock,
        RLock: lock,
        Semaphore: lock,
        BoundedSemaphore: lock,
        local: () => object({}),
        enumerate: () => new List(running.filter(({ process }) => process.exit === undefined).map(({ process }) => object({}, { ident: process.pid }))),
        Event: () => this.event(),
        current_thread: () => current,
        main_thread: () => current,
        active_count: () => 1 + running.filter(({ process }) => process.exit === undefined).length,
        get_ident: () => p.machine.current?.pid ?? p.pid,
      },
      { Thread: this.threadClass() },
    )
  }

  /** As the program ends: it stays until all that are no daemons have ended. */
  *joinAll(): Run<void> {
    for (const { process, daemon } of this.running) if (!daemon) yield* this.join(process)
  }

  /** Begins what goes on beside the program. */
  spawn(body: () => Run<void>): Process {
    const { p } = this
    return p.machine.spawn({
      parent: p, argv: p.argv, costUs: COST.fork,
      *program() {
        yield* body()
        return 0
      },
    })
  }

  private threadClass(): Class {
    const { x } = this
    const init = new Builtin('__init__', ({ args: [self], named }) => {
      const { names } = self as Instance
      const target = named.get('target') ?? null
      names.set('name', named.get('name') ?? `Thread-${++this.started}${target === null ? '' : ` (${(target as { name?: string }).name ?? ''})`}`)
      names.set('daemon', named.get('daemon') ?? false)
      names.set('_call', new Builtin('_call', () => x().call(target, { args: [...x().iterate(named.get('args') ?? new List([]))], named: new Map() })))
      return null
    })
    const run = new Builtin('run', ({ args: [self] }) => x().call((self as Instance).names.get('_call') ?? null, none))
    const start = new Builtin('start', ({ args: [self] }) => this.start(self as Instance))
    return new Class('Thread', [], new Map<string, Value>([['__init__', init], ['run', run], ['start', start]]))
  }

  private start(thread: Instance): null {
    const { p, x } = this
    const { names } = thread
    const target = x().attribute(thread, 'run')
    const process = p.machine.spawn({ parent: p, argv: p.argv, costUs: COST.fork, program: (q) => this.body(q, String(names.get('name')), target) })
    this.running.push({ process, daemon: truth(names.get('daemon') ?? false) })
    names.set('ident', process.pid)
    names.set('is_alive', new Builtin('is_alive', () => process.exit === undefined))
    const join = (timeoutMs: number): Run<void> => this.join(process, timeoutMs)
    names.set('join', new Builtin('join', function* ({ args: [timeout], named }) {
      const seconds = timeout ?? named.get('timeout') ?? null
      yield* join(seconds === null ? Infinity : number(seconds) * 1000)
      return null
    }))
    return null
  }

  private *body(q: Process, name: string, target: Value): Run<number> {
    try {
      yield* this.withProcess(q).call(target, none)
    } catch (e) {
      if (!(e instanceof Raised)) throw e
      yield* print(q, `Exception in thread ${name}:\n${tracebackText(q, e)}\n`, 2)
    }
    return 0
  }

  *join(process: Process, timeoutMs = Infinity): Run<void> {
    const { machine } = this.p
    const until = machine.now() + timeoutMs
    while (process.exit === undefined && machine.now() < until) {
      // Whoever waits for ever waits for the end itself.
      const isMain = machine.current === this.p && timeoutMs === Infinity
      const answer = isMain ? yield { wait: 'child', pid: process.pid, interruptible: true } : yield { wait: 'time', ms: lookAgainMs, interruptible: true }
      if (answer === INTERRUPTED) yield* this.x().runHandlers()
    }
  }

  private event(): Instance {
    const { p, x } = this
    let isSet = false
    return object({
      set: () => ((isSet = true), null),
      clear: () => ((isSet = false), null),
      is_set: () => isSet,
      *wait({ args: [timeout = null] }) {
        const until = timeout === null ? Infinity : p.machine.now() + number(timeout) * 1000
        while (!isSet && p.machine.now() < until) {
          const answer = yield { wait: 'time', ms: Math.min(lookAgainMs * 10, until - p.machine.now()), interruptible: true }
          if (answer === INTERRUPTED) yield* x().runHandlers()
        }
        return isSet
      },
    })
  }
}

function lockObject(): Instance {
  let held = 0
  const take = function* (): Run<Value> {
    while (held > 0) yield { wait: 'time', ms: 1, interruptible: false }
    held++
    return true
  }
  const release = (): Value => {
    held = Math.max(0, held - 1)
    return null
  }
  return object({ acquire: take, release, locked: () => held > 0, __enter__: take, __exit__: release })
}

/** concurrent.futures: what is submitted is done at once, one after the other. */
export function futuresModule(x: () => Interpreter): Instance {
  const executor = (): Value =>
    object({
      *submit({ args: [f = null, ...args], named }) {
        const value = yield* x().call(f, { args, named })
        return object({ result: () => value, done: () => true })
      },
      *map({ args: [f = null, ...lists] }) {
        const columns = lists.map((list) => [...x().iterate(list)])
        const out: Value[] = []
        for (let i = 0; i < Math.min(...columns.map((column) => column.length)); i++) out.push(yield* x().call(f, { args: columns.map((column) => column[i]!), named: new Map() }))
        return new List(out)
      },
      shutdown: () => null,
    })
  return module({ ThreadPoolExecutor: executor, ProcessPoolExecutor: executor, as_completed: ({ args: [list = null] }) => list, wait: ({ args: [list = null] }) => list })
}
