import type { StoreApi } from 'zustand/vanilla'
import { isLeap } from './state.ts'
import type { PlaybackState } from './state.ts'

/**
 * Has one store follow another for who need not see every step of a film that runs: at once when the last change is `everyMs` (real) ago, else
 * by then, with what is true by then. Who leaps by hand is followed when he has rested for so long: what stands on stage is drawn first. A moment that the film no longer has is never shown: a fork and another film are followed at once.
 * Returns how to end it.
 */
export function followAtEase(store: StoreApi<PlaybackState>, follower: StoreApi<PlaybackState>, everyMs: number): () => void {
  let resting: ReturnType<typeof setTimeout> | undefined
  const rest = (): void => {
    clearTimeout(resting)
    resting = setTimeout(() => {
      resting = undefined
      if (follower.getState() !== store.getState()) keepUp()
    }, everyMs)
  }
  const keepUp = (): void => {
    rest()
    follower.setState(store.getState(), true)
  }
  const onChange = (next: PlaybackState, before: PlaybackState): void => {
    const { film: shown, cursor } = follower.getState()
    if (next.film !== shown || cursor >= (next.film?.steps.length ?? 0)) keepUp()
    else if (!next.playing && isLeap(before.cursor, next.cursor)) rest()
    else if (resting === undefined) keepUp()
  }
  if (follower.getState() !== store.getState()) keepUp()
  const unsubscribe = store.subscribe(onChange)
  return () => {
    unsubscribe()
    clearTimeout(resting)
  }
}
