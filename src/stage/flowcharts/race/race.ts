import type { Pod } from '../../../engine/api/types.ts'
import type { Film } from '../../../playback/film.ts'
import type { Step } from '../../../worker/protocol.ts'
import { endpointTrack } from '../endpointTrack.ts'
import { signalOf } from '../labels.ts'
import type { PodLife } from '../story.ts'
import { terminateChart } from '../terminateChart.ts'
import { lifeVisits } from '../visits.ts'
import { isTold, requestsIn } from './requests.ts'
import type { RaceRequest } from './requests.ts'

/** A moment of the film: virtual ms, and the step that it is read from. */
export interface Mark {
  readonly at: number
  readonly step: number
}

export interface Span {
  readonly from: number
  readonly to: number
}

/** One node's rules: since when they no longer lead to the pod; undefined: as far as is filmed, they do. */
export interface NodeRules {
  readonly node: string
  readonly without: Mark | undefined
}

/**
 * The end of one pod as two tracks that start from the same write and know nothing of each other: the kubelet ends the
 * processes, and the news of it travels through the EndpointSlice to the rules of every node. All times are virtual ms.
 */
export interface Race {
  readonly key: string
  readonly node: string | undefined
  /** Services that the pod is behind, as 'namespace/name'. */
  readonly services: readonly string[]
  /** The write that began both. */
  readonly start: Mark
  readonly grace: Span & { readonly seconds: number }
  readonly kubelet: {
    readonly sees: Mark | undefined
    readonly hook: Mark | undefined
    readonly term: (Mark & { readonly signal: string }) | undefined
    readonly kill: Mark | undefined
    /** All containers have ended: nobody listens any more. */
    readonly ended: Mark | undefined
    readonly gone: Mark | undefined
  }
  /** The slice says that the pod is not ready. */
  readonly withdrawn: Mark | undefined
  readonly rules: readonly NodeRules[]
  readonly requests: readonly RaceRequest[]
  /** What of time is drawn. */
  readonly shown: Span
}

/** undefined for a pod that is behind no Service or that nobody deletes. */
export function raceOf(film: Film, life: PodLife, services: readonly string[]): Race | undefined {
  const visits = lifeVisits(terminateChart, film, life)
  const mark = (name: string): Mark | undefined => {
    const visit = visits.get(`terminate/${name}`)?.[0]
    return visit === undefined ? undefined : { at: visit.at, step: visit.step }
  }
  const start = mark('store')
  if (start === undefined || services.length === 0) return undefined
  const pod = film.etcd.get(life.key, film.revisionAt(start.step)) as Pod | undefined
  const seconds = pod?.metadata.deletionGracePeriodSeconds ?? 0
  const term = mark('term')
  const kubelet = {
    sees: mark('kubelet-sees'),
    hook: mark('pre-stop'),
    term: term === undefined ? undefined : { ...term, signal: signalOf(film.steps[term.step]) ?? 'TERM' },
    kill: mark('kill'),
    ended: mark('exited') ?? mark('clean-up'),
    gone: mark('removed'),
  }
  const track = endpointTrack(film, life)
  const withdrawn = markOf(track.withdrawn.find((step) => step.index >= start.step) ?? track.withdrawn.at(-1))
  const rules = rulesOf(track.rulesWith, track.rulesWithout, start)
  const marks = [kubelet.term, kubelet.kill, kubelet.ended ?? kubelet.gone, withdrawn, ...rules.map((r) => r.without), ...track.lost.map(markOf)]
  // Later than the pod is gone for long, nothing belongs to its story.
  const latest = (kubelet.gone?.at ?? film.now) + tailMs
  const last = Math.min(latest, Math.max(start.at + leastMs, ...marks.flatMap((m) => (m === undefined ? [] : [m.at]))))
  const length = last - start.at
  const shown = { from: start.at - Math.max(60, length * 0.07), to: last + Math.max(80, length * 0.16) }
  return {
    key: life.key,
    node: pod?.spec.nodeName,
    services,
    start,
    grace: { from: start.at, to: start.at + seconds * 1000, seconds },
    kubelet,
    withdrawn,
    rules,
    requests: requestsIn(film, shown, services, life.key).filter((request) => isTold(request, start.at)),
    shown,
  }
}

const leastMs = 400
const tailMs = 30_000

function markOf(step: Step | undefined): Mark | undefined {
  return step === undefined ? undefined : { at: step.at, step: step.index }
}

/** Every node whose rules have led to the pod, and when they changed. */
function rulesOf(written: readonly Step[], removed: readonly Step[], start: Mark): NodeRules[] {
  const rules = new Map<string, Mark | undefined>()
  for (const { from } of written) rules.set(nodeOf(from), undefined)
  for (const step of removed) {
    const node = nodeOf(step.from)
    // Rules that lost the pod before, because it was not ready, are not in the race.
    if (step.index < start.step) rules.delete(node)
    else if (rules.get(node) === undefined) rules.set(node, markOf(step))
  }
  return [...rules].map(([node, without]) => ({ node, without })).sort((a, b) => a.node.localeCompare(b.node, 'en', { numeric: true }))
}

const nodeOf = (proxy: string): string => proxy.slice(proxy.indexOf('/') + 1)

/** Who came first: by how much the slowest node's rules were ahead of the end of the processes (negative: behind). */
export function marginOf({ rules, kubelet }: Race): { ms: number; node: string } | undefined {
  const { ended } = kubelet
  if (ended === undefined || rules.length === 0) return undefined
  const last = rules.reduce((a, b) => ((b.without?.at ?? Infinity) > (a.without?.at ?? Infinity) ? b : a))
  return last.without === undefined ? undefined : { ms: ended.at - last.without.at, node: last.node }
}
