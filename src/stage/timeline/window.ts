/** The stretch of the scale that the timeline shows. Pure arithmetic on positions. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** Zoomed in no further than this many ms of playing. */
const narrowest = 400

/** Zooms by a factor (> 1: nearer) around a position, inside 0..end. */
export function zoom(window: Window, factor: number, around: number, end: number): Window {
  const width = Math.min(Math.max((window.to - window.from) / factor, Math.min(narrowest, end)), end)
  const share = (around - window.from) / Math.max(1, window.to - window.from)
  return shift({ from: around - share * width, to: around + (1 - share) * width }, 0, end)
}

/** Moves the window, keeping its width, inside 0..end. */
export function shift({ from, to }: Window, by: number, end: number): Window {
  const width = to - from
  const start = Math.max(0, Math.min(end - width, from + by))
  return { from: start, to: start + width }
}

/** The window that shows `position`, moved as little as a page needs. */
export function follow(window: Window, position: number, end: number): Window {
  if (position >= window.from && position <= window.to) return window
  return shift(window, position - window.from - (window.to - window.from) * 0.1, end)
}

export function isWhole({ from, to }: Window, end: number): boolean {
  return from <= 0 && to >= end
}
