import { expect, test } from 'vitest'
import { chapterFor } from './overviewKeys.ts'

/** Five chapters: four in the first row, one in the second. */
test.each([
  ['ArrowRight', 0, 1],
  ['PageDown', 3, 4],
  ['ArrowRight', 4, 4],
  ['ArrowLeft', 0, 0],
  ['PageUp', 4, 3],
  ['ArrowDown', 0, 4],
  ['ArrowDown', 1, 1],
  ['ArrowUp', 4, 0],
  ['Home', 3, 0],
  ['End', 1, 4],
  ['3', 0, 2],
  ['6', 0, undefined],
  ['Enter', 0, undefined],
  ['constructor', 0, undefined],
])('%s at chapter %i leads to %s', (key, at, to) => {
  expect(chapterFor(key, at, 5, 4)).toBe(to)
})
