import type { Kernel, TaskId } from '../kernel/kernel.ts'
import type { Latency, LatencyName } from '../latency.ts'

export interface RuntimeTask {
  readonly type: 'runtime'
  readonly action: () => void
}

/** What a runtime does later. A task that is cancelled takes its action with it. */
export class RuntimeTime {
  private readonly kernel: Kernel
  private readonly latency: Latency
  private readonly target: string

  constructor(kernel: Kernel, latency: Latency, target: string) {
    this.kernel = kernel
    this.latency = latency
    this.target = target
  }

  after(latency: LatencyName, action: () => void): void {
    this.later(this.latency.of(latency), action)
  }

  later(delayMs: number, action: () => void): TaskId {
    const task: RuntimeTask = { type: 'runtime', action }
    return this.kernel.schedule(this.target, delayMs, task)
  }

  handle({ action }: RuntimeTask): void {
    action()
  }
}
