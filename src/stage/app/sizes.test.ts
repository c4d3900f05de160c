import { expect, it } from 'vitest'
import { bounds, clamp, readSizes } from './sizes.ts'

it.each([
  [null, {}],
  ['no JSON', {}],
  ['null', {}],
  ['[1]', {}],
  ['{"left":400,"right":"wide","below":-5,"above":300}', { left: 400 }],
])('stored %s', (stored, expected) => expect(readSizes(stored)).toEqual(expected))

it('keeps panels inside the window', () => {
  const window = { innerWidth: 1000, innerHeight: 800 }
  expect(clamp('left', 900, window)).toBe(450)
  expect(clamp('left', 10, window)).toBe(bounds.left.least)
  expect(clamp('below', 300, window)).toBe(300)
})

it.each([1180, 1280, 1440, 1920, 2560])('leaves the stage a good half of %d pixels, as long as nobody has chosen', (innerWidth) => {
  const window = { innerWidth, innerHeight: 900 }
  expect(clamp('left', undefined, window) + clamp('right', undefined, window)).toBeLessThanOrEqual(innerWidth * 0.5)
})
