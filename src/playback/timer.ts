import type { FrameTimer } from './state.ts'

/** Real ms that a frame may take; for less nobody waits. */
const frameMs = 16

/** The browser's frames. A hidden page gets none: the film stands still while nobody looks. */
export const browserFrames: FrameTimer = {
  request: (callback, waitMs = 0) => {
    if (waitMs < 2 * frameMs) {
      const id = requestAnimationFrame(callback)
      return () => cancelAnimationFrame(id)
    }
    // A frame that is asked for is made, whether anything is new in it or not.
    let cancel = () => clearTimeout(timeout)
    const timeout = setTimeout(() => {
      const id = requestAnimationFrame(callback)
      cancel = () => cancelAnimationFrame(id)
    }, waitMs - frameMs)
    return () => cancel()
  },
  nowMs: () => performance.now(),
}
