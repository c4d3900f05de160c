import { useMemo } from 'react'
import type { Pod } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import { useFilm, usePlaybackState } from '../../playback/hooks.ts'
import { useSelectedPod } from '../shared/objects/selectedPod.ts'
import { stepsAbout } from '../shared/film/stepsAbout.ts'
import type { Chart } from './chart.ts'
import { viewOf } from './model.ts'
import type { ChartView, Visits } from './model.ts'
import { lifeAt, livesOf } from './story.ts'
import type { PodLife } from './story.ts'
import { isLeaving, lifeVisits } from './visits.ts'

/** The life that the charts are about: of the selected pod, at the moment on stage. */
export interface ShownLife {
  film: Film
  life: PodLife
  /** At the cursor, else its last version. */
  pod: Pod | undefined
  cursor: number
}

export function useLife(): ShownLife | undefined {
  const film = useFilm()
  const key = useSelectedPod()
  const cursor = usePlaybackState((s) => s.cursor)
  const about = film === undefined || key === undefined ? undefined : stepsAbout(film, key)
  const lives = useMemo(
    () => (film === undefined || key === undefined ? [] : livesOf(film, key, about)),
    [film, key, about],
  )
  const life = lifeAt(lives, cursor)
  if (film === undefined || life === undefined) return undefined
  return { film, life, pod: podOf(film, life, cursor), cursor }
}

function podOf(film: Film, life: PodLife, cursor: number): Pod | undefined {
  const now = film.etcd.get(life.key, film.revisionAt(cursor)) as Pod | undefined
  if (now !== undefined && now.metadata.uid === life.uid) return now
  const versions = film.etcd.life(life.key).map((entry) => entry.value as Pod | undefined)
  return versions.findLast((pod) => pod !== undefined && pod.metadata.uid === life.uid)
}

export function useChart(chart: Chart, shown: ShownLife | undefined): { view: ChartView; visits: Visits } | undefined {
  const { film, life, cursor } = shown ?? {}
  const visits = useMemo(
    () => (film === undefined || life === undefined ? undefined : lifeVisits(chart, film, life)),
    [chart, film, life],
  )
  return useMemo(() => {
    if (visits === undefined || cursor === undefined || life === undefined) return undefined
    return { view: viewOf(chart, visits, cursor, chart.id === 'create' && isLeaving(life, cursor)), visits }
  }, [chart, visits, life, cursor])
}
