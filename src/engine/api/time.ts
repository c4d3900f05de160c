/**
 * Time as text, from virtual milliseconds since the Unix epoch. No Date: the calendar is arithmetic
 * (days from civil, Howard Hinnant), so that it is the same everywhere.
 */

const dayMs = 86_400_000

const pad = (n: number, width = 2): string => String(n).padStart(width, '0')

interface Civil {
  year: number
  month: number
  day: number
}

/** Days since 1970-01-01 to a date of the proleptic Gregorian calendar. */
function civilFromDays(days: number): Civil {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const mp = Math.floor((5 * dayOfYear + 2) / 153)
  const month = mp < 10 ? mp + 3 : mp - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * mp + 2) / 5) + 1,
  }
}

function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

export interface CivilTime extends Civil {
  hour: number
  minute: number
  second: number
  ms: number
  /** 0 = Sunday. */
  weekday: number
}

/** UTC calendar fields. */
export function civilTime(ms: number): CivilTime {
  const days = Math.floor(ms / dayMs)
  const rest = ms - days * dayMs
  const { year, month, day } = civilFromDays(days)
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / 3_600_000),
    minute: Math.floor(rest / 60_000) % 60,
    second: Math.floor(rest / 1000) % 60,
    ms: Math.floor(rest % 1000),
    weekday: (((days + 4) % 7) + 7) % 7,
  }
}

export function msFromCivil(
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  ms = 0,
): number {
  return daysFromCivil(year, month, day) * dayMs + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms
}

/** The last second formatted: components format "now" many times in one virtual second. */
let lastSecond = Number.NaN
let lastTime = ''
/** Its letters, digits to be written over: made in one go, a text is not a tree of its parts. */
const letters = [...'0000-00-00T00:00:00Z'].map((letter) => letter.charCodeAt(0))

function writeDigits(end: number, count: number, n: number): void {
  for (let at = end - 1, rest = n; at >= end - count; at--, rest = Math.floor(rest / 10)) letters[at] = 48 + (rest % 10)
}

/** metav1.Time: "2026-01-01T00:00:00Z", whole seconds (cut off). */
export function formatTime(ms: number): string {
  const second = Math.floor(ms / 1000)
  if (second === lastSecond) return lastTime
  const t = civilTime(second * 1000)
  writeDigits(4, 4, t.year)
  writeDigits(7, 2, t.month)
  writeDigits(10, 2, t.day)
  writeDigits(13, 2, t.hour)
  writeDigits(16, 2, t.minute)
  writeDigits(19, 2, t.second)
  lastSecond = second
  lastTime = String.fromCharCode(...letters)
  return lastTime
}

/** metav1.MicroTime: "2026-01-01T00:00:00.123000Z". */
export const formatMicroTime = (ms: number): string =>
  `${formatTime(ms).slice(0, -1)}.${pad(Math.floor((ms - Math.floor(ms / 1000) * 1000) * 1000), 6)}Z`

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))$/
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Times that were read before: conditions and creation times are read again at every sync of their objects. */
const parsed = new Map<string, number | undefined>()
const mostParsed = 2_000

/** Virtual ms of an RFC 3339 time, or undefined when it is none. */
export function parseTime(text: string): number | undefined {
  const known = parsed.get(text)
  if (known !== undefined) return known
  const ms = readTime(text)
  if (parsed.size >= mostParsed) parsed.clear()
  parsed.set(text, ms)
  return ms
}

function readTime(text: string): number | undefined {
  const m = rfc3339.exec(text)
  if (!m) return undefined
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(m[i])) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 && leap ? 29 : monthDays[month - 1]
  if (days === undefined || day < 1 || day > days || hour > 23 || minute > 59 || second > 59) return undefined
  const fraction = m[7] ? Math.floor(Number(`0.${m[7]}`) * 1000 + 1e-6) : 0
  const offset = m[9] ? (m[9] === '-' ? -1 : 1) * (Number(m[10]) * 60 + Number(m[11])) * 60_000 : 0
  return msFromCivil(year, month, day, hour, minute, second, fraction) - offset
}

const timeElements: readonly [layout: string, shape: RegExp][] = [
  ['2006', /^\d{4}/],
  ['-', /^-/],
  ['01', /^\d\d/],
  ['-', /^-/],
  ['02', /^\d\d/],
  ['T', /^T/],
  ['15', /^\d\d/],
  [':', /^:/],
  ['04', /^\d\d/],
  [':', /^:/],
  ['05', /^\d\d/],
]

/**
 * Whether a text is a time as we write it ourselves ("2026-01-05T09:00:00Z"), on a day that every month has: the
 * common case, without taking it apart.
 */
export const isCanonicalTime = (text: string): boolean =>
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.test(text)

/** What time.Parse says against an RFC 3339 time (with exactly six digits of fraction when micro). */
export function timeError(text: string, micro = false): string | undefined {
  const layout = micro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00'
  const cannot = (rest: string, element: string) =>
    `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(element)}`
  let rest = text
  for (const [element, shape] of timeElements) {
    const match = shape.exec(rest)
    if (!match) return cannot(rest, element)
    rest = rest.slice(match[0].length)
  }
  const fraction = /^[.,]\d+/.exec(rest)
  if (micro && fraction?.[0].length !== 7) return cannot(rest, '.000000')
  if (fraction) rest = rest.slice(fraction[0].length)
  const zone = /^(?:Z|[+-]\d\d:\d\d)/.exec(rest)
  if (!zone) return cannot(rest, 'Z07:00')
  const extra = rest.slice(zone[0].length)
  if (extra !== '') return `parsing time ${JSON.stringify(text)}: extra text: ${JSON.stringify(extra)}`
  return parseTime(text) === undefined
    ? `parsing time ${JSON.stringify(text)}: ${outOfRange(text)} out of range`
    : undefined
}

function outOfRange(text: string): string {
  const month = Number(text.slice(5, 7))
  if (month < 1 || month > 12) return 'month'
  if (Number(text.slice(11, 13)) > 23) return 'hour'
  if (Number(text.slice(14, 16)) > 59) return 'minute'
  return Number(text.slice(17, 19)) > 59 ? 'second' : 'day'
}

const units: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}
const durationShape = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/
const durationPart = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g

/** time.ParseDuration in ms ("1h2m3s", "1.5h", "-300ms"; "0" needs no unit), or undefined. */
export function parseDuration(text: string): number | undefined {
  if (text === '0' || text === '+0' || text === '-0') return 0
  if (text.length > 200 || !durationShape.test(text)) return undefined
  let ms = 0
  for (const [, number, unit] of text.matchAll(durationPart)) ms += Number(number) * units[unit!]!
  return text.startsWith('-') ? -ms : ms
}

/** time.Duration.String(): "1h2m3s", "1.5s", "300ms", "0s". */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s'
  if (ms < 0) return `-${formatDuration(-ms)}`
  if (ms < 1000) return subSecond(ms)
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor(ms / 60_000) % 60
  const rest = Math.round((ms - Math.floor(ms / 60_000) * 60_000) * 1e6) / 1e9
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${rest}s`
}

function subSecond(ms: number): string {
  const ns = Math.round(ms * 1e6)
  if (ns >= 1e6) return `${ns / 1e6}ms`
  return ns >= 1000 ? `${ns / 1000}µs` : `${ns}ns`
}

/**
 * duration.HumanDuration: kubectl's ages. Two units while the first is small ("2m5s", "3h12m"), one
 * afterwards; a little negative counts as 0s, more is "<invalid>".
 */
export function humanDuration(ms: number): string {
  const s = Math.trunc(ms / 1000)
  if (s < -1) return '<invalid>'
  if (s < 0) return '0s'
  if (s < 120) return `${s}s`
  const minutes = Math.floor(s / 60)
  if (minutes < 10) return s % 60 === 0 ? `${minutes}m` : `${minutes}m${s % 60}s`
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`
  if (hours < 48) return `${hours}h`
  if (hours < 192) return hours % 24 === 0 ? `${Math.floor(hours / 24)}d` : `${Math.floor(hours / 24)}d${hours % 24}h`
  if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24)}d`
  if (hours < 24 * 365 * 8) {
    const days = Math.floor(hours / 24) % 365
    const years = Math.floor(hours / 24 / 365)
    return days === 0 ? `${years}y` : `${years}y${days}d`
  }
  return `${Math.floor(hours / 24 / 365)}y`
}

/** kubectl's AGE of a timestamp: "<unknown>" when there is none. */
export function age(timestamp: string | null | undefined, now: number): string {
  const at = timestamp ? parseTime(timestamp) : undefined
  return at === undefined ? '<unknown>' : humanDuration(now - at)
}
