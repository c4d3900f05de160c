import type { KubeObject } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import { seriesOf } from './series.ts'
import type { Point } from './series.ts'

interface Metric {
  resource?: { name?: string; target?: { averageUtilization?: number }; current?: { averageUtilization?: number } }
}

interface Autoscaler extends KubeObject {
  spec: { scaleTargetRef: { kind: string; name: string }; minReplicas?: number; maxReplicas: number; metrics?: Metric[] }
  status: { currentReplicas?: number; desiredReplicas?: number; currentMetrics?: Metric[] }
}

/** An autoscaler over the whole film: the metric against its target, and the replicas that follow from it. */
export interface Autoscaling {
  readonly key: string
  readonly name: string
  readonly resource: string
  /** Percent of what is requested. */
  readonly metric: readonly Point[]
  readonly target: number
  readonly current: readonly Point[]
  readonly desired: readonly Point[]
  readonly least: number
  readonly most: number
}

/** The autoscaler that drives an object ('deployments/default/web'), if there ever was one. */
export function autoscalingOf(film: Film, { kind, metadata }: KubeObject): Autoscaling | undefined {
  for (const key of film.etcd.keys(`horizontalpodautoscalers/${metadata.namespace}/`)) {
    const last = film.etcd.life(key).findLast(({ value }) => value !== undefined)?.value as Autoscaler | undefined
    if (last?.spec.scaleTargetRef.kind !== kind || last.spec.scaleTargetRef.name !== metadata.name) continue
    const metric = last.spec.metrics?.find(({ resource }) => resource?.target?.averageUtilization !== undefined)?.resource
    return {
      key,
      name: last.metadata.name,
      resource: metric?.name ?? '',
      metric: seriesOf<Autoscaler>(film, key, ({ status }) => status.currentMetrics?.find(({ resource }) => resource?.name === metric?.name)?.resource?.current?.averageUtilization),
      target: metric?.target?.averageUtilization ?? 0,
      current: seriesOf<Autoscaler>(film, key, ({ status }) => status.currentReplicas),
      desired: seriesOf<Autoscaler>(film, key, ({ status }) => status.desiredReplicas),
      least: last.spec.minReplicas ?? 1,
      most: last.spec.maxReplicas,
    }
  }
  return undefined
}
