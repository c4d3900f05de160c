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

/** The race of the selected pod; of the one whose end has begun last when nobody has chosen. */
export function useRace(): ShownRace | undefined {
  const film = useFilm()
  const steps = film?.steps.length
  const selected = useView((s) => s.selected)
  // The film is one object for its whole life: it has grown when it has more steps.
  const endings = useMemo(() => (film === undefined || steps === undefined ? [] : endingsOf(film)), [film, steps])
  const uid = usePlaybackState((s) => endingAt(endings, selected, s.cursor)?.uid)
  const ending = endings.find((each) => each.uid === uid)
  const race = useMemo(() => {
    if (film === undefined || ending === undefined) return undefined
    const life = livesOf(film, ending.key).find((each) => each.uid === ending.uid)
    return life === undefined ? undefined : raceOf(film, life, ending.services)
  }, [film, ending])
  return film === undefined || ending === undefined || race === undefined ? undefined : { film, endings, ending, race }
}
