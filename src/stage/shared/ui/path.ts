/** Lines with rounded corners, as SVG paths: the wires of the graph and the arrows of the charts. */
export interface Point {
  x: number
  y: number
}

/** An SVG path along the points, its corners rounded. */
export function pathOf(points: readonly Point[], radius = 7): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  let d = `M${at(first)}`
  rest.forEach((point, i) => {
    const before = points[i]!
    const next = rest[i + 1]
    if (next === undefined) {
      d += `L${at(point)}`
      return
    }
    const r = Math.min(radius, distance(before, point) / 2, distance(point, next) / 2)
    d += `L${at(towards(point, before, r))}Q${at(point)} ${at(towards(point, next, r))}`
  })
  return d
}

/** The point halfway along the line, and whether the line is upright there. */
export function halfway(points: readonly Point[]): { point: Point; upright: boolean } {
  const lengths = points.slice(1).map((p, i) => distance(points[i]!, p))
  let left = lengths.reduce((sum, l) => sum + l, 0) / 2
  for (let i = 0; i < lengths.length; i++) {
    const [a, b] = [points[i]!, points[i + 1]!]
    if (left <= lengths[i]!) return { point: towards(a, b, left), upright: Math.abs(a.x - b.x) < 1 }
    left -= lengths[i]!
  }
  return { point: points.at(-1) ?? { x: 0, y: 0 }, upright: true }
}

/** How much of the whole line lies before each of its points: from 0 to 1. */
export function sharesOf(points: readonly Point[]): number[] {
  const lengths = points.map((p, i) => (i === 0 ? 0 : distance(points[i - 1]!, p)))
  const whole = lengths.reduce((sum, l) => sum + l, 0)
  let before = 0
  return lengths.map((length, i) => (whole === 0 ? i / Math.max(1, lengths.length - 1) : Math.min(1, (before += length) / whole)))
}

function at({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`
}

function round(n: number): number {
  return Math.round(n * 10) / 10
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

function towards(a: Point, b: Point, length: number): Point {
  const total = distance(a, b)
  const share = total === 0 ? 0 : length / total
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share }
}
