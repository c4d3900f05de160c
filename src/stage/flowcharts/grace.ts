import type { ContainerRecord } from '../../engine/api/machine.ts'
import type { Pod } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import { gracePeriod } from '../shared/objects/containers.ts'
import { signalOf } from './labels.ts'
import type { Visit, Visits } from './model.ts'
import type { PodLife } from './story.ts'

/** The grace period as a bar: from the deletion to the end of what still ran, with what happened on the way. */
export interface GraceBar {
  from: number
  to: number
  graceSeconds: number
  /** Length of the preStop hook as far as it is known at the cursor: [begin, end]. */
  hook: { from: number; to: number } | undefined
  /** The stop signal: usually TERM, unless the image names another. */
  term: { at: number; signal: string } | undefined
  /** When KILL was sent, or will be sent if the process has not ended by then. */
  kill: { at: number; sent: boolean } | undefined
  /** When all its containers had ended. */
  ended: number | undefined
}

export interface Dying {
  film: Film
  life: PodLife
  visits: Visits
  cursor: number
  /** The cursor's virtual time, between steps too. */
  now: number
  /** Of the pod, on its machine. */
  containers: readonly ContainerRecord[]
}

/** undefined as long as the pod is not being deleted. */
export function graceBar({ film, life, visits, cursor, now, containers }: Dying): GraceBar | undefined {
  const pod = markedPod(film, life, visits, cursor)
  const grace = pod === undefined ? undefined : gracePeriod(pod)
  if (pod === undefined || grace === undefined) return undefined
  const visit = (name: string): Visit | undefined => visits.get(`terminate/${name}`)?.findLast((v) => v.step <= cursor)
  const passed = (name: string): number | undefined => visit(name)?.at
  // deletionTimestamp has whole seconds only; the step knows better.
  const from = passed('store') ?? grace.from
  const until = from + (grace.to - grace.from)
  const hookFrom = passed('pre-stop')
  const stop = visit('term')
  const term = stop === undefined ? undefined : { at: stop.at, signal: signalOf(film.steps[stop.step]) ?? 'TERM' }
  const ended = passed('exited') ?? passed('clean-up')
  const killed = passed('kill')
  const planned = Math.max(...containers.map((c) => c.stopping?.killAt ?? -Infinity), until)
  const kill =
    killed !== undefined ? { at: killed, sent: true } : ended !== undefined ? undefined : { at: planned, sent: false }
  return {
    from,
    to: Math.max(until, planned, killed ?? 0, ended ?? 0),
    graceSeconds: pod.metadata.deletionGracePeriodSeconds ?? 0,
    hook: hookFrom === undefined ? undefined : { from: hookFrom, to: term?.at ?? ended ?? now },
    term,
    kill,
    ended,
  }
}

/** The pod as the deletion marked it: the kubelet's own delete sets the grace period to 0 in the end. */
function markedPod(film: Film, life: PodLife, visits: Visits, cursor: number): Pod | undefined {
  const stored = visits.get('terminate/store')?.findLast((v) => v.step <= cursor)
  const revision = stored === undefined ? undefined : film.steps[stored.step]?.revision
  const pod = revision === undefined ? undefined : (film.etcd.get(life.key, revision) as Pod | undefined)
  return pod?.metadata.uid === life.uid ? pod : undefined
}
