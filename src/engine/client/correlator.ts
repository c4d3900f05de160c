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

/** What is told instead of an event: this message, as the present count of a series. */
export interface Correlation {
  message: string
  series: Series
}

/** Events with one text about one object, as its correlator remembers them. */
export interface Series {
  readonly message: string
  /** How often it was said, by whom it was cut off too. */
  count: number
  /** Virtual ms of the first time. */
  firstAt: number
  /** Of the event object; '' while nobody has tried to make one. */
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

  /** undefined: it is not told. */
  correlate(event: EventFacts, now: number): Correlation | undefined {
    const said = this.saidOf(event, now)
    const correlation = aggregate(groupOf(said, event.type, now), event.message, now)
    const { series } = correlation
    if (series.count++ === 0) series.firstAt = now
    return takeToken(said, now) ? correlation : undefined
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

function aggregate(group: Group, message: string, now: number): Correlation {
  if (now - group.lastAt > similarWindowMs) group.texts = []
  group.lastAt = now
  if (group.texts.length < similarLimit && !group.texts.includes(message)) group.texts.push(message)
  if (group.texts.length < similarLimit) return { message, series: seriesOf(group, message) }
  // No event says this alone: it is the text of all that are combined.
  return { message: combinedPrefix + message, series: seriesOf(group, combinedPrefix) }
}

function seriesOf({ series }: Group, message: string): Series {
  let found = series.find((one) => one.message === message)
  if (found === undefined) series.push((found = { message, count: 0, firstAt: 0, name: '' }))
  return found
}
