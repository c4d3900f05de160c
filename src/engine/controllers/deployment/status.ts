import { formatTime } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { timeOf } from '../common/pods.ts'
import { availableOf, maxUnavailableOf, replicasOf, sumOf } from './arithmetic.ts'

export interface DeploymentCondition {
  type: string
  status: 'True' | 'False' | 'Unknown'
  lastUpdateTime: string
  lastTransitionTime: string
  reason: string
  message: string
}

export interface DeploymentStatus {
  observedGeneration?: number
  replicas?: number
  updatedReplicas?: number
  readyReplicas?: number
  availableReplicas?: number
  unavailableReplicas?: number
  collisionCount?: number
  conditions?: DeploymentCondition[]
}

/** Reasons that decisions hang on (pkg/controller/deployment/util). */
export const newSetAvailable = 'NewReplicaSetAvailable'
export const timedOut = 'ProgressDeadlineExceeded'

export function condition(type: string, status: DeploymentCondition['status'], reason: string, message: string, now: number): DeploymentCondition {
  const time = formatTime(now)
  return { type, status, lastUpdateTime: time, lastTransitionTime: time, reason, message }
}

export function findCondition(status: DeploymentStatus | undefined, type: string): DeploymentCondition | undefined {
  return status?.conditions?.find((c) => c.type === type)
}

/** Same status and reason: as it was. Same status: it has not changed over (SetDeploymentCondition). */
export function setCondition(status: DeploymentStatus, next: DeploymentCondition): DeploymentStatus {
  const current = findCondition(status, next.type)
  if (current?.status === next.status && current.reason === next.reason) return status
  const kept = current?.status === next.status ? { ...next, lastTransitionTime: current.lastTransitionTime } : next
  return { ...status, conditions: [...withoutCondition(status, next.type), kept] }
}

function withoutCondition(status: DeploymentStatus, type: string): DeploymentCondition[] {
  return (status.conditions ?? []).filter((c) => c.type !== type)
}

export function removeCondition(status: DeploymentStatus, type: string): DeploymentStatus {
  return findCondition(status, type) === undefined ? status : { ...status, conditions: withoutCondition(status, type) }
}

export const hasProgressDeadline = (deployment: KubeObject): boolean => {
  const seconds: number | undefined = deployment['spec'].progressDeadlineSeconds
  return seconds !== undefined && seconds !== 2 ** 31 - 1
}

/** Numbers and the Available condition (calculateStatus). Zeros are left out, as on the wire. */
export function calculateStatus(deployment: KubeObject, sets: readonly KubeObject[], newSet: KubeObject | undefined, now: number): DeploymentStatus {
  const actual = (set: KubeObject): number => set['status']?.replicas ?? 0
  const available = sumOf(sets, availableOf)
  const old: DeploymentStatus = deployment['status'] ?? {}
  const numbers = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sumOf(sets, actual),
    updatedReplicas: sumOf([newSet], actual),
    readyReplicas: sumOf(sets, (set) => set['status']?.readyReplicas ?? 0),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sumOf(sets, replicasOf) - available),
    collisionCount: old.collisionCount ?? 0,
  }
  const status: DeploymentStatus = Object.fromEntries(Object.entries(numbers).filter(([, n]) => n !== 0))
  if (old.conditions !== undefined) status.conditions = old.conditions
  const enough = available >= replicasOf(deployment) - maxUnavailableOf(deployment)
  return setCondition(status, enough
    ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', now)
    : condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', now))
}

/** Everything is new and available (DeploymentComplete). */
export function isComplete(deployment: KubeObject, status: DeploymentStatus): boolean {
  const wanted = replicasOf(deployment)
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, observedGeneration = 0 } = status
  return updatedReplicas === wanted && replicas === wanted && availableReplicas === wanted && observedGeneration >= (deployment.metadata.generation ?? 0)
}

function isProgressing(old: DeploymentStatus, next: DeploymentStatus): boolean {
  const of = (status: DeploymentStatus) => {
    const { updatedReplicas: updated = 0, replicas = 0, readyReplicas: ready = 0, availableReplicas: available = 0 } = status
    return { updated, outdated: replicas - updated, ready, available }
  }
  const [a, b] = [of(old), of(next)]
  return b.updated > a.updated || b.outdated < a.outdated || b.ready > a.ready || b.available > a.available
}

/** Nothing has moved for progressDeadlineSeconds (DeploymentTimedOut). */
function hasTimedOut(deployment: KubeObject, status: DeploymentStatus, now: number): boolean {
  const progressing = findCondition(status, 'Progressing')
  if (progressing === undefined || progressing.reason === newSetAvailable) return false
  if (progressing.reason === timedOut) return true
  return timeOf(progressing.lastUpdateTime) + deployment['spec'].progressDeadlineSeconds * 1000 < now
}

/** The whole status during a rollout (syncRolloutStatus). */
export function rolloutStatus(deployment: KubeObject, sets: readonly KubeObject[], newSet: KubeObject | undefined, now: number): DeploymentStatus {
  let status = calculateStatus(deployment, sets, newSet, now)
  const old: DeploymentStatus = deployment['status'] ?? {}
  if (!hasProgressDeadline(deployment)) status = removeCondition(status, 'Progressing')
  const current = findCondition(old, 'Progressing')
  const wasComplete = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === newSetAvailable
  if (hasProgressDeadline(deployment) && !wasComplete) status = progress(deployment, old, status, newSet, now)
  const failure = replicaFailure(sets, newSet)
  return failure === undefined ? removeCondition(status, 'ReplicaFailure') : setCondition(status, failure)
}

function progress(deployment: KubeObject, old: DeploymentStatus, status: DeploymentStatus, newSet: KubeObject | undefined, now: number): DeploymentStatus {
  const subject = newSet === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`
  const current = findCondition(old, 'Progressing')
  if (isComplete(deployment, status)) {
    return setCondition(status, condition('Progressing', 'True', newSetAvailable, `${subject} has successfully progressed.`, now))
  }
  if (isProgressing(old, status)) {
    const next = condition('Progressing', 'True', 'ReplicaSetUpdated', `${subject} is progressing.`, now)
    // Taken off and put on again: its time of update is what the deadline counts from.
    const kept = current?.status === 'True' ? { ...next, lastTransitionTime: current.lastTransitionTime } : next
    return setCondition(removeCondition(status, 'Progressing'), kept)
  }
  if (hasTimedOut(deployment, old, now)) {
    return setCondition(status, condition('Progressing', 'False', timedOut, `${subject} has timed out progressing.`, now))
  }
  return status
}

/** What keeps a set from making pods; the newest one's first (getReplicaFailures). */
function replicaFailure(sets: readonly KubeObject[], newSet: KubeObject | undefined): DeploymentCondition | undefined {
  const of = (set: KubeObject): DeploymentCondition | undefined => {
    const failure = findCondition(set['status'], 'ReplicaFailure')
    return failure === undefined ? undefined : { ...failure, lastUpdateTime: failure.lastTransitionTime }
  }
  const newest = newSet === undefined ? undefined : of(newSet)
  return newest ?? sets.map(of).find((failure) => failure !== undefined)
}

/** When to look again whether the deadline has passed; undefined when there is none to pass (requeueStuckDeployment). */
export function deadlineCheckMs(deployment: KubeObject, status: DeploymentStatus, now: number): number | undefined {
  const current = findCondition(deployment['status'], 'Progressing')
  if (!hasProgressDeadline(deployment) || current === undefined) return undefined
  if (isComplete(deployment, status) || current.reason === timedOut) return undefined
  const after = timeOf(current.lastUpdateTime) + deployment['spec'].progressDeadlineSeconds * 1000 - now
  // In the last second it is looked at again and again.
  return after < 1000 ? Math.max(after, 0) + firstRetryMs : after + 1000
}

/** The first delay of a queue that limits its rate. */
const firstRetryMs = 5
