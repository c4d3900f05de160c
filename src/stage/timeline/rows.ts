import type { ComponentLane } from './lanes.ts'

/** Rows of the timeline and their places, in CSS pixels from above. */
export interface Row {
  readonly id: string
  readonly kind: 'component' | 'pod'
  readonly y: number
  readonly height: number
}

/** All rows are alike. As many as there are share the height, as long as each can be read; more are scrolled. */
const heights = { least: 13, scrolled: 14, most: 26 }

/** Lanes from above: components that act in this film, then pods. */
export function rowsOf(lanes: readonly ComponentLane[], pods: readonly string[], room: number): Row[] {
  const share = Math.floor(room / (lanes.length + pods.length))
  const height = share < heights.least ? heights.scrolled : Math.min(heights.most, share)
  const row = (id: string, kind: Row['kind'], i: number): Row => ({ id, kind, y: i * height, height })
  return [...lanes.map((id, i) => row(id, 'component', i)), ...pods.map((id, i) => row(id, 'pod', lanes.length + i))]
}

/** Where its line is drawn, on a whole pixel. */
export function middleOf({ y, height }: Row): number {
  return y + Math.floor(height / 2)
}

export function rowAt(rows: readonly Row[], y: number): Row | undefined {
  return rows[Math.floor(y / (rows[0]?.height ?? 1))]
}

export function heightOf(rows: readonly Row[]): number {
  return rows.length * (rows[0]?.height ?? 0)
}

/** `scrolled`: how much is above the upper edge of a pane that is `height` pixels high. */
export function inSight(rows: readonly Row[], scrolled: number, height: number): Row[] {
  return rows.filter((row) => row.y + row.height > scrolled && row.y < scrolled + height)
}
