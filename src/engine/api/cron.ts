/** What robfig/cron reads in the five fields of a schedule, and when its times come (parser.go, spec.go). */
import { civilTime, msFromCivil, type CivilTime } from './time.ts'

interface Bounds {
  min: number
  max: number
  names?: readonly string[]
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const bounds: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
]

/** The values that suit, and whether any does. */
interface Field {
  values: ReadonlySet<number>
  star: boolean
}

export interface CronFields {
  minute: Field
  hour: Field
  day: Field
  month: Field
  weekday: Field
}

/** Five fields, or what is wrong with them. */
export function cronFields(text: string): CronFields | string {
  const parts = text.split(/\s+/).filter((part) => part !== '')
  if (parts.length !== 5) return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`
  const fields: Field[] = []
  for (const [i, part] of parts.entries()) {
    const field = readField(part, bounds[i]!)
    if (typeof field === 'string') return field
    fields.push(field)
  }
  const [minute, hour, day, month, weekday] = fields as [Field, Field, Field, Field, Field]
  return { minute, hour, day, month, weekday }
}

function readField(part: string, limits: Bounds): Field | string {
  const values = new Set<number>()
  let star = false
  for (const text of part.split(',').filter((range) => range !== '')) {
    const range = readRange(text, limits)
    if (typeof range === 'string') return range
    for (let value = range.start; value <= range.end; value += range.step) values.add(value)
    star ||= range.star
  }
  return { values, star }
}

/** `5/15` is `5-59/15`; nothing between two commas is nothing. */
function readRange(text: string, { min, max, ...names }: Bounds): { start: number; end: number; step: number; star: boolean } | string {
  const slashes = text.split('/')
  const hyphens = slashes[0]!.split('-')
  const star = hyphens[0] === '*' || hyphens[0] === '?'
  let [start, end] = [min, max]
  if (!star) {
    const from = numberOf(hyphens[0]!, { min, max, ...names })
    if (typeof from === 'string') return from
    start = end = from
    if (hyphens.length === 2) {
      const to = numberOf(hyphens[1]!, { min, max, ...names })
      if (typeof to === 'string') return to
      end = to
    } else if (hyphens.length > 2) return `too many hyphens: ${text}`
  }
  let step = 1
  if (slashes.length === 2) {
    const every = numberOf(slashes[1]!, { min: 0, max: 0 })
    if (typeof every === 'string') return every
    step = every
    if (hyphens.length === 1) end = max
  } else if (slashes.length > 2) return `too many slashes: ${text}`
  if (start < min) return `beginning of range (${start}) below minimum (${min}): ${text}`
  if (end > max) return `end of range (${end}) above maximum (${max}): ${text}`
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`
  return step === 0 ? `step of range should be a positive number: ${text}` : { start, end, step, star: star && step === 1 }
}

/** The number, or what is wrong with the text. */
function numberOf(text: string, { min, names }: Bounds): number | string {
  const named = names?.indexOf(text.toLowerCase()) ?? -1
  if (named >= 0) return named + min
  if (!/^[+-]?\d+$/.test(text)) return `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`
  const number = Number(text)
  return number < 0 ? `negative number (${number}) not allowed: ${text}` : number
}

const minuteMs = 60_000
const hourMs = 3_600_000
const mostYears = 5

/** What the clocks of a place show, in ms ahead of UTC, at a moment. */
export type Offset = (ms: number) => number

/**
 * The first time after a moment; undefined: none within five years. Hours that clocks leave out do not come, and those that they show twice
 * come twice.
 */
export function nextTime(fields: CronFields, offset: Offset, after: number): number | undefined {
  if (Object.values(fields).some(({ values }: Field) => values.size === 0)) return undefined
  let t = (Math.floor(after / 1000) + 1) * 1000
  const local = (): CivilTime => civilTime(t + offset(t))
  const toMidnight = (year: number, month: number, day: number): void => {
    const shown = msFromCivil(month > 12 ? year + 1 : year, month > 12 ? 1 : month, 1) + (day - 1) * 24 * hourMs
    t = shown - offset(shown - offset(shown))
    // Where a day begins without its midnight.
    const lacking = local().hour
    if (lacking > 12) t += (24 - lacking) * hourMs
  }
  const lastYear = local().year + mostYears
  for (let now = local(); now.year <= lastYear; now = local()) {
    if (!fields.month.values.has(now.month)) toMidnight(now.year, now.month + 1, 1)
    else if (!suitsDay(fields, now)) toMidnight(now.year, now.month, now.day + 1)
    else if (!fields.hour.values.has(now.hour)) t = Math.floor((t + offset(t)) / hourMs) * hourMs - offset(t) + hourMs
    else if (!fields.minute.values.has(now.minute)) t = Math.floor(t / minuteMs) * minuteMs + minuteMs
    else if (now.second > 0) t = Math.floor(t / minuteMs) * minuteMs + minuteMs
    else return t
  }
  return undefined
}

/** Where both the day of the month and that of the week are limited, either will do. */
function suitsDay({ day, weekday }: CronFields, now: CivilTime): boolean {
  const [a, b] = [day.values.has(now.day), weekday.values.has(now.weekday)]
  return day.star || weekday.star ? a && b : a || b
}
