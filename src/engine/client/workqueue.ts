import type { Client } from './client.ts'

/**
 * Keys that wait to be reconciled (client-go util/workqueue). A key is in it once however often it is
 * added; a key that is added while it is being processed is processed once more afterwards. Retry and
 * back-off belong to the queue: a reconciler only says that it failed.
 */
export class WorkQueue {
  /** Virtual ms that a key waits after its first failure, twice that after the next one, and so on up to the most. */
  backOff = { firstMs: 5, mostMs: 1_000_000 }
  private readonly client: Client
  private readonly process: (key: string) => void
  private readonly workers: number
  private readonly wakeMs: number
  private readonly queue: string[] = []
  private readonly dirty = new Set<string>()
  private readonly processing = new Set<string>()
  private readonly waitingUntil = new Map<string, number>()
  private readonly failures = new Map<string, number>()
  private scheduled = false

  /** `process` begins the work on a key; the owner calls `done` when it is over. `wakeMs`: from a key's arrival until work on it. */
  constructor(client: Client, workers: number, process: (key: string) => void, wakeMs = 0) {
    this.client = client
    this.wakeMs = wakeMs
    this.workers = workers
    this.process = process
  }

  add(key: string): void {
    if (this.dirty.has(key)) return
    this.dirty.add(key)
    if (this.processing.has(key)) return
    this.queue.push(key)
    this.wake()
  }

  /** A key waits once: for the earliest of the times that were asked for. */
  addAfter(key: string, delayMs: number): void {
    if (delayMs <= 0) return this.add(key)
    const at = this.client.kernel.now + delayMs
    const waiting = this.waitingUntil.get(key)
    if (waiting !== undefined && waiting <= at) return
    this.waitingUntil.set(key, at)
    this.client.later(delayMs, () => {
      if (this.waitingUntil.get(key) !== at) return
      this.waitingUntil.delete(key)
      this.add(key)
    })
  }

  /** Adds it after a delay that doubles with each failure. */
  addRateLimited(key: string): void {
    const failures = this.failures.get(key) ?? 0
    this.failures.set(key, failures + 1)
    const { firstMs, mostMs } = this.backOff
    this.addAfter(key, Math.min(firstMs * 2 ** failures, mostMs))
  }

  forget(key: string): void {
    this.failures.delete(key)
  }

  done(key: string): void {
    this.processing.delete(key)
    if (this.dirty.has(key)) this.queue.push(key)
    if (this.queue.length > 0) this.wake()
  }

  /** Work starts in a task of its own: what woke the queue runs to its end first. */
  private wake(): void {
    if (this.scheduled) return
    this.scheduled = true
    this.client.later(this.wakeMs, () => {
      this.scheduled = false
      while (this.queue.length > 0 && this.processing.size < this.workers) {
        const key = this.queue.shift()!
        this.dirty.delete(key)
        this.processing.add(key)
        this.process(key)
      }
    })
  }
}
