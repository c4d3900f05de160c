import type { KubeObject } from '../../../engine/api/types.ts'
import type { Film } from '../../../playback/film.ts'
import type { Step } from '../../../worker/protocol.ts'

/** A pod that was behind a Service and is being deleted. */
export interface Ending {
  readonly key: string
  readonly uid: string
  /** Services that it is behind, as 'namespace/name'. */
  readonly services: readonly string[]
  /** The write of its deletion. */
  readonly step: number
}

interface Slice extends KubeObject {
  endpoints?: { targetRef?: { kind?: string; uid?: string } }[]
}

const serviceLabel = 'kubernetes.io/service-name'

/** By film; its last step says how far it had got, and that no fork has put another one there. */
const memo = new WeakMap<Film, { last: Step | undefined; endings: readonly Ending[] }>()

/** All such pods of a film, in the order of their deletions. As far as the film is, it is looked through once, whoever asks. */
export function endingsOf(film: Film): readonly Ending[] {
  const last = film.steps.at(-1)
  let known = memo.get(film)
  if (known?.last !== last || known === undefined) memo.set(film, (known = { last, endings: endingsIn(film) }))
  return known.endings
}

function endingsIn(film: Film): Ending[] {
  const services = servicesByPod(film)
  if (services.size === 0) return []
  const endings: Ending[] = []
  const seen = new Set<string>()
  for (const index of film.ofSize('milestone')) {
    const { milestone, uid } = film.steps[index]!
    if (milestone !== 'terminate/store' || uid === undefined || seen.has(uid)) continue
    const own = services.get(uid)
    const key = film.subjectOf(index)
    if (own === undefined || key === undefined) continue
    seen.add(uid)
    endings.push({ key, uid, services: [...own], step: index })
  }
  return endings
}

/** Services by the uids of the pods that have ever been in their slices. */
function servicesByPod(film: Film): Map<string, Set<string>> {
  const services = new Map<string, Set<string>>()
  for (const key of film.etcd.keys('endpointslices/')) {
    for (const { value } of film.etcd.life(key)) {
      const slice = value as Slice | undefined
      const service = slice?.metadata.labels?.[serviceLabel]
      if (service === undefined) continue
      for (const { targetRef } of slice?.endpoints ?? []) {
        if (targetRef?.kind !== 'Pod' || targetRef.uid === undefined) continue
        const own = services.get(targetRef.uid) ?? new Set()
        services.set(targetRef.uid, own.add(`${slice!.metadata.namespace}/${service}`))
      }
    }
  }
  return services
}

/** The one to show: of the selected pod, else the last that has begun, else the first of all. */
export function endingAt(endings: readonly Ending[], selected: string | undefined, cursor: number): Ending | undefined {
  const own = selected === undefined ? [] : endings.filter(({ key }) => key === selected)
  const among = own.length > 0 ? own : endings
  return among.findLast(({ step }) => step <= cursor) ?? among[0]
}
