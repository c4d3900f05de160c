import type { Playback } from '../../../playback/playback.ts'

/** Something that moves evenly with the playhead: its transform at a position of the scale. */
type Glider = readonly [element: HTMLElement, at: (position: number) => string]

/** Real ms by which a thing may be ahead of the clock or behind it before it is set anew: a hiccup of the page. */
const toleranceMs = 60

/**
 * Moves things while the film plays, until `end()` on the scale. The browser is told once where they go and gets them there by itself: each
 * transform that a script sets is a frame, in which all layers of the page are looked through. `knees`: positions at which the way bends.
 * Returns how to end it.
 */
export function glide(playback: Playback, gliders: readonly Glider[], end: () => number, knees: readonly number[] = []): () => void {
  let run: { from: number; to: number; rate: number; startMs: number; animations: readonly Animation[] } | undefined
  const stop = (): void => {
    for (const animation of run?.animations ?? []) animation.cancel()
    run = undefined
  }
  const keepUp = (): void => {
    const { position } = playback.clock.getState()
    const { playing, speed } = playback.state
    const rate = playing && speed !== 'fastest' ? speed : 0
    const [to, nowMs] = [end(), Number(document.timeline.currentTime)]
    if (run !== undefined && run.rate === rate && run.to === to) {
      if (Math.abs((position - run.from) / rate - (nowMs - run.startMs)) < toleranceMs) return
    }
    stop()
    for (const [element, at] of gliders) element.style.transform = at(position)
    if (rate === 0 || to <= position) return
    const stops = [position, ...knees.filter((knee) => knee > position && knee < to), to]
    const animations = gliders.map(([element, at]) =>
      element.animate(
        stops.map((stop) => ({ offset: (stop - position) / (to - position), transform: at(stop) })),
        { duration: (to - position) / rate, fill: 'forwards' },
      ),
    )
    run = { from: position, to, rate, startMs: nowMs, animations }
  }
  keepUp()
  const ends = [playback.clock.subscribe(keepUp), playback.store.subscribe(keepUp)]
  return () => {
    for (const unsubscribe of ends) unsubscribe()
    stop()
  }
}
