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
  | { action: 'create'; message: string; series: Series }
  | { action: 'count'; message: string; series: Series; count: number; name: string }
  | { action: 'drop' }

/** Events with one text about one object, as its correlator remembers them. */
export interface Series {
  readonly message: string
  count: number
  /** Of the event object; '' while there is none. */
  name: string
}

/** What was said about one object for one reason. */
interface Said {
  readonly reason: string
  /** How often it may still be said, as of `at`. */
  tokens: number
  at: number
  readonly groups: Group[]
}

interface Group {
  readonly type: string
  /** Different texts of late; at `similarLimit` they become one. */
  texts: string[]
  lastAt: number
  readonly series: Series[]
}

const spamBurst = 25
const spamRefillMs = 300_000
const similarLimit = 10
const similarWindowMs = 600_000
const combinedPrefix = '(combined from similar events): '

/** The correlator of one source. */
export class EventCorrelator {
  /** By object. Of each little is said: short lists, not maps. */
  private readonly objects = new Map<string, Said[]>()

  correlate(event: EventFacts, now: number): Correlation {
    const said = this.saidOf(event, now)
    if (!takeToken(said, now)) return { action: 'drop' }
    const { message, series } = aggregate(groupOf(said, event.type, now), event.message, now)
    if (series.name === '') return { action: 'create', message, series }
    series.count++
    return { action: 'count', message, series, count: series.count, name: series.name }
  }

  /** The event of a series was created under this name. */
  created(series: Series, name: string): void {
    series.count = 1
    series.name = name
  }

  /** The event object is gone (its hour is over): the series begins anew. */
  forget(series: Series): void {
    series.name = ''
  }

  private saidOf({ object, reason }: EventFacts, now: number): Said {
    let all = this.objects.get(object)
    if (all === undefined) this.objects.set(object, (all = []))
    let said = all.find((one) => one.reason === reason)
    if (said === undefined) all.push((said = { reason, tokens: spamBurst, at: now, groups: [] }))
    return said
  }
}

function takeToken(said: Said, now: number): boolean {
  const tokens = Math.min(spamBurst, said.tokens + (now - said.at) / spamRefillMs)
  const allowed = tokens >= 1
  said.tokens = allowed ? tokens - 1 : tokens
  said.at = now
  return allowed
}

function groupOf({ groups }: Said, type: string, now: number): Group {
  let group = groups.find((one) => one.type === type)
  if (group === undefined) groups.push((group = { type, texts: [], lastAt: now, series: [] }))
  return group
}

function aggregate(group: Group, message: string, now: number): { message: string; series: Series } {
  if (now - group.lastAt > similarWindowMs) group.texts = []
  group.lastAt = now
  if (group.texts.length < similarLimit && !group.texts.includes(message)) group.texts.push(message)
  if (group.texts.length < similarLimit) return { message, series: seriesOf(group, message) }
  // No event says this alone: it is the text of all that are combined.
  return { message: combinedPrefix + message, series: seriesOf(group, combinedPrefix) }
}

function seriesOf({ series }: Group, message: string): Series {
  let found = series.find((one) => one.message === message)
  if (found === undefined) series.push((found = { message, count: 0, name: '' }))
  return found
}
