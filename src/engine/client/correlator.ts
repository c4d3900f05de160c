/**
 * What becomes of events that repeat (client-go tools/record/events_cache.go): the same text again is a
 * higher count on the same object; many different texts of one reason become "combined"; a source that
 * talks too much about one object is cut off for a while.
 */
export interface EventFacts {
  /** Kind, namespace, name, uid and field path of the object. */
  object: string
  type: string
  reason: string
  message: string
}

export type Correlation =
  | { action: 'create'; message: string; series: string }
  | { action: 'count'; message: string; series: string; count: number; name: string }
  | { action: 'drop' }

interface Series {
  count: number
  name: string
  lastAt: number
}

const spamBurst = 25
const spamRefillMs = 300_000
const similarLimit = 10
const similarWindowMs = 600_000
const combinedPrefix = '(combined from similar events): '

/** The correlator of one source. */
export class EventCorrelator {
  private readonly series = new Map<string, Series>()
  private readonly similar = new Map<string, { texts: Set<string>; lastAt: number }>()
  private readonly buckets = new Map<string, { tokens: number; at: number }>()

  correlate(event: EventFacts, now: number): Correlation {
    if (!this.takeToken(`${event.object}|${event.reason}`, now)) return { action: 'drop' }
    const { message, key } = this.aggregate(event, now)
    const known = this.series.get(key)
    if (known === undefined || known.name === '') return { action: 'create', message, series: key }
    known.count++
    known.lastAt = now
    return { action: 'count', message, series: key, count: known.count, name: known.name }
  }

  /** The event of a series was created under this name. */
  created(series: string, name: string, now: number): void {
    this.series.set(series, { count: 1, name, lastAt: now })
  }

  /** The event object is gone (its hour is over): the series begins anew. */
  forget(series: string): void {
    this.series.delete(series)
  }

  private aggregate(event: EventFacts, now: number): { message: string; key: string } {
    const group = `${event.object}|${event.type}|${event.reason}`
    let record = this.similar.get(group)
    if (record === undefined || now - record.lastAt > similarWindowMs) {
      this.similar.set(group, (record = { texts: new Set(), lastAt: now }))
    }
    record.texts.add(event.message)
    record.lastAt = now
    if (record.texts.size < similarLimit) return { message: event.message, key: `${group}|${event.message}` }
    return { message: combinedPrefix + event.message, key: `${group}|combined` }
  }

  private takeToken(key: string, now: number): boolean {
    const bucket = this.buckets.get(key) ?? { tokens: spamBurst, at: now }
    const tokens = Math.min(spamBurst, bucket.tokens + (now - bucket.at) / spamRefillMs)
    const allowed = tokens >= 1
    this.buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: now })
    return allowed
  }
}
