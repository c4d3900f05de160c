import { anyIP } from '../api/hostPorts.ts'
import type { ContainerOS } from './container-os.ts'
import type { Protocol } from './process/sockets.ts'

export interface Listener {
  container: ContainerOS
  port: number
}

/** A port of the node that is a pod's. */
export interface PortMapping {
  hostPort: number
  containerPort: number
  /** Every address of the node when left out. */
  hostIP?: string
  /** TCP when left out. */
  protocol?: 'UDP'
}

interface Mapped extends PortMapping {
  sandboxID: string
}

/** Who answers at the ports of one node: pods on its own network, and those that have ports of it mapped to theirs (the CNI's portmap). */
export class HostPorts {
  /** Who listens at a port inside of a sandbox. */
  private readonly listeningIn: (sandboxID: string, port: number, protocol?: Protocol) => Listener | undefined
  /** Sandboxes that have the node's own network. */
  private readonly onHost = new Set<string>()
  private mapped: Mapped[] = []

  constructor(listeningIn: (sandboxID: string, port: number, protocol?: Protocol) => Listener | undefined) {
    this.listeningIn = listeningIn
  }

  join(sandboxID: string, hostNetwork: boolean, portMappings: readonly PortMapping[]): void {
    if (hostNetwork) this.onHost.add(sandboxID)
    for (const mapping of portMappings) this.mapped.push({ ...mapping, sandboxID })
  }

  leave(sandboxID: string): void {
    this.onHost.delete(sandboxID)
    this.mapped = this.mapped.filter((mapping) => mapping.sandboxID !== sandboxID)
  }

  listening(port: number, asked: { protocol?: 'UDP' | undefined; isLoopback?: boolean } = {}): Listener | undefined {
    const own = this.onNode(port, asked.protocol)
    if (own !== undefined) return own
    const mapped = this.mapped.findLast((m) => m.hostPort === port && m.protocol === asked.protocol && isFor(m.hostIP, asked.isLoopback === true))
    return mapped === undefined ? undefined : this.listeningIn(mapped.sandboxID, mapped.containerPort, mapped.protocol)
  }

  onNode(port: number, protocol?: Protocol): Listener | undefined {
    return [...this.onHost].map((id) => this.listeningIn(id, port, protocol)).find((found) => found !== undefined)
  }
}

function isFor(hostIP: string = anyIP, atLoopback: boolean): boolean {
  return hostIP === anyIP || hostIP.startsWith('127.') === atLoopback
}
