import { startChild, waitFor } from '../process/child.ts'
import { COST } from '../process/cpu.ts'
import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { complain, print, readAll, sleep } from '../process/io.ts'
import { commandName, stateLetter } from '../process/proc-files.ts'
import type { Process, Run } from '../process/process.ts'
import { machineOn, rootedMachine } from '../process/rooted-machine.ts'
import { parseSignal } from '../process/signals.ts'
import { userName } from '../programs/users.ts'
import { formatTime } from './calendar.ts'
import { sendSignal } from './kill.ts'
import { parseOptions } from '../../text/options.ts'
import { usesBusybox } from './words.ts'

function commandLine(p: Process): string {
  return p.exit === undefined ? p.argv.join(' ') : `[${commandName(p)}]`
}

/** busybox knows one form; procps has `ps aux`, `ps -ef` and the short one. */
export function* ps(p: Process): Run<number> {
  const args = p.argv.slice(1).join(' ')
  const all = p.machine.visibleProcesses()
  const user = (q: Process) => userName(p.machine.files, q.who.uid) ?? String(q.who.uid)
  const cpu = (q: Process) => Math.floor(q.cpu.usedUs / 1_000_000)
  const clock = (seconds: number) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
  const columns = /-[A-Za-z]*o ?(\S+)/.exec(args)?.[1]
  if (columns !== undefined) return yield* chosenColumns(p, all, columns.split(','))
  if (usesBusybox(p)) {
    yield* print(
      p,
      `PID   USER     TIME  COMMAND\n${all.map((q) => `${String(q.pid).padStart(5)} ${user(q).slice(0, 8).padEnd(8)} ${clock(cpu(q)).padStart(5)} ${commandLine(q)}\n`).join('')}`,
    )
  } else if (/aux|-?\w*u/.test(args) && !/-u/.test(args)) {
    const memory = (q: Process) => ((100 * q.memoryBytes) / p.machine.nodeMemoryBytes).toFixed(1)
    yield* print(p, 'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n')
    for (const q of all) {
      const kb = Math.floor(q.memoryBytes / 1024)
      yield* print(
        p,
        `${user(q).padEnd(8)} ${String(q.pid).padStart(7)}  0.0 ${memory(q).padStart(4)} ${String(kb * 2).padStart(6)} ${String(kb).padStart(5)} ?        ${`${stateLetter(q)}${q.pid === 1 ? 's' : ''}`.padEnd(4)} ${formatTime('%H:%M', q.startedAt)}   ${clock(cpu(q))} ${commandLine(q)}\n`,
      )
    }
  } else if (/e/.test(args) && /f/.test(args)) {
    yield* print(p, 'UID          PID    PPID  C STIME TTY          TIME CMD\n')
    for (const q of all)
      yield* print(
        p,
        `${user(q).padEnd(8)} ${String(q.pid).padStart(7)} ${String(q.parent?.pid ?? 0).padStart(7)}  0 ${formatTime('%H:%M', q.startedAt)} ?        ${formatTime('%T', cpu(q) * 1000)} ${commandLine(q)}\n`,
      )
  } else {
    const shown = /[aexA]/.test(args) ? all : all.filter((q) => q === p || q === p.parent)
    yield* print(p, `    PID TTY${/x/.test(args) ? '      STAT   TIME COMMAND' : '          TIME CMD'}\n`)
    for (const q of shown)
      yield* print(
        p,
        `${String(q.pid).padStart(7)} ?    ${/x/.test(args) ? `    ${`${stateLetter(q)}${q.pid === 1 ? 's' : ''}`.padEnd(4)}   ${clock(cpu(q))} ${commandLine(q)}` : `    ${formatTime('%T', cpu(q) * 1000)} ${commandName(q)}`}\n`,
      )
  }
  return 0
}

function* chosenColumns(p: Process, all: readonly Process[], names: readonly string[]): Run<number> {
  const clean = names.map((n) => n.replace(/=.*$/, ''))
  const cell = (q: Process, name: string): string => {
    switch (name) {
      case 'pid':
        return String(q.pid)
      case 'ppid':
        return String(q.parent?.pid ?? 0)
      case 'user':
        return userName(p.machine.files, q.who.uid) ?? String(q.who.uid)
      case 'uid':
        return String(q.who.uid)
      case 'comm':
        return commandName(q)
      case 'stat':
      case 's':
        return stateLetter(q)
      case 'rss':
        return String(Math.floor(q.memoryBytes / 1024))
      case 'args':
      case 'cmd':
      case 'command':
        return commandLine(q)
      default:
        return '-'
    }
  }
  const rows = [
    ...(names.some((n) => n.endsWith('='))
      ? []
      : [clean.map((n) => (n === 'args' || n === 'cmd' ? 'COMMAND' : n.toUpperCase()))]),
    ...all.map((q) => clean.map((n) => cell(q, n))),
  ]
  const widths = clean.map((_, i) => Math.max(...rows.map((r) => r[i]!.length)))
  yield* print(
    p,
    rows.map((r) => `${r.map((c, i) => (i === r.length - 1 ? c : c.padEnd(widths[i]!))).join(' ')}\n`).join(''),
  )
  return 0
}

export function* top(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'bn:d:H' })
  const rounds = o.number(o.has('b') ? 1 : Infinity, 'n')
  for (let i = 0; i < rounds; i++) {
    if (i > 0) yield* sleep(p, o.number(5, 'd') * 1000)
    const all = p.machine.visibleProcesses()
    yield* print(
      p,
      `Mem: ${Math.floor(p.machine.memoryUsed() / 1024)}K used, ${Math.floor(p.machine.nodeMemoryBytes / 1024)}K total\nCPU:   1% usr   0% sys   0% nic  99% idle   0% io   0% irq   0% sirq\nLoad average: 0.10 0.08 0.05 1/${all.length} ${p.pid}\n  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n`,
    )
    for (const q of all)
      yield* print(
        p,
        `${String(q.pid).padStart(5)} ${String(q.parent?.pid ?? 0).padStart(5)} ${(userName(p.machine.files, q.who.uid) ?? String(q.who.uid)).padEnd(8)} ${stateLetter(q)}    ${String(Math.floor(q.memoryBytes / 1024)).padStart(6)}   0%   0   0% ${commandLine(q)}\n`,
      )
  }
  return 0
}

/** killall, pkill: by name; `killall -0 nginx` only asks. */
export function* killall(p: Process): Run<number> {
  const isPkill = (p.argv[0] ?? '').endsWith('pkill')
  let signal: ReturnType<typeof parseSignal> | 'probe' = 'TERM'
  const names: string[] = []
  let quiet = false
  let full = false
  let exact = !isPkill
  const args = p.argv.slice(1)
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '-q') quiet = true
    else if (arg === '-f') full = true
    else if (arg === '-x') exact = true
    else if (arg === '-s' || arg === '--signal') signal = parseSignal(args[++i] ?? '')
    else if (arg === '-0') signal = 'probe'
    else if (/^-./.test(arg)) signal = parseSignal(arg.slice(1))
    else names.push(arg)
  }
  let code = isPkill ? 1 : 0
  for (const name of names) {
    const targets = named(p, name, { exact, full })
    for (const target of targets) sendSignal(p, target.pid, signal ?? 'TERM')
    if (isPkill && targets.length > 0) code = 0
    if (isPkill || targets.length > 0) continue
    code = 1
    if (!quiet) yield* complain(p, usesBusybox(p) ? `${name}: no process killed` : `${name}: no process found`)
  }
  return code
}

function named(p: Process, name: string, o: { exact: boolean; full: boolean }): Process[] {
  return p.machine.visibleProcesses().filter((q) => {
    if (q === p || q.exit !== undefined) return false
    const text = o.full ? commandLine(q) : commandName(q).replace(/:$/, '')
    return o.exact ? text === name : text.includes(name)
  })
}

export function* pgrep(p: Process): Run<number> {
  const isPidof = (p.argv[0] ?? '').endsWith('pidof')
  const o = parseOptions(p.argv.slice(1), { short: 'flaxnovsu:P:' })
  const all = o.operands.flatMap((name) => named(p, name, { exact: isPidof || o.has('x'), full: o.has('f') }))
  // The oldest, the newest; of pidof these letters mean something else.
  const found = isPidof ? all : o.has('o') ? all.slice(0, 1) : o.has('n') ? all.slice(-1) : all
  if (found.length === 0) return 1
  if (isPidof)
    yield* print(
      p,
      `${found
        .map((q) => q.pid)
        .reverse()
        .join(' ')}\n`,
    )
  else
    for (const q of found)
      yield* print(
        p,
        o.has('a') ? `${q.pid} ${commandLine(q)}\n` : o.has('l') ? `${q.pid} ${commandName(q)}\n` : `${q.pid}\n`,
      )
  return 0
}

/** Runs a command in place of the tool that only prepares for it: env, nohup, nice, chroot, su -c. */
export function* runInstead(
  p: Process,
  argv: readonly string[],
  env: ReadonlyMap<string, string> = p.env,
): Run<number> {
  const found = p.machine.resolve(argv, {
    access: p.access,
    path: env.get('PATH') ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  })
  if ('failed' in found) {
    const why = found.failed === 'not found' ? strerror('ENOENT') : strerror('EACCES')
    yield* complain(p, usesBusybox(p) ? `can't execute '${argv[0]}': ${why}` : `'${argv[0]}': ${why}`)
    return found.failed === 'not found' ? 127 : 126
  }
  p.env = env
  p.machine.become(p, found)
  p.cpu.charge(COST.exec)
  return yield* found.run(p)
}

export function* env(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'iu:0S:C:', long: ['unset', 'chdir'], stopAtOperand: true })
  const next = new Map(o.has('i', 'ignore-environment') || p.argv[1] === '-' ? [] : p.env)
  for (const name of o.repeated.get('u') ?? []) next.delete(name)
  const rest = [...o.operands.filter((a) => a !== '-')]
  for (let equals = rest[0]?.indexOf('=') ?? -1; equals > 0; equals = rest[0]?.indexOf('=') ?? -1) {
    const assignment = rest.shift()!
    next.set(assignment.slice(0, equals), assignment.slice(equals + 1))
  }
  const command = o.value('S') === undefined ? rest : [...o.value('S')!.split(/\s+/), ...rest]
  if (command.length > 0) return yield* runInstead(p, command, next)
  yield* print(p, [...next].map(([k, v]) => `${k}=${v}\n`).join(''))
  return 0
}

export function* printenv(p: Process): Run<number> {
  const names = p.argv.slice(1).filter((a) => a !== '-0')
  if (names.length === 0) {
    yield* print(p, [...p.env].map(([k, v]) => `${k}=${v}\n`).join(''))
    return 0
  }
  let code = 0
  for (const name of names) {
    const value = p.env.get(name)
    if (value === undefined) code = 1
    else yield* print(p, `${value}\n`)
  }
  return code
}

export function* nohup(p: Process): Run<number> {
  p.onSignal('HUP', 'ignore')
  return yield* runInstead(p, p.argv.slice(1))
}

/** The first word is the user or the priority; `su -c 'command' user`. */
export function* su(p: Process): Run<number> {
  const at = p.argv.indexOf('-c')
  return yield* runInstead(p, at < 0 ? ['sh'] : ['sh', '-c', p.argv[at + 1] ?? ''])
}

export function* chroot(p: Process): Run<number> {
  const [root, ...command] = parseOptions(p.argv.slice(1), { short: '', long: ['userspec', 'groups', 'skip-chdir'], stopAtOperand: true }).operands
  const changed = root === undefined ? new Errno('ENOENT') : attempt(() => rootedMachine(p.machine, root, p.access))
  if (changed instanceof Errno) {
    yield* complain(p, `${usesBusybox(p) ? `can't change root directory to '${root ?? ''}'` : `cannot change root directory to '${root ?? ''}'`}: ${strerror(changed.code)}`)
    return usesBusybox(p) ? 1 : 125
  }
  p.machine = changed
  p.cwd = '/'
  // Without a command it is $SHELL, interactively.
  return yield* runInstead(p, command.length > 0 ? command : [p.machine.files.exists('/bin/bash') ? '/bin/bash' : '/bin/sh', '-i'])
}

/** nsenter -t PID [-m] [-u] ... [COMMAND]: of another's namespaces its files and its hostname are taken; without a command it is a shell. */
export function* nsenter(p: Process): Run<number> {
  const kinds = 'muinpCUT'
  const o = parseOptions(p.argv.slice(1), { short: `t:ar:w:S:G:F${kinds}`, long: ['target', 'setuid', 'setgid'], stopAtOperand: true })
  const pid = o.value('t', 'target')
  const target = pid === undefined ? p : p.machine.find(Number(pid))
  const may = p.who.uid === 0 && (p.machine.capabilities & SYS_ADMIN) !== 0n
  if (target === undefined || !may) {
    const [file, why] = [`/proc/${pid}/ns/mnt`, strerror(target === undefined ? 'ENOENT' : 'EACCES')]
    yield* complain(p, usesBusybox(p) ? `can't open '${file}': ${why}` : `cannot open ${file}: ${why}`)
    return 1
  }
  const enters = (letter: string, name: string): boolean => o.has(letter, name, 'a', 'all')
  const config = enters('u', 'uts') ? { ...p.machine.config, hostname: target.machine.config.hostname } : p.machine.config
  p.machine = machineOn(p.machine, enters('m', 'mount') ? target.machine.files : p.machine.files, config)
  if (enters('m', 'mount')) p.cwd = '/'
  return yield* runInstead(p, o.operands.length > 0 ? o.operands : ['/bin/sh', '-i'])
}

const SYS_ADMIN = 1n << 21n

export function* nice(p: Process): Run<number> {
  return yield* runInstead(p, parseOptions(p.argv.slice(1), { short: 'n:', stopAtOperand: true }).operands)
}

/** xargs [-n N] [-I X] [-0] [-r] [-P N] [COMMAND...]: one after another. */
export function* xargs(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), {
    short: 'n:I:0rtP:L:d:s:',
    long: ['max-args', 'replace', 'null', 'no-run-if-empty'],
    stopAtOperand: true,
  })
  const command = o.operands.length === 0 ? ['echo'] : o.operands
  const items = yield* itemsOf(
    p,
    o.has('0', 'null') ? '\0' : o.value('d')?.replace('\\n', '\n'),
    o.value('I', 'replace') !== undefined || o.has('L'),
  )
  const replace = o.value('I', 'replace')
  if (items.length === 0 && (o.has('r', 'no-run-if-empty') || replace !== undefined)) return 0
  const size = replace !== undefined || o.has('L') ? 1 : o.number(Math.max(1, items.length), 'n', 'max-args')
  let code = 0
  for (let i = 0; i < Math.max(1, items.length); i += size) {
    const group = items.slice(i, i + size)
    const argv =
      replace === undefined ? [...command, ...group] : command.map((w) => w.replaceAll(replace, group[0] ?? ''))
    if (o.has('t')) yield* print(p, `${argv.join(' ')}\n`, 2)
    const started = startChild(p, argv)
    if ('failed' in started) {
      yield* complain(p, `${argv[0]}: ${strerror('ENOENT')}`)
      return 127
    }
    const status = yield* waitFor(p, started.child)
    if (status === 255) return 124
    if (status !== 0) code = 123
  }
  return code
}

function* itemsOf(p: Process, separator: string | undefined, byLine: boolean): Run<string[]> {
  const text = yield* readAll(p, p.fd(0))
  if (separator !== undefined) return text.split(separator).filter((s) => s !== '')
  if (byLine)
    return text
      .split('\n')
      .map((l) => l.trim())
      .filter((l) => l !== '')
  return [...text.matchAll(/'([^']*)'|"([^"]*)"|((?:\\.|[^\s'"])+)/g)].map(
    (m) => m[1] ?? m[2] ?? m[3]!.replaceAll(/\\(.)/g, '$1'),
  )
}

export function* whoami(p: Process): Run<number> {
  const name = userName(p.machine.files, p.who.uid)
  if (name !== undefined) {
    yield* print(p, `${name}\n`)
    return 0
  }
  yield* complain(
    p,
    usesBusybox(p)
      ? `unknown uid ${p.who.uid}`
      : `cannot find name for user ID ${p.who.uid}: No such file or directory`,
  )
  return 1
}
