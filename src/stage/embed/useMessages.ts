import { useEffect } from 'react'
import { chapterAt } from '../../playback/chapters.ts'
import { usePlayback } from '../../playback/hooks.ts'
import { sentenceAt, useNarrator } from '../shared/words/say.ts'
import { useText } from '../shared/words/text.ts'
import { useView } from '../shared/view.ts'
import { listen, tell } from './conversation.ts'

/** A page of another origin lets nobody read its address. */
function isOurs(page: Window): boolean {
  try {
    return page.location.origin === location.origin
  } catch {
    return false
  }
}

/** Speaks with the page around the frame. Nothing is sent to a page that may not command. */
export function useMessages(): void {
  const playback = usePlayback()
  const narrator = useNarrator()
  const text = useText()
  const allowed = useView((s) => s.embedOrigin)
  useEffect(() => {
    if (window.parent === window || (allowed === undefined && !isOurs(window.parent))) return
    const around = { window: window.parent, allowed }
    const words = (): object => {
      const { film, cursor } = playback.state
      if (film === undefined) return {}
      return { chapter: chapterAt(film, cursor)?.number, sentence: sentenceAt(film, cursor, narrator(film), text) }
    }
    const ends = [listen(playback, around), tell(playback, around, words)]
    return () => ends.forEach((end) => end())
  }, [playback, narrator, text, allowed])
}
