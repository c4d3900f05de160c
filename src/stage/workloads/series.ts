import type { Film } from '../../playback/film.ts'

/** What a number was over time: each point holds until the next; a step of the film, -1: from the opening. */
export interface Point {
  readonly step: number
  readonly value: number
}

/** A number of an object over all its versions; `pick` gives undefined where it is not there. */
export function seriesOf<T>(film: Film, key: string, pick: (object: T) => number | undefined): Point[] {
  const points: Point[] = []
  for (const { revision, value } of film.etcd.life(key)) {
    const number = value === undefined ? undefined : pick(value as T)
    const point = { step: film.stepOfRevision(revision), value: number ?? 0 }
    if (points.at(-1)?.value === point.value || (points.length === 0 && number === undefined)) continue
    if (points.at(-1)?.step === point.step) points.pop()
    points.push(point)
  }
  return points
}

export function valueAt(points: readonly Point[], cursor: number): number {
  return points.findLast(({ step }) => step <= cursor)?.value ?? 0
}

/** The sum of several, at every step where one of them changes. */
export function sumOf(all: readonly (readonly Point[])[]): Point[] {
  const steps = [...new Set(all.flatMap((points) => points.map(({ step }) => step)))].sort((a, b) => a - b)
  return steps.map((step) => ({ step, value: all.reduce((sum, points) => sum + valueAt(points, step), 0) }))
}

/** Stairs as an SVG path; `x` and `y` in the picture's units. */
export function stairs(points: readonly Point[], x: (step: number) => number, y: (value: number) => number, end: number): string {
  if (points.length === 0) return ''
  const [first, ...rest] = points
  return `M${x(first!.step).toFixed(2)} ${y(first!.value).toFixed(2)}${rest.map(({ step, value }) => `H${x(step).toFixed(2)}V${y(value).toFixed(2)}`).join('')}H${end.toFixed(2)}`
}
