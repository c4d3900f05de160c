/** Calendar arithmetic in UTC, without the host's Date: containers run in UTC on the virtual clock. */
export interface Calendar {
  year: number
  /** 1-12 */
  month: number
  day: number
  hour: number
  minute: number
  second: number
  ms: number
  /** 0 is Sunday. */
  weekday: number
  /** 1-366 */
  dayOfYear: number
}

const DAY_MS = 86_400_000

/** From ms since the epoch (days to civil date after Howard Hinnant's algorithm). */
export function calendarOf(atMs: number): Calendar {
  const days = Math.floor(atMs / DAY_MS)
  const ms = atMs - days * DAY_MS
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const doe = z - era * 146_097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153)
  const month = mp < 10 ? mp + 3 : mp - 9
  const year = yoe + era * 400 + (month <= 2 ? 1 : 0)
  return {
    year,
    month,
    day: doy - Math.floor((153 * mp + 2) / 5) + 1,
    hour: Math.floor(ms / 3_600_000),
    minute: Math.floor(ms / 60_000) % 60,
    second: Math.floor(ms / 1000) % 60,
    ms: Math.floor(ms) % 1000,
    weekday: (((days + 4) % 7) + 7) % 7,
    dayOfYear: days - daysFromCivil(year, 1, 1) + 1,
  }
}

/** Days since the epoch. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yoe = y - era * 400
  const doy = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yoe * 365 + Math.floor(yoe / 4) - Math.floor(yoe / 100) + doy - 719_468
}

export function epochMs(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
  return daysFromCivil(year, month, day) * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1000
}

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

export function monthNumber(name: string): number {
  return months.findIndex((m) => m.slice(0, 3).toLowerCase() === name.slice(0, 3).toLowerCase()) + 1
}

/** The last answer for each format: servers stamp their lines many times a second. */
const lastTimes = new Map<string, { at: number; text: string }>()

/** strftime(3) in the C locale and UTC; unknown conversions stay as they are. */
export function formatTime(format: string, atMs: number): string {
  const at = format.includes('N') ? atMs : Math.floor(atMs / 1000)
  const last = lastTimes.get(format)
  if (last?.at === at) return last.text
  const text = expandFormat(format, atMs)
  if (lastTimes.size > 100) lastTimes.clear()
  lastTimes.set(format, { at, text })
  return text
}

function expandFormat(format: string, atMs: number): string {
  const c = calendarOf(atMs)
  return format.replaceAll(/%([-_0^#]?)(\d*)(:*[A-Za-z%])/g, (all, flag: string, _width, conversion: string) => {
    const text = convert(conversion, c, atMs)
    if (text === undefined) return all
    if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '')
    return flag === '^'
      ? text.toUpperCase()
      : flag === '_'
        ? text.replace(/^0+(?=.)/, (z) => ' '.repeat(z.length))
        : text
  })
}

const two = (n: number) => String(n).padStart(2, '0')
const clock = (c: Calendar) => `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`

function convert(conversion: string, c: Calendar, atMs: number): string | undefined {
  switch (conversion) {
    case '%':
      return '%'
    case 'n':
      return '\n'
    case 't':
      return '\t'
    case 's':
      return String(Math.floor(atMs / 1000))
    case 'N':
      return String(c.ms * 1_000_000).padStart(9, '0')
    case 'Z':
      return 'UTC'
    case 'z':
      return '+0000'
    case ':z':
      return '+00:00'
    default:
      return clockPart(conversion, c) ?? datePart(conversion, c)
  }
}

function clockPart(conversion: string, c: Calendar): string | undefined {
  const hour12 = ((c.hour + 11) % 12) + 1
  switch (conversion) {
    case 'H':
      return two(c.hour)
    case 'I':
      return two(hour12)
    case 'k':
      return String(c.hour).padStart(2)
    case 'l':
      return String(hour12).padStart(2)
    case 'M':
      return two(c.minute)
    case 'S':
      return two(c.second)
    case 'p':
      return c.hour < 12 ? 'AM' : 'PM'
    case 'T':
    case 'X':
      return clock(c)
    case 'R':
      return `${two(c.hour)}:${two(c.minute)}`
    case 'r':
      return `${two(hour12)}:${two(c.minute)}:${two(c.second)} ${c.hour < 12 ? 'AM' : 'PM'}`
    default:
      return undefined
  }
}

function datePart(conversion: string, c: Calendar): string | undefined {
  switch (conversion) {
    case 'Y':
      return String(c.year)
    case 'y':
      return two(c.year % 100)
    case 'C':
      return two(Math.floor(c.year / 100))
    case 'm':
      return two(c.month)
    case 'd':
      return two(c.day)
    case 'e':
      return String(c.day).padStart(2)
    case 'j':
      return String(c.dayOfYear).padStart(3, '0')
    case 'a':
      return weekdays[c.weekday]!.slice(0, 3)
    case 'A':
      return weekdays[c.weekday]
    case 'b':
    case 'h':
      return months[c.month - 1]!.slice(0, 3)
    case 'B':
      return months[c.month - 1]
    case 'u':
      return String(c.weekday === 0 ? 7 : c.weekday)
    case 'w':
      return String(c.weekday)
    case 'F':
      return `${c.year}-${two(c.month)}-${two(c.day)}`
    case 'D':
    case 'x':
      return `${two(c.month)}/${two(c.day)}/${two(c.year % 100)}`
    case 'c':
      return `${weekdays[c.weekday]!.slice(0, 3)} ${months[c.month - 1]!.slice(0, 3)} ${String(c.day).padStart(2)} ${clock(c)} ${c.year}`
    case 'V':
      return two(isoWeek(c))
    case 'U':
      return two(Math.floor((c.dayOfYear + 6 - c.weekday) / 7))
    default:
      return undefined
  }
}

function isoWeek(c: Calendar): number {
  const weekday = (c.weekday + 6) % 7
  const week = Math.floor((c.dayOfYear - 1 - weekday + 10) / 7)
  return week < 1 ? 52 : week
}
