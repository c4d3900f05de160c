import { expect, it } from 'vitest'
import { bounds, clamp, readSizes } from './sizes.ts'

const usual = { left: 330, right: 372, below: 264, terminal: 220 }

it.each([
  [null, usual],
  ['no JSON', usual],
  ['null', usual],
  ['[1]', usual],
  ['{"left":400,"right":"wide","below":-5}', { ...usual, left: 400 }],
])('stored %s', (stored, expected) => expect(readSizes(stored)).toEqual(expected))

it('keeps panels inside the window', () => {
  const window = { innerWidth: 1000, innerHeight: 800 }
  expect(clamp('left', 900, window)).toBe(450)
  expect(clamp('left', 10, window)).toBe(bounds.left.least)
  expect(clamp('below', 300, window)).toBe(300)
})
