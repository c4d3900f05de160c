import { containerdVersion } from '../../api/node-system.ts'
import { Errno } from '../filesystem/errno.ts'
import { basename, dirname } from '../filesystem/path.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { connectTo } from '../process/service-socket.ts'
import { parseOptions } from '../../text/options.ts'
import { formatTime } from '../tools/calendar.ts'
import { concerns, journalText } from './journalctl.ts'
import { packageVersion } from './packages.ts'
import { type UnitsPeer, unitsSocket } from './services.ts'
import type { Ended, Service, Systemd } from './systemd.ts'

const shortName = (given: string): string => given.replace(/\.service$/, '')

export function* withoutSystemd(p: Process): Run<number> {
  yield* print(p, "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n", 2)
  return 1
}

type Verb = (p: Process, peer: UnitsPeer, names: readonly string[], o: ReturnType<typeof parseOptions>) => Run<number>

export function* systemctl(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'aln:t:qo:fp:H:M:', long: ['lines', 'type', 'state', 'output', 'property', 'signal', 'kill-whom'] })
  const peer = connectTo<UnitsPeer>(p.machine, unitsSocket)
  if (peer instanceof Errno) return yield* withoutSystemd(p)
  const [verb = 'list-units', ...names] = o.operands
  const run = Object.hasOwn(verbs, verb) ? verbs[verb]! : undefined
  if (run === undefined) {
    yield* print(p, `Unknown command verb ${verb}.\n`, 2)
    return 1
  }
  if (names.length === 0 && needsUnits.has(verb)) {
    yield* print(p, 'Too few arguments.\n', 2)
    return 1
  }
  return yield* run(p, peer, names, o)
}

const needsUnits = new Set(['start', 'stop', 'restart', 'reload-or-restart', 'try-restart', 'enable', 'disable', 'mask', 'unmask', 'is-active', 'is-enabled', 'is-failed', 'cat', 'kill'])

/** What is told of a unit that is not there or must not be. */
const refusals = { missing: (name: string) => `Unit ${name}.service not found.`, masked: (name: string) => `Unit ${name}.service is masked.` }

function acting(verb: string, act: (systemd: Systemd, name: string) => 'missing' | 'masked' | undefined): Verb {
  return function* (p, peer, names) {
    const systemd = peer.systemd()
    let code = 0
    for (const name of names.map(shortName)) {
      const service = systemd.find(name)
      if (service !== undefined && !systemd.isMasked(name) && systemd.isStale(service)) yield* print(p, stale(name), 2)
      const why = act(systemd, name)
      if (why === undefined) continue
      yield* print(p, `Failed to ${verb} ${name}.service: ${why === 'missing' && verb === 'stop' ? `Unit ${name}.service not loaded.` : refusals[why](name)}\n`, 2)
      code = why === 'missing' ? 5 : 1
    }
    return code
  }
}

const stale = (name: string): string => `Warning: The unit file, source configuration file or drop-ins of ${name}.service changed on disk. Run 'systemctl daemon-reload' to reload units.\n`

/** What changes links on the disk; `--now` does also what they are for. */
function linking(change: (systemd: Systemd, name: string) => string[] | { failed: string }, now: (systemd: Systemd, name: string) => unknown): Verb {
  return function* (p, peer, names, o) {
    const systemd = peer.systemd()
    for (const name of names.map(shortName)) {
      if (systemd.find(name) === undefined) {
        yield* print(p, `Failed to ${p.argv.find((word) => /^(enable|disable|mask|unmask)$/.test(word))} unit: Unit file ${name}.service does not exist.\n`, 2)
        return 1
      }
      if (systemd.isMasked(name) && p.argv.includes('enable')) {
        yield* print(p, `Failed to enable unit: Unit file /etc/systemd/system/${name}.service is masked.\n`, 2)
        return 1
      }
      const told = change(systemd, name)
      if ('failed' in told) {
        yield* print(p, `${told.failed}\n`, 2)
        return 1
      }
      yield* print(p, told.map((line) => `${line}\n`).join(''), 2)
      if (o.has('now')) now(systemd, name)
    }
    return 0
  }
}

function* reload(_: Process, peer: UnitsPeer): Run<number> {
  peer.systemd().daemonReload()
  return 0
}

const power = (how: 'off' | 'reboot'): Verb =>
  function* (_, peer) {
    peer.power(how)
    return 0
  }

const nothing = (): void => {}

const verbs: Readonly<Record<string, Verb>> = {
  'list-units': list,
  'list-unit-files': listFiles,
  'daemon-reload': reload,
  'daemon-reexec': reload,
  'reset-failed': function* () {
    return 0
  },
  start: acting('start', (systemd, name) => systemd.start(name)),
  stop: acting('stop', (systemd, name) => systemd.stop(name)),
  restart: acting('restart', (systemd, name) => systemd.restart(name)),
  'reload-or-restart': acting('reload-or-restart', (systemd, name) => systemd.restart(name)),
  'try-restart': acting('try-restart', (systemd, name) => (systemd.isRunning(name) ? systemd.restart(name) : undefined)),
  kill: acting('kill', (systemd, name) => (systemd.find(name) === undefined ? 'missing' : systemd.isRunning(name) ? systemd.restart(name) : undefined)),
  enable: linking((systemd, name) => systemd.enable(name), (systemd, name) => systemd.start(name)),
  disable: linking((systemd, name) => systemd.disable(name), (systemd, name) => systemd.stop(name)),
  mask: linking((systemd, name) => systemd.mask(name), (systemd, name) => systemd.stop(name)),
  unmask: linking((systemd, name) => systemd.unmask(name), nothing),
  'is-active': asked((_, service) => service?.active ?? 'inactive', (word) => (word === 'active' ? 0 : 3)),
  'is-failed': asked((_, service) => service?.active ?? 'inactive', (word) => (word === 'failed' ? 0 : 1)),
  'is-enabled': isEnabled,
  status: statuses,
  cat,
  show,
  poweroff: power('off'),
  halt: power('off'),
  reboot: power('reboot'),
}

function asked(word: (systemd: Systemd, service: Service | undefined) => string, code: (word: string) => number): Verb {
  return function* (p, peer, names, o) {
    const words = names.map((name) => word(peer.systemd(), peer.systemd().find(name)))
    if (!o.has('q', 'quiet')) yield* print(p, words.map((one) => `${one}\n`).join(''))
    return Math.min(...words.map(code))
  }
}

function* isEnabled(p: Process, peer: UnitsPeer, names: readonly string[]): Run<number> {
  const systemd = peer.systemd()
  let code = 1
  for (const name of names.map(shortName)) {
    const service = systemd.find(name)
    const word = service === undefined ? undefined : systemd.isMasked(name) ? 'masked' : service.unit?.wantedBy === undefined ? 'static' : systemd.isEnabled(service) ? 'enabled' : 'disabled'
    if (word === undefined) yield* print(p, `Failed to get unit file state for ${name}.service: No such file or directory\n`, 2)
    else yield* print(p, `${word}\n`)
    if (word === 'enabled' || word === 'static') code = 0
  }
  return code
}

function* list(p: Process, peer: UnitsPeer, _: readonly string[], o: ReturnType<typeof parseOptions>): Run<number> {
  const wanted = o.value('state')
  const units = peer.systemd().all().filter((service) => (wanted === undefined ? o.has('a', 'all') || service.active !== 'inactive' : service.active === wanted || subState(service) === wanted))
  const rows = units.map((service) => `${service.active === 'failed' ? '●' : ' '} ${`${service.name}.service`.padEnd(28)} loaded ${service.active} ${subState(service)} ${service.unit?.description ?? ''}\n`)
  yield* print(p, `  ${'UNIT'.padEnd(28)} LOAD   ACTIVE SUB     DESCRIPTION\n${rows.join('')}\n${units.length} loaded units listed.\n`)
  return 0
}

function* listFiles(p: Process, peer: UnitsPeer): Run<number> {
  const systemd = peer.systemd()
  const rows = systemd.all().map((service) => `${`${service.name}.service`.padEnd(26)} ${(service.unit?.wantedBy === undefined ? 'static' : systemd.isEnabled(service) ? 'enabled' : 'disabled').padEnd(15)} ${service.unit?.wantedBy === undefined ? '-' : 'enabled'}\n`)
  yield* print(p, `${'UNIT FILE'.padEnd(26)} ${'STATE'.padEnd(15)} PRESET\n${rows.join('')}\n${rows.length} unit files listed.\n`)
  return 0
}

const subState = ({ active }: Service): string => ({ active: 'running', inactive: 'dead', failed: 'failed', activating: 'auto-restart' })[active]

function* cat(p: Process, peer: UnitsPeer, names: readonly string[]): Run<number> {
  let code = 0
  for (const name of names.map(shortName)) {
    const unit = peer.systemd().find(name)?.unit
    if (unit === undefined) {
      yield* print(p, `No files found for ${name}.service.\n`, 2)
      code = 1
      continue
    }
    const texts = [unit.path, ...unit.dropIns].map((path) => `# ${path}\n${p.machine.files.readText(path) ?? ''}`)
    yield* print(p, texts.join('\n'))
  }
  return code
}

function* show(p: Process, peer: UnitsPeer, names: readonly string[], o: ReturnType<typeof parseOptions>): Run<number> {
  const wanted = [...(o.repeated.get('p') ?? []), ...(o.repeated.get('property') ?? [])].flatMap((one) => one.split(','))
  const systemd = peer.systemd()
  for (const name of names.map(shortName)) {
    const service = systemd.find(name)
    const values: Record<string, string> = {
      Id: `${name}.service`, LoadState: service === undefined ? 'not-found' : systemd.isMasked(name) ? 'masked' : 'loaded', ActiveState: service?.active ?? 'inactive',
      SubState: service === undefined ? 'dead' : subState(service), MainPID: String(service?.pid ?? 0), NRestarts: String(service?.restarts ?? 0), FragmentPath: service?.unit?.path ?? '',
      DropInPaths: service?.unit?.dropIns.join(' ') ?? '', UnitFileState: service === undefined ? '' : systemd.isEnabled(service) ? 'enabled' : 'disabled', ExecStart: service?.unit?.exec ?? '',
    }
    for (const [key, value] of Object.entries(values)) if (wanted.length === 0 || wanted.includes(key)) yield* print(p, o.has('value') ? `${value}\n` : `${key}=${value}\n`)
  }
  return 0
}

function* statuses(p: Process, peer: UnitsPeer, names: readonly string[], o: ReturnType<typeof parseOptions>): Run<number> {
  const systemd = peer.systemd()
  let code = 0
  for (const name of names.map(shortName)) {
    const service = systemd.find(name)
    if (service === undefined) {
      yield* print(p, `Unit ${name}.service could not be found.\n`, 2)
      code = 4
      continue
    }
    if (!systemd.isMasked(name) && systemd.isStale(service)) yield* print(p, stale(name), 2)
    yield* print(p, status(p, peer, service, o.number(10, 'n', 'lines')))
    if (service.active !== 'active') code = Math.max(code, 3)
  }
  return code
}

function status(p: Process, peer: UnitsPeer, service: Service, lines: number): string {
  const systemd = peer.systemd()
  const { name, unit, active, since, pid, command, ended } = service
  const isMasked = systemd.isMasked(name)
  const now = p.machine.now()
  const mark = active === 'inactive' ? '○' : active === 'failed' ? '×' : '●'
  const result = active === 'failed' || active === 'activating' ? ` (Result: ${ended?.how === 'killed' ? 'signal' : ended?.status === '0/SUCCESS' ? 'success' : 'exit-code'})` : ''
  const dropIns = unit?.dropIns ?? []
  const places = [...new Set(dropIns.map((path) => dirname(path)))]
  const state = unit?.wantedBy === undefined ? 'static' : `${systemd.isEnabled(service) ? 'enabled' : 'disabled'}; preset: enabled`
  const told = [
    `${mark} ${name}.service${unit === undefined || isMasked ? '' : ` - ${unit.description}`}`,
    isMasked ? `     Loaded: masked (Reason: Unit ${name}.service is masked.)` : `     Loaded: loaded (${unit!.path}; ${state})`,
    ...places.flatMap((place, i) => [`${i === 0 ? '    Drop-In:' : '            '} ${place}`, `             └─${dropIns.filter((path) => dirname(path) === place).map((path) => basename(path)).join(', ')}`]),
    `     Active: ${active} (${subState(service)})${result}${active === 'inactive' && ended === undefined ? '' : ` since ${formatTime('%a %F %T UTC', since)}; ${elapsed(now - since)} ago`}`,
    ...(unit === undefined || unit.documentation.length === 0 ? [] : [`       Docs: ${unit.documentation.join('\n             ')}`]),
    ...(ended === undefined ? [] : [`    Process: ${ended.pid} ExecStart=${unit?.exec ?? ended.command} (code=${ended.how}, status=${endOf(ended)})`, `   Main PID: ${ended.pid} (code=${ended.how}, status=${endOf(ended)})`, '        CPU: 66ms']),
    ...(pid === undefined ? [] : [`   Main PID: ${pid} (${basename(command.split(' ')[0]!).slice(0, 15)})`, '      Tasks: 14 (limit: 9387)', '     Memory: 41.2M', '        CPU: 1.214s', `     CGroup: /system.slice/${name}.service`, `             └─${pid} ${command}`]),
    '',
  ]
  const journal = peer.journal().filter((line) => concerns(line, name)).slice(-lines)
  return [...told, ...journal.map((line) => journalText(peer.hostname, line))].map((line) => `${line}\n`).join('')
}

/** A signal goes by its name alone. */
const endOf = ({ how, status }: Ended): string => (how === 'killed' ? status.replace(/^\d+\//, '') : status)

/** 5s, 1min 3s, 2h 4min, 1 day 2h (format_timespan). */
export function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  if (seconds < 1) return `${Math.max(0, Math.floor(ms))}ms`
  const parts: [number, string][] = [[Math.floor(seconds / 86_400), seconds < 172_800 ? ' day' : ' days'], [Math.floor(seconds / 3600) % 24, 'h'], [Math.floor(seconds / 60) % 60, 'min'], [seconds % 60, 's']]
  return parts.filter(([count]) => count > 0).slice(0, 2).map(([count, unit]) => `${count}${unit}`).join(' ')
}

/** reboot, poweroff, shutdown [-r] [now]. */
export function* switchOff(p: Process): Run<number> {
  const peer = connectTo<UnitsPeer>(p.machine, unitsSocket)
  if (peer instanceof Errno) return yield* withoutSystemd(p)
  const isReboot = basename(p.argv[0] ?? '') === 'reboot' || p.argv.includes('-r')
  peer.power(isReboot ? 'reboot' : 'off')
  return 0
}

/** Programs of which only the version is asked. */
export function* kubelet(p: Process): Run<number> {
  if (p.argv.includes('--version')) yield* print(p, `Kubernetes ${packageVersion(p.machine.files, 'kubelet')}\n`)
  else yield* complain(p, 'not simulated')
  return p.argv.includes('--version') ? 0 : 1
}

export function* containerd(p: Process): Run<number> {
  const asked = p.argv.includes('--version') || p.argv.includes('-v')
  if (asked) yield* print(p, `containerd containerd.io v${containerdVersion} 75cb2b7193e4e490e9fbdc236c0e811ccaba3376\n`)
  else yield* complain(p, 'not simulated')
  return asked ? 0 : 1
}
