/** What robfig/cron's ParseStandard says against a schedule; CronJobs use its five fields and descriptors. */
import { cronFields } from '../cron.ts'

const descriptors = new Set(['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'])

/** What is wrong with a schedule. A time zone in it is suffered where `before`, the stored one, has one already. */
export function scheduleErrors(schedule: string, hasTimeZone: boolean, before: string): string[] {
  const wrong = scheduleError(schedule)
  const errors = wrong === undefined ? [] : [wrong]
  if (!schedule.includes('TZ')) return errors
  if (!before.includes('TZ')) errors.push('cannot use TZ or CRON_TZ in schedule, use timeZone field instead')
  else if (hasTimeZone) errors.push('cannot use both timeZone field and TZ or CRON_TZ in schedule')
  return errors
}

/** Undefined when the schedule is good. */
function scheduleError(given: string): string | undefined {
  const schedule = given.replace(/^(CRON_)?TZ=[^ ]* /, '').trim()
  if (schedule.startsWith('@')) return descriptorError(schedule)
  const fields = cronFields(schedule)
  return typeof fields === 'string' ? fields : undefined
}

function descriptorError(schedule: string): string | undefined {
  if (descriptors.has(schedule)) return undefined
  if (!schedule.startsWith('@every ')) return `unrecognized descriptor: ${schedule}`
  const duration = schedule.slice('@every '.length)
  if (/^[+-]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(duration)) return undefined
  return `failed to parse duration ${schedule}: time: invalid duration ${JSON.stringify(duration)}`
}
