import { isSelectorError, matches, selectorOf } from '../../api/selector.ts'
import { forbidden, plainError } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { Charge } from '../admission/plugin.ts'
import type { KubeObject, Pod, PodCondition, Status } from '../../api/types.ts'

/** What a budget says to the eviction of a pod (pkg/registry/core/pod/storage/eviction.go). */
export type BudgetAnswer = { do: 'allow'; charges: readonly Charge[] } | { do: 'refuse'; status: Status }

const free: BudgetAnswer = { do: 'allow', charges: [] }

export function decideEviction(pod: Pod, budgets: readonly KubeObject[], nowMs: number): BudgetAnswer {
  const { phase } = pod.status
  // What has ended, has not begun or is about to go takes nothing from a budget.
  if (phase === 'Succeeded' || phase === 'Failed' || phase === 'Pending' || pod.metadata.deletionTimestamp !== undefined) return free
  const own = budgets.filter((budget) => {
    const selector = selectorOf(budget['spec'].selector)
    return budget['spec'].selector !== undefined && !isSelectorError(selector) && matches(selector, pod.metadata.labels)
  })
  const [budget, second] = own
  if (budget === undefined) return free
  if (second !== undefined) return { do: 'refuse', status: plainError('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.') }
  return decideBudget(pod, budget, nowMs)
}

/** The pod with the condition that says why it ends (addConditionAndDeletePod). */
export function toldOfEviction(pod: Pod, nowMs: number): Pod {
  const condition: PodCondition = {
    type: 'DisruptionTarget', status: 'True', lastProbeTime: null, lastTransitionTime: formatTime(nowMs),
    reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting',
  }
  if (pod.metadata.generation !== undefined) condition.observedGeneration = pod.metadata.generation
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== condition.type)
  return { ...pod, status: { ...pod.status, conditions: [...others, condition] } }
}

/** More evictions than these may not be under way unseen (MaxDisruptedPodSize). */
const maxDisrupted = 2000

function decideBudget(pod: Pod, budget: KubeObject, nowMs: number): BudgetAnswer {
  const status = budget['status'] ?? {}
  const { disruptionsAllowed = 0, currentHealthy = 0, desiredHealthy = 0, disruptedPods = {}, observedGeneration = 0 } = status
  const ready = pod.status.conditions?.some(({ type, status: s }) => type === 'Ready' && s === 'True') === true
  if (!ready) {
    const always = budget['spec'].unhealthyPodEvictionPolicy === 'AlwaysAllow'
    if (always || (currentHealthy >= desiredHealthy && desiredHealthy > 0)) return free
  }
  const { name } = budget.metadata
  if (observedGeneration < (budget.metadata.generation ?? 0)) {
    return tooMany(`The disruption budget ${name} is still being processed by the server.`, 10)
  }
  if (Object.keys(disruptedPods).length > maxDisrupted) return never(name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  if (disruptionsAllowed <= 0) return tooMany(`The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`)
  const left = disruptionsAllowed - 1
  const becomes = {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: left,
      disruptedPods: { ...disruptedPods, [pod.metadata.name]: formatTime(nowMs) },
      ...(left === 0 ? { conditions: withoutAllowance(status.conditions ?? [], nowMs) } : {}),
    },
  }
  return { do: 'allow', charges: [{ on: budget, becomes }] }
}

function withoutAllowance(conditions: readonly { type: string }[], nowMs: number): object[] {
  return conditions.map((condition) => (condition.type === 'DisruptionAllowed'
    ? { ...condition, status: 'False', reason: 'InsufficientPods', lastTransitionTime: formatTime(nowMs) }
    : condition))
}

/** Nothing that passes by itself. */
function never(name: string, why: string): BudgetAnswer {
  return { do: 'refuse', status: forbidden({ group: 'policy', plural: 'poddisruptionbudget' }, name, why) }
}

function tooMany(why: string, retryAfterSeconds?: number): BudgetAnswer {
  const status: Status = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: "Cannot evict pod as it would violate the pod's disruption budget.",
    reason: 'TooManyRequests',
    details: { causes: [{ reason: 'DisruptionBudget', message: why }], ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
    code: 429,
  }
  return { do: 'refuse', status }
}
