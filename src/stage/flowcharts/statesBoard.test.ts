import { expect, test } from 'vitest'
import { deskBoard, hallBoard, scaleOf } from './statesBoard.ts'

test.each([['desk', deskBoard], ['hall', hallBoard]])('on the board of a %s nothing lies over anything else, and its ways end at phases', (_, { places, leaving, ways, width, height }) => {
  const boxes = [...Object.values(places), { x: 0, width, ...leaving }]
  for (const [i, a] of boxes.entries()) {
    expect(a.x + a.width).toBeLessThanOrEqual(width)
    expect(a.y + a.height).toBeLessThanOrEqual(height)
    for (const b of boxes.slice(i + 1)) expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true)
  }
  for (const { from, to, points } of ways) {
    const [first, last] = [points[0]!, points.at(-1)!]
    expect(first.x).toBe(places[from].x + places[from].width)
    expect(last.x).toBe(places[to].x)
    for (const [phase, { y }] of [[from, first], [to, last]] as const) {
      expect(y).toBeGreaterThan(places[phase].y)
      expect(y).toBeLessThan(places[phase].y + places[phase].height)
    }
  }
  // The way past Running lies below it.
  expect(ways.at(-1)!.points[0]!.y).toBeGreaterThan(places.Running.y + places.Running.height)
})

/** Letters of a word (states.module.css), and the pane of a hall between its title and the sentence. */
const wordPx = 15.5
test.each([
  [{ width: 1800, height: 618 }, 24],
  // 24 px of a projector with 1920.
  [{ width: 1200, height: 414 }, 16],
])('words of a hall are read from its last row: %o', (pane, px) => {
  expect(wordPx * scaleOf(hallBoard, pane)).toBeGreaterThanOrEqual(px)
  expect(hallBoard.height * scaleOf(hallBoard, pane)).toBeLessThanOrEqual(pane.height)
})
