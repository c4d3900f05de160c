import type { SandboxRecord } from '../api/machine.ts'
import type { ContainerOS } from './container-os.ts'
import { daemonsOf } from './node/journal.ts'
import { NodeProcesses, type NodeSandbox } from './process/node-processes.ts'
import { ProcessTable } from './process/process-table.ts'

/** So long a machine has been up at least when a film begins. */
const bootMs = 20_000

/** What is on the machine, as its namespaces have to know it. */
export interface Inhabitants {
  sandboxes(): readonly SandboxRecord[]
  /** Live containers of a sandbox. */
  containersIn(sandboxID: string): readonly ContainerOS[]
  /** A container whose process 1 has been started. */
  running(id: string): ContainerOS | undefined
}

/** The namespaces of processes on one machine: the node's own, and those of pods whose containers share one. A container that joins none has its own. */
export class PidNamespaces {
  readonly node: NodeProcesses
  private readonly shared = new Map<string, ProcessTable>()
  private readonly inhabitants: Inhabitants

  constructor(hostname: string, nowMs: number, inhabitants: Inhabitants) {
    this.inhabitants = inhabitants
    const bootedAt = nowMs - bootMs
    const daemons = daemonsOf(bootedAt)
    this.node = new NodeProcesses({ hostname, bootedAt, daemons: () => daemons, sandboxes: () => this.seenFromNode() })
  }

  /** The one that a container joins; undefined: it has one of its own. `targetID`: the container that it is to look into (kubectl debug --target). */
  joinedBy({ id, hostPID, sharePID }: SandboxRecord, targetID: string | undefined): ProcessTable | undefined {
    const target = targetID === undefined ? undefined : this.inhabitants.running(targetID)
    if (target !== undefined) return target.processTable
    if (hostPID === true) return this.node
    if (!sharePID) return undefined
    let table = this.shared.get(id)
    if (table === undefined) this.shared.set(id, (table = new ProcessTable({ shared: true })))
    return table
  }

  sandboxRemoved(id: string): void {
    this.shared.delete(id)
  }

  private seenFromNode(): NodeSandbox[] {
    const ready = this.inhabitants.sandboxes().filter(({ state }) => state === 'ready')
    return ready.map(({ id, createdAt }) => ({ id, createdAt, containers: this.inhabitants.containersIn(id).filter((os) => os.processTable !== this.node) }))
  }
}
