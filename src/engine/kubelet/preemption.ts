import { qosClass } from '../api/qos.ts'
import type { Pod } from '../api/types.ts'
import { requestsOf } from './admission.ts'
import { isPreemptable } from './critical.ts'

/** Resource -> how much of it is missing, in the units of `requestsOf`. */
export type Missing = ReadonlyMap<string, number>

/**
 * Whom a node ends so that a critical pod gets what it misses: as few as possible, best effort before burstable before guaranteed; or the kubelet's
 * words when even all that it may end do not have it (pkg/kubelet/preemption/preemption.go getPodsToPreempt).
 */
export function podsToPreempt(newcomer: Pod, running: readonly Pod[], missing: Missing): Pod[] | { error: string } {
  const candidates = running.filter((pod) => isPreemptable(pod, { by: newcomer }))
  const unmet = without(missing, candidates)
  if (unmet.size > 0) return { error: `no set of running pods found to reclaim resources: [${[...unmet].map(([name, amount]) => `(res: ${name}, q: ${amount}), `).join('')}]` }
  const ofClass = (name: string): Pod[] => candidates.filter((pod) => qosClass(pod.spec) === name)
  const [bestEffort, burstable, guaranteed] = [ofClass('BestEffort'), ofClass('Burstable'), ofClass('Guaranteed')]
  const chosenGuaranteed = nearest(guaranteed, without(missing, [...bestEffort, ...burstable]))
  const chosenBurstable = nearest(burstable, without(missing, [...bestEffort, ...chosenGuaranteed]))
  const chosenBestEffort = nearest(bestEffort, without(missing, [...chosenBurstable, ...chosenGuaranteed]))
  return [...chosenBestEffort, ...chosenBurstable, ...chosenGuaranteed]
}

/** One after another, whoever brings most of what is still missing; of equals who has asked for less (getPodsToPreemptByDistance). */
function nearest(pods: readonly Pod[], missing: Missing): Pod[] {
  const left = [...pods]
  const chosen: Pod[] = []
  for (let still = missing; still.size > 0 && left.length > 0; ) {
    const best = left.reduce((a, b) => (closer(b, a, still) ? b : a))
    left.splice(left.indexOf(best), 1)
    chosen.push(best)
    still = without(still, [best])
  }
  return chosen
}

function closer(a: Pod, b: Pod, missing: Missing): boolean {
  const difference = distance(a, missing) - distance(b, missing)
  return difference < 0 || (difference === 0 && asksLess(a, b))
}

/** What would still be missing without the pod, each as a share of what is missing, squared. */
function distance(pod: Pod, missing: Missing): number {
  const freed = requestsOf(pod)
  let sum = 0
  for (const [name, amount] of missing) sum += (Math.max(0, amount - (freed.get(name) ?? 0)) / amount) ** 2
  return sum
}

function asksLess(a: Pod, b: Pod): boolean {
  const [ofA, ofB] = [requestsOf(a), requestsOf(b)]
  for (const name of ['memory', 'cpu']) {
    const difference = (ofA.get(name) ?? 0) - (ofB.get(name) ?? 0)
    if (difference !== 0) return difference < 0
  }
  return true
}

function without(missing: Missing, pods: readonly Pod[]): Missing {
  const left = new Map(missing)
  for (const pod of pods) {
    for (const [name, amount] of requestsOf(pod)) {
      const still = (left.get(name) ?? 0) - amount
      if (still > 0) left.set(name, still)
      else left.delete(name)
    }
  }
  return left
}
