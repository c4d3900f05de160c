import type { KubeletFile } from '../api/kubeletConfiguration.ts'
import type { ApiServer } from '../apiserver/apiserver.ts'
import type { Deaf, KubeletDial } from '../apiserver/kubelet-dial.ts'
import type { ComponentPods } from '../control-plane/component-pods.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Kubelet } from '../kubelet/kubelet.ts'
import type { Network } from '../network/network.ts'
import type { NodeLogins } from './node-logins.ts'
import type { NodeServices } from './node-services.ts'
import { Part } from '../part.ts'
import type { Containerd } from '../runtime/containerd.ts'
import type { RemotePeer } from '../runtime/node/remote.ts'
import type { UnitsPeer } from '../runtime/node/services.ts'
import type { Program } from '../runtime/process/process.ts'

/** Who is logged in on machines, and the services of one, as somebody there starts and stops them: few films need either. */
export const nodeLogins = new Part<typeof NodeLogins>('rare')
export const nodeServices = new Part<typeof NodeServices>('rare')

export interface Machine {
  ip: string
  kubelet: Kubelet
  runtime: Containerd
  /** Where components are pods. */
  pods?: ComponentPods | undefined
}

export interface MachinesOptions {
  kernel: Kernel
  network: Network
  apiServer: ApiServer
  dial: KubeletDial
  configuration: KubeletFile
}

/** What a kubelet has been started with. */
export interface KubeletSettings {
  configuration: KubeletFile
  /** Of the program, where it is another than the cluster's. */
  version: string | undefined
  /** Its kubeconfig leads to the API server. */
  reachesServer: boolean
}

const powerTarget = 'machines/power'
/** From the end of all that ran until what is started with the machine is (virtual ms). */
const bootMs = 20_000

/** Why a kubelet and the API server do not hear of each other. */
type Cut = 'partition' | 'kubeconfig'

/** The machines of the cluster, with what can be switched on each: power, network, the kubelet, the container runtime. */
export class Machines {
  readonly byName = new Map<string, Machine>()
  /** Programs that work beside a machine, for whoever is logged in there. */
  installed: (node: string) => Readonly<Record<string, Program>> = () => ({})
  private readonly o: MachinesOptions
  private readonly poweredOff = new Set<string>()
  /** They go off only to come again. */
  private readonly reboots = new Set<string>()
  /** 'kubelet/node1' -> since when it has been stopped. */
  private readonly stopped = new Map<string, number>()
  private readonly cuts = new Map<string, Set<Cut>>()
  private readonly services = new Map<string, NodeServices>()
  private logins: NodeLogins | undefined

  constructor(options: MachinesOptions) {
    this.o = options
    options.kernel.register(powerTarget, ({ node, on }: { node: string; on?: true }) => (on === true ? this.setPower(node, true) : this.shutDown(node, true)))
  }

  add(node: string, machine: Machine): void {
    this.byName.set(node, machine)
    machine.runtime.nodeProcesses.sources.signalled = (pid, signal) => this.servicesOf(node).systemd.killed(pid, signal)
  }

  /** When the API server has not answered: for whoever reads a journal. */
  readonly outages: { since: number; until: number }[] = []

  serverAnswers(answers: boolean): void {
    const { now } = this.o.kernel
    const last = this.outages.at(-1)
    if (answers && last?.until === Infinity) last.until = now
    else if (!answers && last?.until !== Infinity) this.outages.push({ since: now, until: Infinity })
  }

  isOn(node: string): boolean {
    return !this.poweredOff.has(node)
  }

  /** As a machine sees the others; undefined: where one sits. */
  remote(from: string | undefined): RemotePeer {
    const peer = (): RemotePeer => this.loginsHere().peerOf(from)
    return { connect: (host, login, events) => peer().connect(host, login, events), files: (host) => peer().files(host) }
  }

  /** systemd of a machine, and its journal. */
  units(node: string): UnitsPeer {
    return { hostname: node, systemd: () => this.servicesOf(node).systemd, journal: () => this.servicesOf(node).journal(), power: (how) => this.powerFrom(node, how) }
  }

  /** Somebody on the machine switches it off; what is started anew needs a while. */
  private powerFrom(node: string, how: 'off' | 'reboot'): void {
    const { kernel } = this.o
    if (how === 'reboot') this.reboots.add(node)
    // In a task of its own: who has asked for it is on that machine.
    kernel.schedule(powerTarget, 0, { node } as never)
  }

  // --- faults -------------------------------------------------------------------------------------

  setDeaf(node: string, why: Deaf | undefined): void {
    const { deaf } = this.o.dial
    if (why === undefined) deaf.delete(node)
    else deaf.set(node, why)
  }

  setPartition(node: string, cut: boolean): void {
    this.cut(node, 'partition', cut)
    this.o.network.setCut(node, cut)
    this.setDeaf(node, cut ? 'lost' : undefined)
  }

  /** `systemctl stop kubelet`, and start. */
  setKubelet(node: string, up: boolean): void {
    if (!this.hasServices(node)) return this.switchKubelet(node, up)
    const { systemd } = this.servicesOf(node)
    if (up) systemd.start('kubelet')
    else systemd.stop('kubelet')
  }

  setRuntime(node: string, up: boolean): void {
    if (!this.hasServices(node)) return this.switchRuntime(node, up)
    const { systemd } = this.servicesOf(node)
    if (up) systemd.start('containerd')
    else systemd.stop('containerd')
  }

  /** `systemctl poweroff`, and what undoes it: a cancellation while it waits for its pods, else the power button. */
  shutDown(node: string, begin: boolean): void {
    const shutdown = this.byName.get(node)?.kubelet.shutdown
    if (begin) shutdown?.begin()
    else if (this.poweredOff.has(node)) this.setPower(node, true)
    else shutdown?.cancel()
  }

  setPower(node: string, on: boolean): void {
    if (on) this.poweredOff.delete(node)
    else this.poweredOff.add(node)
    const machine = this.byName.get(node)
    this.o.network.setCut(node, !on)
    this.setDeaf(node, on ? undefined : 'lost')
    if (on) {
      machine?.runtime.powerOn()
      if (this.hasServices(node)) this.servicesOf(node).booted()
      else this.switchKubelet(node, true, { rebooted: true })
    } else {
      this.logins?.lost(node)
      machine?.kubelet.stop()
      machine?.runtime.powerOff()
      machine?.pods?.lost()
      this.services.get(node)?.lost()
      if (this.reboots.delete(node)) this.o.kernel.schedule(powerTarget, bootMs, { node, on: true } as never)
    }
  }

  // --- services -----------------------------------------------------------------------------------

  /** Since when a service has been stopped (virtual ms); undefined: it runs. */
  stoppedSince(service: 'kubelet' | 'containerd', node: string): number | undefined {
    return this.stopped.get(`${service}/${node}`)
  }

  switchKubelet(node: string, up: boolean, how: { rebooted?: boolean; settings?: KubeletSettings } = {}): void {
    this.note(`kubelet/${node}`, up)
    this.setDeaf(node, up ? undefined : 'refused')
    const kubelet = this.byName.get(node)?.kubelet
    if (!up) return kubelet?.stop()
    if (how.settings !== undefined) {
      this.cut(node, 'kubeconfig', !how.settings.reachesServer)
      kubelet?.configure(how.settings)
    }
    kubelet?.restart({ rebooted: how.rebooted === true })
  }

  switchRuntime(node: string, up: boolean): void {
    this.note(`containerd/${node}`, up)
    const machine = this.byName.get(node)
    machine?.runtime.setHeld(!up)
    machine?.kubelet.setRuntime(up)
  }

  private note(service: string, up: boolean): void {
    if (up) this.stopped.delete(service)
    else if (!this.stopped.has(service)) this.stopped.set(service, this.o.kernel.now)
  }

  private cut(node: string, why: Cut, cut: boolean): void {
    const reasons = this.cuts.get(node) ?? new Set()
    const before = reasons.size
    if (cut) reasons.add(why)
    else reasons.delete(why)
    this.cuts.set(node, reasons)
    if (before > 0 !== reasons.size > 0) this.o.apiServer.cutOff(`kubelet/${node}`, reasons.size > 0)
  }

  /** Somebody has been at the files of the machine: its services may not start as they did. */
  private hasServices(node: string): boolean {
    return this.services.has(node) || this.byName.get(node)?.kubelet.volumes.hasHostFiles === true
  }

  private servicesOf(node: string): NodeServices {
    let services = this.services.get(node)
    if (services === undefined) {
      const { kernel, configuration } = this.o
      services = new (nodeServices.get())({ kernel, node, machine: this.byName.get(node)!, machines: this, configuration })
      this.services.set(node, services)
    }
    return services
  }

  private loginsHere(): NodeLogins {
    if (this.logins === undefined) {
      const { kernel, network } = this.o
      const doors = new Map(Array.from(this.byName, ([node, { ip, kubelet, runtime }]) => [
        node,
        { ip, upSince: () => this.servicesOf(node).upSince, memoryBytes: () => kubelet.figures().memoryBytes, files: () => kubelet.volumes.hostFiles(), processTable: runtime.nodeProcesses, listening: () => [...this.servicesOf(node).sockets(), ...runtime.hostSockets()], isOn: () => this.isOn(node) },
      ]))
      this.logins = new (nodeLogins.get())({ kernel, network, doors, installed: (node) => this.installed(node) })
    }
    return this.logins
  }
}
