import { sidecarsOf } from '../../api/sidecar.ts'
import type { ContainerStatus, Pod } from '../../api/types.ts'
import { isReady, podCondition, timeOf } from './pods.ts'

const phaseRank: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

export interface ActivePodOrder {
  /** What is asked between being ready and its age. */
  between?: (a: Pod, b: Pod) => number
  /** Compares two moments, virtual ms, 0 for none; the later one goes first. */
  newerFirst?: (timeA: number, timeB: number, a: Pod, b: Pod) => number
}

/** Of two pods the one that has come less far, and so goes first, before the other (pkg/controller/controller_utils.go ActivePods). */
export function compareActive(a: Pod, b: Pod, { between = () => 0, newerFirst = laterFirst }: ActivePodOrder = {}): number {
  return Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
    phaseOf(a) - phaseOf(b) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    between(a, b) ||
    newerFirst(readySince(a), readySince(b), a, b) ||
    restarts(b) - restarts(a) ||
    sidecarRestarts(b) - sidecarRestarts(a) ||
    newerFirst(timeOf(a.metadata.creationTimestamp), timeOf(b.metadata.creationTimestamp), a, b)
}

/** No time at all counts as the latest. */
function laterFirst(timeA: number, timeB: number): number {
  return timeA === 0 || timeB === 0 ? timeA - timeB : timeB - timeA
}

const phaseOf = (pod: Pod): number => phaseRank[pod.status.phase ?? 'Pending'] ?? 1

/** 0 when it is not ready: then the pods compared are both not ready. */
function readySince(pod: Pod): number {
  return isReady(pod) ? timeOf(podCondition(pod, 'Ready')?.lastTransitionTime) : 0
}

function restarts({ status: { containerStatuses = [] } }: Pod): number {
  return most(containerStatuses)
}

/** What other init containers needed to come up says nothing of how the pod does. */
function sidecarRestarts({ spec, status: { initContainerStatuses = [] } }: Pod): number {
  const sidecars = sidecarsOf(spec).map(({ name }) => name)
  return sidecars.length === 0 ? 0 : most(initContainerStatuses.filter(({ name }) => sidecars.includes(name)))
}

const most = (statuses: readonly ContainerStatus[]): number => Math.max(0, ...statuses.map(({ restartCount }) => restartCount))
