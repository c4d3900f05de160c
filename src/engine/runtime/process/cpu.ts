/**
 * CPU time of a process. What it does is charged in microseconds; the debt is served (as virtual
 * time) when a quantum is used up, or together with the next sleep.
 */
export class CpuTime {
  /** Charged, not yet served. */
  debtUs = 0
  /** Served so far. */
  usedUs = 0
  private quantumUs = FIRST_QUANTUM_US
  private sinceRestUs = 0

  charge(us: number): void {
    this.debtUs += this.sinceRestUs > PATIENCE_US ? us * SLOWNESS : us
  }

  /** Must it let time pass now? */
  get exhausted(): boolean {
    return this.debtUs >= this.quantumUs
  }

  /** Uses up the quantum without doing anything: for a loop that is known to change nothing. */
  burn(): void {
    this.debtUs = Math.max(this.debtUs, this.quantumUs)
  }

  /** Takes the debt to be served; after each full quantum the next is longer. */
  settle(): number {
    const us = this.debtUs
    this.debtUs = 0
    this.usedUs += us
    this.sinceRestUs += us
    this.quantumUs = Math.min(this.quantumUs * 2, LAST_QUANTUM_US)
    return us
  }

  /** It has slept or waited: a quick answer matters again. */
  rested(): void {
    this.quantumUs = FIRST_QUANTUM_US
    this.sinceRestUs = 0
  }
}

const FIRST_QUANTUM_US = 1_000
/** A process that only computes wakes at most ten times per virtual second. */
const LAST_QUANTUM_US = 100_000
/**
 * After so much computing without a rest every operation is charged this much more: what a real CPU
 * does a million times a second we do a few thousand times, and an endless loop stays affordable.
 */
const PATIENCE_US = 1_000_000
const SLOWNESS = 10

/** Without a limit a container can use the whole node. */
export const NODE_CPU_MILLIS = 4_000

/** Length of the period in which a CPU limit is enforced (cpu.cfs_period_us). */
const PERIOD_US = 100_000

/** A CPU limit, as the kernel's bandwidth control enforces it: so much CPU time in every 100 ms, then the container stands still. */
export class CpuQuota {
  private quotaUs = Infinity
  private period = -1
  private usedUs = 0
  /** Time that processes have stood still (cpu.stat throttled_usec). */
  throttledUs = 0

  constructor(limitMillis: number | undefined) {
    this.setLimit(limitMillis)
  }

  setLimit(limitMillis: number | undefined): void {
    this.quotaUs = limitMillis === undefined ? Infinity : Math.max(1_000, limitMillis * (PERIOD_US / 1000))
  }

  /** When `us` of CPU time, asked for at `nowMs`, has been served (virtual ms). */
  finish(nowMs: number, us: number): number {
    if (this.quotaUs === Infinity) return nowMs + us / 1000
    const nowUs = nowMs * 1000
    const current = Math.floor(nowUs / PERIOD_US)
    if (current > this.period) {
      this.period = current
      this.usedUs = 0
    }
    let at = Math.max(nowUs, this.period * PERIOD_US)
    let left = us
    for (;;) {
      const available = this.quotaUs - this.usedUs
      if (left <= available) {
        this.usedUs += left
        at += left
        break
      }
      left -= available
      // Whole periods at once: a long computation under a small limit must not loop here for ever.
      const skipped = 1 + Math.floor(left / this.quotaUs - 1e-9)
      left -= (skipped - 1) * this.quotaUs
      this.period += skipped
      this.usedUs = 0
      at = this.period * PERIOD_US
    }
    this.throttledUs += Math.max(0, at - nowUs - us)
    return at / 1000
  }
}

/** What things cost, in microseconds of CPU time: the order of magnitude of a small server. */
export const COST = {
  /** A builtin, an assignment, a test. */
  command: 20,
  fork: 250,
  /** fork, exec and the dynamic linker. */
  exec: 700,
  systemCall: 5,
  /** Per KiB that flows through a tool. */
  kilobyte: 2,
} as const
