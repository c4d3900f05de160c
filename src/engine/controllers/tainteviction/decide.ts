import type { Taint, Toleration } from '../../api/types.ts'
import { tolerates } from '../../api/tolerations.ts'

/** Pure decisions about pods on nodes with NoExecute taints (pkg/controller/tainteviction). */

/** What becomes of a pod on a node with such taints: undefined - it may stay; otherwise after so many ms it goes. */
export function evictionDelayMs(taints: readonly Taint[], tolerations: readonly Toleration[]): number | undefined {
  const executing = taints.filter(({ effect }) => effect === 'NoExecute')
  if (executing.length === 0) return undefined
  const used: Toleration[] = []
  for (const taint of executing) {
    // The first that bears it has the word, whatever others say (GetMatchingTolerations).
    const bearing = tolerations.find((toleration) => tolerates(toleration, taint))
    if (bearing === undefined) return 0
    used.push(bearing)
  }
  const limits = used.flatMap(({ tolerationSeconds }) => (tolerationSeconds === undefined || tolerationSeconds === null ? [] : [Math.max(0, tolerationSeconds)]))
  return limits.length === 0 ? undefined : Math.min(...limits) * 1000
}

/** Every taint is borne, for a while at least. */
export function toleratesAll(taints: readonly Taint[], tolerations: readonly Toleration[]): boolean {
  return taints.every((taint) => taint.effect !== 'NoExecute' || tolerations.some((toleration) => tolerates(toleration, taint)))
}

/** An eviction that is planned. Once it is under way it is not planned again until the pod, or what drives it away, has gone. */
export interface Plan {
  at: number
  begun: boolean
}

/**
 * What a look at a pod and its node makes of what was planned for it (processPodOnNode): undefined leaves it as it is. A time that runs
 * already goes on, even where a shorter one would begin now; what is not borne at all ends it.
 */
export function decidePlan(taints: readonly Taint[], tolerations: readonly Toleration[], plan: Plan | undefined, now: number): { cancels: boolean; at?: number } | undefined {
  const delayMs = evictionDelayMs(taints, tolerations)
  if (delayMs === undefined) return plan && { cancels: true }
  if (plan === undefined) return { cancels: false, at: now + delayMs }
  return plan.begun || toleratesAll(taints, tolerations) ? undefined : { cancels: true, at: now }
}
