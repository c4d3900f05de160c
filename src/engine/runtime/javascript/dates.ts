import { type CivilTime, civilTime, msFromCivil } from '../../api/time.ts'
import { formatTime } from '../tools/calendar.ts'

/** Dates as JavaScript counts them: January is month 0; in a container local time is UTC. */
export function dateParts(ms: number): CivilTime {
  const civil = civilTime(ms)
  return { ...civil, month: civil.month - 1 }
}

/** Months and days beyond their end go on in the next. */
export function dateOf(year: number, month: number, day = 1, hour = 0, minute = 0, second = 0, ms = 0): number {
  const inYear = ((month % 12) + 12) % 12
  return msFromCivil(year + Math.floor(month / 12), inYear + 1, day, hour, minute, second, ms)
}

export function dateText(ms: number): string {
  return Number.isNaN(ms) ? 'Invalid Date' : formatTime('%a %b %d %Y %T GMT+0000 (Coordinated Universal Time)', ms)
}

const two = (n: number): string => String(n).padStart(2, '0')

export function isoText(ms: number): string {
  const d = dateParts(ms)
  return `${String(d.year).padStart(4, '0')}-${two(d.month + 1)}-${two(d.day)}T${two(d.hour)}:${two(d.minute)}:${two(d.second)}.${String(d.ms).padStart(3, '0')}Z`
}

/** What people write: ISO, and a date that ends with Z. */
export function parseDate(text: string): number {
  const match = /^\s*(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/.exec(text)
  if (match === null) return Number.NaN
  const [, year, month, day = '1', hour = '0', minute = '0', second = '0', ms = '0', zone = 'Z'] = match
  const offset = zone === 'Z' ? 0 : (zone.startsWith('-') ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2)))
  return dateOf(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute) - offset, Number(second), Number(ms.padEnd(3, '0')))
}
