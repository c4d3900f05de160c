import { expect, test } from 'vitest'
import { isLong } from './clipped.ts'

test.each([
  ['a'.repeat(200), false],
  ['a'.repeat(201), true],
  ['停'.repeat(100), false],
  ['停'.repeat(101), true],
  [`${'停'.repeat(60)}，${'a'.repeat(60)}。`, false],
  [`${'停'.repeat(60)}，${'a'.repeat(80)}。`, true],
])('%s: %s', (text, long) => {
  expect(isLong(text)).toBe(long)
})
