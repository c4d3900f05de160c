import { CronDate } from 'croner'
import { cronFields, nextTime } from '../../api/cron.ts'
import { formatTime, msFromCivil, parseDuration } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { timeOf } from '../common/pods.ts'

/** Times of a cron line; asked with virtual times only, so that the answer hangs on nothing else. */
export interface Schedule {
  /** The first time after `ms`; undefined when there is none. */
  after(ms: number): number | undefined
}

const known = new Map<string, Schedule | { error: string }>()

/** Five fields or @hourly and its kin, in the time zone (UTC when none is given, as kube-controller-manager runs there). */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule | { error: string } {
  const key = `${timeZone} ${text}`
  let schedule = known.get(key)
  if (schedule === undefined) known.set(key, (schedule = parse(text, timeZone)))
  return schedule
}

function parse(text: string, timeZone: string): Schedule | { error: string } {
  if (text.startsWith('@every ')) {
    const ms = parseDuration(text.slice('@every '.length))
    return ms === undefined ? { error: `failed to parse duration ${text}` } : everySoOften(ms)
  }
  const fields = cronFields(Object.hasOwn(descriptors, text) ? descriptors[text]! : text)
  if (typeof fields === 'string') return { error: fields }
  if (timeZone === 'UTC') return { after: (ms) => nextTime(fields, () => 0, ms) }
  try {
    offsetIn(timeZone, 0)
  } catch (error) {
    // The library throws when it knows no such zone; for us that is an answer.
    return { error: error instanceof Error ? error.message : String(error) }
  }
  return { after: (ms) => nextTime(fields, (at) => offsetIn(timeZone, at), ms) }
}

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *', '@monthly': '0 0 1 * *', '@weekly': '0 0 * * 0', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@hourly': '0 * * * *',
}

function everySoOften(ms: number): Schedule {
  const period = Math.max(1, Math.floor(ms / 1000)) * 1000
  return { after: (from) => Math.floor(from / 1000) * 1000 + period }
}

/** How far the clocks of a time zone are ahead of UTC at a moment, in ms. */
function offsetIn(timeZone: string, ms: number): number {
  const second = Math.floor(ms / 1000) * 1000
  const { year, month, day, hour, minute, second: seconds } = new CronDate(formatTime(second), timeZone)
  return msFromCivil(year, month + 1, day, hour, minute, seconds) - second
}

/** A moment as a clock of the time zone shows it: RFC 3339 with its offset. */
export function timeIn(timeZone: string, ms: number): string {
  const offset = Math.round(offsetIn(timeZone, ms) / 60_000)
  if (offset === 0) return formatTime(ms)
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0')
  return formatTime(ms + offset * 60_000).replace('Z', `${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`)
}

/** More times than these were missed: something was down for long (mostRecentScheduleTime). */
export const manyMissed = 100

export interface Due {
  /** From when on times are looked for. */
  from: number
  /** The last time that has come and was not served; undefined: nothing is due. */
  at: number | undefined
  /** Of times as far apart as the first two; 0: at most one has passed. */
  missed: number
}

/**
 * Which time is due now (pkg/controller/cronjob/utils.go mostRecentScheduleTime). The last one is looked for only from where it would be if all
 * times were as far apart as the first two: where they are not, as over a weekend, it may be found to be none.
 */
export function dueTime(cronJob: KubeObject, schedule: Schedule, now: number, { keepsDeadline = true } = {}): Due {
  const { lastScheduleTime } = cronJob['status'] ?? {}
  const deadline: number | undefined = cronJob['spec'].startingDeadlineSeconds
  let from = lastScheduleTime === undefined ? timeOf(cronJob.metadata.creationTimestamp) : timeOf(lastScheduleTime)
  if (keepsDeadline && deadline !== undefined) from = Math.max(from, now - deadline * 1000)
  const first = schedule.after(from)
  if (first === undefined || now < first) return { from, at: undefined, missed: 0 }
  const second = schedule.after(first)
  if (second === undefined || now < second) return { from, at: first, missed: 0 }
  const between = second - first
  const missed = Math.floor((now - first) / between) + 1
  let at: number | undefined
  for (let next = schedule.after(first + (missed - 2) * between); next !== undefined && next <= now; next = schedule.after(next)) at = next
  return { from, at, missed }
}

/** A little after the moment, so that it has come for certain (nextScheduleDelta). */
const afterTheMomentMs = 100

/** Virtual ms until it is to be looked at again (nextScheduleTimeDuration). */
export function nextCheckMs(cronJob: KubeObject, schedule: Schedule, now: number): number | undefined {
  const { from, at, missed } = dueTime(cronJob, schedule, now, { keepsDeadline: false })
  const next = schedule.after(at ?? (missed === 0 ? from : now))
  return next === undefined ? undefined : next - now + afterTheMomentMs
}
