import type { Pod } from '../api/types.ts'
import { isStaticPod } from './static-pods/manifest.ts'

/** scheduling.SystemCriticalPriority */
export const systemCriticalPriority = 2_000_000_000

/** Pods that the cluster itself needs: they are not evicted, and room is made for them (types.IsCriticalPod). */
export function isCritical(pod: Pod): boolean {
  return isStaticPod(pod) || (pod.spec.priority ?? 0) >= systemCriticalPriority
}

/** Whether one may be ended for the other's sake (types.Preemptable). */
export function isPreemptable(pod: Pod, { by }: { by: Pod }): boolean {
  if (isCritical(by) && !isCritical(pod)) return true
  return (by.spec.priority ?? 0) > (pod.spec.priority ?? 0)
}
