import type { Scale } from '../../playback/scale.ts'
import { formatSpan } from '../shared/time.ts'
import { xOf } from './draw.ts'
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
  scale.eachBetween(window.from, window.to, (_, position) => {
    const x = xOf(position, window, width)
    const before = ticks.at(-1)
    if (x > width - 40 || (before !== undefined && x - before.x < apart)) return
    if (taken.some((t) => t > x - 12 && t < x + 48)) return
    const label = formatSpan(scale.timeAt(position) - startMs)
    if (label === last) return
    ticks.push({ x, label })
    last = label
  })
  return ticks
}
