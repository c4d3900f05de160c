import type { Palette } from '../shared/ui/colour.ts'
import { stateShapes } from '../shared/objects/stateShapes.ts'
import { toneOf } from '../shared/objects/tone.ts'
import type { Tone } from '../shared/objects/tone.ts'
import { looksLike } from './crowd.ts'
import type { FarMachine } from './crowd.ts'
import type { DetailLevel } from './graph.ts'
import type { Box, ClusterLayout } from './layout.ts'
import { boxesOf } from './standing.ts'

/** Machines and pods from far away, on a canvas: a thousand elements would take longer to lay out than to draw. */
interface CrowdPicture {
  readonly machines: ReadonlyMap<string, FarMachine>
  readonly layout: ClusterLayout
  readonly wires: readonly string[]
  readonly level: DetailLevel
  /** As React Flow has it: x, y, zoom. */
  readonly transform: readonly [number, number, number]
  readonly width: number
  readonly height: number
  /** Key of what is selected. */
  readonly chosen: string | undefined
  /** The machine that the keyboard is on. */
  readonly active: string | undefined
  readonly palette: Palette
}

/** Letters lower than this on the screen (in pixels) are not drawn. */
const readable = 7
const nameSize = 24

/** Draws on one canvas what has changed since the last picture: a machine or two for a step, all for a move of the view. */
export class CrowdPainter {
  private readonly context: CanvasRenderingContext2D
  private last: CrowdPicture | undefined
  /** A pod of each state and size, drawn once for a zoom. */
  private cells = new Map<string, HTMLCanvasElement>()

  constructor(context: CanvasRenderingContext2D) {
    this.context = context
  }

  paint(picture: CrowdPicture): void {
    const { last } = this
    this.last = picture
    const isSame = last !== undefined && sameView(last, picture)
    if (!isSame) this.clear(picture)
    for (const [name, box] of picture.layout.machines) {
      const machine = picture.machines.get(name)
      if (machine === undefined || !isInSight(box, picture)) continue
      const before = isSame ? last.machines.get(name) : undefined
      if (before !== undefined && looksLike(before, machine) && marksOf(last!, name) === marksOf(picture, name)) continue
      this.machine(machine, box, picture)
    }
  }

  private clear({ transform: [x, y, zoom], width, height, wires, palette, layout }: CrowdPicture): void {
    const { context } = this
    const ratio = window.devicePixelRatio
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
    if (context.canvas.width !== across) context.canvas.width = across
    if (context.canvas.height !== down) context.canvas.height = down
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, across, down)
    context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * x, ratio * y)
    this.cells = new Map()
    context.strokeStyle = palette.edge
    context.lineWidth = 1.5 * Math.sqrt(layout.scale)
    context.setLineDash([1, 4].map((dash) => dash * context.lineWidth))
    for (const d of wires) context.stroke(new Path2D(d))
    context.setLineDash([])
  }

  private machine(machine: FarMachine, box: Box, picture: CrowdPicture): void {
    const { context } = this
    const { palette, level } = picture
    const marks = marksOf(picture, machine.node.metadata.name)
    const isChosen = marks.includes('chosen')
    const pixel = 1 / picture.transform[2]
    const [width, radius] = level === 'heat' ? [8, 30] : [3, 13]
    // From very far away, too, an empty machine has an outline.
    const line = Math.max(isChosen ? width * 1.6 : width, pixel)
    // Half a pixel of a line may lie beyond.
    context.clearRect(box.x - pixel, box.y - pixel, box.width + 2 * pixel, box.height + 2 * pixel)
    const outline = new Path2D()
    outline.roundRect(box.x + line / 2, box.y + line / 2, box.width - line, box.height - line, radius)
    context.fillStyle = palette.panel
    context.fill(outline)
    if (level === 'heat') this.heat(machine, box, picture)
    else this.inside(machine, box, picture)
    context.lineWidth = line
    context.strokeStyle = isChosen ? palette.accent : machine.status.startsWith('NotReady') ? palette.failed : palette.line
    context.stroke(outline)
    if (marks.includes('active')) this.ring(box, picture)
  }

  /** Where the keyboard is. */
  private ring({ x, y, width, height }: Box, { palette, transform: [, , zoom] }: CrowdPicture): void {
    const { context } = this
    context.lineWidth = 2.5 / zoom
    context.strokeStyle = palette.ink
    const inset = 5 / zoom
    context.strokeRect(x + inset, y + inset, width - 2 * inset, height - 2 * inset)
  }

  /** Its name and its pods, each with the shape of its state. */
  private inside({ node, status, pods, podTones }: FarMachine, box: Box, picture: CrowdPicture): void {
    const { context } = this
    const { name } = node.metadata
    const { palette, layout } = picture
    if (nameSize * picture.transform[2] >= readable) {
      context.font = `650 ${nameSize}px ${palette.sans}`
      context.textBaseline = 'middle'
      context.fillStyle = palette.ink
      context.fillText(name, box.x + 16, box.y + 26, box.width - 64)
    }
    const tone = toneOf(status)
    drawState(context, tone, palette, box.x + box.width - 40, box.y + 15, 22)
    const boxes = boxesOf(layout, name, pods)
    podTones.forEach((podTone, i) => {
      const cell = boxes[i]!
      context.drawImage(this.cell(podTone, cell, picture), cell.x, cell.y, cell.width, cell.height)
    })
  }

  private cell(tone: Tone, { width, height }: Box, { palette, transform: [, , zoom] }: CrowdPicture): HTMLCanvasElement {
    const key = `${tone} ${height}`
    let cell = this.cells.get(key)
    if (cell !== undefined) return cell
    this.cells.set(key, (cell = document.createElement('canvas')))
    const ratio = window.devicePixelRatio * zoom
    cell.width = Math.max(1, Math.round(width * ratio))
    cell.height = Math.max(1, Math.round(height * ratio))
    const context = cell.getContext('2d')!
    context.scale(cell.width / width, cell.height / height)
    const colour = palette.tone[tone]
    context.beginPath()
    context.roundRect(1, 1, width - 2, height - 2, 9)
    context.fillStyle = `color-mix(in srgb, ${colour} 16%, ${palette.panel})`
    context.fill()
    context.strokeStyle = colour
    context.lineWidth = 2
    if (tone === 'terminating' || tone === 'pending') context.setLineDash([7, 5])
    context.stroke()
    context.setLineDash([])
    const size = Math.min(height, width) * 0.72
    drawState(context, tone, palette, (width - size) / 2, (height - size) / 2, size)
    return cell
  }

  /** How full the machine is, and which states its pods are in. */
  private heat({ full, counts, worst, pods }: FarMachine, { x, y, width, height }: Box, { palette }: CrowdPicture): void {
    const { context } = this
    context.fillStyle = `color-mix(in srgb, ${palette.accent} 22%, ${palette.panel})`
    context.beginPath()
    context.roundRect(x + 8, y + 8 + (height - 16) * (1 - full), width - 16, (height - 16) * full, 22)
    context.fill()
    let left = x + 16
    for (const { tone, count } of counts) {
      const share = ((width - 32) * count) / Math.max(1, pods.length)
      context.fillStyle = palette.tone[tone]
      context.fillRect(left, y + height - 64, share, 44)
      left += share
    }
    if (worst !== undefined) drawState(context, worst, palette, x + width / 2 - 75, y + height / 2 - 110, 150)
  }
}

/** Only what is selected or walked to is marked: 'chosen', 'active', both or ''. */
function marksOf({ chosen, active, machines }: CrowdPicture, name: string): string {
  const isChosen = chosen === `nodes/${name}` || (chosen?.startsWith('pods/') && machines.get(name)?.pods.some(({ metadata }) => chosen === `pods/${metadata.namespace}/${metadata.name}`))
  return (isChosen ? 'chosen' : '') + (active === name ? 'active' : '')
}

function sameView(a: CrowdPicture, b: CrowdPicture): boolean {
  return (
    a.transform.every((n, i) => n === b.transform[i]) &&
    a.layout.machines === b.layout.machines &&
    a.level === b.level &&
    a.palette === b.palette &&
    a.width === b.width &&
    a.height === b.height
  )
}

function isInSight(box: Box, { transform: [x, y, zoom], width, height }: CrowdPicture): boolean {
  return box.x * zoom + x < width && (box.x + box.width) * zoom + x > 0 && box.y * zoom + y < height && (box.y + box.height) * zoom + y > 0
}

const paths = new Map<string, Path2D>()

function drawState(context: CanvasRenderingContext2D, tone: Tone, palette: Palette, x: number, y: number, size: number): void {
  context.save()
  context.translate(x, y)
  context.scale(size / 16, size / 16)
  context.lineJoin = 'round'
  for (const { d, width, dash, isCut } of stateShapes[tone]) {
    let path = paths.get(d)
    if (path === undefined) paths.set(d, (path = new Path2D(d)))
    const colour = isCut ? palette.panel : palette.tone[tone]
    context.fillStyle = colour
    context.strokeStyle = colour
    if (width === undefined) context.fill(path)
    else {
      context.lineWidth = width
      context.lineCap = dash === undefined ? 'round' : 'butt'
      context.setLineDash(dash?.split(' ').map(Number) ?? [])
      context.stroke(path)
    }
  }
  context.restore()
}
