import { Errno, strerror } from '../filesystem/errno.ts'
import type { HttpRequest, HttpResponse } from '../http.ts'
import { COST } from '../process/cpu.ts'
import { pay, print } from '../process/io.ts'
import type { Exchange, Listener } from '../process/listener.ts'
import type { Process, Run } from '../process/process.ts'
import type { Signal } from '../process/signals.ts'
import type { Protocol } from '../process/sockets.ts'

export interface Answer {
  response: HttpResponse | { error: 'reset' }
  /** The answer takes so long, while other requests are served. */
  afterMs?: number
  /** Work that nothing else gets done during. */
  cpuUs?: number
  /** Printed to standard output (or where `logTo` says) before the answer. */
  log?: string
  logTo?: 1 | 2
  /** The server ends with this code after the answer. */
  exit?: number
}

/** Work that others do not wait for: done by a process beside the server, to which the answer is left. */
export interface Aside {
  aside: (p: Process) => Run<Answer>
}

/** What a server answers; one that has to wait for something first is a generator, and holds up the next request. */
export type Handler = (request: HttpRequest) => Answer | Aside | HttpResponse | Run<Answer>

/** Where a program listens that nobody can see into: as its pod says, or its environment. */
export function guessedPorts(p: Process): number[] {
  const { ports, guesses } = p.machine.config
  const tcp = guesses?.ports ?? ports.filter(({ protocol }) => (protocol ?? 'TCP') === 'TCP').map(({ containerPort }) => containerPort)
  const port = Number(p.env.get('PORT'))
  return tcp.length === 0 && Number.isInteger(port) && port > 0 && port < 65_536 ? [port] : [...new Set(tcp)]
}

/** How long a task takes that nobody can see into: an init container, or the work of a Job. */
export const TASK_MS = 3000

/** Asks the kernel for ports; complains and gives undefined when one is taken or refused. */
export function* listenOn(
  p: Process,
  ports: readonly number[],
  words: (port: number, why: string) => string,
  protocol?: Protocol,
): Run<Listener[] | undefined> {
  const listeners: Listener[] = []
  for (const port of ports) {
    try {
      listeners.push(p.machine.listen(p, port, protocol))
    } catch (e) {
      if (!(e instanceof Errno)) throw e
      yield* print(p, `${words(port, strerror(e))}\n`, 2)
      return undefined
    }
  }
  return listeners
}

export interface ServeOptions {
  listeners: readonly Listener[]
  handle: Handler
  /** Set by signal handlers: the exit code with which to stop. */
  stopped?: () => number | undefined
  /** When it ends with 0, once that is known (virtual ms). */
  endsAt?: () => number | undefined
}

interface Pending {
  at: number
  exchange: Exchange
  response: HttpResponse | { error: 'reset' }
  exit: number | undefined
}

/** CPU time of an ordinary request. */
const REQUEST_US = 150

/** Accepts and answers until it is told to stop. A slow answer does not hold up the others. */
export function* serve(p: Process, o: ServeOptions): Run<number> {
  const pending: Pending[] = []
  for (;;) {
    const stop = o.stopped?.()
    if (stop !== undefined) return stop
    const end = o.endsAt?.() ?? Infinity
    if (p.machine.now() >= end) return 0
    const ended = sendDue(p, pending)
    if (ended !== undefined) return ended
    const exchange = next(o.listeners)
    if (exchange === undefined) {
      const nextAt = Math.min(end, ...pending.map((d) => d.at))
      const timeoutMs = nextAt === Infinity ? undefined : Math.max(0, nextAt - p.machine.now())
      yield { wait: 'accept', listeners: o.listeners, interruptible: true, timeoutMs }
      continue
    }
    p.cpu.charge(REQUEST_US)
    const result = o.handle(exchange.request)
    if ('aside' in result) {
      besides(p, exchange, result)
      continue
    }
    const answer: Answer = 'next' in result ? yield* result : 'response' in result ? result : { response: result }
    if (answer.cpuUs !== undefined) {
      p.cpu.charge(answer.cpuUs)
      yield { wait: 'cpu' }
    }
    if (answer.log !== undefined) yield* print(p, answer.log, answer.logTo ?? 1)
    if (answer.afterMs !== undefined)
      pending.push({ at: p.machine.now() + answer.afterMs, exchange, response: answer.response, exit: answer.exit })
    else exchange.reply(answer.response)
    if (answer.afterMs === undefined && answer.exit !== undefined) return answer.exit
    yield* pay(p)
  }
}

function next(listeners: readonly Listener[]): Exchange | undefined {
  for (const l of listeners) {
    const exchange = l.accept()
    if (exchange !== undefined) return exchange
  }
  return undefined
}

/** Nobody waits for it: it leaves nothing behind. */
function besides(p: Process, exchange: Exchange, { aside }: Aside): void {
  const beside = p.machine.spawn({
    parent: p,
    argv: p.argv,
    *program(child) {
      const { response, log = '', logTo = 1 } = yield* aside(child)
      yield* print(child, log, logTo)
      exchange.reply(response)
      return 0
    },
    costUs: COST.fork,
    memoryBytes: 0,
  })
  beside.orphaned = true
}

/** The code of one with which the server is to end. */
function sendDue(p: Process, pending: Pending[]): number | undefined {
  const now = p.machine.now()
  for (let i = 0; i < pending.length; i++) {
    if (pending[i]!.at > now) continue
    const [due] = pending.splice(i--, 1)
    due!.exchange.reply(due!.response)
    if (due!.exit !== undefined) return due!.exit
  }
  return undefined
}

/** So long after TERM has come. */
export function endsAfter(p: Process, ms: number): () => number | undefined {
  let endsAt: number | undefined
  p.onSignal('TERM', () => (endsAt ??= p.machine.now() + ms))
  return () => endsAt
}

/** Remembers that one of these signals has come; the running `serve` stops with `code`. */
export function stopsOn(p: Process, signals: readonly Signal[], code: number): () => number | undefined {
  let stopped: number | undefined
  for (const signal of signals) p.onSignal(signal, () => (stopped = code))
  return () => stopped
}

/**
 * As programs in Go end on TERM: they restore the default action and raise the signal again; process 1
 * survives that, and then exits with 2.
 */
export function stopsLikeGo(p: Process): () => number | undefined {
  return stopsOn(p, ['TERM', 'INT', 'HUP', 'QUIT'], p.pid === 1 ? 2 : 143)
}

/** What programs in Go say of a port that they do not get. */
export const cannotListen = (port: number, why: string): string => `listen tcp :${port}: bind: ${why.toLowerCase()}`

/** The rest of a server's life in one line. */
export function* serveOrFail(
  p: Process,
  ports: readonly number[],
  handle: Handler,
  stopped?: () => number | undefined,
): Run<number> {
  const listeners = yield* listenOn(p, ports, cannotListen)
  if (listeners === undefined) return 1
  return yield* serve(p, { listeners, handle, stopped })
}
