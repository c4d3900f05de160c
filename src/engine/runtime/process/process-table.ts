import type { Process } from './process.ts'
import type { Signal } from './signals.ts'

/**
 * A PID namespace. Each container has its own; with shareProcessNamespace those of a pod have one
 * together, in which /pause is process 1 and reaps what others leave behind. A debugger may join that of its target.
 */
export class ProcessTable {
  private readonly byPid = new Map<number, Process>()
  private nextPid: number
  /** The answer of `all`, as long as it is true. */
  private list: readonly Process[] | undefined
  /** True when process 1 is not a container's own, so that none is shielded from signals. */
  readonly shared: boolean
  /** Processes of more than one container may be in it. */
  crowded = false

  constructor(options: { shared: boolean }) {
    this.shared = options.shared
    this.nextPid = options.shared ? 2 : 1
  }

  takePid(): number {
    return this.nextPid++
  }

  add(p: Process): void {
    this.byPid.set(p.pid, p)
    this.list = undefined
  }

  remove(p: Process): void {
    this.byPid.delete(p.pid)
    this.list = undefined
  }

  get(pid: number): Process | undefined {
    return this.byPid.get(pid)
  }

  /** In the order of their pids, which is the order of their birth. */
  all(): readonly Process[] {
    return (this.list ??= [...this.byPid.values()])
  }

  /** Whom a signal comes to that is sent to one of these; undefined: nobody. */
  reached(target: Process, _signal: Signal): Process | undefined {
    return target
  }

  get size(): number {
    return this.byPid.size
  }
}
