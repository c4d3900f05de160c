import type { ContainerOS } from './container-os.ts'

export interface Listener {
  container: ContainerOS
  port: number
}

/** Who answers at the ports of one node: pods on its own network, and those that have ports of it mapped to theirs (the CNI's portmap). */
export class HostPorts {
  /** Who listens at a port inside of a sandbox. */
  private readonly listeningIn: (sandboxID: string, port: number) => Listener | undefined
  /** Sandboxes that have the node's own network. */
  private readonly onHost = new Set<string>()
  private readonly mapped = new Map<number, { sandboxID: string; port: number }>()

  constructor(listeningIn: (sandboxID: string, port: number) => Listener | undefined) {
    this.listeningIn = listeningIn
  }

  join(sandboxID: string, hostNetwork: boolean, portMappings: readonly { hostPort: number; containerPort: number }[]): void {
    if (hostNetwork) this.onHost.add(sandboxID)
    for (const { hostPort, containerPort } of portMappings) this.mapped.set(hostPort, { sandboxID, port: containerPort })
  }

  leave(sandboxID: string): void {
    this.onHost.delete(sandboxID)
    for (const [port, { sandboxID: of }] of this.mapped) if (of === sandboxID) this.mapped.delete(port)
  }

  listening(port: number): Listener | undefined {
    const own = this.onNode(port)
    const mapped = own === undefined ? this.mapped.get(port) : undefined
    return mapped === undefined ? own : this.listeningIn(mapped.sandboxID, mapped.port)
  }

  onNode(port: number): Listener | undefined {
    return [...this.onHost].map((id) => this.listeningIn(id, port)).find((found) => found !== undefined)
  }
}
