import type { Span } from './race.ts'

/** Where times stand on the one axis that all tracks share. */
export interface Axis {
  /** 0..1, cut off at both ends. */
  share(at: number): number
  percent(at: number): string
}

export function axisOf({ from, to }: Span): Axis {
  const share = (at: number): number => Math.min(1, Math.max(0, (at - from) / Math.max(1, to - from)))
  return { share, percent: (at) => `${(share(at) * 100).toFixed(3)}%` }
}

/** Virtual ms since `zero` of round times in a span, at most `most` of them. */
export function ticksOf({ from, to }: Span, zero: number, most: number): number[] {
  const least = (to - from) / Math.max(1, most)
  const step = roundSteps.find((each) => each >= least) ?? Math.ceil(least / 60_000) * 60_000
  const ticks: number[] = []
  for (let n = Math.ceil((from - zero) / step); n * step <= to - zero; n++) ticks.push(n === 0 ? 0 : n * step)
  return ticks
}

const roundSteps = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000]

/** On which line each label stands, so that none covers another: `x` where it begins, `width`, in px. */
export function levelsOf(labels: readonly { x: number; width: number }[]): number[] {
  const ends: number[] = []
  return labels.map(({ x, width }) => {
    const free = ends.findIndex((end) => end <= x)
    const level = free < 0 ? ends.length : free
    ends[level] = x + width + 8
    return level
  })
}
