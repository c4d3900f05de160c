import type { ContainerRecord } from '../../api/machine.ts'
import { formatTime } from '../../api/time.ts'
import type { Container, ContainerState, ContainerStatus, Pod } from '../../api/types.ts'
import { shouldContainerBeRestarted } from '../kuberuntime/compute-pod-actions.ts'
import { findContainer, type PodRuntimeStatus } from '../kuberuntime/runtime-status.ts'

/** Why the last attempt to start a container did not start it. */
export interface StartFailure {
  /** 'ErrImagePull', 'CrashLoopBackOff', 'CreateContainerConfigError', ... */
  reason: string
  message: string
}

export interface ContainerStatusFacts {
  /** Init containers have another waiting state, and another rule for what was lost. */
  init: boolean
  hasInitContainers: boolean
  /** As the API server knows them. */
  previous: readonly ContainerStatus[]
  startFailure(container: string): StartFailure | undefined
  /** What running containers have, when it may differ from what was allocated to them. */
  actuated: ReadonlyMap<string, object> | undefined
}

const lostMessage = 'The container could not be located when the pod was deleted.  The container used to be Running'

/**
 * The status of each container from what the runtime has, and from why it could not be started
 * (pkg/kubelet/kubelet_pods.go convertToAPIContainerStatuses). `ready` and `started` are the prober's.
 */
export function containerStatuses(
  pod: Pod,
  containers: readonly Container[],
  runtime: PodRuntimeStatus,
  facts: ContainerStatusFacts,
): ContainerStatus[] {
  const statuses = containers.map((container) => {
    const old = facts.previous.find(({ name }) => name === container.name)
    const record = findContainer(runtime, container.name)
    const status = record === undefined ? withoutRecord(pod, container, old, facts) : fromRecords(record, runtime, container, facts)
    return waitingForStart(pod, container, runtime, status, facts)
  })
  return facts.init ? statuses : statuses.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function defaultWaiting(hasInitContainers: boolean): ContainerState {
  return { waiting: { reason: hasInitContainers ? 'PodInitializing' : 'ContainerCreating' } }
}

function withoutRecord(pod: Pod, container: Container, old: ContainerStatus | undefined, facts: ContainerStatusFacts): ContainerStatus {
  if (facts.init && old?.state?.terminated !== undefined) return old
  const status = base(container, old?.restartCount ?? 0)
  status.state = defaultWaiting(facts.hasInitContainers)
  if (old?.lastState !== undefined) status.lastState = old.lastState
  if (old?.state?.running === undefined || status.lastState?.terminated !== undefined) return status
  // It ran and is nowhere now: it must not look as if it had never started.
  status.lastState = { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', message: lostMessage } as never }
  if (pod.metadata.deletionTimestamp === undefined) status.restartCount++
  return status
}

function fromRecords(record: ContainerRecord, runtime: PodRuntimeStatus, container: Container, facts: ContainerStatusFacts): ContainerStatus {
  const status = base(container, record.attempt)
  status.image = record.image
  status.imageID = record.imageID
  status.containerID = `containerd://${record.id}`
  status.state = stateOf(record)
  const before = runtime.containers.filter(({ name }) => name === container.name)[1]
  if (before !== undefined) status.lastState = stateOf(before)
  // As whom it runs another cluster's runtime has said; of the same container that stays true.
  const user = facts.previous.find(({ containerID }) => containerID === status.containerID)?.user
  if (user !== undefined) status.user = user
  addResources(status, container, record.state === 'running' ? facts.actuated?.get(container.name) : undefined)
  return status
}

function base(container: Container, restartCount: number): ContainerStatus {
  return {
    name: container.name,
    state: {},
    lastState: {},
    ready: false,
    restartCount,
    image: container.image ?? '',
    imageID: '',
  }
}

/** What was allocated and what it has (KEP-1287), and the mounts as the runtime made them (KEP-3857). */
function addResources(status: ContainerStatus, container: Container, actuated: object | undefined): void {
  const { requests } = container.resources ?? {}
  if (requests !== undefined && Object.keys(requests).length > 0) status.allocatedResources = requests
  status.resources = actuated ?? container.resources ?? {}
  const mounts = container.volumeMounts ?? []
  if (mounts.length === 0) return
  status.volumeMounts = mounts.map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly === true ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}),
  }))
}

export function stateOf(record: ContainerRecord): ContainerState {
  if (record.state === 'running') return { running: { startedAt: time(record.startedAt) } }
  if (record.state === 'created') return { waiting: {} }
  const terminated: NonNullable<ContainerState['terminated']> = {
    exitCode: record.exitCode ?? 137,
    reason: record.reason ?? 'ContainerStatusUnknown',
    startedAt: time(record.startedAt),
    finishedAt: time(record.finishedAt),
    containerID: `containerd://${record.id}`,
  }
  if (record.message) terminated.message = record.message
  return { terminated }
}

function time(ms: number | undefined): string {
  return formatTime(ms ?? 0)
}

/** A container that is about to be started again waits, with the reason of the last attempt. */
function waitingForStart(
  pod: Pod,
  container: Container,
  runtime: PodRuntimeStatus,
  status: ContainerStatus,
  facts: ContainerStatusFacts,
): ContainerStatus {
  const record = findContainer(runtime, container.name)
  if (facts.init && record?.state === 'exited' && record.exitCode === 0 && container.restartPolicy !== 'Always') return status
  if (!shouldContainerBeRestarted(container, pod, runtime)) return status
  const failure = facts.startFailure(container.name)
  if (failure === undefined) return status
  if (status.state?.terminated !== undefined) status.lastState = status.state
  status.state = { waiting: { reason: failure.reason, ...(failure.message === '' ? {} : { message: failure.message }) } }
  return status
}
