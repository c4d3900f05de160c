import { useMemo } from 'react'
import type { Film } from '../../../playback/film.ts'
import { useFilm, usePlaybackState } from '../../../playback/hooks.ts'
import { useView } from '../../shared/view.ts'
import { livesOf } from '../story.ts'
import { endingAt, endingsOf } from './endings.ts'
import type { Ending } from './endings.ts'
import { raceOf } from './race.ts'
import type { Race } from './race.ts'

export interface ShownRace {
  film: Film
  endings: readonly Ending[]
  ending: Ending
  race: Race
}

const nothing: readonly never[] = []

/** The race of the selected pod; of the one whose end has begun last when nobody has chosen. */
export function useRace(): ShownRace | undefined {
  const film = useFilm()
  const selected = useView((s) => s.selected)
  const endings = film === undefined ? nothing : endingsOf(film)
  const uid = usePlaybackState((s) => endingAt(endings, selected, s.cursor)?.uid)
  const ending = endings.find((each) => each.uid === uid)
  const race = useMemo(() => {
    if (film === undefined || ending === undefined) return undefined
    const life = livesOf(film, ending.key).find((each) => each.uid === ending.uid)
    return life === undefined ? undefined : raceOf(film, life, ending.services)
  }, [film, ending])
  return film === undefined || ending === undefined || race === undefined ? undefined : { film, endings, ending, race }
}
