import { apiServerEndpoint } from '../api/cluster-domain.ts'
import type { KubeletFile } from '../api/kubeletConfiguration.ts'
import { kubernetesVersion } from '../api/version.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { parseConfiguration } from '../kubelet/command/configuration-file.ts'
import { startKubelet, wrongServer } from '../kubelet/command/start.ts'
import { configurationText } from '../kubelet/volumes/node-configuration.ts'
import type { Machine, Machines } from './machines.ts'
import { journalOf, klog } from '../runtime/node/journal.ts'
import type { JournalLine } from '../runtime/node/services.ts'
import { type Begun, Systemd } from '../runtime/node/systemd.ts'
import { packageVersion } from '../runtime/node/packages.ts'
import { Listener } from '../runtime/process/listener.ts'
import type { Socket } from '../runtime/process/sockets.ts'
import { formatTime } from '../runtime/tools/calendar.ts'

export interface NodeServicesOptions {
  kernel: Kernel
  node: string
  machine: Machine
  machines: Machines
  /** What the kubelets of this cluster have been started with before the film. */
  configuration: KubeletFile
}

const servicePorts: Readonly<Record<string, readonly number[]>> = { ssh: [22], kubelet: [10248, 10250], containerd: [41_231] }

/** Between two of its complaints a kubelet that does not reach the API server waits so long (virtual ms). */
const complaintMs = 7000
const mostComplaints = 40

/** The services of one machine, as somebody there starts and stops them: what systemd does with the kubelet and its runtime. */
export class NodeServices {
  readonly systemd: Systemd
  private readonly o: NodeServicesOptions
  private rebooted = false
  /** When the machine was started last. */
  upSince: number
  private readonly bootedAt: number
  /** Processes of the kubelet after the first. */
  private readonly runs: { since: number; pid: number }[] = []
  /** By what the kubelet that runs was started: text of its configuration, and its command line. */
  private begunWith: string
  /** Since when the kubelet that runs has asked in vain, and what it hears. */
  private trouble: { since: number; pid: number; error: string } | undefined

  constructor(options: NodeServicesOptions) {
    this.o = options
    const { kernel, node, machine, machines } = options
    const { bootedAt } = machine.kubelet.volumes.journal
    this.bootedAt = bootedAt
    this.upSince = bootedAt
    // As the file says that was there before anybody wrote over it.
    this.begunWith = JSON.stringify(parseConfiguration(configurationText(options.configuration)))
    this.systemd = new Systemd({
      kernel,
      hostname: node,
      bootedAt,
      files: () => machine.kubelet.volumes.hostFiles(),
      original: machine.kubelet.volumes.originalFiles(),
      daemons: {
        kubelet: { stoppedSince: machines.stoppedSince('kubelet', node), begin: (argv, pid) => this.beginKubelet(argv, pid), end: () => this.endKubelet() },
        containerd: { stoppedSince: machines.stoppedSince('containerd', node), begin: () => this.beginRuntime(), end: () => machines.switchRuntime(node, false) },
      },
    })
    const { runtime } = machine
    runtime.nodeProcesses.sources.daemons = () => this.systemd.all().flatMap(({ pid, command, since }) => (pid === undefined ? [] : [{ pid, command, since }]))
  }

  /** What the kubelet has said is that of the process that was it then. */
  private byItsProcess(line: JournalLine): JournalLine {
    const run = line.unit.startsWith('kubelet[') ? this.runs.findLast(({ since }) => since <= line.at) : undefined
    if (run === undefined) return line
    return { ...line, unit: `kubelet[${run.pid}]`, text: line.text.replace(/ +\d+ (?=\S+\.go:\d+\])/, ` ${String(run.pid).padStart(7)} `) }
  }

  /** All that the journal has, oldest first. */
  journal(): JournalLine[] {
    const { kubelet } = this.o.machine
    const complaints = this.complaints()
    const told = journalOf({ ...kubelet.volumes.journal, bootedAt: this.bootedAt }).map((line) => this.byItsProcess(line))
    return [...told, ...this.systemd.lines, ...complaints].toSorted((a, b) => a.at - b.at)
  }

  /** Where the services of the machine listen. */
  sockets(): Socket[] {
    return Object.entries(servicePorts).flatMap(([name, ports]) => {
      const { pid, command } = this.systemd.all().find((service) => service.name === name) ?? {}
      return pid === undefined ? [] : ports.map((port) => ({ listener: new Listener(port, 'TCP'), process: { pid, argv: command!.split(' ') } }) as unknown as Socket)
    })
  }

  lost(): void {
    this.systemd.lost()
    this.trouble = undefined
  }

  booted(): void {
    const { machines, node } = this.o
    this.rebooted = true
    this.upSince = this.o.kernel.now
    this.systemd.booted()
    if (!this.systemd.isRunning('containerd')) machines.switchRuntime(node, false)
    if (!this.systemd.isRunning('kubelet')) machines.switchKubelet(node, false)
  }

  private beginKubelet(argv: readonly string[], pid: number): Begun {
    const { kernel, node, machine, machines } = this.o
    const files = machine.kubelet.volumes.hostFiles()
    const version = packageVersion(files, 'kubelet')
    const { said, runs } = startKubelet(argv.slice(1), { files, version, runtimeAnswers: this.systemd.isRunning('containerd') && machine.runtime.isUp })
    const lines = said.map(([kind, place, text]) => klog(kind, kernel.now, place, text, pid))
    this.trouble = undefined
    if (runs === undefined) return { lines, runs: false }
    this.runs.push({ since: kernel.now, pid })
    const wrong = wrongServer(runs.server)
    if (wrong !== undefined) this.trouble = { since: kernel.now, pid, error: `Get "${runs.server}${leasePath(node)}": ${wrong}` }
    machines.switchKubelet(node, true, { rebooted: this.rebooted, settings: { configuration: this.changed(runs.configuration), version: this.versionTold(version), reachesServer: wrong === undefined } })
    this.rebooted = false
    return { lines, runs: true }
  }

  /** Whoever has had another one before says so when it is the old one again, too. */
  private versionTold(version: string): string | undefined {
    this.hasChanged ||= version !== kubernetesVersion
    return this.hasChanged ? version : undefined
  }

  private hasChanged = false

  /** Of a configuration that says what it said before nothing is made anew. */
  private changed(configuration: KubeletFile): KubeletFile {
    const text = JSON.stringify(configuration)
    const { kubelet } = this.o.machine
    const isSame = text === this.begunWith
    this.begunWith = text
    return isSame ? kubelet.configuration : configuration
  }

  private endKubelet(): void {
    this.trouble = undefined
    this.o.machines.switchKubelet(this.o.node, false)
  }

  private beginRuntime(): Begun {
    const { kernel, node, machines } = this.o
    machines.switchRuntime(node, true)
    return { lines: [`time="${formatTime('%FT%T', kernel.now)}.114982437Z" level=info msg="containerd successfully booted in 0.041522s"`], runs: true }
  }

  private complaints(): JournalLine[] {
    const { kernel, node, machines } = this.o
    const { now } = kernel
    const pid = this.systemd.all().find(({ name }) => name === 'kubelet')?.pid ?? 841
    const { ip, port } = apiServerEndpoint
    const away = machines.outages.map(({ since, until }) => ({ since, until: Math.min(until, now), pid, error: `Get "https://${ip}:${port}${leasePath(node)}": dial tcp ${ip}:${port}: connect: connection refused` }))
    return [...away, ...(this.trouble === undefined ? [] : [{ ...this.trouble, until: now }])].flatMap(({ since, until, pid: by, error }) => {
      const count = Math.floor((until - since) / complaintMs)
      return Array.from({ length: Math.min(count, mostComplaints) }, (_, i) => {
        const at = since + (count - i) * complaintMs
        return { at, unit: `kubelet[${by}]`, text: klog('E', at, 'controller.go:145', `"Failed to ensure lease exists, will retry" err=${JSON.stringify(error)} interval="7s"`, by) }
      })
    })
  }
}

const leasePath = (node: string): string => `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${node}?timeout=10s`
