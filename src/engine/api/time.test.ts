import { describe, expect, it } from 'vitest'
import * as time from './time.ts'

const stamps: [text: string, ms: number][] = [
  ['1970-01-01T00:00:00Z', 0],
  ['2000-02-29T12:00:00Z', 951_825_600_000],
  ['2025-03-10T12:34:56Z', 1_741_610_096_000],
  ['2100-03-01T00:00:00Z', 4_107_542_400_000],
  ['1969-12-31T23:59:59Z', -1000],
]

const durations: [text: string, ms: number][] = [
  ['0s', 0],
  ['1ns', 1e-6],
  ['1.5µs', 1.5e-3],
  ['300ms', 300],
  ['1.5s', 1500],
  ['1m0s', 60_000],
  ['2m5s', 125_000],
  ['1h2m3s', 3_723_000],
  ['100h0m0.25s', 360_000_250],
  ['-1m30s', -90_000],
]

/** duration.HumanDuration at its borders. */
const ages: [seconds: number, text: string][] = [
  [-5, '<invalid>'],
  [-1, '0s'],
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [125, '2m5s'],
  [599, '9m59s'],
  [600, '10m'],
  [10_799, '179m'],
  [10_800, '3h'],
  [10_860, '3h1m'],
  [28_799, '7h59m'],
  [28_800, '8h'],
  [172_799, '47h'],
  [172_800, '2d'],
  [176_400, '2d1h'],
  [691_199, '7d23h'],
  [691_200, '8d'],
  [63_071_999, '729d'],
  [63_072_000, '2y'],
  [63_158_400, '2y1d'],
  [252_288_000, '8y'],
]

describe('time', () => {
  it.each(stamps)('%s', (text, ms) => {
    expect(time.formatTime(ms)).toBe(text)
    expect(time.parseTime(text)).toBe(ms)
  })

  it('cuts off parts of a second, and keeps them in MicroTime', () => {
    expect(time.formatTime(1999)).toBe('1970-01-01T00:00:01Z')
    expect(time.formatMicroTime(1999)).toBe('1970-01-01T00:00:01.999000Z')
    expect(time.parseTime('1970-01-01T00:00:01.999000Z')).toBe(1999)
    expect(time.parseTime('1970-01-01T02:00:00+02:00')).toBe(0)
  })

  it.each(['', 'today', '2025-02-29T00:00:00Z', '2025-13-01T00:00:00Z', '2025-01-01T24:00:00Z', '2025-01-01T00:00:00'])(
    '%j is no time',
    (text) => expect(time.parseTime(text)).toBeUndefined(),
  )

  it('says what is wrong with a time as Go does', () => {
    const layout = '"2006-01-02T15:04:05Z07:00"'
    expect(time.timeError('today')).toBe(`parsing time "today" as ${layout}: cannot parse "today" as "2006"`)
    expect(time.timeError('2025-01-01')).toBe(`parsing time "2025-01-01" as ${layout}: cannot parse "" as "T"`)
    expect(time.timeError('2025-13-01T00:00:00Z')).toBe('parsing time "2025-13-01T00:00:00Z": month out of range')
    expect(time.timeError('2025-01-01T00:00:00Z!')).toBe('parsing time "2025-01-01T00:00:00Z!": extra text: "!"')
    expect(time.timeError('2025-01-01T00:00:00Z')).toBeUndefined()
    expect(time.timeError('2025-01-01T00:00:00Z', true)).toContain('cannot parse "Z" as ".000000"')
  })

  it.each(durations)('%s', (text, ms) => {
    expect(time.formatDuration(ms)).toBe(text)
    expect(time.parseDuration(text)).toBeCloseTo(ms, 9)
  })

  it.each(['', '5', '1', 'h', '1d', '1h-2m', '1 s'])('%j is no duration', (text) => {
    expect(time.parseDuration(text)).toBeUndefined()
  })

  it.each(ages)('%i seconds are %s', (seconds, text) => expect(time.humanDuration(seconds * 1000)).toBe(text))

  it('knows days of the week and leap years', () => {
    expect(time.civilTime(time.msFromCivil(2024, 2, 29))).toMatchObject({ year: 2024, month: 2, day: 29, weekday: 4 })
    expect(time.civilTime(0).weekday).toBe(4)
  })

  it('ages', () => {
    expect(time.age('1970-01-01T00:00:00Z', 90_000)).toBe('90s')
    expect(time.age(undefined, 0)).toBe('<unknown>')
  })
})
