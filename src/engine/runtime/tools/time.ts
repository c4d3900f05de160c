import { complain, print, sleep as wait } from '../process/io.ts'
import { runShell, startChild, waitFor } from '../process/child.ts'
import { exitCodeOf, type Process, type Run } from '../process/process.ts'
import { parseSignal } from '../process/signals.ts'
import { msFromCivil } from '../../api/time.ts'
import { formatTime, monthNumber } from './calendar.ts'
import { parseOptions } from '../../text/options.ts'
import { usesBusybox } from './words.ts'

/** '1.5', '2m', 'infinity': in ms; undefined when it is no time. */
export function parseDuration(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Infinity
  const match = /^(\d+(?:\.\d*)?|\.\d+)(ms|[smhd])?$/.exec(text)
  if (match === null) return undefined
  const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, ms: 1 }
  return Number(match[1]) * units[match[2] ?? 's']!
}

export function* sleep(p: Process): Run<number> {
  const args = p.argv.slice(1)
  if (args.length === 0) {
    yield* print(
      p,
      usesBusybox(p)
        ? 'BusyBox v1.36.1 multi-call binary.\n\nUsage: sleep [N]...\n'
        : "sleep: missing operand\nTry 'sleep --help' for more information.\n",
      2,
    )
    return 1
  }
  let ms = 0
  for (const arg of args) {
    const part = parseDuration(arg)
    if (part === undefined) {
      yield* complain(p, usesBusybox(p) ? `invalid number '${arg}'` : `invalid time interval '${arg}'`)
      return 1
    }
    ms += part
  }
  yield* wait(p, ms)
  return 0
}

export function* usleep(p: Process): Run<number> {
  yield* wait(p, Number(p.argv[1] ?? 0) / 1000)
  return 0
}

/** CAP_SYS_TIME */
const SYS_TIME = 1n << 25n

export function* date(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'uRd:r:s:D:I', long: ['date', 'reference', 'set', 'rfc-3339'] })
  const iso = p.argv.slice(1).find((a) => /^(-I|--iso-8601)/.test(a))
  const set = iso === undefined ? o.value('s', 'set') : undefined
  const when = o.value('d', 'date') ?? set
  const reference = o.value('r', 'reference')
  let at: number | undefined = p.machine.now()
  if (when !== undefined) at = parseDate(when, at)
  if (reference !== undefined) at = p.machine.files.stat(reference, { access: p.access })?.modifiedAt
  if (at === undefined) {
    yield* complain(p, when !== undefined ? `invalid date '${when}'` : `${reference}: No such file or directory`)
    return 1
  }
  // Nobody's clock is set here; who may, is told that it is done.
  const may = p.who.uid === 0 && (p.machine.capabilities & SYS_TIME) !== 0n
  if (set !== undefined && !may) yield* complain(p, usesBusybox(p) ? "can't set date: Operation not permitted" : 'cannot set date: Operation not permitted')
  yield* print(p, `${formatTime(dateFormat(o, iso), at)}\n`)
  return set === undefined || may || usesBusybox(p) ? 0 : 1
}

function dateFormat(o: ReturnType<typeof parseOptions>, iso: string | undefined): string {
  const format = o.operands.find((a) => a.startsWith('+'))
  if (format !== undefined) return format.slice(1)
  if (o.has('R', 'rfc-email')) return '%a, %d %b %Y %T %z'
  if (o.has('rfc-3339')) return o.value('rfc-3339') === 'date' ? '%F' : '%F %T%:z'
  if (iso !== undefined)
    return /s/.test(iso.replace('--iso-8601', ''))
      ? '%FT%T%:z'
      : /m/.test(iso.replace('--iso-8601', ''))
        ? '%FT%R%:z'
        : /h/.test(iso.replace('--iso-8601', ''))
          ? '%FT%H%:z'
          : '%F'
  return '%a %b %e %T UTC %Y'
}

/** '@123', '2026-11-20 18:46:10', 'tomorrow', '+5 minutes', '1 hour ago'. */
export function parseDate(text: string, now: number): number | undefined {
  const epoch = /^@(-?\d+(?:\.\d+)?)$/.exec(text)
  if (epoch !== null) return Number(epoch[1]) * 1000
  const iso = /^(\d{4})-(\d\d?)-(\d\d?)(?:[T ](\d\d?):(\d\d)(?::(\d\d))?)?/.exec(text)
  if (iso !== null)
    return msFromCivil(
      Number(iso[1]),
      Number(iso[2]),
      Number(iso[3]),
      Number(iso[4] ?? 0),
      Number(iso[5] ?? 0),
      Number(iso[6] ?? 0),
    )
  const named = /^(?:[A-Z][a-z]+,? )?(\d\d?) ([A-Z][a-z]{2})[a-z]* (\d{4})(?: (\d\d):(\d\d)(?::(\d\d))?)?/.exec(text)
  if (named !== null)
    return msFromCivil(
      Number(named[3]),
      monthNumber(named[2]!),
      Number(named[1]),
      Number(named[4] ?? 0),
      Number(named[5] ?? 0),
      Number(named[6] ?? 0),
    )
  const clock = /^(\d\d?):(\d\d)(?::(\d\d))?$/.exec(text.trim())
  if (clock !== null) return now - (now % 86_400_000) + (Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0)) * 1000
  return relativeDate(text.trim().toLowerCase(), now)
}

function relativeDate(text: string, now: number): number | undefined {
  if (text === 'now' || text === 'today' || text === '') return now
  if (text === 'tomorrow') return now + 86_400_000
  if (text === 'yesterday') return now - 86_400_000
  const match = /^([-+]?\s*\d+)\s*(sec|min|hour|day|week|month|year)\w*(\s+ago)?$/.exec(text)
  if (match === null) return undefined
  const units: Record<string, number> = {
    sec: 1000,
    min: 60_000,
    hour: 3_600_000,
    day: 86_400_000,
    week: 604_800_000,
    month: 30 * 86_400_000,
    year: 365 * 86_400_000,
  }
  return now + Number(match[1]!.replaceAll(' ', '')) * units[match[2]!]! * (match[3] === undefined ? 1 : -1)
}

/** `timeout [-s SIG] [-k KILL_AFTER] DURATION COMMAND...` */
export function* timeout(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 's:k:vt:', long: ['signal', 'kill-after'], stopAtOperand: true })
  const [limit, ...command] = o.value('t') !== undefined ? [o.value('t')!, ...o.operands] : o.operands
  const ms = parseDuration(limit ?? '')
  if (ms === undefined || command.length === 0) {
    yield* complain(p, ms === undefined ? `invalid time interval '${limit ?? ''}'` : 'missing operand')
    return usesBusybox(p) ? 1 : 125
  }
  const started = startChild(p, command)
  if ('failed' in started) {
    yield* complain(
      p,
      usesBusybox(p)
        ? `can't execute '${command[0]}': No such file or directory`
        : `failed to run command '${command[0]}': No such file or directory`,
    )
    return started.failed === 'not found' ? 127 : 126
  }
  const { child } = started
  const signal = parseSignal(o.value('s', 'signal') ?? 'TERM') ?? 'TERM'
  const killAfter = parseDuration(o.value('k', 'kill-after') ?? '')
  yield* watchdog(p, child, ms === 0 ? Infinity : ms)
  if (child.exit === undefined) {
    p.machine.kill(child, signal)
    if (killAfter !== undefined) yield* watchdog(p, child, killAfter)
    if (child.exit === undefined && killAfter !== undefined) p.machine.kill(child, 'KILL')
    if (child.exit === undefined) yield { wait: 'child', pid: child.pid, interruptible: false }
    return signal === 'KILL' ? 137 : usesBusybox(p) ? exitCodeOf(child.exit!) : 124
  }
  return exitCodeOf(child.exit)
}

/** Sleeps until the child has ended or the time is over: SIGCHLD interrupts the sleep. */
function* watchdog(p: Process, child: Process, ms: number): Run<void> {
  p.onSignal('CHLD', () => {})
  const end = p.machine.now() + ms
  while (child.exit === undefined && p.machine.now() < end) yield* wait(p, end - p.machine.now(), true)
}

export function* uptime(p: Process): Run<number> {
  const seconds = Math.floor((p.machine.now() - p.machine.startedAt) / 1000) + 86_400
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
  const inDays = days === 0 ? '' : `${days} day${days === 1 ? '' : 's'}, `
  const clock = days === 0 && hours === 0 ? `${minutes} min` : `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}`
  yield* print(p, ` ${formatTime('%T', p.machine.now())} up ${inDays}${clock},  0 users,  load average: 0.10, 0.08, 0.05\n`)
  return 0
}

/** `watch -n 2 command`: runs it again and again, each time on an empty screen. */
export function* watch(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'n:td', long: ['interval'], stopAtOperand: true })
  const seconds = o.number(2, 'n', 'interval')
  for (;;) {
    yield* print(p, `\u001b[H\u001b[JEvery ${seconds.toFixed(1)}s: ${o.operands.join(' ')}\n\n`)
    yield* runShell(p, o.operands.join(' '))
    yield* wait(p, seconds * 1000)
  }
}

/** /usr/bin/time */
export function* time(p: Process): Run<number> {
  const from = p.machine.now()
  const args = p.argv.slice(1).filter((a, i) => !(i === 0 && a === '-p'))
  const started = startChild(p, args)
  if ('failed' in started) {
    yield* complain(p, `can't execute '${args[0] ?? ''}': No such file or directory`)
    return 127
  }
  const code = yield* waitFor(p, started.child)
  const ms = p.machine.now() - from
  yield* print(
    p,
    `real\t${Math.floor(ms / 60_000)}m ${((ms % 60_000) / 1000).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`,
    2,
  )
  return code
}
