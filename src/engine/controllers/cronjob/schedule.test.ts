import { expect, test } from 'vitest'
import { formatTime, parseTime } from '../../api/time.ts'
import { object } from '../testing/objects.ts'
import { dueTime, manyMissed, nextCheckMs, parseSchedule, timeIn, type Schedule } from './schedule.ts'

const at = (text: string): number => parseTime(`2026-01-05T${text}Z`)!
const schedule = (text: string, zone?: string): Schedule => {
  const parsed = parseSchedule(text, zone)
  if ('error' in parsed) throw new Error(parsed.error)
  return parsed
}

test.each([
  ['* * * * *', undefined, '09:00:30', '2026-01-05T09:01:00Z'],
  ['*/15 9-17 * * 1-5', undefined, '17:46:00', '2026-01-06T09:00:00Z'],
  ['0 3 * * *', 'Asia/Shanghai', '09:00:00', '2026-01-05T19:00:00Z'],
  ['@hourly', undefined, '09:00:00', '2026-01-05T10:00:00Z'],
  ['5/15 * * * *', undefined, '09:06:00', '2026-01-05T09:20:00Z'],
  ['10,,40 * * * *', undefined, '09:11:00', '2026-01-05T09:40:00Z'],
  ['@every 0.5h', undefined, '09:00:00', '2026-01-05T09:30:00Z'],
  ['@every 1m30s', undefined, '09:00:00', '2026-01-05T09:01:30Z'],
])('%s (%s) after %s is %s', (text, zone, after, wanted) => {
  expect(formatTime(schedule(text, zone).after(at(after))!)).toBe(wanted)
})

/** spec_test.go of robfig/cron. */
test.each([
  ['0 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', '2026-03-09T06:00:00Z', 'an hour that clocks leave out does not come'],
  ['0 * * * *', 'America/New_York', '2026-03-08T06:00:00Z', '2026-03-08T07:00:00Z', 'the next hour is the one after it'],
  ['30 1 * * *', 'America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z', 'an hour that clocks show twice comes twice'],
  ['0 0 * * *', 'Africa/Cairo', '2026-04-23T12:00:00Z', '2026-04-24T21:00:00Z', 'a day that begins at one o’clock has no midnight'],
  ['0 0 31 * *', 'UTC', '2026-01-31T00:00:00Z', '2026-03-31T00:00:00Z', 'a day that not all months have'],
  ['0 0 29 2 *', 'UTC', '2026-01-05T00:00:00Z', '2028-02-29T00:00:00Z', 'a day that not all years have'],
  ['0 0 13 * 5', 'UTC', '2026-01-09T00:00:00Z', '2026-01-13T00:00:00Z', 'either day, where both are limited'],
  ['0 0 */2 * 5', 'UTC', '2026-01-05T00:00:00Z', '2026-01-07T00:00:00Z', 'a step limits'],
  ['0 0 */1 * 5', 'UTC', '2026-01-05T00:00:00Z', '2026-01-09T00:00:00Z', 'a step of one does not'],
])('%s (%s) after %s is %s: %s', (text, zone, after, wanted) => expect(formatTime(schedule(text, zone).after(parseTime(after)!)!)).toBe(wanted))

test('a day that no year has does not come', () => expect(schedule('0 0 31 2 *').after(at('09:00:00'))).toBeUndefined())

test('what is no schedule says so', () => {
  expect(parseSchedule('61 * * * *')).toHaveProperty('error')
})

const cronJob = (spec: object, status: object = {}) => object('CronJob', 'tick', spec, { status, metadata: { creationTimestamp: formatTime(at('09:00:10')) } })
const dues: [name: string, spec: object, status: object, now: string, due: string | undefined, missed: number][] = [
  ['nothing yet', {}, {}, '09:00:40', undefined, 0],
  ['the first', {}, {}, '09:01:00', '09:01:00', 0],
  ['only the last of several', {}, { lastScheduleTime: formatTime(at('09:01:00')) }, '09:05:30', '09:05:00', 4],
  ['too late ones are not looked for', { startingDeadlineSeconds: 20 }, {}, '09:05:30', undefined, 0],
]
test.each(dues)('due: %s', (_name, spec, status, now, due, missed) => {
  expect(dueTime(cronJob(spec, status), schedule('* * * * *'), at(now))).toMatchObject({ at: due === undefined ? undefined : at(due), missed })
})

// 2026-01-05 is a Monday.
const day = 86_400_000
test.each([
  ['on Sunday, the last time of Friday is not found', 4 * day, '06:30:00', 6 * day, '12:00:00', undefined, 13],
  ['on Monday again, that of Monday is', 4 * day, '06:30:00', 7 * day, '07:00:00', 7 * day + at('06:30:00'), 18],
  ['on Friday evening, that of Friday is', 4 * day, '06:30:00', 4 * day, '15:00:00', 4 * day + at('14:30:00'), 2],
])('times that are not equally far apart: %s', (_name, lastDay, last, nowDay, now, due, missed) => {
  const given = cronJob({}, { lastScheduleTime: formatTime(lastDay + at(last)) })
  expect(dueTime(given, schedule('30 6-14/4 * * 1-5'), nowDay + at(now))).toMatchObject({ at: due, missed })
})

test('away for a day, one is started for the most recent time', () => {
  const { at: due, missed } = dueTime(cronJob({}, { lastScheduleTime: formatTime(at('09:01:00') - 86_400_000) }), schedule('* * * * *'), at('09:05:30'))
  expect(due).toBe(at('09:05:00'))
  expect(missed).toBeGreaterThan(manyMissed)
})

test('the next look is a moment after the next time', () => {
  expect(nextCheckMs(cronJob({}), schedule('* * * * *'), at('09:00:30'))).toBe(30_100)
})

test('what is done so often is counted from the last time, whenever somebody looks', () => {
  expect(nextCheckMs(cronJob({}, { lastScheduleTime: formatTime(at('09:00:10')) }), schedule('@every 1h'), at('09:40:00'))).toBe(20 * 60_000 + 10_100)
})

test.each([
  ['UTC', '2026-01-05T09:00:00Z'],
  ['America/New_York', '2026-01-05T04:00:00-05:00'],
  ['Asia/Kolkata', '2026-01-05T14:30:00+05:30'],
])('a moment as %s has it', (zone, text) => {
  expect(timeIn(zone, at('09:00:00'))).toBe(text)
})
