import type { Process } from './process.ts'

/**
 * A PID namespace. Each container has its own; with shareProcessNamespace those of a pod have one
 * together, in which /pause is process 1 and reaps what others leave behind.
 */
export class ProcessTable {
  private readonly byPid = new Map<number, Process>()
  private nextPid: number
  /** True when process 1 is not a container's own, so that none is shielded from signals. */
  readonly shared: boolean

  constructor(options: { shared: boolean }) {
    this.shared = options.shared
    this.nextPid = options.shared ? 2 : 1
  }

  takePid(): number {
    return this.nextPid++
  }

  add(p: Process): void {
    this.byPid.set(p.pid, p)
  }

  remove(p: Process): void {
    this.byPid.delete(p.pid)
  }

  get(pid: number): Process | undefined {
    return this.byPid.get(pid)
  }

  /** In the order of their pids, which is the order of their birth. */
  all(): Process[] {
    return [...this.byPid.values()]
  }

  get size(): number {
    return this.byPid.size
  }
}
