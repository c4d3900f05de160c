/** What robfig/cron's ParseStandard says against a schedule; CronJobs use its five fields and descriptors. */

interface Bounds {
  min: number
  max: number
  names?: readonly string[]
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const fields: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
]
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
  const parts = schedule
    .trim()
    .split(/\s+/)
    .filter((part) => part !== '')
  if (parts.length !== 5) return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`
  for (const [i, part] of parts.entries()) {
    for (const range of part.split(',').filter((text) => text !== '')) {
      const wrong = rangeError(range, fields[i]!)
      if (wrong) return wrong
    }
  }
  return undefined
}

function descriptorError(schedule: string): string | undefined {
  if (descriptors.has(schedule)) return undefined
  if (!schedule.startsWith('@every ')) return `unrecognized descriptor: ${schedule}`
  const duration = schedule.slice('@every '.length)
  if (/^[+-]?((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+$/.test(duration)) return undefined
  return `failed to parse duration ${schedule}: time: invalid duration ${JSON.stringify(duration)}`
}

function rangeError(text: string, bounds: Bounds): string | undefined {
  const slashes = text.split('/')
  const hyphens = slashes[0]!.split('-')
  let start = bounds.min
  let end = bounds.max
  if (hyphens[0] !== '*' && hyphens[0] !== '?') {
    const from = numberOf(hyphens[0]!, bounds)
    if (typeof from === 'string') return from
    start = end = from
    if (hyphens.length === 2) {
      const to = numberOf(hyphens[1]!, bounds)
      if (typeof to === 'string') return to
      end = to
    } else if (hyphens.length > 2) return `too many hyphens: ${text}`
  }
  let step = 1
  if (slashes.length === 2) {
    const every = numberOf(slashes[1]!, { min: 0, max: 0 })
    if (typeof every === 'string') return every
    step = every
    if (hyphens.length === 1) end = bounds.max
  } else if (slashes.length > 2) return `too many slashes: ${text}`
  if (start < bounds.min) return `beginning of range (${start}) below minimum (${bounds.min}): ${text}`
  if (end > bounds.max) return `end of range (${end}) above maximum (${bounds.max}): ${text}`
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`
  return step === 0 ? `step of range should be a positive number: ${text}` : undefined
}

/** The number, or what is wrong with the text. */
function numberOf(text: string, bounds: Bounds): number | string {
  const named = bounds.names?.indexOf(text.toLowerCase()) ?? -1
  if (named >= 0) return named + bounds.min
  if (!/^[+-]?\d+$/.test(text)) {
    return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`
  }
  const number = Number(text)
  return number < 0 ? `negative number (${number}) not allowed: ${text}` : number
}
