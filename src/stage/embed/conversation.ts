import type { Playback } from '../../playback/playback.ts'
import { momentOf, perform } from '../shared/remote.ts'
import { mayCommand, parseCommand } from './messages.ts'

export interface Around {
  /** The page around the frame. */
  window: Window
  /** Which page that may be; see mayCommand. */
  allowed: string | undefined
}

/** Does what the page around the frame asks for. Returns what ends it. */
export function listen(playback: Playback, around: Around): () => void {
  const send = sender(around)
  const answer = async (event: MessageEvent): Promise<void> => {
    if (event.source !== around.window || !mayCommand(event.origin, around.allowed, location.origin)) return
    const command = parseCommand(event.data)
    if (command === undefined) return
    const { id } = command
    try {
      const result = await perform(playback, command)
      if (id !== undefined) send({ podreel: 'reply', id, result })
    } catch (error) {
      send({ podreel: 'reply', id, error: error instanceof Error ? error.message : String(error) })
    }
  }
  const onMessage = (event: MessageEvent): void => void answer(event)
  window.addEventListener('message', onMessage)
  return () => window.removeEventListener('message', onMessage)
}

/** Tells the page around the frame where the film stands, whenever that changes. `words` is what is said there. Returns what ends it. */
export function tell(playback: Playback, around: Around, words: () => object): () => void {
  const send = sender(around)
  let ready = false
  let waiting = false
  return playback.store.subscribe((now, before) => {
    if (now.film === undefined) return
    if (!ready && now.status === 'ready') {
      ready = true
      send({ podreel: 'ready' })
    }
    const moved = now.cursor !== before.cursor || now.playing !== before.playing || now.film !== before.film
    if (!moved || waiting) return
    waiting = true
    // A move sets the cursor, then the clock: what is told is how it is when both are done.
    queueMicrotask(() => {
      waiting = false
      send({ podreel: 'state', ...momentOf(playback), ...words() })
    })
  })
}

/** A page from a file has no address that messages could name. */
function sender({ window, allowed = location.origin }: Around): (message: object) => void {
  return (message) => window.postMessage(message, allowed === 'null' ? '*' : allowed)
}
