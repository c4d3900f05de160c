import { useEffect, useState } from 'react'
import type { Film } from '../../playback/film.ts'
import { usePlayback } from '../../playback/hooks.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { builtFrom, isSound, playOf } from './draft.ts'
import type { Draft } from './draft.ts'

/** Real ms after the last key before the requests are played. */
const pauseMs = 400

interface Played {
  film: Film
  error?: string
  busy: boolean
}

/** What was played is on film already; with requests that nobody has sent yet, or with more than was played, it has to be played once more. */
export function usePlayed(draft: Draft, recorded: Scenario, film: Film, more: boolean): Played {
  const playback = usePlayback()
  const needed = (more || draft.loads.length > 0) && draft.loads.every(isSound)
  // Words change nothing of it.
  const inputs = needed ? JSON.stringify(playOf(builtFrom({ ...draft, says: {} }, recorded, film)).spec.script) : undefined
  const [played, setPlayed] = useState<Played & { inputs?: string | undefined }>({ film, busy: false })
  useEffect(() => {
    if (inputs === undefined) return undefined
    let wanted = true
    const whole = playOf(builtFrom({ ...draft, says: {} }, recorded, film))
    const timer = setTimeout(() => {
      playback.apart.film(whole, () => wanted).then(
        (again) => again !== undefined && wanted && setPlayed({ inputs, film: again, busy: false }),
        (error: unknown) => wanted && setPlayed({ inputs, film, error: error instanceof Error ? error.message : String(error), busy: false }),
      )
    }, pauseMs)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
    // oxlint-disable-next-line react/exhaustive-deps -- the inputs say what of the draft matters
  }, [playback, recorded, film, inputs])
  if (inputs === undefined) return { film, busy: false }
  return played.inputs === inputs ? played : { film, busy: true }
}
