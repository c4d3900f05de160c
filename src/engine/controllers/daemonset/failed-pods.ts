/** client-go util/flowcontrol Backoff as the DaemonSet controller uses it (failedPodsBackoff): from one second to a quarter of an hour. */
const firstMs = 1000
const longestMs = 900_000

interface Entry {
  delayMs: number
  at: number
}

/** How long a failed daemon pod stays before it is replaced, by DaemonSet, generation and node. */
export class FailedPods {
  private readonly entries = new Map<string, Entry>()

  /** After how many virtual ms one looks again, the whole delay and not what is left of it; 0: nothing is waited for. */
  delayMs(key: string, now: number): number {
    const entry = this.entries.get(key)
    return entry === undefined || forgotten(entry, now) || now - entry.at >= entry.delayMs ? 0 : entry.delayMs
  }

  next(key: string, now: number): void {
    const entry = this.entries.get(key)
    const delayMs = entry === undefined || forgotten(entry, now) ? firstMs : Math.min(entry.delayMs * 2, longestMs)
    this.entries.set(key, { delayMs, at: now })
  }
}

/** Nothing has failed for twice the longest delay. */
const forgotten = ({ at }: Entry, now: number): boolean => now - at > 2 * longestMs
