import type { ProcessRecord } from '../api/machine.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ContainerConfig } from './container-config.ts'
import { Errno } from './filesystem/errno.ts'
import { dirname } from './filesystem/path.ts'
import type { Access, FileSystem } from './filesystem.ts'
import { type HttpRequest, type HttpResponse, type NetworkError, textResponse } from './http.ts'
import { imageFiles } from './images.ts'
import { COST, CpuQuota } from './process/cpu.ts'
import { Listener } from './process/listener.ts'
import { type ExecOptions, execStreams, inputPipe } from './process/exec-streams.ts'
import { ContainerLog } from './process/log-file.ts'
import type { Machine, Resolved, SpawnOptions } from './process/machine.ts'
import type { NetworkPort } from './process/network.ts'
import { CaptureFile, NullFile, type OpenFile } from './process/open-file.ts'
import { PendingAnswers } from './process/pending-answers.ts'
import { stateLetter } from './process/proc-files.ts'
import { exitCodeOf, type ExitStatus, Process, type Program } from './process/process.ts'
import { ProcessTable } from './process/process-table.ts'
import { rootFiles } from './process/root-files.ts'
import { type ProcessTask, Scheduler } from './process/scheduler.ts'
import { parseSignal, type Signal, signalNumber } from './process/signals.ts'
import { Terminal } from './process/terminal.ts'
import {
  RUNC_CREATE,
  RUNC_EXEC,
  runcReason,
  saysMissing,
  type Surroundings,
  surroundingsOf,
} from './programs/launch.ts'
import { type FindProgram, programs, programsWith, resolveProgram } from './programs/resolve.ts'
import { parseAnnotations, type Script } from './programs/scripted.ts'

export type { ContainerConfig } from './container-config.ts'
export type { ExecOptions } from './process/exec-streams.ts'
export type { HttpRequest, HttpResponse, NetworkError } from './http.ts'
export type { HttpExchange, NetworkPort } from './process/network.ts'

export interface Exit {
  exitCode: number
  signal?: number
  oom?: boolean
}

export interface ContainerListener {
  /** A line of the log, without its newline. */
  output(stream: 'stdout' | 'stderr', line: string): void
  exited(exit: Exit): void
  /** Commands, ports or states differ from what they were. */
  processesChanged(): void
  /** Created, written or removed; the path as the container sees it. */
  filesChanged(path: string): void
}

export interface ExecResult {
  exitCode: number
  stdout: string
  stderr: string
  /** runc's words when the command could not be started (exitCode 126 or 127). */
  error?: string
}

interface ExecSession {
  id: number
  root: Process
  stdout: CaptureFile
  stderr: CaptureFile
  input: ((text: string | undefined) => void) | undefined
  done: (r: ExecResult) => void
}

/** More than one container may start before its node says that it has no more process ids. */
const MAX_PROCESSES = 2048
const GIB = 1024 ** 3
/** Without a limit a container can use the whole node. */
const NODE_CPU_MILLIS = 4_000
/** containerd's default set. */
const DEFAULT_CAPABILITIES = 0xa80425fbn

/**
 * What happens inside one container: its processes, files, ports and log, on virtual time.
 *
 * Nothing is called back from within a call to one of its methods: the listener, replies and `done`
 * are called from `handle` only, that is from a kernel task that was scheduled at `target`.
 */
export class ContainerOS implements Machine {
  readonly config: ContainerConfig
  readonly nodeMemoryBytes: number
  readonly capabilities: bigint
  startedAt: number
  private readonly kernel: Kernel
  private readonly listener: ContainerListener
  private readonly scheduler: Scheduler
  private readonly quota: CpuQuota
  private readonly table: ProcessTable
  private readonly execs = new Map<number, ExecSession>()
  private readonly open: { listener: Listener; process: Process }[] = []
  private readonly pending = new PendingAnswers()
  private readonly log: ContainerLog
  private readonly script: Script
  private tree: FileSystem | undefined
  private readonly findProgram: FindProgram
  private readonly found = new Map<string, Extract<Resolved, { run: unknown }>>()
  /** Directories of $PATH that `found` depends on. */
  private readonly searched = new Set<string>()
  private surroundings: Surroundings | undefined
  private init: Process | undefined
  private exit: Exit | undefined
  private memory = 0
  private cpuOfEndedUs = 0
  private nextExec = 1
  private stdin: ((text: string | undefined) => void) | undefined
  private shape = ''
  private shapeMayHaveChanged = false

  constructor(
    kernel: Kernel,
    target: string,
    config: ContainerConfig,
    network: NetworkPort,
    listener: ContainerListener,
  ) {
    this.kernel = kernel
    this.config = config
    this.listener = listener
    this.findProgram = programsWith(config.installed)
    this.startedAt = kernel.now
    this.script = parseAnnotations(config.annotations, config.name)
    this.nodeMemoryBytes = config.nodeMemoryBytes ?? 64 * GIB
    this.capabilities = config.capabilities ?? DEFAULT_CAPABILITIES
    this.table = config.processTable ?? new ProcessTable({ shared: false })
    if (config.processTable !== undefined) this.table.crowded = true
    this.quota = new CpuQuota(config.cpuLimitMillis ?? NODE_CPU_MILLIS)
    this.scheduler = new Scheduler({
      kernel,
      target,
      containerID: config.id,
      quota: this.quota,
      network,
      hooks: {
        ended: (p) => this.ended(p),
        find: (pid) => this.table.get(pid),
        isShielded: (p) => p.pid === 1,
      },
    })
    const after = (ms: number, action: () => void): void => this.scheduler.after(ms, action)
    this.log = new ContainerLog(() => kernel.now, after, (stream, line) => listener.output(stream, line))
  }

  // --- what containerd calls --------------------------------------------------------------------

  /** Starts process 1, or says in runc's words why it cannot. */
  start(): { error?: { exitCode: 126 | 127 | 128; message: string } } {
    this.startedAt = this.kernel.now
    const { command, args, image } = this.config
    const argv = [...(command ?? image.entrypoint), ...(args ?? (command === undefined ? image.cmd : []))]
    const prepared = this.prepare(argv)
    if ('error' in prepared) return { error: { exitCode: 128, message: `${RUNC_CREATE}${prepared.error}` } }
    const input = this.openStandardInput()
    const { stdout, stderr } = this.log
    const output: OpenFile[] =
      this.config.tty === true && input instanceof Terminal ? [input.retain(), input.retain()] : [stdout, stderr]
    if (this.table.shared && this.table.get(1) === undefined) this.addPause()
    this.init = this.create({ parent: undefined, descriptors: [input, ...output], costUs: COST.exec, ...prepared })
    if (input instanceof Terminal) input.foreground = this.init.group
    this.followScript(this.init)
    return {}
  }

  /** Runs a command beside process 1. */
  exec(argv: readonly string[], options: ExecOptions, done: (r: ExecResult) => void): number {
    const id = this.nextExec++
    this.scheduler.later(() => this.startExec(id, argv, options, done))
    return id
  }

  /** What is typed into an interactive exec; undefined closes its input. */
  execInput(id: number, text: string | undefined): void {
    this.scheduler.later(() => this.execs.get(id)?.input?.(text))
  }

  /** `wholeGroup`: and all that it has started, as Ctrl+C at its terminal would. */
  killExec(id: number, wholeGroup = false): void {
    this.scheduler.later(() => {
      const root = this.execs.get(id)?.root
      for (const p of this.ownProcesses()) if (p === root || (wholeGroup && p.group === root?.group)) this.scheduler.terminate(p, { code: 0, signal: 'KILL' })
    })
  }

  /** What is typed into process 1 (`kubectl attach -i`), if the container has an open stdin. */
  attachInput(text: string | undefined): void {
    this.scheduler.later(() => this.stdin?.(text))
  }

  /** New limits for what runs already (the CRI's UpdateContainerResources). */
  setLimits({ memoryLimitBytes, cpuLimitMillis }: { memoryLimitBytes: number | undefined; cpuLimitMillis: number | undefined }): void {
    Object.assign(this.config, { memoryLimitBytes, cpuLimitMillis })
    this.quota.setLimit(cpuLimitMillis ?? NODE_CPU_MILLIS)
    this.scheduler.later(() => this.checkMemory())
  }

  /** Tells of what process 1 prints from now on, as it comes (`kubectl attach`). */
  attach(onText: (stream: 'stdout' | 'stderr', text: string) => void): void {
    this.log.attach(onText)
  }

  /** From outside its PID namespace: to process 1; KILL ends all. 'TERM' or 'SIGTERM'. */
  signal(name: string): void {
    const signal = parseSignal(name)
    if (signal === undefined) throw new Error(`container ${this.config.name}: no such signal: ${name}`)
    this.scheduler.later(() => {
      if (this.init === undefined || this.exit !== undefined) return
      if (signal === 'KILL') this.scheduler.terminate(this.init, { code: 0, signal: 'KILL' })
      else if (!this.script.ignoresTerm) this.scheduler.kill(this.init, signal)
    })
  }

  handle(task: unknown): void {
    this.scheduler.handle(task as ProcessTask)
    if (this.shapeMayHaveChanged) this.tellShape()
  }

  listening(port: number, protocol: 'TCP' | 'UDP' = 'TCP'): boolean {
    return this.listenerAt(port, protocol) !== undefined
  }

  request(request: HttpRequest, reply: (r: HttpResponse | NetworkError) => void): void {
    this.scheduler.later(() => {
      const { probeFailAfterMs = Infinity, responseMs } = this.script
      const open = this.open.find((o) => o.listener.port === request.port && o.listener.protocol === 'TCP')
      if (open === undefined) return reply({ error: 'refused' })
      if (this.kernel.now - this.startedAt >= probeFailAfterMs) return reply(textResponse(500, ''))
      if (request.secure === true && !open.listener.secure) return reply({ error: 'plain' })
      const once = this.pending.track(open.process, reply)
      open.listener.arrive({ request, reply: responseMs === 0 ? once : (r) => this.scheduler.after(responseMs, () => once(r)) })
    })
  }

  /** As `ps` inside would list them, in the order of their pids. */
  processes(): readonly ProcessRecord[] {
    return this.ownProcesses().map((p) => ({
      pid: p.pid,
      ppid: p.parent?.pid ?? 0,
      argv: p.argv,
      startedAt: p.startedAt,
      state: processStates[stateLetter(p)],
      ports: p.listeners.map((l) => l.port),
      memoryBytes: p.memoryBytes,
    }))
  }

  /** Its PID namespace, for a container that is to join it. */
  get processTable(): ProcessTable {
    return this.table
  }

  get files(): FileSystem {
    if (this.tree === undefined) {
      this.tree = rootFiles(this, imageFiles(this.config.image))
      for (const name of Object.keys(this.config.installed ?? {})) this.install(`/usr/local/bin/${name}`, name)
      this.tree.changed = (path) => this.fileChanged(path)
    }
    return this.tree
  }

  private fileChanged(path: string): void {
    if (this.searched.size > 0 && this.searched.has(dirname(path))) this.found.clear()
    if (this.config.mounts.some((m) => m.source.inMemory)) this.scheduler.later(() => this.checkMemory())
    this.listener.filesChanged(path)
  }

  private checkMemory(): void {
    if (this.memoryUsed() > (this.config.memoryLimitBytes ?? this.nodeMemoryBytes)) this.killForMemory()
  }

  /** CPU time since the start, and what its processes occupy now: the figures of the metrics API. */
  usage(): { cpuMs: number; memoryBytes: number } {
    return { cpuMs: this.cpuUsedMs(), memoryBytes: this.memoryUsed() }
  }

  // --- what programs ask: Machine ------------------------------------------------------------------

  now(): number {
    return this.kernel.now
  }

  random(bound: number): number {
    return this.kernel.random(`processes of ${this.config.id}`).int(bound)
  }

  spawn(o: SpawnOptions): Process {
    if (this.table.size >= MAX_PROCESSES) throw new Errno('EAGAIN')
    const { parent } = o
    const child = this.create({
      run: o.program,
      argv: o.argv,
      parent,
      env: o.env ?? parent.env,
      cwd: parent.cwd,
      who: parent.who,
      descriptors: o.descriptors ?? parent.copyDescriptors(),
      memoryBytes: o.memoryBytes ?? parent.memoryBytes,
      costUs: o.costUs,
      group: o.group,
    })
    child.umask = parent.umask
    for (const signal of [...parent.ignoredSignals(), ...(o.ignore ?? [])]) child.onSignal(signal, 'ignore')
    return child
  }

  /** All in its PID namespace. */
  visibleProcesses(): readonly Process[] {
    return this.table.all()
  }

  find(pid: number): Process | undefined {
    return this.table.get(pid)
  }

  kill(target: Process, signal: Signal): void {
    // In its own namespace process 1 cannot be killed, not even by KILL.
    if (target.pid === 1 && (signal === 'KILL' || signal === 'STOP')) return
    if (target.machine !== this) return (target.machine as ContainerOS).killFromOutside(target, signal)
    this.scheduler.kill(target, signal)
    this.shapeMayHaveChanged = true
  }

  reap(child: Process): void {
    this.table.remove(child)
    const siblings = child.parent?.children
    const index = siblings?.indexOf(child) ?? -1
    if (index >= 0) siblings!.splice(index, 1)
  }

  makeReady(p: Process, answer: unknown): void {
    this.scheduler.makeReady(p, answer)
  }

  listen(p: Process, port: number, protocol: 'TCP' | 'UDP' = 'TCP'): Listener {
    if (this.listenerAt(port, protocol) !== undefined || (protocol === 'TCP' && this.config.isPortTaken?.(port) === true)) throw new Errno('EADDRINUSE')
    if (port < 1024 && p.who.uid !== 0 && (this.capabilities & NET_BIND_SERVICE) === 0n) throw new Errno('EACCES')
    const listener = new Listener(port, protocol)
    p.listeners.push(listener)
    this.open.push({ listener, process: p })
    this.shapeMayHaveChanged = true
    return listener
  }

  listeners(): readonly { listener: Listener; process: Process }[] {
    return this.open
  }

  setMemory(p: Process, bytes: number): void {
    if (p.exit !== undefined) return
    this.memory += bytes - p.memoryBytes
    p.memoryBytes = bytes
    this.checkMemory()
  }

  /** What is found in $PATH is remembered, as shells do; a change in one of its directories makes that void. */
  resolve(argv: readonly string[], o: { access: Access; path: string }): Resolved {
    const name = argv[0] ?? ''
    if (name.includes('/')) return resolveProgram(this.files, this.findProgram, argv, o)
    const key = `${o.access.who.uid} ${o.path} ${name}`
    const known = this.found.get(key)
    if (known !== undefined) return { ...known, argv }
    const found = resolveProgram(this.files, this.findProgram, argv, o)
    if ('failed' in found || found.argv !== argv || o.path.split(':').some((d) => !d.startsWith('/'))) return found
    for (const directory of o.path.split(':')) this.searched.add(directory)
    this.found.set(key, found)
    return found
  }

  get current(): Process | undefined {
    return this.scheduler.current
  }

  become(p: Process, argv: readonly string[], memoryBytes: number): void {
    p.argv = argv
    p.forgetHandlers()
    this.setMemory(p, memoryBytes)
    this.shapeMayHaveChanged = true
  }

  install(path: string, program: string): void {
    this.files.writeText(path, '', { mode: 0o755 })
    const node = this.files.find(path)
    if (node.kind === 'file') node.program = program
  }

  memoryUsed(): number {
    return this.config.mounts.reduce((bytes, m) => bytes + (m.source.inMemory ? m.source.usedBytes : 0), this.memory)
  }

  cpuUsedMs(): number {
    const scripted = (this.kernel.now - this.startedAt) * (this.script.cpuMillis / 1000)
    return scripted + this.ownProcesses().reduce((us, p) => us + p.cpu.usedUs, this.cpuOfEndedUs) / 1000
  }

  // --- starting ------------------------------------------------------------------------------------

  /** Finds the program and its surroundings; runc's words when there is none. */
  private prepare(argv: readonly string[]): { error: string } | Omit<Creation, 'parent' | 'descriptors' | 'costUs'> {
    if (argv.length === 0) return { error: 'no command specified' }
    const { env, cwd, who } = (this.surroundings ??= surroundingsOf(this.config, this.files))
    const found = this.resolveOrInvent(argv, { access: { cwd, who }, path: env.get('PATH') ?? '' })
    if ('failed' in found)
      return { error: `exec: ${JSON.stringify(argv[0])}: ${runcReason(argv[0]!, found.failed)}: unknown` }
    return { run: found.run, argv: found.argv, memoryBytes: found.memoryBytes, env, cwd, who }
  }

  /** Nobody knows what an unknown image holds: it is taken to have the program that its pod asks for. */
  private resolveOrInvent(argv: readonly string[], o: { access: Access; path: string }): Resolved {
    const found = this.resolve(argv, o)
    const mayExist = this.config.image.unknown && this.init === undefined && !saysMissing.test(argv[0]!)
    if (!('failed' in found) || found.failed !== 'not found' || !mayExist) return found
    const invented = programs.get()('scripted')!
    return { run: invented.run, memoryBytes: invented.memoryBytes ?? 0, path: argv[0]!, argv }
  }

  /** What annotations have said that will happen. */
  private followScript(init: Process): void {
    const { exitAfterMs, exitCode, memoryBytes, memoryAfterMs } = this.script
    if (exitAfterMs !== undefined && exitAfterMs !== Infinity)
      this.scheduler.after(exitAfterMs, () => this.scheduler.terminate(init, { code: exitCode, signal: undefined }))
    if (memoryBytes !== undefined) this.scheduler.after(memoryAfterMs, () => this.setMemory(init, memoryBytes))
  }

  /** Process 1 of a pod that shares its processes. */
  private addPause(): void {
    const who = { uid: 65535, gid: 65535, groups: [65535] }
    const pause = new Process({
      machine: this,
      pid: 1,
      parent: undefined,
      argv: ['/pause'],
      env: new Map(),
      cwd: '/',
      who,
      descriptors: [],
      memoryBytes: 0,
    })
    pause.waiting = { wait: 'time', ms: Infinity, interruptible: false }
    this.table.add(pause)
  }

  private openStandardInput(): OpenFile {
    if (this.config.stdin !== true) return new NullFile()
    if (this.config.tty === true) {
      const terminal = this.terminal((text) => void this.log.stdout.write(text.replaceAll('\r\n', '\n')))
      this.stdin = (text) => terminal.type(text)
      return terminal
    }
    const { reader, write } = inputPipe()
    this.stdin = write
    return reader
  }

  private terminal(onText: (text: string) => void): Terminal {
    return new Terminal(onText, (group, signal) => {
      for (const p of this.ownProcesses()) if (p.group === group) this.scheduler.kill(p, signal)
    })
  }

  private create(o: Creation): Process {
    const p = new Process({ machine: this, pid: this.table.takePid(), ...o })
    this.table.add(p)
    o.parent?.children.push(p)
    p.cpu.charge(o.costUs)
    p.execution = o.run(p)
    this.memory += o.memoryBytes
    this.shapeMayHaveChanged = true
    this.scheduler.begin(p)
    if (this.memory > (this.config.memoryLimitBytes ?? Infinity)) this.scheduler.later(() => this.checkMemory())
    return p
  }

  // --- exec ----------------------------------------------------------------------------------------

  private startExec(id: number, argv: readonly string[], options: ExecOptions, done: (r: ExecResult) => void): void {
    if (this.exit !== undefined || this.init === undefined)
      return done({ exitCode: 128, stdout: '', stderr: '', error: 'cannot exec in a stopped state: unknown' })
    const prepared = this.prepare(argv)
    if ('error' in prepared)
      return done({
        exitCode: prepared.error.includes('permission') ? 126 : 127,
        stdout: '',
        stderr: '',
        error: `${RUNC_EXEC}${prepared.error}`,
      })
    const stdout = new CaptureFile('pipe:[10]', options.onOutput && ((text) => options.onOutput!('stdout', text)), options.isShown)
    const stderr = new CaptureFile('pipe:[11]', options.onOutput && ((text) => options.onOutput!('stderr', text)), options.isShown)
    const streams = execStreams(options, stdout, stderr, (onText) => this.terminal(onText))
    const env = options.tty === true ? new Map(prepared.env).set('TERM', 'xterm') : prepared.env
    const root = this.create({
      ...prepared,
      env,
      parent: undefined,
      descriptors: streams.descriptors,
      costUs: COST.exec,
    })
    if (streams.terminal !== undefined) streams.terminal.foreground = root.group
    this.execs.set(id, { id, root, stdout, stderr, input: streams.input, done })
  }

  // --- ending --------------------------------------------------------------------------------------

  private ended(p: Process): void {
    this.memory -= p.memoryBytes
    this.cpuOfEndedUs += p.cpu.usedUs
    p.cpu.usedUs = 0
    this.shapeMayHaveChanged = true
    for (let i = this.open.length - 1; i >= 0; i--) if (this.open[i]!.process === p) this.open.splice(i, 1)
    this.pending.reset(p)
    if (p === this.init) return this.stop(p.exit!)
    this.adoptChildren(p)
    if (p.parent === undefined) return this.finishExec(p)
    // Orphans went to process 1, which is taken to reap them.
    if (p.orphaned) return this.reap(p)
    this.scheduler.tellParent(p)
    this.scheduler.kill(p.parent, 'CHLD')
  }

  private adoptChildren(p: Process): void {
    for (const child of [...p.children]) {
      if (child.exit !== undefined) this.reap(child)
      else {
        child.parent = this.init
        child.orphaned = true
        this.init!.children.push(child)
      }
    }
    p.children.length = 0
  }

  private finishExec(root: Process): void {
    this.reap(root)
    const session = [...this.execs.values()].find((s) => s.root === root)
    if (session === undefined) return
    this.execs.delete(session.id)
    const { stdout, stderr } = session
    session.done({ exitCode: exitCodeOf(root.exit!), stdout: stdout.text, stderr: stderr.text })
  }

  /** Process 1 has ended, and with it its PID namespace: all others are killed. */
  private stop(status: ExitStatus): void {
    if (this.exit !== undefined) return
    this.exit = { exitCode: exitCodeOf(status), signal: status.signal && signalNumber(status.signal) }
    for (const p of this.ownProcesses()) {
      this.scheduler.terminate(p, { code: 0, signal: 'KILL' })
      this.table.remove(p)
    }
    this.endGuests()
    this.log.flush()
    if (this.outOfMemory) this.exit = { ...this.exit, oom: true }
    this.listener.exited(this.exit)
  }

  /** Containers that had joined this one's namespace (a debugger with a target) end with its process 1. */
  private endGuests(): void {
    if (this.init!.pid !== 1) return
    for (const p of this.table.all()) (p.machine as ContainerOS).killFromOutside(p, 'KILL')
  }

  private outOfMemory = false

  /** memory.oom.group is set for containers: all processes are killed, not only the largest. */
  private killForMemory(): void {
    if (this.exit !== undefined || this.outOfMemory) return
    this.outOfMemory = true
    const status: ExitStatus = { code: 0, signal: 'KILL' }
    this.scheduler.later(() => this.scheduler.terminate(this.init!, status))
    const { current } = this.scheduler
    if (current !== undefined) this.scheduler.end(current, status)
  }

  // --- looking -------------------------------------------------------------------------------------

  private killFromOutside(target: Process, signal: Signal): void {
    this.scheduler.later(() => this.scheduler.kill(target, signal))
  }

  private listenerAt(port: number, protocol: 'TCP' | 'UDP'): Listener | undefined {
    return this.open.find((o) => o.listener.port === port && o.listener.protocol === protocol)?.listener
  }

  private ownProcesses(): readonly Process[] {
    if (!this.table.crowded) return this.table.all()
    return this.table.all().filter((p) => p.machine === this && !(this.table.shared && p.pid === 1))
  }

  private tellShape(): void {
    this.shapeMayHaveChanged = false
    const processes = this.ownProcesses()
    let shape = String(processes.length)
    // Of a crowd the first are enough.
    for (const p of processes.slice(0, 32))
      shape += `\n${p.parent === undefined} ${p.exit !== undefined} ${p.listeners.length} ${p.argv.join(' ')}`
    if (shape === this.shape) return
    this.shape = shape
    if (this.exit === undefined) this.listener.processesChanged()
  }
}

interface Creation {
  run: Program
  argv: readonly string[]
  parent: Process | undefined
  env: ReadonlyMap<string, string>
  cwd: string
  who: Process['who']
  descriptors: (OpenFile | undefined)[]
  memoryBytes: number
  costUs: number
  group?: number | 'own'
}

const processStates = { R: 'running', S: 'sleeping', T: 'sleeping', Z: 'zombie' } as const
const NET_BIND_SERVICE = 1n << 10n
