import { expect, test } from 'vitest'
import { isWithin, median, summarize, table, type Row } from './harness.ts'

const row: Row = { name: 'a row', unit: 'ms', limit: 100, goal: 50, measure: () => 0 }
const samples = (...values: number[]): { value: number; calibrationMs: number }[] =>
  values.map((value) => ({ value, calibrationMs: 20 }))

test('the median does not depend on the order', () => {
  expect(median([9, 1, 10])).toBe(9)
  expect(median([4, 1, 3, 2])).toBe(2.5)
})

test('a result is a median, a spread and a ratio', () => {
  expect(summarize(row, samples(90, 40, 60))).toEqual({
    row,
    value: 60,
    spreadPercent: expect.closeTo(41.67, 1) as number,
    ratio: 3,
    scaled: 120,
  })
})

test('the table says what is too slow and what has reached its goal', () => {
  const results = [samples(20), samples(40), samples(60)].map((values) => summarize(row, values))
  expect(results.map(isWithin)).toEqual([true, true, false])
  expect(table(results)).toBe(
    [
      'quantity  unit  median  spread  x calibration  scaled  not worse than  goal',
      'a row     ms      20.0    +-0%          1.000    40.0             100    50  goal reached',
      'a row     ms      40.0    +-0%          2.000    80.0             100    50',
      'a row     ms      60.0    +-0%          3.000     120             100    50  TOO SLOW',
    ].join('\n'),
  )
})
