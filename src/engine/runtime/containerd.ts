import { deniesWrites, missingProfile } from './profiles.ts'
import { clusterDnsAddress } from '../api/cluster-domain.ts'
import { logLines, type ContainerRecord, type LogLine, type LogWrite, type SandboxRecord } from '../api/machine.ts'
import type { RevisionStore } from '../etcd/store.ts'
import type { Kernel, TaskId } from '../kernel/kernel.ts'
import type { Latency, LatencyName } from '../latency.ts'
import type { AddressRange } from '../network/ipam.ts'
import type { Network } from '../network/network.ts'
import { createdRecord, exitReason, lastWord, startMilestone } from './container-records.ts'
import { ContainerOS, type ContainerConfig, type ExecOptions, type ExecResult, type Exit } from './container-os.ts'
import type { ContainerRuntime, CriContainerConfig, CriError, Done, ExecInput, PodSandboxConfig } from './cri.ts'
import { HostPorts, type Listener } from './host-ports.ts'
import { ImageService } from './image-service.ts'
import { lookupImage, type ImageConfig } from './images.ts'
import { PidNamespaces } from './pid-namespaces.ts'
import type { Socket } from './process/sockets.ts'
import type { NodeProcesses } from './process/node-processes.ts'
import type { Registry } from './registry.ts'
import { Sampled } from './sampled.ts'
import type { FileSystem } from './filesystem.ts'
import { writtenFiles } from './filesystem/written.ts'
import { RuntimeRecords } from './runtime-records.ts'
import { RuntimeSteps } from './runtime-steps.ts'
import { RuntimeTime, type RuntimeTask } from './runtime-time.ts'

/** Everything that is stored on one machine. */
export type MachineStore = RevisionStore<any>

/** What is running, beside the records of it. */
interface LiveContainer {
  os: ContainerOS
  config: CriContainerConfig
  image: ImageConfig
  logWrites: number
  /** What was begun beside process 1 and has not ended. */
  execs: Set<(result: ExecResult | { error: 'timeout' | 'notRunning' }) => void>
  followers: { line: (line: LogLine) => void; ended: () => void }[]
  /** Those who wait for its end. */
  waiting: Done<void>[]
  killTimer: TaskId | undefined
  /** Its process 1 has been started. */
  started: boolean
}

export interface ContainerdOptions {
  kernel: Kernel
  latency: Latency
  node: string
  nodeIP: string
  store: MachineStore
  registry: Registry
  network: Network
  addresses: AddressRange
}

const second = 1000
/** 128 + SIGKILL. */
const killedExitCode = 137
/** What containerd gives a container whose end nobody saw. */
const lostExitCode = 255
const execFailed = 'failed to exec in container: failed to start exec'

/**
 * The container runtime of one node. It knows nothing of pods beyond the labels that the kubelet gives,
 * and nothing of the API server. What it has made lies in the machine's store.
 */
export class Containerd implements ContainerRuntime {
  readonly name: string
  /** What it has made: written down here and nowhere else. */
  readonly records: RuntimeRecords
  private readonly o: ContainerdOptions
  /** Where the processes' own tasks arrive: they do not need the daemon. */
  private readonly processes: string
  private readonly live = new Map<string, LiveContainer>()
  private readonly bySandbox = new Map<string, Set<string>>()
  private readonly pidNamespaces: PidNamespaces
  private readonly host = new HostPorts((sandboxID, port, protocol) => this.listeningIn(sandboxID, port, protocol))
  readonly images: ImageService
  /** The machine's own files, if anybody has been there. */
  nodeFiles: () => FileSystem | undefined = () => undefined
  private readonly time: RuntimeTime
  private readonly steps: RuntimeSteps
  private readonly ids: ReturnType<Kernel['random']>

  constructor(options: ContainerdOptions) {
    this.o = options
    this.name = `containerd/${options.node}`
    this.records = new RuntimeRecords(options.store)
    this.pidNamespaces = new PidNamespaces(options.node, options.kernel.now, {
      sandboxes: () => this.records.sandboxes(),
      containersIn: (id) => [...(this.bySandbox.get(id) ?? [])].flatMap((container) => this.live.get(container)?.os ?? []),
      running: (id) => this.running(id),
    })
    this.time = new RuntimeTime(options.kernel, options.latency, this.name)
    this.steps = new RuntimeSteps(options.kernel, this.name, options.node)
    this.images = new ImageService(options, this.time, (podUID, milestone, detail) => {
      const sandbox = this.records.newestSandboxOf(podUID)
      if (sandbox !== undefined) this.steps.toRegistry(sandbox, milestone, detail)
    })
    this.processes = `${this.name}/processes`
    this.ids = options.kernel.random(`ids of ${this.name}`)
    options.network.join({ ip: options.nodeIP, node: options.node, listeningOn: (port, asked) => this.host.listening(port, asked) })
    options.kernel.register(this.name, (task: RuntimeTask) => this.time.handle(task))
    options.kernel.register(this.processes, (task: { containerID: string }) => this.live.get(task.containerID)?.os.handle(task as never))
  }

  // --- sandboxes ----------------------------------------------------------------------------------

  runPodSandbox(config: PodSandboxConfig, done: Done<{ id: string; ip: string } | CriError>): void {
    this.steps.asked(config, 'create/sandbox', { type: 'RunPodSandbox', attempt: config.attempt })
    this.after('runPodSandbox', () => {
      const ip = config.hostNetwork ? this.o.nodeIP : this.o.addresses.allocate()
      if (ip === undefined) {
        const range = 'no IP addresses available in range set'
        return done({ error: `rpc error: code = Unknown desc = failed to setup network for sandbox: plugin type="bridge" failed (add): ${range}` })
      }
      const { id } = this.addSandbox(config, ip, 'ready', this.o.kernel.now)
      this.steps.answered(config, { type: 'SandboxReady', ip, sandbox: id })
      done({ id, ip })
    })
  }

  /** Also one that was made before anybody looked. */
  addSandbox(config: PodSandboxConfig, ip: string, state: SandboxRecord['state'], createdAt: number): SandboxRecord {
    const { portMappings, ...known } = config
    const record: SandboxRecord = { id: this.newId(), ...known, state, ip, createdAt }
    this.bySandbox.set(record.id, new Set())
    this.records.putSandbox(record)
    if (state === 'notready') return record
    const { podNamespace: namespace, podName: name } = config
    this.host.join(record.id, config.hostNetwork, portMappings)
    if (!config.hostNetwork) this.o.network.join({ ip, node: this.o.node, pod: { namespace, name }, listeningOn: (port, asked) => this.listeningIn(record.id, port, asked?.protocol) })
    return record
  }

  stopPodSandbox(id: string, done: Done<void>): void {
    const record = this.sandbox(id)
    if (record === undefined || record.state === 'notready') return this.after('removePodSandbox', () => done())
    this.steps.asked(record, 'terminate/clean-up', { type: 'StopPodSandbox', sandbox: id })
    this.after('stopPodSandbox', () => {
      const now = this.sandbox(id)
      if (now?.state === 'ready') {
        if (!now.hostNetwork) {
          this.o.network.leave(now.ip)
          this.o.addresses.release(now.ip)
        }
        this.host.leave(id)
        this.records.putSandbox({ ...now, state: 'notready' })
      }
      done()
    })
  }

  removePodSandbox(id: string, done: Done<void>): void {
    this.after('removePodSandbox', () => {
      const record = this.sandbox(id)
      if (record !== undefined) {
        this.bySandbox.delete(id)
        this.pidNamespaces.sandboxRemoved(id)
        this.records.removeSandbox(record)
      }
      done()
    })
  }

  // --- what was there before the film -------------------------------------------------------------

  /** A container that was made before anybody looked. */
  foundContainer(sandboxID: string, found: Omit<ContainerRecord, 'sandboxID'>): ContainerRecord {
    const isFree = found.id !== '' && this.container(found.id) === undefined
    const record: ContainerRecord = { ...found, id: isFree ? found.id : this.newId(), sandboxID }
    this.bySandbox.get(sandboxID)!.add(record.id)
    this.records.putContainer(record)
    return record
  }

  /** The process of one that runs begins its work again: what it had in its memory nobody knows. False: it cannot be started. */
  revive({ id, sandboxID, startedAt }: ContainerRecord, config: CriContainerConfig, image: ImageConfig): boolean {
    const since = startedAt === undefined ? {} : { runningSince: startedAt }
    this.live.set(id, { ...this.created(id, this.sandbox(sandboxID)!, { ...config, ...since }, image), started: true })
    return this.live.get(id)!.os.start().error === undefined
  }

  private created(id: string, sandbox: SandboxRecord, config: CriContainerConfig, image: ImageConfig): LiveContainer {
    const os = this.boot(id, sandbox, config, image)
    return { os, config, image, logWrites: 0, execs: new Set(), followers: [], waiting: [], killTimer: undefined, started: false }
  }

  // --- containers ---------------------------------------------------------------------------------

  createContainer(sandboxID: string, config: CriContainerConfig, done: Done<{ id: string } | CriError>): void {
    this.after('createContainer', () => {
      const sandbox = this.sandbox(sandboxID)
      const image = lookupImage(config.image)
      if (sandbox === undefined) return done({ error: `rpc error: code = NotFound desc = failed to find sandbox id "${sandboxID}": not found` })
      if (sandbox.state !== 'ready') return done({ error: `rpc error: code = Unknown desc = failed to get sandbox container task: no running task found: task ${sandboxID} not found` })
      if (image === undefined) return done({ error: `rpc error: code = NotFound desc = failed to get image "${config.image}": not found` })
      const missing = missingProfile(config, this.nodeFiles())
      if (missing !== undefined) return done({ error: missing })
      const id = this.newId()
      this.images.used(config.image)
      this.records.putContainer(createdRecord(id, sandboxID, config, image, this.o.kernel.now))
      this.live.set(id, this.created(id, sandbox, config, image))
      this.bySandbox.get(sandboxID)!.add(id)
      this.steps.answered(sandbox, { type: 'CreateContainer', container: config.name, id, attempt: config.attempt }, 'create/containers')
      done({ id })
    })
  }

  startContainer(id: string, done: Done<undefined | CriError>): void {
    this.after('startContainer', () => {
      const record = this.container(id)
      const live = this.live.get(id)
      if (record === undefined || live === undefined) return done({ error: `rpc error: code = NotFound desc = an error occurred when try to find container "${id}": not found` })
      // The machine has been away since it was made: nothing of the sandbox runs any more.
      if (this.sandbox(record.sandboxID)?.state !== 'ready') {
        this.discard(record)
        return done({ error: `rpc error: code = Unknown desc = sandbox container "${record.sandboxID}" is not running` })
      }
      const { now } = this.o.kernel
      const { error } = live.os.start()
      if (error !== undefined) {
        this.live.delete(id)
        this.records.putContainer({ ...record, state: 'exited', startedAt: 0, finishedAt: now, exitCode: error.exitCode, reason: 'StartError', message: error.message })
        return done({ error: error.message })
      }
      live.started = true
      this.records.putContainer({ ...record, state: 'running', startedAt: now, pid: 1 })
      this.steps.answered(this.sandbox(record.sandboxID)!, { type: 'StartContainer', container: record.name, id, attempt: record.attempt }, startMilestone(record))
      done(undefined)
    })
  }

  stopContainer(id: string, timeoutSeconds: number, done: Done<void>): void {
    const live = this.live.get(id)
    const record = this.container(id)
    if (live === undefined || record?.state !== 'running') {
      if (record?.state === 'created') this.discard(record)
      this.later(1, () => done())
      return
    }
    live.waiting.push(done)
    if (record.stopping !== undefined) return
    const { now } = this.o.kernel
    const signal = live.image.stopSignal
    this.records.putContainer({ ...record, stopping: { signal, termAt: now, killAt: now + timeoutSeconds * second } })
    this.signal(id, record, signal, 'terminate/term')
    live.killTimer = this.later(timeoutSeconds * second, () => this.signal(id, this.container(id)!, 'KILL', 'terminate/kill'))
  }

  updateContainerResources(id: string, limits: { memoryLimitBytes: number | undefined; cpuLimitMillis: number | undefined }, done: Done<void>): void {
    this.after('startContainer', () => {
      const record = this.container(id)
      if (record?.state === 'running') {
        this.live.get(id)?.os.setLimits(limits)
        this.records.putContainer({ ...record, ...limits })
      }
      done()
    })
  }

  removeContainer(id: string, done: Done<void>): void {
    this.after('removeContainer', () => {
      const record = this.container(id)
      if (record !== undefined) {
        this.bySandbox.get(record.sandboxID)?.delete(id)
        this.live.delete(id)
        this.records.removeContainer(record)
      }
      done()
    })
  }

  exec(id: string, argv: string[], options: ExecOptions & { timeoutMs?: number }, done: Done<ExecResult | { error: 'timeout' | 'notRunning' }>): ExecInput {
    const live = this.live.get(id)
    if (live === undefined || this.container(id)?.state !== 'running') {
      this.later(1, () => done({ error: 'notRunning' }))
      return () => {}
    }
    let timer: TaskId | undefined
    let exec: number | undefined
    /** What was typed before the command had started. */
    const early: (string | undefined)[] = []
    const once: typeof done = (result) => {
      if (!live.execs.delete(once)) return
      this.o.kernel.cancel(timer)
      done(result)
    }
    live.execs.add(once)
    this.after('execStart', () => {
      if (!live.execs.has(once)) return
      const id = live.os.exec(argv, options, (result) => once(result.error === undefined ? result : { ...result, error: `${execFailed} "${this.newId()}": ${result.error}` }))
      exec = id
      for (const text of early) live.os.execInput(id, text)
      if (options.timeoutMs === undefined) return
      timer = this.later(options.timeoutMs, () => {
        live.os.killExec(id)
        once({ error: 'timeout' })
      })
    })
    return (text) => (exec === undefined ? void early.push(text) : live.os.execInput(exec, text))
  }

  /** What process 1 prints from now on, lines or not, until it ends; it gets what is typed if it has an open input (the CRI's Attach). */
  attach(id: string, onText: (stream: LogLine['stream'], text: string) => void, ended: () => void): ExecInput {
    const live = this.live.get(id)
    live?.os.attach(onText)
    live?.followers.push({ line: () => {}, ended })
    return (text) => live?.os.attachInput(text)
  }

  /** Address of the pod's newest sandbox while it is up. */
  podIP(podUID: string): string | undefined {
    const sandbox = this.records.newestSandboxOf(podUID)
    return sandbox?.state === 'ready' ? sandbox.ip : undefined
  }

  /** The processes of a running container. */
  running(id: string): ContainerOS | undefined {
    const live = this.live.get(id)
    return live?.started === true ? live.os : undefined
  }

  sendSignal(id: string, signal: string): void {
    const record = this.container(id)
    if (record?.state === 'running') this.signal(id, record, signal, undefined)
  }

  /** Of pods that have the node's own network: where they listen. */
  hostSockets(): Socket[] {
    const pods = this.records.sandboxes().filter(({ hostNetwork, state }) => hostNetwork && state === 'ready')
    return pods.flatMap(({ id }) => [...(this.bySandbox.get(id) ?? [])].flatMap((container) => this.running(container)?.listeners() ?? []))
  }

  /** The namespace of the node's own processes. */
  get nodeProcesses(): NodeProcesses {
    return this.pidNamespaces.node
  }

  // --- power --------------------------------------------------------------------------------------

  isUp = true

  /** The daemon stops; what it has started runs on, and is heard of when the daemon is back. */
  setHeld(held: boolean): void {
    this.isUp = !held
    if (held) this.o.kernel.hold(this.name)
    else this.o.kernel.release(this.name)
  }

  /** The machine loses its power: nothing runs any more, and nothing has written that down. */
  powerOff(): void {
    this.setHeld(true)
    this.o.kernel.hold(this.processes)
    for (const { state, hostNetwork, ip } of this.records.sandboxes()) if (state === 'ready' && !hostNetwork) this.o.network.leave(ip)
    for (const id of this.live.keys()) this.o.store.delete(`processes/${id}`)
  }

  /** It has power again: of what ran only the records are left (containerd cri/server/restart.go). */
  powerOn(): void {
    for (const [id, live] of [...this.live]) this.ended(id, live, { exitCode: lostExitCode, reason: 'Unknown', message: undefined }, { lost: true })
    for (const sandbox of this.records.sandboxes()) {
      if (sandbox.state !== 'ready') continue
      if (!sandbox.hostNetwork) this.o.addresses.release(sandbox.ip)
      this.host.leave(sandbox.id)
      this.records.putSandbox({ ...sandbox, state: 'notready' })
    }
    this.o.kernel.release(this.processes)
    this.setHeld(false)
  }

  // --- what is there ------------------------------------------------------------------------------

  sandbox(id: string): SandboxRecord | undefined {
    return this.records.sandbox(id)
  }

  container(id: string): ContainerRecord | undefined {
    return this.records.container(id)
  }

  /** Oldest first, here and below. */
  sandboxesOf(podUID: string): SandboxRecord[] {
    return this.records.sandboxesOf(podUID)
  }

  containersOf(podUID: string): ContainerRecord[] {
    return this.records.containersOf(podUID)
  }

  /** Calls `line` for each further line of a running container, and `ended` after its last. */
  followLogs(id: string, line: (line: LogLine) => void, ended: () => void): void {
    this.live.get(id)?.followers.push({ line, ended })
  }

  logs(id: string): LogLine[] {
    return this.records.logs(id)
  }

  // --- inside -------------------------------------------------------------------------------------

  private boot(id: string, sandbox: SandboxRecord, config: CriContainerConfig, image: ImageConfig): ContainerOS {
    const { kernel, network, node } = this.o
    const ip = (): string => sandbox.ip
    const processTable = this.pidNamespaces.joinedBy(sandbox, config.targetID)
    const isPortTaken = (port: number): boolean => (sandbox.hostNetwork ? this.host.onNode(port) : this.listeningIn(sandbox.id, port)) !== undefined
    const hostname = sandbox.hostNetwork ? node : sandbox.hostname
    const inside: ContainerConfig = { id, hostname, ip, isPortTaken, lowestFreePort: sandbox.hostNetwork ? 1024 : 0, ...(processTable === undefined ? {} : { processTable }), ...config, image }
    if (deniesWrites(config, this.nodeFiles())) inside.deniesWrites = true
    const { podNamespace: namespace, podName: name, podUID: uid } = sandbox
    const clusterDns = config.resolvConf?.includes(clusterDnsAddress) === true
    const port = network.portOf({ namespace, name, uid, node, ip, clusterDns })
    const processes = this.sampled(id, 'processes', (os) => os.processes(), (all) => all.map(({ argv }) => argv.join(' ')).join('\n'))
    const files = this.sampled(id, 'files', (os) => writtenFiles(os.files), (all) => all.map(({ path, sizeBytes }) => `${path} ${sizeBytes}`).join('\n'))
    return new ContainerOS(kernel, this.processes, inside, port, {
      output: (stream, lines, o) => this.log(id, stream, lines, o),
      exited: (exit) => this.after('processExit', () => this.exited(id, exit)),
      processesChanged: () => processes.look(),
      filesChanged: () => files.look(),
    })
  }

  private exited(id: string, exit: Exit): void {
    const live = this.live.get(id)
    if (live === undefined) return
    const message = lastWord(live.os, live.config, exit, this.logs(id))
    this.ended(id, live, { exitCode: exit.exitCode, reason: exitReason(exit), message }, { signal: exit.signal, oom: exit.oom ?? false })
  }

  private ended(id: string, live: LiveContainer, how: Pick<ContainerRecord, 'exitCode' | 'reason' | 'message'>, facts: object): void {
    const record = this.container(id)
    if (record === undefined) return
    this.o.kernel.cancel(live.killTimer)
    this.live.delete(id)
    this.records.putContainer({ ...record, ...how, state: 'exited', finishedAt: this.o.kernel.now, pid: undefined })
    this.o.store.delete(`processes/${id}`)
    const sandbox = this.sandbox(record.sandboxID)
    if (sandbox !== undefined) {
      const detail = { type: 'Exited', container: record.name, id, exitCode: how.exitCode, ...facts }
      this.steps.answered(sandbox, detail, record.stopping === undefined ? undefined : 'terminate/exited')
    }
    // The end of process 1 is the end of all: whatever ran beside it was killed.
    for (const done of [...live.execs]) done({ exitCode: killedExitCode, stdout: '', stderr: '' })
    for (const follower of live.followers) follower.ended()
    for (const done of live.waiting) done()
  }

  private signal(id: string, record: ContainerRecord, signal: string, milestone: string | undefined): void {
    const sandbox = this.sandbox(record.sandboxID)
    if (sandbox !== undefined) {
      this.steps.inside(sandbox, milestone, { type: 'Signal', signal, container: record.name, id })
    }
    this.live.get(id)?.os.signal(signal)
  }

  private discard(record: ContainerRecord): void {
    this.live.delete(record.id)
    this.records.putContainer({ ...record, state: 'exited', finishedAt: this.o.kernel.now, exitCode: 137, reason: 'Error' })
  }

  private log(id: string, stream: LogWrite['stream'], lines: readonly string[], { at = this.o.kernel.now, unfinished = false }: { at?: number; unfinished?: boolean } = {}): void {
    const live = this.live.get(id)
    if (live === undefined) return
    const write: LogWrite = { at, stream, lines, ...(unfinished ? { unfinished } : {}) }
    this.records.putLog(id, live.logWrites++, write)
    for (const follower of live.followers) for (const line of logLines([write])) follower.line(line)
  }

  private sampled<T>(id: string, collection: string, take: (os: ContainerOS) => T, shapeOf: (value: T) => string): Sampled<T> {
    return new Sampled<T>((ms, action) => void this.later(ms, action), {
      take: () => {
        const live = this.live.get(id)
        return live === undefined ? undefined : take(live.os)
      },
      shapeOf,
      write: (value) => void this.o.store.put(`${collection}/${id}`, value),
    })
  }

  private listeningIn(sandboxID: string, port: number, protocol: 'TCP' | 'UDP' = 'TCP'): Listener | undefined {
    for (const id of this.bySandbox.get(sandboxID) ?? []) {
      const os = this.running(id)
      if (os?.listening(port, protocol) !== undefined) return { container: os, port }
    }
    return undefined
  }

  private readonly newId = (): string => this.ids.text(64, '0123456789abcdef')

  // --- time -----------------------------------------------------------------------------

  private after(latency: LatencyName, action: () => void): void {
    this.time.after(latency, action)
  }

  private later(delayMs: number, action: () => void): TaskId {
    return this.time.later(delayMs, action)
  }
}
