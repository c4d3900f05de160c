import type { Box } from './layout.ts'

/** At scale 1. */
const height = 34
const widths = { least: 132, most: 210 }
/** Between two Services, and how far one keeps away from a line. */
const gap = 14
const besideLine = 10

export interface ServiceRow {
  places: number
  box: (position: number) => Box
}

/** Where Services may stand side by side. */
interface Room {
  x: number
  width: number
}

/**
 * The row of Services below the rail, for `count` of them. `lines`: where kubelets' lines come down through it: Services stand between them,
 * unless there are too many of those or of these.
 */
export function serviceRow(count: number, lines: readonly number[], { x, y, width, scale }: { x: number; y: number; width: number; scale: number }): ServiceRow {
  const away = besideLine * scale
  const ends = [...lines].sort((a, b) => a - b)
  const between = ends.map((line, i): Room => ({ x: line + away, width: (ends[i + 1] ?? x + width + away) - away - (line + away) }))
  const holds = (rooms: readonly Room[]): number => rooms.reduce((sum, room) => sum + most(room, scale), 0)
  if (count <= holds(between)) return arranged(count, between, y, scale)
  const whole = [{ x, width }]
  return arranged(Math.min(count, holds(whole)), whole, y, scale)
}

function most({ width }: Room, scale: number): number {
  return Math.max(0, Math.floor((width / scale + gap) / (widths.least + gap)))
}

/** From left to right, as many in each room as in the others where they fit. */
function arranged(count: number, rooms: readonly Room[], y: number, scale: number): ServiceRow {
  const held = rooms.map(() => 0)
  for (let left = count; left > 0; ) {
    for (const [i, room] of rooms.entries()) {
      if (left === 0 || held[i] === most(room, scale)) continue
      held[i]!++
      left--
    }
  }
  const boxes = rooms.flatMap((room, i) => {
    const [here, space] = [held[i]!, gap * scale]
    const width = Math.min(widths.most * scale, (room.width - (here - 1) * space) / here)
    return Array.from({ length: here }, (_, k): Box => ({ x: room.x + k * (width + space), y, width, height: height * scale }))
  })
  return { places: boxes.length, box: (position) => boxes[Math.min(position, boxes.length - 1)]! }
}
