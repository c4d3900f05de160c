import { pathOf } from '../shared/ui/path.ts'
import type { Point } from '../shared/ui/path.ts'
import type { Chart, ChartEdge, ChartNode, Lane } from './chart.ts'

/** Where the boxes, lanes and arrows of a chart stand, in px at scale 1. Rows without a box take no room. */
const boxWidth = { ordinary: 124, hall: 222 }
const boxHeight = 38
/** Between two boxes of a row. */
const boxGap = { ordinary: 24, hall: 30 }
/** Of the time below a box, which a hall does not see. */
const timeHeight = { ordinary: 18, hall: 9 }
const rowGaps = { ordinary: 16, hall: 20 }
const laneGap = 7
const laneTop = 12
const laneBottom = 7
/** Of a lane's name: upright, and in a hall level, to be read from far away. */
const nameWidth = { ordinary: 27, hall: 150 }
/** From there to the first column, and to where arrows run down beside it. */
const beforeFirst = 29
const beforeMargin = 13
const rightPadding = 16

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface ArrowShape {
  edge: ChartEdge
  d: string
  /** Where its word stands, and how it is anchored. */
  word: Point & { anchor: 'start' | 'middle' | 'end' }
}

export interface ChartShape {
  width: number
  height: number
  nameWidth: number
  lanes: { lane: Lane; box: Box }[]
  boxes: ReadonlyMap<string, Box>
  arrows: ArrowShape[]
}

/** In a hall boxes are wider, for larger letters; height is what a stage has least of. */
export function shapeOf(chart: Chart, nodes: readonly ChartNode[], edges: readonly ChartEdge[], room: 'ordinary' | 'hall' = 'ordinary'): ChartShape {
  const across = { first: nameWidth[room] + beforeFirst, width: boxWidth[room], pitch: boxWidth[room] + boxGap[room] }
  const present = new Set(nodes.map((node) => node.row))
  const width = across.first + (chart.columns - 1) * across.pitch + across.width + rightPadding
  const rowY = new Map<number, number>()
  const lanes: ChartShape['lanes'] = []
  let y = 0
  for (const lane of chart.lanes) {
    const rows = lane.rows.filter((row) => present.has(row))
    if (rows.length === 0) continue
    const top = y
    y += laneTop
    rows.forEach((row, i) => {
      rowY.set(row, y)
      y += boxHeight + timeHeight[room] + (i < rows.length - 1 ? rowGaps[room] : 0)
    })
    y += laneBottom
    lanes.push({ lane, box: { x: 0, y: top, width, height: y - top } })
    y += laneGap
  }
  const boxes = new Map(nodes.map((node) => [node.id, boxOf(node, rowY.get(node.row)!, across)]))
  const placed = new Map(nodes.map((node) => [node.id, node]))
  const taken = (column: number, row: number): boolean => nodes.some((n) => n.column === column && n.row === row)
  const bounds = { rowY, lanes, taken, left: nameWidth[room] + beforeMargin, right: width - rightPadding / 2, timeHeight: timeHeight[room], rowGap: rowGaps[room] }
  const arrows = edges.map((edge) => arrowOf(edge, placed.get(edge.from)!, placed.get(edge.to)!, boxes, bounds))
  return { width, height: y - laneGap, nameWidth: nameWidth[room], lanes, boxes, arrows }
}

function boxOf(node: ChartNode, y: number, { first, width, pitch }: { first: number; width: number; pitch: number }): Box {
  return { x: first + node.column * pitch, y, width, height: boxHeight }
}

interface Bounds {
  rowY: ReadonlyMap<number, number>
  lanes: ChartShape['lanes']
  /** Whether a box stands there. */
  taken: (column: number, row: number) => boolean
  /** Where an arrow can run down beside the first and the last column. */
  left: number
  right: number
  timeHeight: number
  rowGap: number
}

function arrowOf(
  edge: ChartEdge,
  from: ChartNode,
  to: ChartNode,
  boxes: ReadonlyMap<string, Box>,
  bounds: Bounds,
): ArrowShape {
  const [a, b] = [boxes.get(edge.from)!, boxes.get(edge.to)!]
  const points = pointsOf(edge, from, to, a, b, bounds)
  return { edge, d: pathOf(points, 9), word: wordPlace(edge, points, a, bounds) }
}

function pointsOf(edge: ChartEdge, from: ChartNode, to: ChartNode, a: Box, b: Box, bounds: Bounds): Point[] {
  const [ax, bx] = [a.x + a.width / 2, b.x + b.width / 2]
  const [ay, by] = [a.y + a.height / 2, b.y + b.height / 2]
  const down = to.row > from.row
  const leave = { x: ax, y: down ? a.y + a.height : a.y }
  const enter = { x: bx, y: down ? b.y : b.y + b.height }
  switch (edge.by) {
    case 'gutter': {
      const isBlocked = down && blocked(from, to, bounds)
      if (isBlocked && from.lane === to.lane) {
        const y = gutterAbove(to, bounds)
        return [{ x: a.x + a.width, y: ay }, { x: bounds.right, y: ay }, { x: bounds.right, y }, { x: bx, y }, enter]
      }
      const y = down && !isBlocked ? gutterAbove(to, bounds) : gutter(from, to, bounds)
      // An arrow back enters beside the one that leaves.
      const x = edge.back ? bx - 30 : bx
      return [leave, { x: ax, y }, { x, y }, { x, y: enter.y }]
    }
    case 'margin': {
      if (from.column === 0)
        return [
          { x: a.x, y: ay },
          { x: bounds.left, y: ay },
          { x: bounds.left, y: by },
          { x: b.x, y: by },
        ]
      const y = gutter(from, to, bounds)
      return [leave, { x: ax, y }, { x: bounds.left, y }, { x: bounds.left, y: by }, { x: b.x, y: by }]
    }
    case 'corner':
      return [leave, { x: ax, y: by }, { x: ax > bx ? b.x + b.width : b.x, y: by }]
    case 'level':
      return [{ x: ax > bx ? a.x : a.x + a.width, y: ay }, { x: bx, y: ay }, enter]
    case 'under': {
      const y = a.y + a.height + bounds.timeHeight + 2
      return [
        { x: ax, y: a.y + a.height },
        { x: ax, y },
        { x: bx, y },
        { x: bx, y: b.y + b.height },
      ]
    }
    case undefined:
      if (from.row === to.row)
        return ax < bx
          ? [
              { x: a.x + a.width, y: ay },
              { x: b.x, y: by },
            ]
          : [
              { x: a.x, y: ay },
              { x: b.x + b.width, y: by },
            ]
      if (from.column === to.column) return [leave, enter]
      return [leave, { x: ax, y: gutter(from, to, bounds) }, { x: bx, y: gutter(from, to, bounds) }, enter]
  }
}

/** Whether a box stands below, on the way down to the row of the target. */
function blocked(from: ChartNode, to: ChartNode, { rowY, taken }: Bounds): boolean {
  return [...rowY.keys()].some((row) => row > from.row && row < to.row && taken(from.column, row))
}

/** The free level over the row that an arrow enters. */
function gutterAbove(to: ChartNode, { rowY, lanes, rowGap }: Bounds): number {
  const lane = lanes.find(({ lane: { rows } }) => rows.includes(to.row))!
  const first = lane.lane.rows.find((row) => rowY.has(row)) === to.row
  return first ? lane.box.y - laneGap / 2 : rowY.get(to.row)! - rowGap / 2
}

/** The free level next to the row that an arrow leaves: between two lanes, or between two rows of one lane. */
function gutter(from: ChartNode, to: ChartNode, { rowY, lanes, rowGap }: Bounds): number {
  const lane = lanes.find(({ lane: { rows } }) => rows.includes(from.row))!
  if (to.row > from.row) {
    const below = lane.lane.rows.filter((row) => row > from.row && row <= to.row && rowY.has(row))[0]
    return below === undefined ? lane.box.y + lane.box.height + laneGap / 2 : rowY.get(below)! - rowGap / 2
  }
  const above = lane.lane.rows.filter((row) => row < from.row && row >= to.row && rowY.has(row))
  return above.length === 0 ? lane.box.y - laneGap / 2 : rowY.get(from.row)! - rowGap / 2
}

function wordPlace(edge: ChartEdge, points: readonly Point[], from: Box, { left }: Bounds): ArrowShape['word'] {
  if (edge.by === 'margin') return { x: left + 8, y: from.y + from.height + 13, anchor: 'start' }
  const segments = points.slice(1).map((end, i) => ({ start: points[i]!, end }))
  const length = ({ start, end }: (typeof segments)[number]): number => Math.hypot(end.x - start.x, end.y - start.y)
  const { start, end } = segments.reduce((a, b) => (length(b) > length(a) ? b : a))
  const [x, y] = [(start.x + end.x) / 2, (start.y + end.y) / 2]
  return start.x === end.x ? { x: x - 6, y: y + 4, anchor: 'end' } : { x, y: y - 5, anchor: 'middle' }
}
