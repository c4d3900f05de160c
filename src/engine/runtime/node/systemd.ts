import type { Kernel, TaskId } from '../../kernel/kernel.ts'
import { attempt, Errno } from '../filesystem/errno.ts'
import type { FileSystem } from '../filesystem.ts'
import { basename } from '../filesystem/path.ts'
import { type Signal, signalNumber } from '../process/signals.ts'
import { type JournalLine } from './services.ts'
import { commandOf, linkTarget, ownUnits, readUnit, unitNames, type UnitFile } from './unit-files.ts'

/** What becomes of a service when it is started: it runs, or has ended by itself; `lines` go into the journal. */
export interface Begun {
  lines: readonly string[]
  runs: boolean
}

/** A service whose work is done elsewhere. */
export interface Daemon {
  /** Since when it has been stopped before anybody looked (virtual ms); undefined: it runs. */
  stoppedSince: number | undefined
  begin: (argv: readonly string[], pid: number) => Begun
  end: () => void
}

export interface SystemdOptions {
  kernel: Kernel
  hostname: string
  bootedAt: number
  files: () => FileSystem
  /** As they were when the machine was started: units are read then. */
  original: FileSystem
  daemons: Readonly<Record<string, Daemon>>
}

export type Active = 'active' | 'inactive' | 'failed' | 'activating'

/** How a process of a service has ended. */
export interface Ended {
  pid: number
  command: string
  at: number
  how: 'exited' | 'killed'
  status: string
}

export interface Service {
  name: string
  /** As it was read last; undefined: it has no file any more. */
  unit: UnitFile | undefined
  active: Active
  since: number
  pid: number | undefined
  command: string
  ended: Ended | undefined
  restarts: number
  timer: TaskId | undefined
}

/** After the machine's start (virtual ms), and the number of the process then. */
const bootOrder: Readonly<Record<string, readonly [afterMs: number, pid: number]>> = { 'systemd-journald': [1000, 287], ssh: [4000, 655], containerd: [5000, 612], kubelet: [9000, 841] }
/** An exit code, as systemd names it. */
const success = '0/SUCCESS'
const failure = '1/FAILURE'
const notExecutable = '203/EXEC'

interface RestartTask {
  readonly name: string
}

/** systemd of one machine: its services as units on the disk say, what becomes of them, and what it has noted in the journal. */
export class Systemd {
  readonly hostname: string
  readonly lines: JournalLine[] = []
  private readonly o: SystemdOptions
  private readonly target: string
  private readonly services = new Map<string, Service>()
  private nextPid = 21_406

  constructor(options: SystemdOptions) {
    this.o = options
    this.hostname = options.hostname
    this.target = `systemd/${options.hostname}`
    options.kernel.register(this.target, ({ name }: RestartTask) => this.again(name))
    for (const name of unitNames(options.original)) this.service(name, options.original)
    for (const [name, [afterMs, pid]] of Object.entries(bootOrder)) {
      const service = this.services.get(name)
      if (service === undefined) continue
      const since = options.daemons[name]?.stoppedSince
      const command = this.commandLine(service)
      Object.assign(service, since === undefined ? { active: 'active', since: options.bootedAt + afterMs, pid, command } : { since })
    }
  }

  get files(): FileSystem {
    return this.o.files()
  }

  all(): Service[] {
    for (const name of unitNames(this.files)) this.service(name)
    return [...this.services.values()].filter(({ unit }) => unit !== undefined)
  }

  /** 'kubelet' or 'kubelet.service'; undefined: there is no such unit. */
  find(given: string): Service | undefined {
    const name = given.replace(/\.service$/, '')
    const service = this.service(name)
    return service.unit === undefined && !this.isMasked(name) ? undefined : service
  }

  isRunning(name: string): boolean {
    return this.services.get(name)?.active === 'active'
  }

  isMasked(name: string): boolean {
    return readUnit(this.files, name) === 'masked'
  }

  isEnabled({ name, unit }: Service): boolean {
    return unit?.wantedBy !== undefined && this.files.stat(this.wantsPath(name, unit.wantedBy), { link: true }) !== undefined
  }

  /** Files have changed since they were read. */
  isStale({ name, unit }: Service): boolean {
    const now = readUnit(this.files, name)
    return now !== 'masked' && now?.text !== unit?.text
  }

  // --- what systemctl asks for ---------------------------------------------------------------------

  daemonReload(): void {
    for (const service of this.services.values()) {
      const unit = readUnit(this.files, service.name)
      if (unit !== 'masked') service.unit = unit
    }
  }

  /** Why it cannot be started; undefined: it has been, whatever became of it. */
  start(name: string): 'missing' | 'masked' | undefined {
    const why = this.obstacle(name)
    const service = this.service(name)
    if (why !== undefined) return why
    if (service.active !== 'active') this.run(service)
    return undefined
  }

  stop(name: string): 'missing' | undefined {
    const service = this.find(name)
    if (service === undefined) return 'missing'
    if (service.active === 'inactive' || service.active === 'failed') return undefined
    const { active, unit } = service
    this.o.kernel.cancel(service.timer)
    const title = `${service.name}.service - ${unit?.description ?? ''}`
    if (active === 'active') this.note('systemd[1]', `Stopping ${title}...`)
    if (active === 'active') this.o.daemons[service.name]?.end()
    if (active === 'active') this.note('systemd[1]', `${service.name}.service: Deactivated successfully.`)
    this.note('systemd[1]', `Stopped ${title}.`)
    const ended = active === 'active' ? { pid: service.pid!, command: service.command, at: this.now, how: 'exited' as const, status: '0/SUCCESS' } : service.ended
    Object.assign(service, { active: 'inactive', since: this.now, pid: undefined, timer: undefined, ended, restarts: 0 })
    return undefined
  }

  restart(name: string): 'missing' | 'masked' | undefined {
    const why = this.obstacle(name)
    if (why === 'missing') return why
    if (why !== undefined) return why
    this.stop(name)
    return this.start(name)
  }

  /** The links that were made or taken away, as they are told. */
  enable(name: string): string[] {
    const { unit } = this.service(name)
    if (unit?.wantedBy === undefined) return []
    const path = this.wantsPath(name, unit.wantedBy)
    if (this.files.stat(path, { link: true }) !== undefined) return []
    this.link(path, unit.path)
    return [`Created symlink ${path} → ${unit.path}.`]
  }

  disable(name: string): string[] {
    const { unit } = this.service(name)
    const path = unit?.wantedBy === undefined ? '' : this.wantsPath(name, unit.wantedBy)
    if (path === '' || this.files.stat(path, { link: true }) === undefined) return []
    this.files.remove(path)
    return [`Removed "${path}".`]
  }

  mask(name: string): string[] | { failed: string } {
    const path = `${ownUnits}/${name}.service`
    if (linkTarget(this.files, path) === '/dev/null') return []
    if (this.files.stat(path, { link: true }) !== undefined) return { failed: `Failed to mask unit: File ${path} already exists.` }
    this.link(path, '/dev/null')
    return [`Created symlink ${path} → /dev/null.`]
  }

  unmask(name: string): string[] {
    const path = `${ownUnits}/${name}.service`
    if (linkTarget(this.files, path) !== '/dev/null') return []
    this.files.remove(path)
    this.daemonReload()
    return [`Removed "${path}".`]
  }

  // --- the machine ---------------------------------------------------------------------------------

  /** It has lost its power: nobody has written down that anything ended. */
  lost(): void {
    for (const service of this.services.values()) {
      this.o.kernel.cancel(service.timer)
      Object.assign(service, { active: 'inactive', since: this.now, pid: undefined, timer: undefined, ended: undefined, restarts: 0 })
    }
  }

  /** What is to be started with the machine is. */
  booted(): void {
    this.daemonReload()
    const wanted = this.all().filter((service) => (this.isEnabled(service) || service.name === 'systemd-journald') && !this.isMasked(service.name))
    const order = Object.keys(bootOrder)
    for (const service of wanted.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name))) this.run(service)
  }

  /** Somebody has sent a signal to the process of a service: that ends it, and it may be started again. */
  killed(pid: number, signal: Signal): void {
    const service = [...this.services.values()].find((one) => one.active === 'active' && one.pid === pid)
    if (service === undefined || !/^(KILL|TERM|INT|QUIT|ABRT|SEGV)$/.test(signal)) return
    const isAsked = signal === 'TERM' || signal === 'INT'
    this.o.daemons[service.name]?.end()
    this.ends(service, { pid, command: service.command, ...(isAsked ? { status: success } : { how: 'killed', status: `${signalNumber(signal)}/${signal}` }) })
  }

  note(unit: string, text: string): void {
    this.lines.push({ at: this.now, unit, text })
  }

  // --- inside --------------------------------------------------------------------------------------

  private get now(): number {
    return this.o.kernel.now
  }

  private service(name: string, files = this.files): Service {
    let service = this.services.get(name)
    if (service === undefined) {
      service = { name, unit: undefined, active: 'inactive', since: this.o.bootedAt, pid: undefined, command: '', ended: undefined, restarts: 0, timer: undefined }
      this.services.set(name, service)
    }
    if (service.unit === undefined) {
      const unit = readUnit(files, name)
      if (unit !== 'masked') service.unit = unit
    }
    return service
  }

  private obstacle(name: string): 'missing' | 'masked' | undefined {
    if (this.isMasked(name)) return 'masked'
    return this.service(name).unit === undefined ? 'missing' : undefined
  }

  private wantsPath(name: string, wantedBy: string): string {
    return `${ownUnits}/${wantedBy}.wants/${name}.service`
  }

  private link(path: string, to: string): void {
    const directory = path.slice(0, path.lastIndexOf('/'))
    if (!this.files.exists(directory)) this.files.mkdir(directory)
    this.files.symlink(path, to)
  }

  private commandLine({ unit }: Service): string {
    const command = unit === undefined ? undefined : commandOf(unit, this.files)
    return command !== undefined && 'argv' in command ? command.argv.join(' ') : ''
  }

  private run(service: Service): void {
    const unit = service.unit!
    const pid = this.nextPid
    this.nextPid += 37
    const file = `${service.name}.service`
    const command = commandOf(unit, this.files)
    if ('missing' in command) {
      this.note('systemd[1]', `${file}: Failed to load environment files: No such file or directory`)
      this.note('systemd[1]', `${file}: Failed to run 'start' task: No such file or directory`)
      return this.ends(service, { pid, status: 'resources', command: unit.exec })
    }
    const [binary = ''] = command.argv
    this.note('systemd[1]', `Started ${file} - ${unit.description}.`)
    const why = this.unrunnable(binary)
    if (why !== undefined) {
      const name = `(${basename(binary)})[${pid}]`
      this.note(name, `${file}: Unable to locate executable '${binary}': ${why}`)
      this.note(name, `${file}: Failed at step EXEC spawning ${binary}: ${why}`)
      return this.ends(service, { pid, status: notExecutable, command: command.argv.join(' ') })
    }
    const begun = this.o.daemons[basename(binary)]?.begin(command.argv, pid) ?? { lines: [], runs: true }
    for (const line of begun.lines) this.note(`${basename(binary)}[${pid}]`, line)
    if (!begun.runs) return this.ends(service, { pid, status: failure, command: command.argv.join(' ') })
    Object.assign(service, { active: 'active', since: this.now, pid, command: command.argv.join(' '), timer: undefined, ended: undefined })
  }

  private unrunnable(path: string): string | undefined {
    const found = attempt(() => this.files.find(path))
    if (found instanceof Errno) return 'No such file or directory'
    return found.kind === 'file' && (found.mode & 0o111) !== 0 ? undefined : 'Permission denied'
  }

  /** Its process has ended with an error: it is started again, if that is wanted. */
  private ends(service: Service, { pid, status, command, how = 'exited' }: { pid: number; status: string; command: string; how?: Ended['how'] }): void {
    const { name, unit } = service
    if (status === success) this.note('systemd[1]', `${name}.service: Deactivated successfully.`)
    else {
      if (status !== 'resources') this.note('systemd[1]', `${name}.service: Main process exited, code=${how}, status=${status}`)
      this.note('systemd[1]', `${name}.service: Failed with result '${status === 'resources' ? status : how === 'killed' ? 'signal' : 'exit-code'}'.`)
    }
    const again = unit!.restart === 'always' || (unit!.restart === 'on-failure' && status !== success)
    const ended: Ended = { pid, command, at: this.now, how, status }
    const timer = again ? this.o.kernel.schedule(this.target, unit!.restartMs, { name } as RestartTask as never) : undefined
    Object.assign(service, { active: again ? 'activating' : status === success ? 'inactive' : 'failed', since: this.now, pid: undefined, ended, timer })
  }

  private again(name: string): void {
    const service = this.service(name)
    if (service.active !== 'activating') return
    service.restarts++
    this.note('systemd[1]', `${name}.service: Scheduled restart job, restart counter is at ${service.restarts}.`)
    if (this.isMasked(name) || service.unit === undefined) return void Object.assign(service, { active: 'failed', timer: undefined })
    this.run(service)
  }
}
