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

/** How much of the pane the components' lanes take, which stay while those of pods go by below them, if one has room there. */
function kept(rows: readonly Row[], height: number): number {
  const own = heightOf(rows.filter(({ kind }) => kind === 'component'))
  return height - own >= (rows[0]?.height ?? 0) ? own : 0
}

/** Those in sight, with their places in a pane that is `height` pixels high and has been scrolled by so many: whole rows are passed over. */
export function inSight(rows: readonly Row[], scrolled: number, height: number): Row[] {
  const own = kept(rows, height)
  const each = rows[0]?.height ?? 1
  const passed = Math.ceil(scrolled / each) * each
  return rows.flatMap((row) => {
    if (row.y < own) return row
    const y = row.y - passed
    return y >= own && y < height ? { ...row, y } : []
  })
}

/** By how much to scroll on so that the row is there whole, not more than needed. */
export function scrollFor(row: Row, rows: readonly Row[], scrolled: number, height: number): number {
  const own = kept(rows, height)
  if (row.y < own) return 0
  const y = row.y - Math.ceil(scrolled / row.height) * row.height
  return Math.min(0, y - own) + Math.max(0, y + row.height - height)
}
