import { Cron } from 'croner'
import { formatTime } from '../../api/time.ts'
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
  const every = /^@every (?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text)
  if (every !== null) return everySoOften(every)
  try {
    const cron = new Cron(text, { timezone: timeZone, mode: 'auto', paused: true })
    return { after: (ms) => cron.nextRun(formatTime(ms))?.getTime() }
  } catch (error) {
    // The library throws what it cannot read; for us that is an answer.
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

function everySoOften([, hours = '0', minutes = '0', seconds = '0']: RegExpExecArray): Schedule {
  const period = Math.max(1, Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  return { after: (ms) => Math.floor(ms / 1000) * 1000 + period }
}

/** More times than these were missed: something was down for long (mostRecentScheduleTime). */
export const manyMissed = 100

export interface Due {
  /** The last time that has come and was not served; undefined: nothing is due. */
  at: number | undefined
  missed: number
}

/** Which time is due now (pkg/controller/cronjob/utils.go mostRecentScheduleTime). */
export function dueTime(cronJob: KubeObject, schedule: Schedule, now: number): Due {
  const { lastScheduleTime } = cronJob['status'] ?? {}
  const deadline: number | undefined = cronJob['spec'].startingDeadlineSeconds
  let from = lastScheduleTime === undefined ? timeOf(cronJob.metadata.creationTimestamp) : timeOf(lastScheduleTime)
  if (deadline !== undefined) from = Math.max(from, now - deadline * 1000)
  let at: number | undefined
  let missed = 0
  for (let next = schedule.after(from); next !== undefined && next <= now; next = schedule.after(next)) {
    at = next
    // Beyond that many only the last counts; the way to it need not be walked.
    if (++missed > manyMissed) return { at: lastBefore(schedule, now), missed }
  }
  return { at, missed }
}

/** The last time up to now, found from ever further back. */
function lastBefore(schedule: Schedule, now: number): number | undefined {
  for (let back = 60_000; ; back *= 2) {
    let at = schedule.after(now - back)
    if (at === undefined || at > now) continue
    for (let next = schedule.after(at); next !== undefined && next <= now; next = schedule.after(next)) at = next
    return at
  }
}

/** A little after the moment, so that it has come for certain (nextScheduleDelta). */
const afterTheMomentMs = 100

export function nextCheckMs(schedule: Schedule, now: number): number | undefined {
  const next = schedule.after(now)
  return next === undefined ? undefined : next - now + afterTheMomentMs
}
