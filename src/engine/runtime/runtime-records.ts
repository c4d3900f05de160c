import { logLines, type ContainerRecord, type LogLine, type LogWrite, type SandboxRecord } from '../api/machine.ts'
import type { MachineStore } from './containerd.ts'

/** By id, oldest first. */
interface PodRecords {
  sandboxes: Map<string, SandboxRecord>
  containers: Map<string, ContainerRecord>
}

/** What the runtime writes down of its sandboxes and containers, with an index by pod. */
export class RuntimeRecords {
  /** Told when a sandbox or a container has come, changed its state, or gone. */
  changed: (podUID: string) => void = () => {}
  private readonly store: MachineStore
  private readonly byPod = new Map<string, PodRecords>()

  constructor(store: MachineStore) {
    this.store = store
  }

  sandbox(id: string): SandboxRecord | undefined {
    return this.store.get(`sandboxes/${id}`)
  }

  container(id: string): ContainerRecord | undefined {
    return this.store.get(`containers/${id}`)
  }

  sandboxes(): SandboxRecord[] {
    return this.store.range('sandboxes/')
  }

  containers(): ContainerRecord[] {
    return this.store.range('containers/')
  }

  /** Oldest first. */
  sandboxesOf(podUID: string): SandboxRecord[] {
    return [...(this.byPod.get(podUID)?.sandboxes.values() ?? [])]
  }

  newestSandboxOf(podUID: string): SandboxRecord | undefined {
    let newest: SandboxRecord | undefined
    for (const record of this.byPod.get(podUID)?.sandboxes.values() ?? []) newest = record
    return newest
  }

  /** Oldest first. */
  containersOf(podUID: string): ContainerRecord[] {
    return [...(this.byPod.get(podUID)?.containers.values() ?? [])]
  }

  /** Pods of which anything is left on this machine. */
  podUIDs(): IterableIterator<string> {
    return this.byPod.keys()
  }

  putSandbox(record: SandboxRecord): void {
    this.store.put(`sandboxes/${record.id}`, record)
    this.ofPod(record.podUID).sandboxes.set(record.id, record)
    this.changed(record.podUID)
  }

  putContainer(record: ContainerRecord): void {
    this.store.put(`containers/${record.id}`, record)
    this.ofPod(record.podUID).containers.set(record.id, record)
    this.changed(record.podUID)
  }

  removeSandbox({ id, podUID }: SandboxRecord): void {
    this.store.delete(`sandboxes/${id}`)
    this.forget(podUID, 'sandboxes', id)
  }

  removeContainer({ id, podUID }: ContainerRecord): void {
    for (let i = this.store.count(`logs/${id}/`) - 1; i >= 0; i--) this.store.delete(logKey(id, i))
    this.store.delete(`files/${id}`)
    this.store.delete(`containers/${id}`)
    this.forget(podUID, 'containers', id)
  }

  logs(id: string): LogLine[] {
    return logLines(this.store.range(`logs/${id}/`))
  }

  /** `index`: how many writes came before it. */
  putLog(id: string, index: number, write: LogWrite): void {
    this.store.put(logKey(id, index), write)
  }

  private ofPod(podUID: string): PodRecords {
    let found = this.byPod.get(podUID)
    if (found === undefined) this.byPod.set(podUID, (found = { sandboxes: new Map(), containers: new Map() }))
    return found
  }

  private forget(podUID: string, what: 'sandboxes' | 'containers', id: string): void {
    const found = this.ofPod(podUID)
    found[what].delete(id)
    if (found.sandboxes.size + found.containers.size === 0) this.byPod.delete(podUID)
    this.changed(podUID)
  }
}

function logKey(id: string, index: number): string {
  return `logs/${id}/${String(index).padStart(8, '0')}`
}
