import type { Container, ContainerStatus, Pod } from '../../api/types.ts'
import { type ProbeResults } from '../kuberuntime/compute-pod-actions.ts'
import { isSidecar } from '../../api/sidecar.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import type { StatusManager } from '../status/manager.ts'
import { ProbeWorker, type FoundProbe, type ProbeHost, type ProbeType, type ProbeVerdict } from './worker.ts'

const types: readonly ProbeType[] = ['startup', 'readiness', 'liveness']
const fields = { startup: 'startupProbe', readiness: 'readinessProbe', liveness: 'livenessProbe' } as const

/** What probes read of a pod's status, and what they write into it. */
export type Statuses = Pick<StatusManager, 'status' | 'setContainerProbe'>

/** All probes of one node, and what they last said (pkg/kubelet/prober/prober_manager.go). */
export class Prober implements ProbeHost, ProbeResults {
  /** A verdict has changed that the pod worker must act on. */
  podChanged: (uid: string) => void = () => {}
  private readonly context: KubeletContext
  private readonly statuses: Statuses
  private readonly workers = new Map<string, Map<string, ProbeWorker>>()
  /** `<pod uid>/<container>` of those whose probes a fault has broken. */
  private readonly corrupted = new Set<string>()
  /** By container. */
  private readonly results = new Map<string, Partial<Record<ProbeType, ProbeVerdict>>>()

  constructor(context: KubeletContext, statuses: Statuses) {
    this.context = context
    this.statuses = statuses
  }

  addPod(pod: Pod): void {
    const { uid } = pod.metadata
    for (const container of [...pod.spec.containers, ...(pod.spec.initContainers ?? []).filter(isSidecar)]) {
      for (const type of types) {
        const spec = container[fields[type]]
        if (spec === undefined || this.worker(uid, container.name, type) !== undefined) continue
        let workers = this.workers.get(uid)
        if (workers === undefined) this.workers.set(uid, (workers = new Map()))
        workers.set(`${container.name}/${type}`, new ProbeWorker(this.context, this, pod, container, type, spec))
      }
    }
    this.foundPods.delete(uid)
  }

  /** The kubelet is a new process: what was said of containers that still run is forgotten, and they are not ready until they say so again. Returns their pods. */
  restarted(): string[] {
    const uids: string[] = []
    for (const [uid, workers] of this.workers) {
      for (const [key, worker] of workers) {
        if (worker.pod.metadata.deletionTimestamp !== undefined) continue
        worker.stop()
        this.removeResult(worker.containerID, worker.type)
        workers.set(key, new ProbeWorker(this.context, this, worker.pod, worker.container, worker.type, worker.container[fields[worker.type]]!, 'some time'))
        uids.push(uid)
      }
    }
    return [...new Set(uids)]
  }

  updatePod(pod: Pod): void {
    for (const worker of this.workers.get(pod.metadata.uid)?.values() ?? []) worker.pod = pod
  }

  /** A pod that is being ended is still asked whether it is ready, but no longer whether it lives. */
  stopLivenessAndStartup(pod: Pod): void {
    for (const worker of this.workers.get(pod.metadata.uid)?.values() ?? []) if (worker.type !== 'readiness') worker.stop()
  }

  removePod(pod: Pod): void {
    const workers = this.workers.get(pod.metadata.uid)
    this.workers.delete(pod.metadata.uid)
    for (const worker of workers?.values() ?? []) {
      worker.stop()
      this.removeResult(worker.containerID, worker.type)
    }
  }

  liveness(containerID: string): ProbeVerdict | undefined {
    return this.results.get(containerID)?.liveness
  }

  startup(containerID: string): ProbeVerdict | undefined {
    return this.results.get(containerID)?.startup
  }

  /** prober_manager.go isContainerStarted. */
  isStarted(pod: Pod, container: Container, status: ContainerStatus): boolean {
    if (status.state?.running === undefined) return false
    const result = this.startup(idOf(status))
    if (result !== undefined) return result === 'success'
    return this.worker(pod.metadata.uid, container.name, 'startup') === undefined
  }

  /** A container without a readiness probe is ready as long as it runs. */
  isReady(pod: Pod, container: Container, status: ContainerStatus): boolean {
    if (status.state?.running === undefined) return false
    if (this.results.get(idOf(status))?.readiness === 'success') return true
    const worker = this.worker(pod.metadata.uid, container.name, 'readiness')
    worker?.trigger()
    return worker === undefined
  }

  /** Containers of these pods are known by what their status says. */
  readonly foundPods = new Set<string>()

  found(pod: Pod, container: Container, type: ProbeType): FoundProbe | undefined {
    const { uid } = pod.metadata
    if (!this.foundPods.has(uid)) return undefined
    const status = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])].find(({ name }) => name === container.name)
    if (status?.state?.running === undefined || !status.containerID) return undefined
    const verdicts: Record<ProbeType, ProbeVerdict> = {
      startup: status.started === false ? 'unknown' : 'success',
      readiness: status.ready ? 'success' : 'failure',
      liveness: 'success',
    }
    const containerID = idOf(status)
    const results = this.results.get(containerID) ?? {}
    this.results.set(containerID, results)
    results[type] = verdicts[type]
    return { containerID, verdict: verdicts[type] }
  }

  setCorrupted(uid: string, container: string, corrupt: boolean): void {
    if (corrupt) this.corrupted.add(`${uid}/${container}`)
    else this.corrupted.delete(`${uid}/${container}`)
  }

  isCorrupted(uid: string, container: string): boolean {
    return this.corrupted.size > 0 && this.corrupted.has(`${uid}/${container}`)
  }

  status(uid: string) {
    return this.statuses.status(uid)
  }

  result(containerID: string, type: ProbeType): ProbeVerdict | undefined {
    return this.results.get(containerID)?.[type]
  }

  setResult(worker: ProbeWorker, containerID: string, result: ProbeVerdict): void {
    let results = this.results.get(containerID)
    if (results?.[worker.type] === result) return
    if (results === undefined) this.results.set(containerID, (results = {}))
    results[worker.type] = result
    this.react(worker, containerID, result)
  }

  removeResult(containerID: string, type: ProbeType): void {
    const results = this.results.get(containerID)
    if (results === undefined) return
    delete results[type]
    if (Object.keys(results).length === 0) this.results.delete(containerID)
  }

  /** kubelet.go syncLoopIteration: what a changed verdict sets in motion. */
  private react(worker: ProbeWorker, containerID: string, result: ProbeVerdict): void {
    const { uid } = worker.pod.metadata
    if (worker.type === 'liveness') {
      if (result === 'failure') this.podChanged(uid)
      return
    }
    const id = `containerd://${containerID}`
    const field = worker.type === 'readiness' ? 'ready' : 'started'
    this.statuses.setContainerProbe(worker.pod, id, field, result === 'success')
    this.podChanged(uid)
  }

  private worker(uid: string, container: string, type: ProbeType): ProbeWorker | undefined {
    return this.workers.get(uid)?.get(`${container}/${type}`)
  }
}

function idOf(status: ContainerStatus): string {
  return status.containerID?.slice('containerd://'.length) ?? ''
}
