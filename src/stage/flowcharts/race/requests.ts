import type { Film } from '../../../playback/film.ts'
import { endedBadly, trafficAt } from '../../../playback/traffic.ts'
import type { Step } from '../../../worker/protocol.ts'

/** What became of one request through a Service. Virtual ms. */
export interface RaceRequest {
  readonly id: number
  readonly sentAt: number
  /** undefined: it is still under way where the film ends. */
  readonly endedAt: number | undefined
  readonly outcome: 'answered' | 'failed' | 'open'
  /** The step of its end, else the one that sent it. */
  readonly step: number
  /** A rule has sent it to the pod that ends. */
  readonly toPod: boolean
  /** A rule has sent it to another one. */
  readonly toOther: boolean
  /** The word of the failure, or the status. */
  readonly word: string
}

export interface Counts {
  answered: number
  failed: number
  inFlight: number
}

interface Story {
  sent: Step
  /** It goes through one of the Services: their names are asked for, or a rule says so (by a node's port). */
  ours: boolean
  /** Where a rule has sent it. */
  routed: string | undefined
  end: Step | undefined
}

/** Requests through these Services that were under way in a stretch of time. */
export function requestsIn(film: Film, { from, to }: { from: number; to: number }, services: readonly string[], pod: string): RaceRequest[] {
  const goals = new Set(services.map((service) => `service/${service}`))
  const [, namespace = '', name = ''] = pod.split('/')
  const address = `pod/${namespace}/${name}`
  const stories = new Map<unknown, Story>()
  // One that was sent a while before may end in it, and one that was sent in it a while after.
  for (let i = film.stepsUpTo(from - longestMs); i < film.steps.length && film.steps[i]!.at <= to + longestMs; i++) {
    const step = film.steps[i]!
    if (step.kind !== 'network' || step.detail === undefined) continue
    const { type, request } = step.detail
    const story = stories.get(request)
    if (type === 'RequestSent' && step.at <= to) stories.set(request, { sent: step, ours: goals.has(step.to), routed: undefined, end: undefined })
    else if (story === undefined) continue
    else if (type === 'RequestRouted') {
      story.ours ||= goals.has(step.from)
      story.routed = step.to
    } else if (type === 'RequestAnswered' || type === 'RequestFailed') story.end = step
  }
  return [...stories].flatMap(([id, story]) => (!story.ours || (story.end !== undefined && story.end.at < from) ? [] : [told(id as number, story, address)]))
}

const longestMs = 10_000

function told(id: number, { sent, routed, end }: Story, pod: string): RaceRequest {
  const toPod = routed === pod
  const facts = { id, sentAt: sent.at, toPod, toOther: routed !== undefined && !toPod }
  if (end === undefined) return { ...facts, endedAt: undefined, outcome: 'open', step: sent.index, word: '' }
  const failed = endedBadly(end)
  const word = String(end.detail?.['error'] ?? end.detail?.['status'] ?? '')
  return { ...facts, endedAt: end.at, outcome: failed ? 'failed' : 'answered', step: end.index, word }
}

/** Not one that failed at another pod, or before this one was asked to end: that is told where it belongs. */
export function isTold({ outcome, toPod, toOther, sentAt }: RaceRequest, startAt: number): boolean {
  return outcome !== 'failed' || toPod || (!toOther && sentAt >= startAt)
}

/** How it stands at a moment. */
export function countsAt(requests: readonly RaceRequest[], now: number): Counts {
  const counts: Counts = { answered: 0, failed: 0, inFlight: 0 }
  for (const { sentAt, endedAt, outcome } of requests) {
    if (sentAt > now) continue
    if (endedAt === undefined || endedAt > now || outcome === 'open') counts.inFlight++
    else counts[outcome]++
  }
  return counts
}

/** All requests through these Services over the whole film. */
export function countsOf(film: Film, services: readonly string[]): { answered: number; failed: number } {
  const all = services.map((service) => trafficAt(film, service, film.steps.length))
  return { answered: all.reduce((sum, { answered }) => sum + answered, 0), failed: all.reduce((sum, { failed }) => sum + failed, 0) }
}
