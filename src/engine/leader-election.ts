import type { Kernel, Task } from './kernel/kernel.ts'

/** Virtual ms: how long a lease lasts, how long its holder tries to renew it, and how often (LeaderElectionConfiguration's defaults). */
const leaseMs = 15_000
const renewDeadlineMs = 10_000
const retryMs = 2000

interface ElectionTask extends Task {
  type: 'lost' | 'acquired'
  turn: number
}

/**
 * A process of the control plane that works only while it holds its lease (client-go tools/leaderelection). One that it cannot renew it gives up and
 * exits; started again, it takes the lease of its predecessor when it has seen it unchanged for as long as it lasts. The renewals themselves are
 * not played: nothing comes of them while the API server answers.
 */
export class LeaderElection {
  private readonly kernel: Kernel
  private readonly process: string
  private readonly setHeld: (held: boolean) => void
  private readonly target: string
  private leads = true
  /** What was planned before the last change is void. */
  private turn = 0

  /** `setHeld`: the process does nothing any more, or works again. */
  constructor(kernel: Kernel, process: string, setHeld: (held: boolean) => void) {
    this.kernel = kernel
    this.process = process
    this.setHeld = setHeld
    this.target = `leader-election/${process}`
    kernel.register(this.target, (task: ElectionTask) => this.handle(task))
  }

  /** The API server answers from now on, or no longer. */
  serverAnswers(answers: boolean): void {
    this.turn++
    if (!answers && this.leads) this.plan('lost', this.untilNextTry() + renewDeadlineMs)
    if (answers && !this.leads) this.plan('acquired', this.untilNextTry() + leaseMs + this.untilNextTry())
  }

  private untilNextTry(): number {
    return this.kernel.random(this.target).int(retryMs)
  }

  private plan(type: ElectionTask['type'], delayMs: number): void {
    const task: ElectionTask = { type, turn: this.turn }
    this.kernel.schedule(this.target, delayMs, task)
  }

  private handle({ type, turn }: ElectionTask): void {
    if (turn !== this.turn) return
    this.leads = type === 'acquired'
    this.kernel.record({ kind: 'runtime', from: this.process, to: this.process, detail: { type: this.leads ? 'LeaseAcquired' : 'LeaseLost' } })
    this.setHeld(!this.leads)
  }
}
