import { type CivilTime, civilTime, msFromCivil } from '../../api/time.ts'

/** The calendar in UTC, in which containers run on the virtual clock. */
export interface Calendar extends CivilTime {
  /** 1-366 */
  dayOfYear: number
}

const DAY_MS = 86_400_000

export function calendarOf(atMs: number): Calendar {
  const civil = civilTime(atMs)
  return { ...civil, dayOfYear: (msFromCivil(civil.year, civil.month, civil.day) - msFromCivil(civil.year, 1, 1)) / DAY_MS + 1 }
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

/** As HTTP writes moments down: 'Mon, 05 Jan 2026 09:00:00 GMT'. Each answer to each probe has two of them, so no format is gone through. */
export function httpDate(ms: number): string {
  const { weekday, day, month, year, hour, minute, second } = civilTime(ms)
  return `${weekdays[weekday]!.slice(0, 3)}, ${two(day)} ${months[month - 1]!.slice(0, 3)} ${year} ${two(hour)}:${two(minute)}:${two(second)} GMT`
}
