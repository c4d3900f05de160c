import { mountedTextMost, type BackoffRecord, type HookRecord, type MountedRecord, type ProbeRecord } from '../api/machine.ts'
import type { Pod } from '../api/types.ts'
import type { RevisionStore } from '../etcd/store.ts'
import type { Payload } from './volumes/atomic-writer.ts'
import type { Kernel } from '../kernel/kernel.ts'

/**
 * What the kubelet keeps in the machine's store beside the runtime's records: hooks under way, back-offs that run down, what
 * probes have said. It reads none of it; it is there for whoever looks at the past.
 */
export class Notes {
  private readonly kernel: Kernel
  private readonly store: RevisionStore<any>
  private readonly kubelet: string
  private readonly runtime: string

  constructor(kernel: Kernel, store: RevisionStore<any>, nodeName: string) {
    this.kernel = kernel
    this.store = store
    this.kubelet = `kubelet/${nodeName}`
    this.runtime = `containerd/${nodeName}`
  }

  /** Call the result when the hook has ended. */
  hookStarted(containerID: string, hook: HookRecord['hook']): () => void {
    const key = `hooks/${containerID}/${hook}`
    const record: HookRecord = { containerID, hook, startedAt: this.kernel.now }
    this.store.put(key, record)
    return () => void this.store.delete(key)
  }

  /** A container waits for its restart, or for its image. */
  backoff(podUID: string, container: string, kind: BackoffRecord['kind'], since: number, until: number): void {
    const record: BackoffRecord = { podUID, container, kind, since, until }
    this.store.put(`backoffs/${podUID}/${container}`, record)
  }

  backoffs(): BackoffRecord[] {
    return this.store.range('backoffs/')
  }

  backoffOver(podUID: string, container: string): void {
    this.store.delete(`backoffs/${podUID}/${container}`)
  }

  /** What a probe has said, with a step that tells of it. `isRoutine`: nobody learns anything from it. */
  probe(record: ProbeRecord, pod: Pod, isRoutine: boolean): void {
    this.store.put(`probes/${record.containerID}/${record.probe}`, record)
    const { container, probe, result, message } = record
    const { namespace, name, uid } = pod.metadata
    const detail = { type: 'Probe', container, probe, result, message }
    this.kernel.record({ kind: 'runtime', from: this.kubelet, to: this.runtime, resource: 'pods', namespace, name, uid, detail, ...(isRoutine ? { background: true } : {}) })
  }

  /** The kubelet ends a pod that nobody has deleted. */
  ends(pod: Pod, reason: string, message: string): void {
    const { namespace, name, uid } = pod.metadata
    const detail = { type: 'PodEnds', reason, message: message.trim() }
    const milestone = 'terminate/kubelet-ends'
    this.kernel.record({ kind: 'decision', from: this.kubelet, to: this.kubelet, resource: 'pods', namespace, name, uid, milestone, detail })
  }

  /** What the kubelet has written into a volume. */
  mounted(podUID: string, volume: string, payload: Payload): void {
    const files = Object.entries(payload).map(([path, { text, mode, secret }]) => ({ path, mode, length: text.length, text: text.slice(0, mountedTextMost), secret: secret === true }))
    const record: MountedRecord = { podUID, volume, files }
    this.store.put(`mounted/${podUID}/${volume}`, record)
  }

  unmounted(podUID: string, volume: string): void {
    const key = `mounted/${podUID}/${volume}`
    if (this.store.get(key) !== undefined) this.store.delete(key)
  }

  /** For whoever reads the machine's journal. */
  readonly refusals: { at: number; file: string; message: string }[] = []

  /** A file under /etc/kubernetes/manifests that is no pod. */
  manifestRefused(file: string, message: string): void {
    this.refusals.push({ at: this.kernel.now, file, message })
    this.kernel.record({ kind: 'decision', from: this.kubelet, to: this.kubelet, detail: { type: 'ManifestRefused', file, message } })
  }

  /** Nothing of a pod is left. */
  forget(podUID: string, containerIDs: readonly string[]): void {
    for (const backoff of this.store.range(`backoffs/${podUID}/`) as BackoffRecord[]) this.backoffOver(podUID, backoff.container)
    for (const id of containerIDs) {
      for (const probe of ['startup', 'liveness', 'readiness']) this.store.delete(`probes/${id}/${probe}`)
    }
  }
}
