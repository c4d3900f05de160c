import type { Process, Run } from '../process/process.ts'
import type { Interpreter } from './interpreter.ts'
import { module, number, object } from './support.ts'
import type { Threads } from './threads.ts'
import { type Arguments, Class, Coroutine, Instance, List, Raised, raised, Tuple, type Value } from './values.ts'

const taskClass = new Class('Task', [], new Map())

const coroutine = (run: () => Run<Value>): Coroutine => new Coroutine(run)

/** Goes on by itself from now on. */
function taskOf(x: () => Interpreter, threads: Threads, value: Value): Instance {
  if (value instanceof Instance && value.type === taskClass) return value
  let outcome: { value: Value } | { error: Raised } | undefined
  let isCancelled = false
  const process = threads.spawn(function* () {
    try {
      outcome = { value: yield* x().awaited(value) }
    } catch (e) {
      if (!(e instanceof Raised)) throw e
      outcome = { error: e }
    }
  })
  const result = (): Value => {
    if (isCancelled) throw raised('Exception', '')
    if (outcome === undefined) throw raised('RuntimeError', 'Result is not set.')
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }
  const finished = function* (timeoutMs = Infinity): Run<Value> {
    yield* threads.join(process, timeoutMs)
    if (outcome === undefined) throw raised('TimeoutError', '')
    return result()
  }
  return object({
    __await__: () => coroutine(() => finished()),
    _within: ({ args: [seconds] }) => finished(number(seconds) * 1000),
    done: () => outcome !== undefined,
    result,
    cancelled: () => isCancelled,
    cancel: () => {
      isCancelled = true
      return outcome === undefined
    },
    add_done_callback: () => null,
  }, {}, taskClass)
}

/** A lock of so many. */
function lock(free = 1): Instance {
  let left = free
  const take = (): Coroutine => coroutine(function* () {
    while (left <= 0) yield { wait: 'time', ms: 1, interruptible: false }
    left--
    return true
  })
  const release = (): null => {
    left++
    return null
  }
  return object({ acquire: take, release, locked: () => left <= 0, __aenter__: take, __aexit__: () => coroutine(function* () { return release() }) })
}

function queue(): Instance {
  const items: Value[] = []
  let open = 0
  const put = (one: Value): null => {
    items.push(one)
    open++
    return null
  }
  const patiently = function* (isOver: () => boolean): Run<void> {
    while (!isOver()) yield { wait: 'time', ms: 5, interruptible: true }
  }
  return object({
    put: ({ args: [one = null] }) => coroutine(function* () { return put(one) }),
    put_nowait: ({ args: [one = null] }) => put(one),
    get: () => coroutine(function* () {
      yield* patiently(() => items.length > 0)
      return items.shift()!
    }),
    get_nowait: () => items.shift() ?? null,
    task_done: () => (open--, null),
    join: () => coroutine(function* () {
      yield* patiently(() => open <= 0)
      return null
    }),
    qsize: () => items.length,
    empty: () => items.length === 0,
  })
}

/** Whatever has been begun goes on by itself, as a process that shares the program's objects; awaiting it is to wait for its end. */
export function asyncioModule(p: Process, x: () => Interpreter, threads: Threads, sleep: (seconds: number) => Run<Value>): Instance {
  const begun = (value: Value): Instance => taskOf(x, threads, value)
  const gather = ({ args, named }: Arguments): Coroutine => {
    const tasks = args.map(begun)
    return coroutine(function* () {
      const results: Value[] = []
      for (const task of tasks) {
        try {
          results.push(yield* x().awaited(task))
        } catch (e) {
          if (!(e instanceof Raised) || named.get('return_exceptions') !== true) throw e
          results.push(e.error)
        }
      }
      return new List(results)
    })
  }
  const run = ({ args: [main = null] }: Arguments): Run<Value> => x().awaited(main)
  const loop = object({ run_until_complete: run, create_task: ({ args: [one = null] }) => begun(one), run_forever: () => sleep(Infinity), close: () => null, stop: () => null, is_running: () => true, time: () => p.machine.now() / 1000, add_signal_handler: () => null })
  return module({
    run, gather, Lock: () => lock(), Semaphore: ({ args: [n] }) => lock(number(n, 1)), Queue: queue,
    sleep: ({ args: [seconds] }) => coroutine(() => sleep(number(seconds))),
    create_task: ({ args: [one = null] }) => begun(one),
    ensure_future: ({ args: [one = null] }) => begun(one),
    wait_for: ({ args: [one = null, seconds] , named }) => coroutine(() => x().call(begun(one).names.get('_within') ?? null, { args: [seconds ?? named.get('timeout') ?? 0], named: new Map() })),
    wait: ({ args: [all = null] }) => coroutine(function* () {
      const tasks = [...x().iterate(all)].map(begun)
      for (const task of tasks) yield* x().awaited(task)
      return new Tuple([new List(tasks), new List([])])
    }),
    to_thread: ({ args: [f = null, ...args], named }) => coroutine(() => x().call(f, { args, named })),
    get_event_loop: () => loop,
    new_event_loop: () => loop,
    get_running_loop: () => loop,
    set_event_loop: () => null,
    iscoroutinefunction: () => false,
  }, { TimeoutError: x().globals.outer?.names.get('TimeoutError') ?? null, CancelledError: new Class('CancelledError', [], new Map()) })
}
