import { describe, expect, it } from 'vitest'
import { fitViewport, levelOf } from './viewport.ts'

const wide = { width: 660, height: 540, narrow: false }
const phone = { width: 366, height: 700, narrow: true }

describe('the whole cluster', () => {
  it.each([
    [720, 600],
    [1400, 500],
    [500, 900],
  ])('is in sight in a pane of %i x %i', (width, height) => {
    const { x, y, zoom } = fitViewport(wide, { width, height })
    expect(x).toBeGreaterThanOrEqual(0)
    expect(y).toBeGreaterThanOrEqual(0)
    expect(x + wide.width * zoom).toBeLessThanOrEqual(width)
    expect(y + wide.height * zoom).toBeLessThanOrEqual(height)
  })

  it('on a phone is as wide as the phone, and what happens is moved into sight', () => {
    const pane = { width: 390, height: 500 }
    const { zoom, y } = fitViewport(phone, pane)
    expect(zoom).toBeGreaterThanOrEqual(0.85)
    const low = { x: 0, y: 500, width: 170, height: 180 }
    const moved = fitViewport(phone, pane, low)
    expect(moved.y).toBeLessThan(y)
    expect(moved.y + (low.y + low.height) * zoom).toBeLessThanOrEqual(pane.height)
    expect(fitViewport(phone, pane, { ...low, y: 200 }).y).toBe(y)
  })
})

it('in a low pane is as large as it can be read, and what happens is moved into sight', () => {
  const pane = { width: 700, height: 170 }
  const low = { x: 0, y: 300, width: 200, height: 220 }
  const { zoom, y } = fitViewport(wide, pane, low)
  expect(levelOf(zoom)).toBe('full')
  expect(y + (low.y + low.height) * zoom).toBeLessThanOrEqual(pane.height)
  // A large cluster is shown whole.
  expect(fitViewport({ width: 6000, height: 4000, narrow: false }, pane).zoom).toBeLessThan(0.1)
})

it.each([
  [1.5, 'full'],
  [0.6, 'full'],
  [0.3, 'cells'],
  [0.05, 'heat'],
] as const)('at zoom %d pods are drawn as %s', (zoom, level) => {
  expect(levelOf(zoom)).toBe(level)
})

it('five thousand machines are shown whole', () => {
  const pane = { width: 695, height: 510 }
  const layout = { width: 48_000, height: 34_000, narrow: false }
  const { x, y, zoom } = fitViewport(layout, pane)
  expect([x, y].every((at) => at >= 0)).toBe(true)
  expect(x + layout.width * zoom).toBeLessThanOrEqual(pane.width)
  expect(y + layout.height * zoom).toBeLessThanOrEqual(pane.height)
})
