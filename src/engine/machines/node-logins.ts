import type { Kernel } from '../kernel/kernel.ts'
import type { Network } from '../network/network.ts'
import type { FileSystem } from '../runtime/filesystem.ts'
import { HostOS } from '../runtime/node/host-os.ts'
import type { Login, LoginEvents, LoginSession, RemotePeer } from '../runtime/node/remote.ts'
import type { Program } from '../runtime/process/process.ts'
import type { Socket } from '../runtime/process/sockets.ts'
import type { ProcessTable } from '../runtime/process/process-table.ts'

/** One machine of the cluster, for who comes in at its door. */
export interface Door {
  ip: string
  files: () => FileSystem
  processTable: ProcessTable
  listening: () => readonly Socket[]
  memoryBytes: () => number
  upSince: () => number
  /** It has power. */
  isOn: () => boolean
}

export interface NodeLoginsOptions {
  kernel: Kernel
  network: Network
  doors: ReadonlyMap<string, Door>
  /** Programs that work beside a machine, for whoever is on this one. */
  installed: (node: string) => Readonly<Record<string, Program>>
}

/** Who is logged in where (ssh): every machine can be reached from every other one and from where one sits, as long as the network lets it. */
export class NodeLogins {
  private readonly o: NodeLoginsOptions
  private readonly hosts = new Map<string, HostOS>()

  constructor(options: NodeLoginsOptions) {
    this.o = options
  }

  /** As a machine sees the others; undefined: where one sits, outside of the cluster. */
  peerOf(from: string | undefined): RemotePeer {
    const reach = (host: string): string | { failed: 'unknown' | 'silent' } => {
      const node = this.nameOf(host, from)
      if (node === undefined) return { failed: 'unknown' }
      const isLost = node !== from && (!this.o.doors.get(node)!.isOn() || this.o.network.isCut(node) || (from !== undefined && this.o.network.isCut(from)))
      return isLost ? { failed: 'silent' } : node
    }
    return {
      connect: (host, login, events) => {
        const node = reach(host)
        return typeof node === 'string' ? this.login(node, login, events) : node.failed
      },
      files: (host) => {
        const node = reach(host)
        return typeof node === 'string' ? this.o.doors.get(node)!.files() : node.failed
      },
    }
  }

  /** The machine has lost its power. */
  lost(node: string): void {
    this.hosts.get(node)?.lost()
    this.hosts.delete(node)
  }

  private nameOf(host: string, from: string | undefined): string | undefined {
    if (this.o.doors.has(host)) return host
    if (host === 'localhost' || host === '127.0.0.1') return from
    return [...this.o.doors].find(([, { ip }]) => ip === host)?.[0]
  }

  private login(node: string, login: Login, events: LoginEvents): LoginSession | 'denied' {
    let host = this.hosts.get(node)
    if (host === undefined) {
      const { kernel, network, doors, installed } = this.o
      const { ip, files, processTable, listening, memoryBytes, upSince } = doors.get(node)!
      host = new HostOS({ kernel, node, ip, files, processTable, listening, memoryBytes: memoryBytes(), upSince: upSince(), network: network.ofNode(node, ip), installed: installed(node) })
      this.hosts.set(node, host)
    }
    return host.login(login, events)
  }
}
