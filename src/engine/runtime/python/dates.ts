import { msFromCivil } from '../../api/time.ts'
import type { Process } from '../process/process.ts'
import { calendarOf, formatTime, monthNumber } from '../tools/calendar.ts'
import { type Call, fail, module, number, object, text } from './support.ts'
import { type Arguments, Builtin, Class, equal, Float, Instance, type Value } from './values.ts'

/** datetime: moments, days and what lies between them; all in UTC, as containers are. */

const DAY_MS = 86_400_000
const [momentClass, dayClass, spanClass] = ['datetime', 'date', 'timedelta'].map((name) => new Class(name, [], new Map())) as [Class, Class, Class]

const msOf = (value: Value | undefined): number => (value instanceof Instance ? number(value.names.get('_ms')) : 0)
const isSpan = (value: Value | undefined): boolean => value instanceof Instance && value.type === spanClass

function span(ms: number): Instance {
  const days = Math.floor(ms / DAY_MS)
  const seconds = Math.floor((ms - days * DAY_MS) / 1000)
  const shown = (): string => {
    const clock = `${Math.floor(seconds / 3600)}:${String(Math.floor(seconds / 60) % 60).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`
    const rest = Math.round((ms - Math.floor(ms / 1000) * 1000) * 1000)
    return `${days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}, `}${clock}${rest === 0 ? '' : `.${String(rest).padStart(6, '0')}`}`
  }
  const made = object({
    total_seconds: () => new Float(ms / 1000),
    __str__: shown,
    __repr__: () => `datetime.timedelta(seconds=${ms / 1000})`,
    __add__: ({ args: [other] }) => (isSpan(other) ? span(ms + msOf(other)) : moved(other as Instance, ms)),
    __sub__: ({ args: [other] }) => span(ms - msOf(other)),
    __mul__: ({ args: [n] }) => span(ms * number(n)),
    __truediv__: ({ args: [n = 1] }) => (isSpan(n) ? new Float(ms / msOf(n)) : span(ms / number(n))),
    ...compared(ms),
  }, { days, seconds, microseconds: Math.round((ms % 1000) * 1000), _ms: new Float(ms) }, spanClass)
  return made
}

const compared = (ms: number): Record<string, Call> => ({
  __eq__: ({ args: [other] }) => other instanceof Instance && equal(other.names.get('_ms') ?? null, new Float(ms)),
  __lt__: ({ args: [other] }) => ms < msOf(other),
  __le__: ({ args: [other] }) => ms <= msOf(other),
  __gt__: ({ args: [other] }) => ms > msOf(other),
  __ge__: ({ args: [other] }) => ms >= msOf(other),
})

const moved = (at: Instance, ms: number): Instance => (at.type === dayClass ? day(msOf(at) + ms) : moment(msOf(at) + ms, at.names.get('tzinfo') ?? null))

function moment(ms: number, zone: Value = null): Instance {
  const c = calendarOf(ms)
  const micro = Math.round((ms - Math.floor(ms / 1000) * 1000) * 1000)
  const fraction = micro === 0 ? '' : `.${String(micro).padStart(6, '0')}`
  const offset = zone === null ? '' : '+00:00'
  const shown = (format: string): string => formatTime(format.replaceAll('%f', String(micro).padStart(6, '0')), ms)
  return object({
    isoformat: ({ args: [separator], named }) => `${shown(`%F${text(separator ?? named.get('sep') ?? 'T')}%T`)}${text(named.get('timespec')) === 'seconds' ? '' : fraction}${offset}`,
    strftime: ({ args }) => shown(text(args[0])),
    timestamp: () => new Float(ms / 1000),
    date: () => day(ms),
    weekday: () => (c.weekday + 6) % 7,
    isoweekday: () => (c.weekday === 0 ? 7 : c.weekday),
    replace: ({ named }) => moment(civilMs({ args: [], named: new Map([...Object.entries(fieldsOf(ms)), ...named]) }), named.get('tzinfo') ?? zone),
    astimezone: () => moment(ms, 'UTC'),
    __str__: () => `${shown('%F %T')}${fraction}${offset}`,
    __repr__: () => `datetime.datetime(${[c.year, c.month, c.day, c.hour, c.minute, ...(c.second === 0 && micro === 0 ? [] : [c.second])].join(', ')})`,
    __add__: ({ args: [by] }) => moment(ms + msOf(by), zone),
    __sub__: ({ args: [by] }) => (isSpan(by) ? moment(ms - msOf(by), zone) : span(ms - msOf(by))),
    ...compared(ms),
  }, { ...fieldsOf(ms), microsecond: micro, tzinfo: zone, _ms: new Float(ms) }, momentClass)
}

function fieldsOf(ms: number): Record<string, number> {
  const c = calendarOf(ms)
  return { year: c.year, month: c.month, day: c.day, hour: c.hour, minute: c.minute, second: c.second }
}

function day(at: number): Instance {
  const ms = Math.floor(at / DAY_MS) * DAY_MS
  const c = calendarOf(ms)
  return object({
    isoformat: () => formatTime('%F', ms),
    strftime: ({ args }) => formatTime(text(args[0]), ms),
    weekday: () => (c.weekday + 6) % 7,
    __str__: () => formatTime('%F', ms),
    __repr__: () => `datetime.date(${c.year}, ${c.month}, ${c.day})`,
    __add__: ({ args: [by] }) => day(ms + msOf(by)),
    __sub__: ({ args: [by] }) => (isSpan(by) ? day(ms - msOf(by)) : span(ms - msOf(by))),
    ...compared(ms),
  }, { year: c.year, month: c.month, day: c.day, _ms: new Float(ms) }, dayClass)
}

function civilMs({ args, named }: Arguments): number {
  const part = (i: number, name: string, usual: number): number => number(args[i] ?? named.get(name), usual)
  return msFromCivil(part(0, 'year', 1970), part(1, 'month', 1), part(2, 'day', 1), part(3, 'hour', 0), part(4, 'minute', 0), part(5, 'second', 0)) + part(6, 'microsecond', 0) / 1000
}

/** strptime: what a format's directives stand for in a text. */
function parsed(source: string, format: string): Instance {
  const names: string[] = []
  const pattern = format.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll(/%([A-Za-z%])/g, (_, letter: string) => {
    if (letter === '%') return '%'
    if (letter === 'F' || letter === 'T') {
      names.push(...(letter === 'F' ? ['Y', 'm', 'd'] : ['H', 'M', 'S']))
      return letter === 'F' ? String.raw`(\d{4})-(\d\d?)-(\d\d?)` : String.raw`(\d\d?):(\d\d?):(\d\d?)`
    }
    names.push(letter)
    return letter === 'Y' ? String.raw`(\d{4})` : /[bB]/.test(letter) ? '([A-Za-z]+)' : /[aAzZp]/.test(letter) ? String.raw`([+\-\w:]*)` : String.raw`(\d+)`
  })
  const match = new RegExp(`^${pattern}$`).exec(source)
  if (match === null) return fail('ValueError', `time data '${source}' does not match format '${format}'`)
  const of = (letter: string, usual: number): number => (names.includes(letter) ? Number(match[names.indexOf(letter) + 1]) : usual)
  const month = names.find((name) => /[bB]/.test(name))
  return moment(msFromCivil(of('Y', 1900), month === undefined ? of('m', 1) : monthNumber(match[names.indexOf(month) + 1]!), of('d', 1), of('H', 0), of('M', 0), of('S', 0)))
}

export function datetimeModule(p: Process): Instance {
  const put = (type: Class, functions: Record<string, Call>): Class => {
    const own = new Class(type.name, [type], new Map())
    for (const [name, call] of Object.entries(functions)) own.names.set(name, new Builtin(name, call))
    return own
  }
  const now: Call = ({ args: [zone], named }) => moment(p.machine.now(), zone ?? named.get('tz') ?? null)
  const utc = module({}, { name: 'UTC' })
  const datetime = put(momentClass, {
    __new__: (a) => moment(civilMs(a), a.named.get('tzinfo') ?? null),
    now, today: now,
    utcnow: () => moment(p.machine.now()),
    fromtimestamp: ({ args }) => moment(number(args[0]) * 1000),
    utcfromtimestamp: ({ args }) => moment(number(args[0]) * 1000),
    fromisoformat: ({ args }) => parsed(text(args[0]).replace(/(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?$/, '').replace('T', ' '), text(args[0]).length > 10 ? '%F %T' : '%F'),
    strptime: ({ args }) => parsed(text(args[0]), text(args[1])),
  })
  const date = put(dayClass, { __new__: (a) => day(civilMs(a)), today: () => day(p.machine.now()), fromisoformat: ({ args }) => day(msOf(parsed(text(args[0]), '%F'))) })
  const units: readonly (readonly [name: string, ms: number])[] = [['days', DAY_MS], ['seconds', 1000], ['microseconds', 0.001], ['milliseconds', 1], ['minutes', 60_000], ['hours', 3_600_000], ['weeks', 7 * DAY_MS]]
  const timedelta = put(spanClass, { __new__: ({ args, named }) => span(units.reduce((ms, [name, unit], i) => ms + number(args[i] ?? named.get(name)) * unit, 0)) })
  return module({}, { datetime, date, timedelta, timezone: module({}, { utc }), UTC: utc })
}
