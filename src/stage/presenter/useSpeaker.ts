import { useEffect } from 'react'
import { usePlayback } from '../../playback/hooks.ts'
import { perform } from '../shared/remote.ts'
import { useNarrator } from '../shared/words/say.ts'
import { useText } from '../shared/words/text.ts'
import { blackout, setBlack } from './blackout.ts'
import { openChannel, ownPair } from './channel.ts'
import type { FromSpeaker, FromStage } from './channel.ts'
import { lock, setLocked } from './lock.ts'
import { promptOf } from './prompt.ts'

/** Tells the speaker's window what is on stage, and does what it asks for. */
export function useSpeaker(): void {
  const playback = usePlayback()
  const narrator = useNarrator()
  const text = useText()
  useEffect(() => {
    const channel = openChannel(ownPair())
    const send = (message: FromStage): void => channel.postMessage(message)
    let soon = false
    let over = false
    const tell = (): void => {
      if (soon) return
      soon = true
      // A move sets the cursor, then the clock: both are told at once.
      queueMicrotask(() => {
        soon = false
        if (over) return
        const prompt = promptOf(playback, { ...blackout.getState(), ...lock.getState() }, narrator, text)
        if (prompt !== undefined) send({ prompt })
      })
    }
    channel.addEventListener('message', ({ data }: MessageEvent<FromSpeaker>) => {
      if ('command' in data) void perform(playback, data.command)
      else if ('black' in data) setBlack(data.black)
      else if ('locked' in data) setLocked(data.locked)
      else tell()
    })
    const ends = [playback.store.subscribe(tell), blackout.subscribe(tell), lock.subscribe(tell)]
    tell()
    return () => {
      for (const end of ends) end()
      over = true
      send({ over: true })
      channel.close()
    }
  }, [playback, narrator, text])
}
