import { Errno } from '../filesystem/errno.ts'
import type { Credentials } from '../filesystem/node.ts'
import type { Access } from '../filesystem.ts'
import { CpuTime } from './cpu.ts'
import type { Listener } from './listener.ts'
import type { Machine } from './machine.ts'
import type { OpenFile, Waiter } from './open-file.ts'
import { type Signal, signalNumber } from './signals.ts'
import type { NetworkWait } from './network.ts'

/**
 * A program is a generator: it yields what it waits for, as data, and is resumed when virtual time
 * has brought it. It returns its exit code. What takes no time (opening a file, starting a child)
 * it does by calls to its process and its machine.
 */
export type Program = (p: Process) => Run<number>

/** A part of a program that may wait and then gives a T. */
export type Run<T> = Generator<Wait | Call, T, any>

/** Not a wait: goes on with `run`, and gives what that returns. See calls.ts. */
export interface Call {
  wait: 'call'
  run: Run<unknown>
}

export type Wait =
  /** Until the time is over; gives true, or INTERRUPTED when a caught signal came first. */
  | { wait: 'time'; ms: number; interruptible: boolean }
  /** Until the CPU time owed (`CpuTime`) has been served. */
  | { wait: 'cpu' }
  /** Until something happens at a file; TIMED_OUT or INTERRUPTED when that came first. */
  | { wait: 'io'; on: OpenFile; interruptible: boolean; timeoutMs?: number }
  /** Until a child has ended (any, when pid is left out); gives its Exited, undefined when there is none to wait for. */
  | { wait: 'child'; pid?: number; interruptible: boolean }
  /** Until a request is at one of these ports; TIMED_OUT or INTERRUPTED when that came first. */
  | { wait: 'accept'; listeners: readonly Listener[]; interruptible: boolean; timeoutMs?: number }
  | NetworkWait

export interface Exited {
  pid: number
  status: ExitStatus
}

/** How a process ended: a code, or the signal that killed it. */
export interface ExitStatus {
  code: number
  signal: Signal | undefined
}

/** What a process does for its pod: it is what the container is for, or a step before or beside that. None: someone has typed it. */
export type Part = 'application' | 'step'

export const INTERRUPTED = Symbol('interrupted')
export const TIMED_OUT = Symbol('timed out')

/** Thrown to leave a program at once, from any depth. */
export class Terminated {
  readonly status: ExitStatus
  constructor(status: ExitStatus) {
    this.status = status
  }
}

export type Disposition = 'default' | 'ignore' | ((signal: Signal) => void)

/** The code that a shell and a container see: 128 + number for a signal. */
export function exitCodeOf(status: ExitStatus): number {
  return status.signal === undefined ? status.code & 0xff : 128 + signalNumber(status.signal)
}

export class Process implements Waiter {
  /** Its container's, with a root of its own after chroot. */
  machine: Machine
  readonly pid: number
  parent: Process | undefined
  argv: readonly string[]
  env: ReadonlyMap<string, string>
  cwd: string
  who: Credentials
  umask = 0o022
  readonly part: Part | undefined
  readonly startedAt: number
  readonly children: Process[] = []
  readonly cpu = new CpuTime()
  /** Open ports, so that they close with it. */
  readonly listeners: Listener[] = []
  /** The process group of a terminal's foreground job gets ^C. */
  group: number
  stopped = false
  /** Its parent has ended before it. */
  orphaned = false
  /** The answer that came while it was stopped. */
  afterStop: { answer: unknown } | undefined
  exit: ExitStatus | undefined
  memoryBytes: number

  /** Owned by the machine: what it waits for now, and how to take that back. */
  waiting: Wait | undefined
  timer: number | undefined
  execution: Run<unknown> | undefined
  /** Who has called what runs now, the outermost first; most programs call nothing. */
  callers: Run<unknown>[] | undefined
  /** Increases with every wait, so that a late answer to an old one is not taken for the new. */
  waitNumber = 0

  /** Most processes say nothing of any signal. */
  private dispositions: Map<Signal, Disposition> | undefined
  private descriptors: (OpenFile | undefined)[]
  /** Tables that redirections have covered for a while. */
  private readonly covered: (OpenFile | undefined)[][] = []

  constructor(o: ProcessOptions) {
    this.machine = o.machine
    this.pid = o.pid
    this.parent = o.parent
    this.argv = o.argv
    this.env = o.env
    this.cwd = o.cwd
    this.who = o.who
    this.startedAt = o.machine.now()
    this.descriptors = o.descriptors
    this.memoryBytes = o.memoryBytes
    this.part = o.part
    this.group = o.group === 'own' ? o.pid : (o.group ?? o.parent?.group ?? o.pid)
  }

  get access(): Access {
    return { cwd: this.cwd, who: this.who }
  }

  wake(): void {
    this.machine.makeReady(this, undefined)
  }

  // --- descriptors --------------------------------------------------------------------------------

  fd(n: number): OpenFile {
    const open = this.descriptors[n]
    if (open === undefined) throw new Errno('EBADF')
    return open
  }

  openDescriptors(): number[] {
    return Object.keys(this.descriptors)
      .map(Number)
      .filter((n) => this.descriptors[n] !== undefined)
  }

  /** Takes over the caller's reference to `open`. */
  setFd(n: number, open: OpenFile | undefined): void {
    const old = this.descriptors[n]
    this.descriptors[n] = open
    old?.release()
  }

  /** The descriptors for a child or for the time of a redirection, each retained. */
  copyDescriptors(): (OpenFile | undefined)[] {
    return this.descriptors.map((d) => d?.retain())
  }

  /** Puts another table in place, for the time of a redirection. Takes over its references. */
  coverDescriptors(table: (OpenFile | undefined)[]): void {
    this.covered.push(this.descriptors)
    this.descriptors = table
  }

  uncoverDescriptors(): void {
    const table = this.descriptors
    this.descriptors = this.covered.pop() ?? []
    for (const d of table) d?.release()
  }

  /** Also those that are covered: a killed process does not come to uncover them. */
  closeDescriptors(): void {
    const tables = [this.descriptors, ...this.covered.splice(0)]
    this.descriptors = []
    for (const table of tables) for (const d of table) d?.release()
  }

  // --- signals ------------------------------------------------------------------------------------

  disposition(signal: Signal): Disposition {
    return this.dispositions?.get(signal) ?? 'default'
  }

  onSignal(signal: Signal, disposition: Disposition): void {
    if (disposition === 'default') this.dispositions?.delete(signal)
    else (this.dispositions ??= new Map()).set(signal, disposition)
  }

  /** What exec keeps: signals that are ignored stay so, handlers are gone. */
  ignoredSignals(): Signal[] {
    return [...(this.dispositions ?? [])].filter(([, d]) => d === 'ignore').map(([s]) => s)
  }

  forgetHandlers(): void {
    for (const [signal, d] of [...(this.dispositions ?? [])]) if (d !== 'ignore') this.dispositions!.delete(signal)
  }
}

export interface ProcessOptions {
  machine: Machine
  pid: number
  parent: Process | undefined
  argv: readonly string[]
  env: ReadonlyMap<string, string>
  cwd: string
  who: Credentials
  descriptors: (OpenFile | undefined)[]
  memoryBytes: number
  group?: number | 'own'
  part?: Part | undefined
}
