/**
 * Delays that double (client-go util/flowcontrol.Backoff, as the kubelet uses it for restarts and for image
 * pulls): 10 s up to 300 s; an entry that was not touched for twice the greatest delay is forgotten.
 */
export const initialBackoffMs = 10_000
export const maxBackoffMs = 300_000

interface Entry {
  delayMs: number
  updatedAt: number
}

export class Backoff {
  private readonly entries = new Map<string, Entry>()

  /** A delay that had grown before anybody looked. */
  found(id: string, entry: Entry): void {
    this.entries.set(id, entry)
  }

  /** The present delay of `id`. */
  get(id: string): number {
    return this.entries.get(id)?.delayMs ?? 0
  }

  /** Doubles the delay, or begins anew when the last update lies far enough behind `eventAt`. */
  next(id: string, eventAt: number, now: number): void {
    const entry = this.entries.get(id)
    const delayMs = entry === undefined || this.expired(entry, eventAt) ? initialBackoffMs : Math.min(entry.delayMs * 2, maxBackoffMs)
    this.entries.set(id, { delayMs, updatedAt: now })
  }

  /** Still to be waited for at `now`, when the failure was at `eventAt`? */
  isInBackoffSince(id: string, eventAt: number, now: number): boolean {
    const entry = this.entries.get(id)
    if (entry === undefined || this.expired(entry, eventAt)) return false
    return now - eventAt < entry.delayMs
  }

  /** Like isInBackoffSince, counted from the last call of `next`. */
  isInBackoffSinceUpdate(id: string, eventAt: number): boolean {
    const entry = this.entries.get(id)
    if (entry === undefined || this.expired(entry, eventAt)) return false
    return eventAt - entry.updatedAt < entry.delayMs
  }

  forget(): void {
    this.entries.clear()
  }

  reset(id: string): void {
    this.entries.delete(id)
  }

  private expired(entry: Entry, eventAt: number): boolean {
    return eventAt - entry.updatedAt > 2 * maxBackoffMs
  }
}
