import { expect, test } from 'vitest'
import { formatTime, parseTime } from '../../api/time.ts'
import { object } from '../testing/objects.ts'
import { dueTime, manyMissed, nextCheckMs, parseSchedule, type Schedule } from './schedule.ts'

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
  ['@every 1m30s', undefined, '09:00:00', '2026-01-05T09:01:30Z'],
])('%s (%s) after %s is %s', (text, zone, after, wanted) => {
  expect(formatTime(schedule(text, zone).after(at(after))!)).toBe(wanted)
})

test('what is no schedule says so', () => {
  expect(parseSchedule('61 * * * *')).toHaveProperty('error')
})

const cronJob = (spec: object, status: object = {}) => object('CronJob', 'tick', spec, { status, metadata: { creationTimestamp: formatTime(at('09:00:10')) } })
const dues: [name: string, spec: object, status: object, now: string, due: string | undefined, missed: number][] = [
  ['nothing yet', {}, {}, '09:00:40', undefined, 0],
  ['the first', {}, {}, '09:01:00', '09:01:00', 1],
  ['only the last of several', {}, { lastScheduleTime: formatTime(at('09:01:00')) }, '09:05:30', '09:05:00', 4],
  ['too late ones are not looked for', { startingDeadlineSeconds: 20 }, {}, '09:05:30', undefined, 0],
]
test.each(dues)('due: %s', (_name, spec, status, now, due, missed) => {
  expect(dueTime(cronJob(spec, status), schedule('* * * * *'), at(now))).toEqual({ at: due === undefined ? undefined : at(due), missed })
})

test('away for a day, one is started for the most recent time', () => {
  const { at: due, missed } = dueTime(cronJob({}, { lastScheduleTime: formatTime(at('09:01:00') - 86_400_000) }), schedule('* * * * *'), at('09:05:30'))
  expect(due).toBe(at('09:05:00'))
  expect(missed).toBeGreaterThan(manyMissed)
})

test('the next look is a moment after the next time', () => {
  expect(nextCheckMs(schedule('* * * * *'), at('09:00:30'))).toBe(30_100)
})
