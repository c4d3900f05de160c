import type { FileSystem } from '../filesystem.ts'
import type { Machine } from './machine.ts'
import { Process } from './process.ts'
import type { Signal } from './signals.ts'
import { ProcessTable } from './process-table.ts'

/** A service of the node, as its process table has it. */
export interface Daemon {
  pid: number
  command: string
  since: number
}

/** A pod on the node, with its containers that have namespaces of their own. */
export interface NodeSandbox {
  id: string
  createdAt: number
  containers: readonly Machine[]
}

export interface NodeSources {
  hostname: string
  bootedAt: number
  daemons: () => readonly Daemon[]
  sandboxes: () => readonly NodeSandbox[]
  signalled?: (pid: number, signal: Signal) => void
}

/** Pids of the node's own services are below. */
const firstPid = 1200

/**
 * The PID namespace of a node, which pods with hostPID are in: its services, what holds each pod, and the processes of all containers,
 * each under a number of its own besides the one that it has inside. Numbers are given when somebody first looks.
 */
export class NodeProcesses extends ProcessTable {
  readonly sources: NodeSources
  private readonly seenAs = new WeakMap<Process, Process>()
  private readonly origins = new WeakMap<Process, Process>()
  private readonly made = new Map<string, Process>()
  private nextPidOfNode = firstPid
  /** Whose kernel it is: of the first container that came. */
  private machine: Machine | undefined
  /** The node's own files, which its services have for their root. */
  private files: (() => FileSystem) | undefined

  constructor(sources: NodeSources) {
    super({ shared: false })
    this.sources = sources
    this.crowded = true
  }

  override takePid(): number {
    return this.nextPidOfNode++
  }

  override add(p: Process): void {
    super.add(p)
    this.files ??= p.machine.config.nodeFiles
    this.machine ??= this.onNode(p.machine)
  }

  override get(pid: number): Process | undefined {
    return super.get(pid) ?? this.all().find((p) => p.pid === pid)
  }

  override all(): readonly Process[] {
    const own = super.all()
    if (this.machine === undefined) return own
    const init = this.service('init', { pid: 1, command: '/sbin/init', since: this.sources.bootedAt }, undefined)
    const daemons = this.sources.daemons().map((daemon) => this.service(`${daemon.pid} ${daemon.command}`, daemon, init))
    const pods = this.sources.sandboxes().flatMap(({ id, createdAt: since, containers }) => {
      const shim = this.service(`shim ${id}`, { pid: 0, command: `/usr/bin/containerd-shim-runc-v2 -namespace k8s.io -id ${id} -address /run/containerd/containerd.sock`, since }, init)
      const pause = this.service(`pause ${id}`, { pid: 0, command: '/pause', since }, shim)
      const inside = new Set(containers.flatMap((machine) => machine.visibleProcesses()).filter((p) => p.argv[0] !== '/pause'))
      return [shim, pause, ...[...inside].map((p) => this.alias(p, shim))]
    })
    return [init, ...daemons, ...pods, ...own].sort((a, b) => a.pid - b.pid)
  }

  /** What is sent to a service its machine's systemd hears of. */
  override reached(target: Process, signal: Signal): Process | undefined {
    const own = super.get(target.pid) ?? this.origins.get(target)
    if (own === undefined) this.sources.signalled?.(target.pid, signal)
    return own
  }

  /** One process of the node itself, made once. */
  private service(key: string, { pid, command, since }: Daemon, parent: Process | undefined): Process {
    let process = this.made.get(key)
    if (process !== undefined) return process
    process = new Process({
      machine: this.machine!, pid: pid === 0 ? this.takePid() : pid, parent, argv: command.split(' '), env: new Map(), cwd: '/', who: { uid: 0, gid: 0, groups: [0] }, descriptors: [], memoryBytes: 0,
    })
    Object.defineProperty(process, 'startedAt', { value: since })
    process.waiting = { wait: 'time', ms: Infinity, interruptible: false }
    this.made.set(key, process)
    return process
  }

  /** A process of a container as it is seen from the node. */
  private alias(origin: Process, shim: Process): Process {
    let seen = this.seenAs.get(origin)
    if (seen !== undefined) return seen
    const parent = (): Process => (origin.parent === undefined ? shim : this.alias(origin.parent, shim))
    seen = Object.create(origin, { pid: { value: this.takePid() }, parent: { get: parent } }) as Process
    this.seenAs.set(origin, seen)
    this.origins.set(seen, origin)
    return seen
  }

  private onNode(machine: Machine): Machine {
    const { hostname } = this.sources
    return Object.create(machine, { base: { value: undefined }, config: { value: { ...machine.config, hostname } }, files: { get: () => this.files?.() ?? machine.files } }) as Machine
  }
}
