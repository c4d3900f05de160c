import { expect, it } from 'vitest'
import { formatClock, formatShort, formatSpan } from './time.ts'

it.each([
  [0, '00:00:00.000', '0 ms'],
  [16, '00:00:00.016', '16 ms'],
  [1000, '00:00:01.000', '1 s'],
  [3214, '00:00:03.214', '3.2 s'],
  [9999, '00:00:09.999', '10 s'],
  [28_400, '00:00:28.400', '28 s'],
  [200_000, '00:03:20.000', '3 min 20 s'],
  [300_000, '00:05:00.000', '5 min'],
  [7_500_000, '02:05:00.000', '2 h 5 min'],
])('%i ms', (ms, clock, span) => {
  expect(formatClock(ms)).toBe(clock)
  expect(formatSpan(ms)).toBe(span)
})

it.each([
  [16, '16 ms'],
  [59_400, '59 s'],
  [59_600, '1m 00s'],
  [200_000, '3m 20s'],
  [3_600_000, '1h 00m'],
])('%i ms in little room', (ms, short) => expect(formatShort(ms)).toBe(short))
