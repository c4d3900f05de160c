import type { PastEvent } from '../../playback/past.ts'
import type { Palette } from '../shared/ui/colour.ts'
import { formatAge } from '../shared/film/time.ts'
import { edge } from './draw.ts'
import { middleOf } from './rows.ts'
import type { Row } from './rows.ts'
import { tellerLane } from './lanes.ts'
import type { Tick } from './ticks.ts'

/**
 * The time before an imported film, left of its first moment. Ages are laid out by their logarithm, as people count them: what happened a
 * minute ago is told from what happened ten seconds ago, and what is a week old has its place, too.
 */
export interface PastScale {
  /** Virtual ms at which the film begins. */
  readonly startMs: number
  /** ms from the first thing that is told to that moment. */
  readonly oldestMs: number
  readonly width: number
}

/** Ages below are as good as none. */
const youngestMs = 1000

const share = (ageMs: number): number => Math.log1p(Math.max(0, ageMs) / youngestMs)

export function pastX(at: number, { startMs, oldestMs, width }: PastScale): number {
  const along = share(startMs - at) / Math.max(share(oldestMs), 1e-6)
  return width - edge - Math.min(1, along) * (width - 2 * edge)
}

const tickAges = [10_000, 60_000, 600_000, 3_600_000, 6 * 3_600_000, 86_400_000, 7 * 86_400_000, 30 * 86_400_000]

/** Ages above the lanes, from the youngest, as far apart as their words need. */
export function pastTicks(scale: PastScale, apart = 40): Tick[] {
  const ticks: Tick[] = []
  for (const age of tickAges) {
    const x = pastX(scale.startMs - age, scale)
    const before = ticks.at(-1)?.x ?? scale.width + apart / 4
    if (age > scale.oldestMs || before - x < apart) continue
    ticks.push({ x, label: `−${formatAge(age)}` })
  }
  return ticks
}

/** Whether an event has its mark in this row: with who told it, and with the pod that it is about. */
export function isIn({ event, subject }: PastEvent, { id, kind }: Row): boolean {
  return kind === 'pod' ? subject === id : tellerLane(event) === id
}

/** What lies nearest to x in a row, when it is near, the latest first. */
export function nearestPast(events: readonly PastEvent[], row: Row, x: number, scale: PastScale, snapPx: number): PastEvent[] {
  const near = events.filter((one) => isIn(one, row) && x >= pastX(one.from, scale) - snapPx && x <= pastX(one.to, scale) + snapPx)
  return near.toReversed()
}

export interface PastPicture {
  readonly events: readonly PastEvent[]
  readonly rows: readonly Row[]
  readonly scale: PastScale
  readonly height: number
  readonly palette: Palette
}

export function drawPast(context: CanvasRenderingContext2D, { events, rows, scale, height, palette }: PastPicture): void {
  context.clearRect(0, 0, scale.width, height)
  const shown = new Map(rows.map((row) => [row.id, middleOf(row) + 0.5]))
  context.fillStyle = palette.line
  for (const y of shown.values()) context.fillRect(edge, y - 0.5, scale.width - edge, 1)
  for (const { event, subject, from, to } of events) {
    const [left, right] = [pastX(from, scale), pastX(to, scale)]
    for (const id of [tellerLane(event), subject]) {
      const y = id === undefined ? undefined : shown.get(id)
      if (y !== undefined) drawMark(context, event.type === 'Warning', left, right, y, palette)
    }
  }
}

/** From the first time to the last; a warning has a shape of its own, as refusals have in the film. */
function drawMark(context: CanvasRenderingContext2D, isWarning: boolean, left: number, right: number, y: number, palette: Palette): void {
  context.fillStyle = isWarning ? palette.failed : palette.muted
  if (right - left > 2) context.fillRect(left, y - 1, right - left, 2)
  if (isWarning) return context.fillRect(right - 3, y - 3, 6, 6)
  context.beginPath()
  context.arc(right, y, 2.3, 0, 2 * Math.PI)
  context.fill()
}
