import { containerdVersion } from '../../api/node-system.ts'
import { kubernetesVersion } from '../../api/version.ts'
import { Errno } from '../filesystem/errno.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { connectTo } from '../process/service-socket.ts'
import { parseOptions } from '../../text/options.ts'
import { formatTime } from '../tools/calendar.ts'
import { humanDuration } from './crictl.ts'
import { type JournalLine, type Unit, type UnitsPeer, unitsSocket } from './services.ts'

const shortName = (given: string): string => given.replace(/\.service$/, '')

function* withoutSystemd(p: Process): Run<number> {
  yield* print(p, "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n", 2)
  return 1
}

export function* systemctl(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'aln:t:qo:', long: ['lines', 'type', 'state', 'output'] })
  const peer = connectTo<UnitsPeer>(p.machine, unitsSocket)
  if (peer instanceof Errno) return yield* withoutSystemd(p)
  const [verb = 'list-units', ...names] = o.operands
  if (verb === 'list-units') return yield* list(p, peer)
  if (verb === 'daemon-reload') return 0
  let code = 0
  for (const given of names) {
    const unit = peer.units.find(({ name }) => name === shortName(given))
    if (verb === 'is-active') yield* print(p, unit === undefined ? 'inactive\n' : 'active\n')
    else if (verb === 'is-enabled' && unit !== undefined) yield* print(p, 'enabled\n')
    else if (verb === 'is-enabled') yield* print(p, `Failed to get unit file state for ${shortName(given)}.service: No such file or directory\n`, 2)
    else if (verb === 'cat' && unit !== undefined) yield* print(p, `# ${unit.file}\n${p.machine.files.readText(unit.file) ?? ''}`)
    else if (verb === 'status' && unit !== undefined) yield* print(p, status(p, peer, unit, o.number(10, 'n', 'lines')))
    else if (unit === undefined) yield* print(p, verb === 'cat' ? `No files found for ${shortName(given)}.service.\n` : `Unit ${shortName(given)}.service could not be found.\n`, 2)
    else yield* complain(p, `${verb} ${given}: not simulated`)
    if (unit === undefined) code = verb === 'is-active' ? 3 : verb === 'status' ? 4 : 1
    else if (!['is-active', 'is-enabled', 'cat', 'status', 'show'].includes(verb)) code = 1
  }
  return code
}

function* list(p: Process, { units }: UnitsPeer): Run<number> {
  const rows = units.map(({ name, description }) => `  ${`${name}.service`.padEnd(28)} loaded active running ${description}\n`)
  yield* print(p, `  ${'UNIT'.padEnd(28)} LOAD   ACTIVE SUB     DESCRIPTION\n${rows.join('')}\n${units.length} loaded units listed.\n`)
  return 0
}

function status(p: Process, peer: UnitsPeer, unit: Unit, lines: number): string {
  const now = p.machine.now()
  const since = formatTime('%a %F %T UTC', unit.since)
  const journal = peer.journal(unit.name).slice(-lines)
  return [
    `● ${unit.name}.service - ${unit.description}`,
    `     Loaded: loaded (${unit.file}; enabled; preset: enabled)`,
    `     Active: active (running) since ${since}; ${humanDuration(now - unit.since).replace(/ hours?/, 'h').replace(/ minutes?/, 'min').replace(/ seconds?/, 's')} ago`,
    `   Main PID: ${unit.pid} (${unit.name.slice(0, 15)})`,
    '      Tasks: 14 (limit: 9387)',
    `     CGroup: /system.slice/${unit.name}.service`,
    `             └─${unit.pid} ${unit.command}`,
    '',
    ...journal.map((line) => journalText(peer.hostname, line)),
  ].map((line) => `${line}\n`).join('')
}

const journalText = (hostname: string, { at, unit, text }: JournalLine): string => `${formatTime('%b %d %T', at)} ${hostname} ${unit}: ${text}`

export function* journalctl(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'u:n:xefrS:o:b', long: ['unit', 'lines', 'since', 'until', 'output'] })
  const peer = connectTo<UnitsPeer>(p.machine, unitsSocket)
  if (peer instanceof Errno) {
    yield* print(p, 'No journal files were found.\n-- No entries --\n')
    return 0
  }
  const unit = o.value('u', 'unit')
  let lines = peer.journal(unit === undefined ? undefined : shortName(unit))
  if (o.has('n', 'lines')) lines = lines.slice(-o.number(10, 'n', 'lines'))
  if (o.has('r', 'reverse')) lines = lines.toReversed()
  const text = lines.map((line) => `${o.value('o', 'output') === 'cat' ? line.text : journalText(peer.hostname, line)}\n`).join('')
  yield* print(p, text === '' ? '-- No entries --\n' : text)
  return 0
}

/** Programs of which only the version is asked. */
export function* kubelet(p: Process): Run<number> {
  if (p.argv.includes('--version')) yield* print(p, `Kubernetes ${kubernetesVersion}\n`)
  else yield* complain(p, 'not simulated')
  return p.argv.includes('--version') ? 0 : 1
}

export function* containerd(p: Process): Run<number> {
  const asked = p.argv.includes('--version') || p.argv.includes('-v')
  if (asked) yield* print(p, `containerd containerd.io v${containerdVersion} 75cb2b7193e4e490e9fbdc236c0e811ccaba3376\n`)
  else yield* complain(p, 'not simulated')
  return asked ? 0 : 1
}
