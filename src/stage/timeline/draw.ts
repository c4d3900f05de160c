import type { Film } from '../../playback/film.ts'
import type { PastEvent } from '../../playback/past.ts'
import type { Scale } from '../../playback/scale.ts'
import type { Palette } from '../shared/ui/colour.ts'
import { isRefusal } from '../shared/film/hop.ts'
import { formatSpan } from '../shared/film/time.ts'
import { barsOf, components, laneOf, tellerLane } from './lanes.ts'
import type { Stretch } from '../shared/objects/stretches.ts'
import type { ComponentLane } from './lanes.ts'
import { middleOf } from './rows.ts'
import type { Row } from './rows.ts'
import type { Window } from './window.ts'

/** In CSS pixels, as everything here. */
export const edge = 6

/** Components that do something visible in the film or have told of its past; the first four always have their lane. */
export function lanesOf(film: Film, past: readonly PastEvent[]): ComponentLane[] {
  const hops = film.ofSize('hop')
  let known = lanesSeen.get(film)
  // What a fork has cut off is looked through again.
  if (known === undefined || known.upTo > hops.length) {
    lanesSeen.set(film, (known = { upTo: 0, lanes: new Set(['kubectl', 'apiserver', 'scheduler', 'kubelets', ...past.map(({ event }) => tellerLane(event))]) }))
  }
  for (; known.upTo < hops.length; known.upTo++) known.lanes.add(laneOf(film.steps[hops[known.upTo]!]!))
  return components.filter((lane) => known.lanes.has(lane))
}

/** How far each film has been looked through: it grows at its end. */
const lanesSeen = new WeakMap<Film, { upTo: number; lanes: Set<ComponentLane> }>()

export interface Picture {
  film: Film
  scale: Scale
  /** Those in sight, with their places in the pane. */
  rows: readonly Row[]
  window: Window
  width: number
  height: number
  /** What has passed is bright, what is to come is dim; the two are cut at the playhead. */
  bright: boolean
  dots: Dots
  palette: Palette
}

/** x of a position. */
export function xOf(position: number, { from, to }: Window, width: number): number {
  const span = Math.max(1, to - from)
  return edge + ((position - from) / span) * (width - 2 * edge)
}

export function positionOf(x: number, { from, to }: Window, width: number): number {
  return from + ((x - edge) / Math.max(1, width - 2 * edge)) * (to - from)
}

export function draw(context: CanvasRenderingContext2D, picture: Picture): void {
  const { width, height, rows } = picture
  context.clearRect(0, 0, width, height)
  if (!picture.bright) drawGround(context, picture)
  drawDots(context, picture)
  for (const row of rows) if (row.kind === 'pod') drawBars(context, picture, row)
}

function drawGround(context: CanvasRenderingContext2D, { width, height, rows, palette, scale, window }: Picture): void {
  context.fillStyle = palette.line
  for (const row of rows) context.fillRect(edge, middleOf(row), width - 2 * edge, 1)
  // Folds: where time passes without anything to see, the ground is torn open.
  for (const fold of scale.folds) {
    const [left, right] = [xOf(fold.from, window, width), xOf(fold.to, window, width)]
    if (right < 0 || left > width) continue
    const [a, b] = foldEdges(left, right)
    context.clearRect(a, 0, b - a, height)
    context.fillStyle = palette.line
    for (let y = 0; y < height; y += 6) {
      context.fillRect(a, y, 1, 3)
      context.fillRect(b - 1, y, 1, 3)
    }
    if (b - a > 34) {
      context.fillStyle = palette.muted
      context.font = `10px ${palette.sans}`
      context.textAlign = 'center'
      context.textBaseline = 'middle'
      const text = formatSpan(fold.toMs - fold.fromMs)
      if (context.measureText(text).width < b - a - 4) context.fillText(text, (a + b) / 2, foldText)
    }
  }
}

/** How far from the upper edge it says how long it is. */
const foldText = 8.5

/** The torn part leaves room for the dots at both sides. */
function foldEdges(left: number, right: number): [number, number] {
  const inset = Math.min(8, (right - left) / 4)
  return [Math.round(left + inset), Math.round(right - inset)]
}

/** Nearer together than this (in pixels, on average) dots would only melt: then their number is drawn. */
const dotApart = 3

/** So far beyond an edge a dot is still seen. */
const outside = 8

/** The steps of each lane that fall on each pixel: a film has more steps than a screen has pixels. */
export interface Dots {
  /** In a row for each lane, `across` pixels long. */
  readonly counts: Uint32Array
  /** The same: 1 is a milestone, 2 a refusal. */
  readonly marks: Uint8Array
  readonly across: number
  readonly total: number
}

export function dotsOf({ film, scale, window, width }: Pick<Picture, 'film' | 'scale' | 'window' | 'width'>): Dots {
  const across = Math.ceil(width) + 2 * outside
  const counts = new Uint32Array(components.length * across)
  const marks = new Uint8Array(components.length * across)
  const rowOf = new Map(components.map((lane, i) => [lane, i * across]))
  const margin = (window.to - window.from) * 0.01
  let total = 0
  scale.eachBetween(window.from - margin, window.to + margin, (index, position) => {
    total++
    const x = Math.round(xOf(position, window, width)) + outside
    if (x < 0 || x >= across) return
    const step = film.steps[index]!
    const at = rowOf.get(laneOf(step))! + x
    counts[at]!++
    if (step.milestone !== undefined) marks[at]! |= 1
    if (isRefusal(step)) marks[at]! |= 2
  })
  return { counts, marks, across, total }
}

function drawDots(context: CanvasRenderingContext2D, picture: Picture): void {
  const { counts, marks, across, total } = picture.dots
  const dense = total * dotApart > picture.width
  for (const row of picture.rows) {
    if (row.kind !== 'component') continue
    const y = middleOf(row) + 0.5
    const start = components.indexOf(row.id as ComponentLane) * across
    for (let i = 0; i < across; i++) {
      const count = counts[start + i]!
      if (count === 0) continue
      const mark = marks[start + i]!
      const column = { x: i - outside, y, rowHeight: row.height, count, milestone: (mark & 1) > 0 }
      if ((mark & 2) > 0) drawRefusal(context, column, picture)
      else if (dense) drawTick(context, column, picture)
      else drawDot(context, column, picture)
    }
  }
}

/** The steps of one lane that fall on one pixel. */
interface Column {
  x: number
  y: number
  rowHeight: number
  count: number
  milestone: boolean
}

function drawDot(context: CanvasRenderingContext2D, { x, y, milestone }: Column, { palette, bright }: Picture): void {
  context.beginPath()
  context.arc(x, y, milestone ? 3.3 : 2.3, 0, 2 * Math.PI)
  context.fillStyle = bright ? palette.accent : palette.line
  context.fill()
  if (bright) return
  context.strokeStyle = palette.faint
  context.lineWidth = 1
  context.stroke()
}

/** The taller, the more steps. */
function drawTick(context: CanvasRenderingContext2D, { x, y, rowHeight, count }: Column, { palette, bright }: Picture): void {
  const height = Math.min(rowHeight - 4, 3 + 2 * Math.log2(count + 1))
  context.fillStyle = bright ? palette.accent : palette.faint
  context.fillRect(x - 0.5, y - height / 2, 1, height)
}

/** What the API server refused has a shape of its own. */
function drawRefusal(context: CanvasRenderingContext2D, { x, y }: Column, { palette }: Picture): void {
  context.fillStyle = palette.failed
  context.fillRect(x - 3, y - 3, 6, 6)
}

function drawBars(context: CanvasRenderingContext2D, picture: Picture, row: Row): void {
  const { film, scale, window, width } = picture
  for (const bar of barsOf(film, row.id)) {
    const left = Math.max(-20, xOf(scale.positionOfStep(bar.from), window, width))
    const end = bar.to === undefined ? scale.end : scale.positionOfStep(bar.to)
    const right = Math.min(width + 20, xOf(end, window, width))
    if (right < 0 || left > width) continue
    drawBar(context, picture, bar, left, Math.max(1.5, right - left - 1), row)
  }
}

function drawBar(
  context: CanvasRenderingContext2D,
  { palette, bright }: Picture,
  bar: Stretch,
  x: number,
  width: number,
  row: Row,
): void {
  const height = row.height - (row.height < 16 ? 3 : 5)
  const y = row.y + (row.height - height) / 2
  const colour = palette.tone[bar.tone]
  context.beginPath()
  context.roundRect(x, y, width, height, Math.min(3, width / 2))
  context.fillStyle = colour
  context.globalAlpha = bright ? 1 : 0.22
  context.fill()
  context.globalAlpha = 1
  if (width < 30) return
  context.font = `600 9.5px ${palette.sans}`
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  const room = x + width - Math.max(x, 0) - 10
  const text = context.measureText(bar.word).width <= room ? bar.word : undefined
  if (text === undefined) return
  context.fillStyle = bright ? palette.panel : colour
  context.fillText(text, Math.max(x, 0) + 5, y + height / 2 + 0.5)
}
