import { formatTime } from '../../api/time.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { scaled } from '../common/percent.ts'
import { isReady, timeOf } from '../common/pods.ts'

/** status of a PodDisruptionBudget (pkg/controller/disruption); pure. */

/** An eviction that has not led to a deletion after so long did not happen (DeletionTimeout). */
export const deletionTimeoutMs = 120_000

/** How many pods the owners mean to have, for a budget in percent or of maxUnavailable. */
export interface Expected {
  pods: number
  healthy: number
}

export function expectedOf(budget: KubeObject, pods: readonly Pod[], wantedByOwners: number): Expected {
  const { maxUnavailable, minAvailable } = budget['spec']
  if (maxUnavailable !== undefined) return { pods: wantedByOwners, healthy: Math.max(0, wantedByOwners - scaled(maxUnavailable, wantedByOwners, true)) }
  if (typeof minAvailable === 'string') return { pods: wantedByOwners, healthy: scaled(minAvailable, wantedByOwners, true) }
  return { pods: pods.length, healthy: minAvailable ?? 0 }
}

export function budgetStatus(budget: KubeObject, pods: readonly Pod[], expected: Expected, now: number): Record<string, unknown> {
  const disrupted = stillDisrupted(budget, pods, now)
  const healthy = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && disrupted[pod.metadata.name] === undefined && isReady(pod)).length
  const allowed = expected.pods <= 0 ? 0 : Math.max(0, healthy - expected.healthy)
  const hasDisrupted = Object.keys(disrupted).length > 0
  return {
    observedGeneration: budget.metadata.generation ?? 0,
    ...(hasDisrupted ? { disruptedPods: disrupted } : {}),
    disruptionsAllowed: allowed,
    currentHealthy: healthy,
    desiredHealthy: expected.healthy,
    expectedPods: expected.pods,
    conditions: [allowedCondition(budget, allowed, now)],
  }
}

/** Evicted, and not yet seen to be marked (buildDisruptedPodMap). */
function stillDisrupted(budget: KubeObject, pods: readonly Pod[], now: number): Record<string, string> {
  const noted: Record<string, string> = budget['status']?.disruptedPods ?? {}
  return Object.fromEntries(Object.entries(noted).filter(([name, at]) => {
    const pod = pods.find(({ metadata }) => metadata.name === name)
    return pod !== undefined && pod.metadata.deletionTimestamp === undefined && timeOf(at) + deletionTimeoutMs > now
  }))
}

export function allowedCondition(budget: KubeObject, allowed: number, now: number): object {
  const status = allowed > 0 ? 'True' : 'False'
  const before = (budget['status']?.conditions as { type: string; status: string; lastTransitionTime: string }[] | undefined)?.find(({ type }) => type === 'DisruptionAllowed')
  return {
    type: 'DisruptionAllowed',
    status,
    observedGeneration: budget.metadata.generation ?? 0,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : formatTime(now),
    reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
    message: '',
  }
}
