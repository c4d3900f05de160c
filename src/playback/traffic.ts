import { countOf } from './search.ts'
import type { Film } from './film.ts'
import type { Step } from '../worker/protocol.ts'

/** How many requests through a Service had been answered (status below 500) and had failed. */
export interface Traffic {
  readonly answered: number
  readonly failed: number
}

/** The steps with which requests through each Service ended, found once and kept as the film grows. */
class TrafficIndex {
  private readonly byService = new Map<string, { answered: number[]; failed: number[] }>()
  /** Through which Service a request that is under way goes. */
  private readonly open = new Map<unknown, string>()
  private readonly film: Film
  private scanned = 0
  private last: Step | undefined

  constructor(film: Film) {
    this.film = film
  }

  at(service: string, cursor: number): Traffic {
    this.catchUp()
    const ends = this.byService.get(service)
    return ends === undefined ? none : { answered: countOf(ends.answered, cursor), failed: countOf(ends.failed, cursor) }
  }

  private catchUp(): void {
    const { steps } = this.film
    // A fork has cut the film and perhaps grown it again.
    if (this.scanned > 0 && steps[this.scanned - 1] !== this.last) {
      this.byService.clear()
      this.open.clear()
      this.scanned = 0
    }
    for (; this.scanned < steps.length; this.scanned++) this.take(steps[this.scanned]!)
    this.last = steps[this.scanned - 1]
  }

  private take(step: Step): void {
    const { kind, index, from, to, detail } = step
    if (kind !== 'network' || detail === undefined) return
    const { type, request } = detail
    if (type === 'RequestSent' || type === 'RequestRouted') {
      const through = serviceOf(type === 'RequestSent' ? to : from)
      if (through !== undefined) this.open.set(request, through)
    } else if (type === 'RequestAnswered' || type === 'RequestFailed') {
      const service = this.open.get(request)
      if (service === undefined) return
      this.open.delete(request)
      let ends = this.byService.get(service)
      if (ends === undefined) this.byService.set(service, (ends = { answered: [], failed: [] }))
      ends[endedBadly(step) ? 'failed' : 'answered'].push(index)
    }
  }
}

/** Of the step with which a request ends: nobody has answered, or a server that could not. */
export function endedBadly({ detail, code = 0 }: Step): boolean {
  return detail?.type === 'RequestFailed' || code >= 500
}

const none: Traffic = { answered: 0, failed: 0 }

/** 'service/default/web' -> 'default/web' */
function serviceOf(who: string): string | undefined {
  return who.startsWith('service/') ? who.slice('service/'.length) : undefined
}

const indexes = new WeakMap<Film, TrafficIndex>()

/** Requests through a Service ('default/web') up to a moment. */
export function trafficAt(film: Film, service: string, cursor: number): Traffic {
  let index = indexes.get(film)
  if (index === undefined) indexes.set(film, (index = new TrafficIndex(film)))
  return index.at(service, cursor)
}
