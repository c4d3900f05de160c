import type { Kernel, TaskId } from '../kernel/kernel.ts'
import type { Latency, LatencyName } from '../latency.ts'

export interface RuntimeTask {
  readonly type: 'runtime'
  readonly id: number
}

/** What a runtime does later: the queue holds a number, the action stays here. */
export class RuntimeTime {
  private readonly kernel: Kernel
  private readonly latency: Latency
  private readonly target: string
  private readonly pending = new Map<number, () => void>()
  private nextId = 1

  constructor(kernel: Kernel, latency: Latency, target: string) {
    this.kernel = kernel
    this.latency = latency
    this.target = target
  }

  after(latency: LatencyName, action: () => void): void {
    this.later(this.latency.of(latency), action)
  }

  later(delayMs: number, action: () => void): TaskId {
    const id = this.nextId++
    this.pending.set(id, action)
    return this.kernel.schedule(this.target, delayMs, { type: 'runtime', id } as RuntimeTask)
  }

  handle({ id }: RuntimeTask): void {
    const action = this.pending.get(id)
    this.pending.delete(id)
    action?.()
  }
}
