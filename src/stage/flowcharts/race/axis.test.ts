import { expect, it } from 'vitest'
import { axisOf, levelsOf, ticksOf } from './axis.ts'

it('shares time out over the width', () => {
  const { share, percent } = axisOf({ from: 100, to: 300 })
  expect([0, 100, 200, 300, 900].map(share)).toEqual([0, 0, 0.5, 1, 1])
  expect(percent(150)).toBe('25.000%')
})

it.each([
  [{ from: 900, to: 2000 }, 1000, 6, [0, 200, 400, 600, 800, 1000]],
  [{ from: 900, to: 7000 }, 1000, 6, [0, 2000, 4000, 6000]],
  [{ from: 0, to: 600_000 }, 0, 4, [0, 180_000, 360_000, 540_000]],
])('writes round times: %o', (span, zero, most, ticks) => {
  expect(ticksOf(span, zero, most)).toEqual(ticks)
})

it('puts labels that would cover one another on lines of their own', () => {
  expect(levelsOf([{ x: 0, width: 40 }, { x: 10, width: 40 }, { x: 60, width: 40 }, { x: 62, width: 40 }])).toEqual([0, 1, 0, 1])
})
