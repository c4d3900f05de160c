import type { KubeObject } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import { seriesOf, sumOf } from './series.ts'
import type { Point } from './series.ts'
import { ownerOf } from './tree.ts'

interface Scaled extends KubeObject {
  spec: { replicas?: number; strategy?: { type?: string; rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string } } }
  status: { replicas?: number; readyReplicas?: number; availableReplicas?: number }
}

/** One ReplicaSet of a rollout, over the whole film. */
export interface Generation {
  readonly key: string
  readonly name: string
  readonly revision: string
  readonly desired: readonly Point[]
  readonly created: readonly Point[]
  readonly ready: readonly Point[]
}

export interface Rollout {
  readonly generations: readonly Generation[]
  readonly available: readonly Point[]
  readonly total: readonly Point[]
  /** What the strategy allows: no more pods than `most`, no fewer available than `least`; both over time. */
  readonly most: readonly Point[]
  readonly least: readonly Point[]
  /** The largest number that is drawn. */
  readonly top: number
}

/** All ReplicaSets that a Deployment has ever had, and the bounds between which it replaces one by the other. */
export function rolloutOf(film: Film, key: string): Rollout {
  const uid = film.etcd.life(key).flatMap(({ value }) => (value === undefined ? [] : [(value as KubeObject).metadata.uid])).at(-1)
  const [, namespace] = key.split('/')
  const generations = film.etcd.keys(`replicasets/${namespace}/`).flatMap((own): Generation[] => {
    const last = film.etcd.life(own).findLast(({ value }) => value !== undefined)?.value as Scaled | undefined
    if (last === undefined || ownerOf(last) !== uid) return []
    return [
      {
        key: own,
        name: last.metadata.name,
        revision: last.metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '',
        desired: seriesOf<Scaled>(film, own, ({ spec }) => spec.replicas),
        created: seriesOf<Scaled>(film, own, ({ status }) => status.replicas),
        ready: seriesOf<Scaled>(film, own, ({ status }) => status.readyReplicas),
      },
    ]
  })
  generations.sort((a, b) => (a.desired[0]?.step ?? 0) - (b.desired[0]?.step ?? 0))
  const available = sumOf(generations.map(({ key: own }) => seriesOf<Scaled>(film, own, ({ status }) => status.availableReplicas)))
  const total = sumOf(generations.map(({ created }) => created))
  const most = seriesOf<Scaled>(film, key, (deployment) => boundsOf(deployment).most)
  const least = seriesOf<Scaled>(film, key, (deployment) => boundsOf(deployment).least)
  const top = Math.max(1, ...[total, most].flatMap((points) => points.map(({ value }) => value)))
  return { generations, available, total, most, least, top }
}

/** pkg/controller/deployment/util ResolveFenceposts: surge is rounded up, unavailable down; both 0 would not move. */
export function boundsOf({ spec }: Scaled): { most: number; least: number } {
  const { replicas = 1, strategy } = spec
  if (strategy?.type === 'Recreate') return { most: replicas, least: 0 }
  const surge = amountOf(strategy?.rollingUpdate?.maxSurge ?? '25%', replicas, Math.ceil)
  const unavailable = amountOf(strategy?.rollingUpdate?.maxUnavailable ?? '25%', replicas, Math.floor)
  return { most: replicas + surge, least: replicas - (surge === 0 && unavailable === 0 ? 1 : unavailable) }
}

function amountOf(value: number | string, of: number, round: (n: number) => number): number {
  return typeof value === 'number' ? value : round((Number.parseFloat(value) * of) / 100)
}
