import type { ContainerRecord } from '../api/machine.ts'
import { parseDuration, parseTime } from '../api/time.ts'
import type { Container, ContainerStatus, Pod } from '../api/types.ts'
import { initialBackoffMs, maxBackoffMs } from './backoff.ts'
import { specHash } from './kuberuntime/compute-pod-actions.ts'
import { limitsOf } from './kuberuntime/container-limits.ts'
import type { StartFailure } from './status/container-statuses.ts'

/**
 * What must be on a machine for a pod to have the status that it has: of a pod of another cluster only its object is known. A pod of which no
 * container was ever made has nothing there yet, and begins as any other.
 */
export interface FoundPod {
  /** Oldest first; without ids where the status names none. */
  containers: FoundContainer[]
  /** Containers that wait, with what the kubelet remembers of why. */
  waiting: { container: Container; failure: StartFailure; backoff: FoundBackoff | undefined }[]
}

export type FoundContainer = Omit<ContainerRecord, 'id' | 'sandboxID'> & { id: string }

export interface FoundBackoff {
  delayMs: number
  /** Virtual ms at which it last grew: when the container last started. */
  updatedAt: number
}

/** undefined: the machine knows nothing of it. */
export function foundPod(pod: Pod): FoundPod | undefined {
  const { spec, status } = pod
  const groups = [
    { type: 'init', containers: spec.initContainers ?? [], statuses: status.initContainerStatuses ?? [] },
    { type: 'container', containers: spec.containers, statuses: status.containerStatuses ?? [] },
    { type: 'ephemeral', containers: (spec.ephemeralContainers ?? []) as Container[], statuses: status.ephemeralContainerStatuses ?? [] },
  ] as const
  const found: FoundPod = { containers: [], waiting: [] }
  for (const { type, containers, statuses } of groups) {
    for (const container of containers) {
      const own = statuses.find(({ name }) => name === container.name)
      if (own === undefined) continue
      found.containers.push(...recordsOf(pod, container, type, own))
      const wait = waitingOf(container, own)
      if (wait !== undefined) found.waiting.push(wait)
    }
  }
  if (found.containers.length === 0 && status.podIP === undefined) return undefined
  found.containers.sort((a, b) => a.createdAt - b.createdAt)
  return found
}

function recordsOf(pod: Pod, container: Container, type: ContainerRecord['type'], status: ContainerStatus): FoundContainer[] {
  const { state, lastState, restartCount } = status
  const limits = limitsOf(container, pod)
  const record = (attempt: number, containerID: string | undefined, startedAt: string | null | undefined): FoundContainer => ({
    id: bareID(containerID),
    podUID: pod.metadata.uid,
    name: container.name,
    type,
    image: status.image,
    imageID: status.imageID,
    attempt,
    state: 'running',
    createdAt: timeOf(startedAt) ?? 0,
    startedAt: timeOf(startedAt),
    finishedAt: undefined,
    exitCode: undefined,
    reason: undefined,
    message: undefined,
    memoryLimitBytes: limits.memoryLimitBytes,
    cpuLimitMillis: limits.cpuLimitMillis,
    specHash: specHash(container),
    pid: undefined,
    stopping: undefined,
  })
  const ended = (attempt: number, { exitCode, reason, message, startedAt, finishedAt, containerID }: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>): FoundContainer => ({
    ...record(attempt, containerID, startedAt), state: 'exited', exitCode, reason, message, finishedAt: timeOf(finishedAt) ?? 0,
  })
  const records: FoundContainer[] = []
  const isHere = state?.running !== undefined || state?.terminated !== undefined
  if (lastState?.terminated !== undefined) records.push(ended(Math.max(0, isHere ? restartCount - 1 : restartCount), lastState.terminated))
  if (state?.terminated !== undefined) records.push(ended(restartCount, state.terminated))
  if (state?.running !== undefined) records.push({ ...record(restartCount, status.containerID, state.running.startedAt), pid: 1 })
  return records
}

function waitingOf(container: Container, { state, lastState }: ContainerStatus): FoundPod['waiting'][number] | undefined {
  const { reason, message = '' } = state?.waiting ?? {}
  if (reason === undefined || reason === 'ContainerCreating' || reason === 'PodInitializing') return undefined
  const delay = /^back-off (\S+) restarting/.exec(message)?.[1]
  const startedAt = timeOf(lastState?.terminated?.startedAt)
  const backoff = delay === undefined ? undefined : { delayMs: clamp(parseDuration(delay) ?? initialBackoffMs), updatedAt: startedAt ?? 0 }
  return { container, failure: { reason, message }, backoff }
}

/** What the last pull had ended with, as the status says it; undefined: it waits for something else. */
export function pullErrorIn({ reason, message }: StartFailure): StartFailure | undefined {
  if (reason === 'ErrImagePull') return { reason, message }
  if (reason !== 'ImagePullBackOff') return undefined
  const [, error] = /^Back-off pulling image "[^"]*"(?:: ErrImagePull: ([^]*))?$/.exec(message) ?? []
  return { reason: 'ErrImagePull', message: error ?? `failed to pull: ${message}` }
}

const clamp = (ms: number): number => Math.min(Math.max(ms, initialBackoffMs), maxBackoffMs)

/** 'containerd://abc', 'cri-o://abc' -> 'abc' */
function bareID(containerID: string | undefined): string {
  return containerID?.replace(/^[^:]*:\/\//, '') ?? ''
}

function timeOf(time: string | null | undefined): number | undefined {
  return typeof time === 'string' ? parseTime(time) : undefined
}
