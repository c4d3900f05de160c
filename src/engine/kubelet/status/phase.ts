import type { ContainerStatus, Pod, PodPhase } from '../../api/types.ts'
import { isSidecar } from '../../api/sidecar.ts'

interface Counts {
  /** Init containers that have not ended, and sidecars that have not started. */
  pendingInit: number
  pendingSidecars: number
  failedInit: number
  unknown: number
  running: number
  waiting: number
  stopped: number
  succeeded: number
}

export interface PhaseFacts {
  /** The kubelet has ended the pod for good (deleted, evicted, deadline): nothing will start again. */
  terminal: boolean
  /** A regular container has been started in this sandbox: a sidecar that restarts does not make the pod Pending again. */
  anyRegularContainerStarted: boolean
}

/** A pod's phase from the statuses of its containers (pkg/kubelet/kubelet_pods.go getPhase, v1.34). */
export function phaseOf(pod: Pod, statuses: readonly ContainerStatus[], facts: PhaseFacts): PodPhase {
  const n = count(pod, new Map(statuses.map((status) => [status.name, status])))
  if (n.failedInit > 0 && pod.spec.restartPolicy === 'Never') return 'Failed'
  const initializing = n.pendingInit > 0 || (n.pendingSidecars > 0 && !facts.anyRegularContainerStarted)
  if (initializing || n.waiting > 0 || n.unknown > 0) return 'Pending'
  if (n.running > 0) return 'Running'
  return n.stopped > 0 ? phaseWhenAllStopped(pod, n, facts.terminal) : 'Pending'
}

function phaseWhenAllStopped(pod: Pod, n: Counts, terminal: boolean): PodPhase {
  const { restartPolicy } = pod.spec
  // All of them are about to start again.
  if (!terminal && restartPolicy === 'Always') return 'Running'
  if (n.stopped === n.succeeded) return 'Succeeded'
  return terminal || restartPolicy === 'Never' ? 'Failed' : 'Running'
}

function count(pod: Pod, statuses: ReadonlyMap<string, ContainerStatus>): Counts {
  const n: Counts = { pendingInit: 0, pendingSidecars: 0, failedInit: 0, unknown: 0, running: 0, waiting: 0, stopped: 0, succeeded: 0 }
  for (const container of pod.spec.initContainers ?? []) {
    const status = statuses.get(container.name)
    if (isSidecar(container)) countSidecar(status, n)
    else countInit(status, n)
  }
  for (const { name } of pod.spec.containers) countContainer(statuses.get(name), n)
  return n
}

function countInit(status: ContainerStatus | undefined, n: Counts): void {
  const ended = status?.state?.terminated ?? (status?.state?.waiting === undefined ? undefined : status.lastState?.terminated)
  if (ended === undefined) n.pendingInit++
  else if (ended.exitCode !== 0) n.failedInit++
}

/** A sidecar that has ended counts for nothing: it does not decide the phase. */
function countSidecar(status: ContainerStatus | undefined, n: Counts): void {
  const state = status?.state
  if (state?.running !== undefined) {
    if (status!.started !== true) n.pendingSidecars++
    n.running++
  } else if (state?.waiting !== undefined) {
    if (status!.lastState?.terminated !== undefined) return
    n.pendingSidecars++
    n.waiting++
  } else if (state?.terminated === undefined) {
    if (status !== undefined) n.pendingSidecars++
    n.unknown++
  }
}

function countContainer(status: ContainerStatus | undefined, n: Counts): void {
  const state = status?.state
  if (state?.running !== undefined) n.running++
  else if (state?.terminated !== undefined) {
    n.stopped++
    if (state.terminated.exitCode === 0) n.succeeded++
  } else if (state?.waiting === undefined) n.unknown++
  else if (status!.lastState?.terminated !== undefined) n.stopped++
  else n.waiting++
}
