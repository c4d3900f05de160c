import type { ContainerStatus, Pod, PodCondition, PodPhase } from '../../api/types.ts'
import { isSidecar } from '../../api/sidecar.ts'

type Verdict = Pick<PodCondition, 'type' | 'status'> & { reason?: string; message?: string }

/**
 * The conditions that the kubelet owns (pkg/kubelet/status/generate.go, v1.34), without times; PodScheduled
 * is the scheduler's.
 */
export function kubeletConditions(
  pod: Pod,
  statuses: readonly ContainerStatus[],
  phase: PodPhase,
  sandboxReady: boolean,
): Verdict[] {
  const all = new Map(statuses.map((status) => [status.name, status]))
  const containersReady = containersReadyCondition(pod, all, phase)
  return [
    { type: 'PodReadyToStartContainers', status: sandboxReady ? 'True' : 'False' },
    initializedCondition(pod, all, phase),
    readyCondition(pod, containersReady),
    containersReady,
  ]
}

function initializedCondition(pod: Pod, statuses: ReadonlyMap<string, ContainerStatus>, phase: PodPhase): Verdict {
  const type = 'Initialized'
  const containers = pod.spec.initContainers ?? []
  if (containers.length > 0 && statuses.size === 0) return { type, status: 'False', reason: 'UnknownContainerStatuses' }
  const unknown: string[] = []
  const incomplete: string[] = []
  for (const container of containers) {
    const status = statuses.get(container.name)
    if (status === undefined) unknown.push(container.name)
    else if (!(isSidecar(container) ? status.started === true : status.ready)) incomplete.push(container.name)
  }
  // A pod that has succeeded has been initialized, whatever its sidecars are doing.
  if (phase === 'Succeeded' && unknown.length === 0) return { type, status: 'True', reason: 'PodCompleted' }
  // It has been initialized before, whatever is being started again.
  if (anyRegularContainerStarted(pod, statuses)) return { type, status: 'True' }
  const message = unreadyMessage(unknown, incomplete, 'unknown', 'incomplete')
  return message === '' ? { type, status: 'True' } : { type, status: 'False', reason: 'ContainersNotInitialized', message }
}

function containersReadyCondition(pod: Pod, statuses: ReadonlyMap<string, ContainerStatus>, phase: PodPhase): Verdict {
  const type = 'ContainersReady'
  if (statuses.size === 0) return { type, status: 'False', reason: 'UnknownContainerStatuses' }
  const unknown: string[] = []
  const unready: string[] = []
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar)
  for (const { name } of [...sidecars, ...pod.spec.containers]) {
    const status = statuses.get(name)
    if (status === undefined) unknown.push(name)
    else if (!status.ready) unready.push(name)
  }
  if (phase === 'Succeeded' && unknown.length === 0) return { type, status: 'False', reason: 'PodCompleted' }
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' }
  const message = unreadyMessage(unknown, unready, 'unknown', 'unready')
  return message === '' ? { type, status: 'True' } : { type, status: 'False', reason: 'ContainersNotReady', message }
}

/** Ready = the containers are ready and every readiness gate is True (KEP-580). */
function readyCondition(pod: Pod, containersReady: Verdict): Verdict {
  const type = 'Ready'
  if (containersReady.status !== 'True') return { ...containersReady, type }
  const conditions = pod.status.conditions ?? []
  const missing: string[] = []
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const condition = conditions.find((c) => c.type === conditionType)
    if (condition === undefined) missing.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`)
    else if (condition.status !== 'True') missing.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`)
  }
  if (missing.length === 0) return { type, status: 'True' }
  return { type, status: 'False', reason: 'ReadinessGatesNotReady', message: missing.join(', ') }
}

function unreadyMessage(unknown: readonly string[], other: readonly string[], unknownWord: string, otherWord: string): string {
  const parts: string[] = []
  if (unknown.length > 0) parts.push(`containers with ${unknownWord} status: [${unknown.join(' ')}]`)
  if (other.length > 0) parts.push(`containers with ${otherWord} status: [${other.join(' ')}]`)
  return parts.join(', ')
}

function anyRegularContainerStarted(pod: Pod, statuses: ReadonlyMap<string, ContainerStatus>): boolean {
  return pod.spec.containers.some(({ name }) => {
    const state = statuses.get(name)?.state
    return state?.running !== undefined || state?.terminated !== undefined
  })
}
