import type { Kernel } from '../../kernel/kernel.ts'
import { Errno, strerror } from '../filesystem/errno.ts'
import { resumed } from './calls.ts'
import { COST, type CpuQuota } from './cpu.ts'
import type { NetworkPort } from './network.ts'
import { type Exited, type ExitStatus, INTERRUPTED, TIMED_OUT, type Process, Terminated, type Wait } from './process.ts'
import { defaultAction, type Signal } from './signals.ts'

/** What a container schedules at its target, for `ContainerOS.handle`. */
export interface ProcessTask {
  readonly type: 'process'
  readonly containerID: string
  /** 0 when it is not for a process: there is work to do, or an `after` is due. */
  readonly pid: number
  readonly waitNumber: number
}

export interface SchedulerHooks {
  /** After it has been taken off everything it had. */
  ended(p: Process, status: ExitStatus): void
  find(pid: number): Process | undefined
  /** Process 1 of a PID namespace of its own is shielded from signals that it has no handler for. */
  isShielded(p: Process): boolean
}

/** Wait number of a task that concerns no process but only says that there is work. */
const PASS = 0

interface Ready {
  process: Process
  answer: unknown
}

/**
 * Runs the processes of a container: resumes those that are ready, and arranges for the others to
 * become so. All processes that are ready at one moment run within one kernel task, in the order in
 * which they became ready.
 */
export class Scheduler {
  private readonly kernel: Kernel
  private readonly target: string
  private readonly containerID: string
  private readonly quota: CpuQuota
  private readonly network: NetworkPort
  private readonly hooks: SchedulerHooks
  private ready: Ready[] = []
  private actions: (() => void)[] = []
  private readonly timed = new Map<number, () => void>()
  private lastTimer = PASS
  private running: Process | undefined
  private passScheduled = false
  private draining = false

  constructor(o: {
    kernel: Kernel
    target: string
    containerID: string
    quota: CpuQuota
    network: NetworkPort
    hooks: SchedulerHooks
  }) {
    this.kernel = o.kernel
    this.target = o.target
    this.containerID = o.containerID
    this.quota = o.quota
    this.network = o.network
    this.hooks = o.hooks
  }

  /** The process that runs now. */
  get current(): Process | undefined {
    return this.running
  }

  /** Does it in a kernel task of its own: nothing is called back from within a call from outside. */
  later(action: () => void): void {
    this.actions.push(action)
    this.schedulePass()
  }

  private schedulePass(): void {
    if (this.passScheduled || this.draining) return
    this.passScheduled = true
    this.schedule(0, 0, PASS)
  }

  private schedule(delayMs: number, pid: number, waitNumber: number): number {
    const task: ProcessTask = { type: 'process', containerID: this.containerID, pid, waitNumber }
    return this.kernel.schedule(this.target, delayMs, task)
  }

  /** Does it in so many ms, in a kernel task. */
  after(ms: number, action: () => void): void {
    const id = ++this.lastTimer
    this.timed.set(id, action)
    this.schedule(ms, 0, id)
  }

  handle(task: ProcessTask): void {
    // From here on what becomes ready runs in this task.
    this.draining = true
    this.take(task)
    this.drain()
    this.draining = false
  }

  private take(task: ProcessTask): void {
    if (task.pid === 0) {
      if (task.waitNumber === PASS) this.passScheduled = false
      const action = this.timed.get(task.waitNumber)
      this.timed.delete(task.waitNumber)
      if (action !== undefined) this.actions.push(action)
    } else {
      const p = this.hooks.find(task.pid)
      if (p === undefined || p.exit !== undefined || p.waitNumber !== task.waitNumber) return
      p.timer = undefined
      this.makeReady(p, p.waiting?.wait === 'io' || p.waiting?.wait === 'accept' ? TIMED_OUT : true)
    }
  }

  /** Answers what it waits for; it runs when its turn comes. */
  makeReady(p: Process, answer: unknown): void {
    if (p.exit !== undefined) return
    this.endWait(p)
    this.ready.push({ process: p, answer })
    this.schedulePass()
  }

  begin(p: Process): void {
    this.ready.push({ process: p, answer: undefined })
    this.schedulePass()
  }

  private drain(): void {
    for (;;) {
      const action = this.actions.shift()
      if (action !== undefined) {
        action()
        continue
      }
      const next = this.ready.shift()
      if (next === undefined) return
      this.resume(next.process, next.answer)
    }
  }

  private resume(p: Process, answer: unknown): void {
    if (p.exit !== undefined) return
    if (p.stopped) {
      // It takes its answer when it is continued.
      p.afterStop = { answer }
      return
    }
    const outcome = this.runUntilWait(p, answer)
    if (p.exit !== undefined) return
    if (outcome instanceof Terminated) {
      if (outcome.status.signal === undefined) this.returned(p, outcome.status.code)
      else this.terminate(p, outcome.status)
    } else if (outcome.done === true) this.returned(p, outcome.value)
    else this.arrange(p, outcome.value)
  }

  private runUntilWait(p: Process, answer: unknown): IteratorResult<Wait, number> | Terminated {
    this.running = p
    try {
      return resumed(p, answer)
    } catch (e) {
      if (e instanceof Terminated) return e
      // A tool that did not expect this failure says so, as one that is written in C would.
      if (e instanceof Errno) return this.fail(p, e)
      if (isWall(e)) return new Terminated({ code: 0, signal: 'SEGV' })
      throw e
    } finally {
      this.running = undefined
    }
  }

  private fail(p: Process, e: Errno): Terminated {
    try {
      p.fd(2).write(`${p.argv[0] ?? ''}: ${strerror(e)}\n`)
    } catch (second) {
      if (!(second instanceof Errno)) throw second
    }
    return new Terminated({ code: 1, signal: undefined })
  }

  /** The CPU time that it still owes passes before it is gone, or is its parent's who waits for it. */
  private returned(p: Process, code: number): void {
    const status = { code, signal: undefined }
    const { parent } = p
    if (parent?.waiting?.wait === 'child') {
      parent.cpu.charge(p.cpu.debtUs)
      p.cpu.debtUs = 0
    }
    if (p.cpu.debtUs < MIN_LAST_DEBT_US) return this.terminate(p, status)
    p.execution = (function* (): Generator<Wait, number, any> {
      yield { wait: 'cpu' }
      return code
    })()
    this.resume(p, undefined)
  }

  private arrange(p: Process, wait: Wait): void {
    p.waiting = wait
    p.waitNumber++
    switch (wait.wait) {
      case 'time':
        return this.arrangeTime(p, wait.ms)
      case 'cpu':
        return this.setTimer(p, Math.ceil(this.quota.finish(this.kernel.now, p.cpu.settle())) - this.kernel.now)
      case 'io':
        wait.on.waitFor(p)
        if (wait.timeoutMs !== undefined && wait.timeoutMs !== Infinity) this.setTimer(p, wait.timeoutMs)
        return
      case 'child':
        return this.arrangeChild(p, wait.pid)
      case 'accept':
        // Whoever waits to be asked is at rest: the next answer is a quick one.
        p.cpu.rested()
        for (const l of wait.listeners) l.waitFor(p)
        if (wait.timeoutMs !== undefined && wait.timeoutMs !== Infinity) this.setTimer(p, wait.timeoutMs)
        return
      case 'http':
        return this.network.http(wait.request, this.replyTo(p))
      case 'tcp':
        return this.network.tcp(wait.host, wait.port, wait.timeoutMs, this.replyTo(p))
      case 'datagram':
        return this.network.datagram(wait, this.replyTo(p))
      case 'resolve':
        return this.network.resolve(wait.name, this.replyTo(p), wait.timeoutMs)
      case 'query':
        return this.network.query(wait.question, this.replyTo(p))
    }
  }

  private arrangeTime(p: Process, ms: number): void {
    const owed = p.cpu.debtUs
    const workedUntil = owed > 0 ? this.quota.finish(this.kernel.now, p.cpu.settle()) : this.kernel.now
    p.cpu.rested()
    if (ms !== Infinity) this.setTimer(p, Math.ceil(workedUntil - this.kernel.now + ms))
  }

  private setTimer(p: Process, delayMs: number): void {
    p.timer = this.schedule(delayMs, p.pid, p.waitNumber)
  }

  private arrangeChild(p: Process, pid: number | undefined): void {
    const awaited = p.children.filter((c) => pid === undefined || c.pid === pid)
    const ended = awaited.find((c) => c.exit !== undefined)
    if (ended !== undefined) this.makeReady(p, exitedOf(ended))
    else if (awaited.length === 0) this.makeReady(p, undefined)
  }

  private replyTo(p: Process): (answer: unknown) => void {
    const { waitNumber } = p
    return (answer) => {
      if (p.waitNumber === waitNumber && p.waiting !== undefined) this.makeReady(p, answer)
    }
  }

  private endWait(p: Process): void {
    const { waiting } = p
    if (waiting === undefined) return
    p.waiting = undefined
    p.waitNumber++
    if (p.timer !== undefined) this.kernel.cancel(p.timer)
    p.timer = undefined
    if (waiting.wait === 'io') waiting.on.stopWaiting(p)
    if (waiting.wait === 'accept') for (const l of waiting.listeners) l.stopWaiting(p)
  }

  // --- signals and ends -----------------------------------------------------------------------------

  kill(p: Process, signal: Signal): void {
    if (p.exit !== undefined) return
    const disposition = signal === 'KILL' || signal === 'STOP' ? 'default' : p.disposition(signal)
    if (disposition === 'ignore') return
    if (disposition !== 'default') return this.catchSignal(p, signal, disposition)
    const action = defaultAction(signal)
    if (action === 'ignore' || (action !== 'continue' && this.hooks.isShielded(p))) return
    if (action === 'stop') p.stopped = true
    else if (action === 'continue') this.continue(p)
    else this.end(p, { code: 0, signal })
  }

  private catchSignal(p: Process, signal: Signal, handler: (signal: Signal) => void): void {
    p.cpu.charge(COST.systemCall)
    handler(signal)
    const { waiting } = p
    if (waiting !== undefined && 'interruptible' in waiting && waiting.interruptible) this.makeReady(p, INTERRUPTED)
  }

  private continue(p: Process): void {
    p.stopped = false
    const { afterStop } = p
    p.afterStop = undefined
    if (afterStop !== undefined) this.makeReady(p, afterStop.answer)
  }

  /** Ends a process whatever it does; when it is the one that runs, this does not come back. */
  end(p: Process, status: ExitStatus): void {
    if (p === this.running) throw new Terminated(status)
    this.terminate(p, status)
  }

  terminate(p: Process, status: ExitStatus): void {
    if (p.exit !== undefined) return
    this.endWait(p)
    p.exit = status
    p.execution = undefined
    p.callers = undefined
    p.cpu.usedUs += p.cpu.debtUs
    p.closeDescriptors()
    for (const listener of p.listeners) listener.shut()
    this.hooks.ended(p, status)
  }

  /** A parent that waits for this child (or any) has its answer. */
  tellParent(child: Process): void {
    const { parent } = child
    const waiting = parent?.waiting
    if (waiting?.wait === 'child' && (waiting.pid === undefined || waiting.pid === child.pid))
      this.makeReady(parent!, exitedOf(child))
  }
}

/** Too deep a nesting, or a string of half a gigabyte: the process has run into a wall. Firefox has a name of its own for the first. */
function isWall(e: unknown): boolean {
  return e instanceof RangeError || (e instanceof Error && e.name === 'InternalError')
}

/** Less than this is not worth an event of its own. */
const MIN_LAST_DEBT_US = 2_000

function exitedOf(child: Process): Exited {
  return { pid: child.pid, status: child.exit! }
}
