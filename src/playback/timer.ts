import type { FrameTimer } from './state.ts'

/** The browser's frames. A hidden page gets none: the film stands still while nobody looks. */
export const browserFrames: FrameTimer = {
  request: (callback) => requestAnimationFrame(callback),
  cancel: (id) => cancelAnimationFrame(id),
}
