import type { Scale } from '../../playback/scale.ts'
import { formatSpan } from '../shared/film/time.ts'
import { positionOf, xOf } from './draw.ts'
import type { Window } from './window.ts'

export interface Tick {
  readonly x: number
  readonly label: string
}

/**
 * Times written above the lanes, as far apart as their words need, and out of the way of what else stands there
 * (`taken`, x of flags and chapters). Two in a row never say the same.
 */
export function ticksOf(
  scale: Scale,
  startMs: number,
  window: Window,
  width: number,
  taken: readonly number[] = [],
  apart = 96,
): Tick[] {
  const ticks: Tick[] = []
  let last = ''
  // From place to place, not from step to step: there are more of these than pixels.
  for (let x = xOf(window.from, window, width); x <= width - 40;) {
    const position = scale.firstFrom(positionOf(x, window, width))
    if (position === undefined || position > window.to) break
    x = Math.max(x, xOf(position, window, width))
    const inTheWay = taken.find((t) => t > x - 12 && t < x + 48)
    const label = formatSpan(scale.timeAt(position) - startMs)
    if (inTheWay !== undefined) x = inTheWay + 12.5
    else if (label === last) x += apart / 12
    else if (x <= width - 40) {
      ticks.push({ x, label })
      last = label
      x += apart
    }
  }
  return ticks
}
