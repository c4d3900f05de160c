import { useEffect, useState } from 'react'
import { usePlayback, usePlaybackState } from '../../../playback/hooks.ts'
import { Checker, checkedMax } from './checker.ts'
import type { Finding } from './finding.ts'

export type CheckState =
  /** `findings` are those of `text`. */
  | { type: 'done'; text: string; findings: readonly Finding[] }
  | { type: 'tooLarge' | 'tooComplex'; text: string }
  | undefined

/** How long nobody types before the text is looked at, in ms. */
const pauseMs = 250

let checker: Checker | undefined

/** Checks a text whenever it has changed and the typing pauses. `on`: false while the page is still busy with itself. */
export function useCheck(text: string | undefined, on: boolean): CheckState {
  const playback = usePlayback()
  // Another cluster knows other namespaces.
  const film = usePlaybackState((s) => s.film)
  const [state, setState] = useState<CheckState>(undefined)
  useEffect(() => {
    if (text === undefined || !on) return undefined
    if (text.length > checkedMax) {
      setState({ type: 'tooLarge', text })
      return undefined
    }
    let cancelled = false
    const timer = setTimeout(() => {
      checker ??= new Checker()
      void checker
        .check({ text, ask: (t) => playback.ask.check(t), wanted: () => !cancelled })
        .then((found) => {
          if (cancelled || found === undefined) return
          setState(found === 'tooComplex' ? { type: 'tooComplex', text } : { type: 'done', text, findings: found })
        })
    }, pauseMs)
    return () => {
      cancelled = true
      clearTimeout(timer)
    }
  }, [text, on, film, playback])
  return state
}
