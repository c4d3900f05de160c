import type { ProcessRecord } from '../api/machine.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ContainerConfig } from './container-config.ts'
import type { ContainerListener, Exit } from './container-listener.ts'
import { Errno } from './filesystem/errno.ts'
import type { Access, FileSystem } from './filesystem.ts'
import { type HttpRequest, type HttpResponse, type NetworkError, datagramMethod, rawMethod, textResponse } from './http.ts'
import { imageFiles } from './images.ts'
import { COST, CpuQuota, NODE_CPU_MILLIS } from './process/cpu.ts'
import { type ExecResult, ExecSessions, neverRan } from './process/exec-sessions.ts'
import { type ExecOptions, inputPipe } from './process/exec-streams.ts'
import type { Listener } from './process/listener.ts'
import { ContainerLog } from './process/log-file.ts'
import type { Machine, Resolved, SpawnOptions } from './process/machine.ts'
import { MemoryCgroup } from './process/memory.ts'
import type { DnsAsked, DnsReply, DnsSources, NetworkPort } from './process/network.ts'
import { NullFile, type OpenFile } from './process/open-file.ts'
import { pauseProcess } from './process/pause.ts'
import { processRecord, shapeOf } from './process/process-record.ts'
import { exitCodeOf, type ExitStatus, type Part, Process } from './process/process.ts'
import { ProcessTable } from './process/process-table.ts'
import { rootFiles } from './process/root-files.ts'
import { type ProcessTask, Scheduler } from './process/scheduler.ts'
import { parseSignal, type Signal, signalNumber } from './process/signals.ts'
import { type Protocol, type Socket, Sockets } from './process/sockets.ts'
import { Terminal } from './process/terminal.ts'
import { asItsFileSays, commandOf, Launcher, type Prepared, RUNC_CREATE, RUNC_EXEC } from './programs/launch.ts'
import { installProgram, PathLookup } from './programs/path-lookup.ts'
import { programsWith } from './programs/resolve.ts'
import { parseAnnotations, type Script } from './programs/scripted.ts'

export type { ContainerConfig } from './container-config.ts'
export type { ContainerListener, Exit } from './container-listener.ts'
export type { ExecResult } from './process/exec-sessions.ts'
export type { ExecOptions } from './process/exec-streams.ts'
export { datagramMethod, type HttpRequest, type HttpResponse, type NetworkError } from './http.ts'
export type { Datagram, DnsAsked, DnsQuestion, DnsRecord, DnsReply, DnsSources, HttpExchange, NetworkPort } from './process/network.ts'

/** More than one container may start before its node says that it has no more process ids. */
const MAX_PROCESSES = 2048
const GIB = 1024 ** 3
/** What an HTTP server says to what is no request of HTTP. */
const badRequest = 'HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request'
/** containerd's default set. */
const DEFAULT_CAPABILITIES = 0xa80425fbn

/**
 * What happens inside one container: its processes, files, ports and log, on virtual time.
 *
 * Nothing is called back from within a call to one of its methods: the listener, replies and `done`
 * are called from `handle` only, that is from a kernel task that was scheduled at `target`.
 */
export class ContainerOS implements Machine {
  readonly base = this
  readonly config: ContainerConfig
  readonly nodeMemoryBytes: number
  readonly capabilities: bigint
  startedAt: number
  private readonly kernel: Kernel
  private readonly listener: ContainerListener
  private readonly scheduler: Scheduler
  private readonly quota: CpuQuota
  private readonly table: ProcessTable
  private readonly execs = new ExecSessions()
  private readonly sockets = new Sockets()
  private readonly lookup: PathLookup
  private readonly launcher: Launcher
  private readonly memory: MemoryCgroup
  private readonly log: ContainerLog
  private readonly script: Script
  private tree: FileSystem | undefined
  private init: Process | undefined
  private exit: Exit | undefined
  private outOfMemory = false
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
    this.lookup = new PathLookup(programsWith(config.installed))
    this.launcher = new Launcher(config, this.lookup)
    this.startedAt = kernel.now
    this.script = parseAnnotations(config.annotations, config.name)
    this.nodeMemoryBytes = config.nodeMemoryBytes ?? 64 * GIB
    this.memory = new MemoryCgroup(config, this.nodeMemoryBytes)
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
    this.log = new ContainerLog(() => kernel.now, after, (stream, lines, unfinished) => listener.output(stream, lines, { unfinished }))
  }

  // --- what containerd calls --------------------------------------------------------------------

  /** Starts process 1, or says in runc's words why it cannot. */
  start(): { error?: { exitCode: 126 | 127 | 128; message: string } } {
    this.startedAt = this.kernel.now
    const prepared = this.launcher.prepare(this.files, commandOf(this.config), 'application')
    if ('error' in prepared) return { error: { exitCode: 128, message: `${RUNC_CREATE}${prepared.error}` } }
    const input = this.openStandardInput()
    const { stdout, stderr } = this.log
    const output: OpenFile[] =
      this.config.tty === true && input instanceof Terminal ? [input.retain(), input.retain()] : [stdout, stderr]
    if (this.table.shared && this.table.get(1) === undefined) this.table.add(pauseProcess(this))
    this.init = this.create({ ...prepared, parent: undefined, descriptors: [input, ...output], costUs: COST.exec, part: 'application' })
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
    this.scheduler.later(() => this.execs.type(id, text))
  }

  /** `wholeGroup`: and all that it has started, as Ctrl+C at its terminal would. */
  killExec(id: number, wholeGroup = false): void {
    this.scheduler.later(() => {
      const root = this.execs.rootOf(id)
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

  listening(port: number, protocol: Protocol = 'TCP'): Listener | undefined {
    return this.sockets.at(port, protocol)?.listener
  }

  request(request: HttpRequest, reply: (r: HttpResponse | NetworkError) => void): void {
    this.scheduler.later(() => {
      const { probeFailAfterMs = Infinity, responseMs } = this.script
      const socket = this.sockets.at(request.port, request.method === datagramMethod ? 'UDP' : 'TCP')
      if (socket === undefined) return reply({ error: 'refused' })
      if (this.kernel.now - this.startedAt >= probeFailAfterMs) return reply(textResponse(500, ''))
      if (request.secure === true && !socket.listener.secure) return reply({ error: 'plain' })
      if (request.method === rawMethod && !socket.listener.takesText) return reply(socket.listener.speaksHttp ? textResponse(400, badRequest) : { error: 'reset' })
      this.sockets.arrive(socket, request, reply, (answer) => (responseMs === 0 ? answer() : this.scheduler.after(responseMs, answer)))
    })
  }

  /** What the DNS server that listens there says to a question from an address; undefined: none does. What it writes of that comes later. */
  ask(port: number, asked: DnsAsked, from: string, sources: DnsSources): DnsReply | 'world' | undefined {
    const listener = this.sockets.at(port, 'UDP')?.listener
    const answered = listener?.answers?.(asked, from, sources)
    if (answered !== undefined && answered.lines.length > 0) this.scheduler.later(() => listener!.note(answered.lines))
    return answered?.reply
  }

  /** As `ps` inside would list them, in the order of their pids. */
  processes(): readonly ProcessRecord[] {
    return this.ownProcesses().map(processRecord)
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
    this.lookup.fileChanged(path)
    if (this.config.mounts.some((m) => m.source.inMemory)) this.scheduler.later(() => this.checkMemory())
    this.listener.filesChanged(path)
  }

  private checkMemory(): void {
    if (this.memory.isExceeded) this.killForMemory()
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
    if (this.table.size >= MAX_PROCESSES || (this.config.pidsLimit !== undefined && this.ownProcesses().length >= this.config.pidsLimit)) throw new Errno('EAGAIN')
    const { parent } = o
    const child = this.create({
      run: o.program,
      argv: o.argv,
      parent,
      env: o.env ?? parent.env,
      cwd: parent.cwd,
      who: asItsFileSays(this.config, parent.who, o.setuid),
      descriptors: o.descriptors ?? parent.copyDescriptors(),
      memoryBytes: o.memoryBytes ?? parent.memoryBytes,
      costUs: o.costUs,
      group: o.group,
      part: parent.part && (o.part ?? 'step'),
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
    const reached = target.pid === 1 && (signal === 'KILL' || signal === 'STOP') ? undefined : this.table.reached(target, signal)
    if (reached === undefined) return
    if (reached.machine.base !== this) return (reached.machine.base as ContainerOS).killFromOutside(reached, signal)
    this.scheduler.kill(reached, signal)
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

  listen(p: Process, port: number, protocol: Protocol = 'TCP'): Listener {
    if (this.sockets.at(port, protocol) !== undefined || (protocol === 'TCP' && this.config.isPortTaken?.(port) === true)) throw new Errno('EADDRINUSE')
    if (port < (this.config.lowestFreePort ?? 0) && p.who.uid !== 0 && (this.capabilities & NET_BIND_SERVICE) === 0n) throw new Errno('EACCES')
    this.shapeMayHaveChanged = true
    return this.sockets.listen(p, port, protocol)
  }

  listeners(): readonly Socket[] {
    return this.sockets.all()
  }

  recall = (at: number, line: string): void => this.listener.output('stderr', [line], { at })

  setMemory(p: Process, bytes: number): void {
    if (p.exit !== undefined) return
    this.memory.ofProcesses += bytes - p.memoryBytes
    p.memoryBytes = bytes
    this.checkMemory()
  }

  resolve(argv: readonly string[], o: { access: Access; path: string; files?: FileSystem }): Resolved {
    return this.lookup.resolve(o.files ?? this.files, argv, { ...o, isElsewhere: o.files !== undefined && o.files !== this.files })
  }

  get current(): Process | undefined {
    return this.scheduler.current
  }

  become(p: Process, { argv, memoryBytes, setuid }: Extract<Resolved, { run: unknown }>): void {
    p.argv = argv
    p.who = asItsFileSays(this.config, p.who, setuid)
    p.forgetHandlers()
    this.setMemory(p, memoryBytes)
    this.shapeMayHaveChanged = true
  }

  install(path: string, program: string): void {
    installProgram(this.files, path, program)
  }

  memoryUsed(): number {
    return this.memory.usedBytes
  }

  cpuUsedMs(): number {
    const scripted = (this.kernel.now - this.startedAt) * (this.script.cpuMillis / 1000)
    return scripted + this.ownProcesses().reduce((us, p) => us + p.cpu.usedUs, this.cpuOfEndedUs) / 1000
  }

  // --- starting ------------------------------------------------------------------------------------

  /** What annotations have said that will happen. */
  private followScript(init: Process): void {
    const { exitAfterMs, exitCode, memoryBytes, memoryAfterMs } = this.script
    if (exitAfterMs !== undefined && exitAfterMs !== Infinity)
      this.scheduler.after(exitAfterMs, () => this.scheduler.terminate(init, { code: exitCode, signal: undefined }))
    if (memoryBytes !== undefined) this.scheduler.after(memoryAfterMs, () => this.setMemory(init, memoryBytes))
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
    this.memory.ofProcesses += o.memoryBytes
    this.shapeMayHaveChanged = true
    this.scheduler.begin(p)
    if (this.memory.ofProcesses > (this.config.memoryLimitBytes ?? Infinity)) this.scheduler.later(() => this.checkMemory())
    return p
  }

  // --- exec ----------------------------------------------------------------------------------------

  private startExec(id: number, argv: readonly string[], options: ExecOptions, done: (r: ExecResult) => void): void {
    if (this.exit !== undefined || this.init === undefined)
      return done(neverRan(128, 'cannot exec in a stopped state: unknown'))
    const part = options.ofPod === true ? 'step' : undefined
    const prepared = this.launcher.prepare(this.files, argv, part)
    if ('error' in prepared)
      return done(neverRan(prepared.error.includes('permission') ? 126 : 127, `${RUNC_EXEC}${prepared.error}`))
    const { descriptors, begin } = this.execs.open(id, options, (onText) => this.terminal(onText), done)
    const env = options.tty === true ? new Map(prepared.env).set('TERM', 'xterm') : prepared.env
    begin(this.create({ ...prepared, env, parent: undefined, descriptors, costUs: COST.exec, part }))
  }

  // --- ending --------------------------------------------------------------------------------------

  private ended(p: Process): void {
    this.memory.ofProcesses -= p.memoryBytes
    this.cpuOfEndedUs += p.cpu.usedUs
    p.cpu.usedUs = 0
    this.shapeMayHaveChanged = true
    this.sockets.close(p)
    if (p === this.init) return this.stop(p.exit!)
    this.adoptChildren(p)
    if (p.parent === undefined) {
      this.reap(p)
      return this.execs.finish(p)
    }
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
    for (const p of this.table.all()) (p.machine.base as ContainerOS).killFromOutside(p, 'KILL')
  }

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

  private ownProcesses(): readonly Process[] {
    if (!this.table.crowded) return this.table.all()
    return this.table.all().filter((p) => p.machine.base === this && !(this.table.shared && p.pid === 1))
  }

  private tellShape(): void {
    this.shapeMayHaveChanged = false
    const shape = shapeOf(this.ownProcesses())
    if (shape === this.shape) return
    this.shape = shape
    if (this.exit === undefined) this.listener.processesChanged()
  }
}

interface Creation extends Prepared {
  parent: Process | undefined
  descriptors: (OpenFile | undefined)[]
  costUs: number
  group?: number | 'own'
  part: Part | undefined
}

const NET_BIND_SERVICE = 1n << 10n
