import { formatTime } from '../../api/time.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { scaled } from '../common/percent.ts'
import { hasEnded, isReady, podCondition, timeOf } from '../common/pods.ts'

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

export function budgetStatus(budget: KubeObject, pods: readonly Pod[], disrupted: Readonly<Record<string, string>>, expected: Expected, now: number): Record<string, unknown> {
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

/** What is written when the number of pods that should be there is not to be had: nobody may be evicted (failSafe). */
export function failedStatus(budget: KubeObject, message: string, now: number): Record<string, unknown> {
  const { observedGeneration = 0, ...before } = budget['status'] ?? {}
  const condition = { ...allowedCondition(budget, 0, now), observedGeneration, reason: 'SyncFailed', message }
  return { expectedPods: 0, currentHealthy: 0, desiredHealthy: 0, ...before, ...(observedGeneration ? { observedGeneration } : {}), disruptionsAllowed: 0, conditions: [condition] }
}

export interface Disrupted {
  /** Evicted, and not yet seen to be marked: by name, since when. */
  noted: Record<string, string>
  /** Those that should have gone long ago and are there still. */
  spared: readonly Pod[]
  /** When the first of the noted ones is due. */
  recheckAfterMs: number | undefined
}

/** What has become of pods whose eviction was allowed (buildDisruptedPodMap). */
export function disruptedPods(budget: KubeObject, pods: readonly Pod[], now: number): Disrupted {
  const before: Record<string, string> = budget['status']?.disruptedPods ?? {}
  const there = pods.filter(({ metadata }) => before[metadata.name] !== undefined && metadata.deletionTimestamp === undefined)
  const dueMs = (pod: Pod): number => timeOf(before[pod.metadata.name]) + deletionTimeoutMs - now
  const waiting = there.filter((pod) => dueMs(pod) > 0)
  return {
    noted: Object.fromEntries(waiting.map(({ metadata: { name } }) => [name, before[name]!])),
    spared: there.filter((pod) => dueMs(pod) <= 0),
    recheckAfterMs: waiting.length === 0 ? undefined : Math.min(...waiting.map(dueMs)),
  }
}

/** A disruption that was announced and has not come by then will not come (stalePodDisruptionTimeout). */
const staleAfterMs = 120_000

/**
 * Virtual ms until the announcement of a disruption is stale, 0 or less when it is; undefined: there is none that could be. What a kubelet
 * announces may take as long as it wants, and what has ended stays as it is (nonTerminatingPodHasStaleDisruptionCondition).
 */
export function disruptionLeftMs(pod: Pod, now: number): number | undefined {
  const announced = podCondition(pod, 'DisruptionTarget')
  if (announced?.status !== 'True' || announced.reason === 'TerminationByKubelet') return undefined
  if (pod.metadata.deletionTimestamp !== undefined || hasEnded(pod)) return undefined
  return timeOf(announced.lastTransitionTime) + staleAfterMs - now
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
