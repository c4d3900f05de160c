import { Errno } from '../filesystem/errno.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { connectTo } from '../process/service-socket.ts'
import { parseOptions } from '../../text/options.ts'
import { parseTime } from '../../api/time.ts'
import { formatTime } from '../tools/calendar.ts'
import { type JournalLine, type UnitsPeer, unitsSocket } from './services.ts'

export const journalText = (hostname: string, { at, unit, text }: JournalLine): string => `${formatTime('%b %d %T', at)} ${hostname} ${unit}: ${text}`

/** Of the service itself, or what systemd has to say of it. */
export function concerns({ unit, text }: { unit: string; text: string }, name: string): boolean {
  return unit.startsWith(`${name}[`) || unit.startsWith(`(${name})[`) || (unit === 'systemd[1]' && text.includes(`${name}.service`))
}

/** Between two looks of -f (virtual ms). */
const followMs = 1000

/** journalctl: what has been noted on this machine, by unit, time and text; -f goes on with what comes. */
export function* journalctl(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'u:n:xefrS:U:o:bp:g:t:k', long: ['unit', 'lines', 'since', 'until', 'output', 'priority', 'grep', 'identifier'] })
  const peer = connectTo<UnitsPeer>(p.machine, unitsSocket)
  if (peer instanceof Errno) {
    yield* print(p, 'No journal files were found.\n-- No entries --\n')
    return 0
  }
  const units = [...(o.repeated.get('u') ?? []), ...(o.repeated.get('unit') ?? [])].map((unit) => unit.replace(/\.service$/, ''))
  const [since, until] = [timeOf(o.value('S', 'since'), p.machine.now()), timeOf(o.value('U', 'until'), p.machine.now())]
  if (Number.isNaN(since) || Number.isNaN(until)) {
    yield* print(p, `Failed to parse timestamp: ${Number.isNaN(since) ? o.value('S', 'since') : o.value('U', 'until')}\n`, 2)
    return 1
  }
  const [pattern, identifier] = [o.value('g', 'grep'), o.value('t', 'identifier')]
  const isError = /^(err|error|3|crit|2|warning|4)/.test(o.value('p', 'priority') ?? '')
  const all = (): JournalLine[] => peer.journal().filter((line) =>
    (units.length === 0 || units.some((unit) => concerns(line, unit))) &&
    (since === undefined || line.at >= since) && (until === undefined || line.at <= until) &&
    (pattern === undefined || new RegExp(pattern, /[A-Z]/.test(pattern) ? '' : 'i').test(line.text)) &&
    (identifier === undefined || line.unit.startsWith(`${identifier}[`)) && (!isError || isFailure(line)))
  const isCat = o.value('o', 'output') === 'cat'
  const text = (lines: readonly JournalLine[]): string => lines.map((line) => `${isCat ? line.text : journalText(peer.hostname, line)}\n`).join('')
  let lines = all()
  const follows = o.has('f', 'follow')
  const given = o.value('n', 'lines')
  if (given !== undefined ? given !== 'all' : follows) lines = lines.slice(given === '0' ? lines.length : -o.number(10, 'n', 'lines'))
  if (o.has('r', 'reverse')) lines = lines.toReversed()
  yield* print(p, lines.length === 0 && !follows ? '-- No entries --\n' : text(lines))
  let seen = p.machine.now()
  while (follows) {
    yield* sleep(p, followMs)
    const news = all().filter(({ at }) => at > seen)
    seen = p.machine.now()
    yield* print(p, text(news))
  }
  return 0
}

const isFailure = ({ unit, text }: JournalLine): boolean => (unit === 'systemd[1]' ? /Failed|exited/.test(text) : /^[EF]\d{4} |level=error/.test(text))

/** '2026-01-05 09:00:00', '09:01', 'today', '5 min ago', '-1h' (systemd.time). NaN: nobody can read it. */
function timeOf(given: string | undefined, now: number): number | undefined {
  if (given === undefined) return undefined
  const text = given.trim()
  const day = now - (now % 86_400_000)
  if (text === 'now') return now
  if (text === 'today') return day
  if (text === 'yesterday') return day - 86_400_000
  const back = /^-?\s*((?:\d+\s*[a-z]+\s*)+?)(\s*ago)?$/.exec(text)
  if (back !== null && (text.startsWith('-') || back[2] !== undefined)) {
    const spans = [...back[1]!.matchAll(/(\d+)\s*([a-z]+)/g)].map(([, count, unit]) => Number(count) * (spanMs(unit!) ?? Number.NaN))
    return now - spans.reduce((sum, ms) => sum + ms, 0)
  }
  const clock = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text)
  if (clock !== null) return day + ((Number(clock[1]) * 60 + Number(clock[2])) * 60 + Number(clock[3] ?? 0)) * 1000
  const [, date, time = '00:00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?))?/.exec(text) ?? []
  return date === undefined ? Number.NaN : (parseTime(`${date}T${time.length === 5 ? `${time}:00` : time}Z`) ?? Number.NaN)
}

function spanMs(unit: string): number | undefined {
  if (/^(s|sec|secs|seconds?)$/.test(unit)) return 1000
  if (/^(m|min|mins|minutes?)$/.test(unit)) return 60_000
  if (/^(h|hr|hours?)$/.test(unit)) return 3_600_000
  return /^(d|days?)$/.test(unit) ? 86_400_000 : undefined
}
