import { isPodLevelResource, podRequests, type PodResources } from '../../api/podResources.ts'
import { quantity } from '../../api/quantity.ts'
import type { Container, Pod } from '../../api/types.ts'
import { podCondition, timeOf } from '../common/pods.ts'
import { sidecarsOf } from '../../api/sidecar.ts'

/** How many replicas the use of a resource asks for (pkg/controller/podautoscaler/replica_calculator.go). Values are in thousandths. */

/** What was measured of one pod. `value` in milli-units, `timestamp` virtual ms, `windowMs` what it was measured over. */
export interface PodMetric {
  value: number
  timestamp: number
  windowMs: number
}

/** A change of less than a tenth is none (horizontal-pod-autoscaler-tolerance). */
const tolerance = 0.1
/** CPU of a pod that has just started says little (horizontal-pod-autoscaler-cpu-initialization-period, -initial-readiness-delay). */
const cpuInitializationMs = 300_000
const initialReadinessMs = 30_000

const withinTolerance = (ratio: number): boolean => 1 - tolerance <= ratio && ratio <= 1 + tolerance

export interface PodGroups {
  readyCount: number
  unready: Set<string>
  missing: Set<string>
  ignored: Set<string>
}

/** groupPods: whose measurement counts. */
export function groupPods(pods: readonly Pod[], metrics: ReadonlyMap<string, PodMetric>, resource: string, now: number): PodGroups {
  const groups: PodGroups = { readyCount: 0, unready: new Set(), missing: new Set(), ignored: new Set() }
  for (const pod of pods) {
    const { name, deletionTimestamp } = pod.metadata
    const metric = metrics.get(name)
    if (deletionTimestamp !== undefined || pod.status.phase === 'Failed') groups.ignored.add(name)
    else if (pod.status.phase === 'Pending') groups.unready.add(name)
    else if (metric === undefined) groups.missing.add(name)
    else if (resource === 'cpu' && startsStill(pod, metric, now)) groups.unready.add(name)
    else groups.readyCount++
  }
  return groups
}

function startsStill(pod: Pod, metric: PodMetric, now: number): boolean {
  const ready = podCondition(pod, 'Ready')
  if (ready === undefined || pod.status.startTime === undefined) return true
  const started = timeOf(pod.status.startTime)
  const changed = timeOf(ready.lastTransitionTime)
  if (started + cpuInitializationMs > now) return ready.status === 'False' || metric.timestamp < changed + metric.windowMs
  return ready.status === 'False' && started + initialReadinessMs > changed
}

/** What the pods ask for, in milli-units, by name; or the first pod or container that asks for nothing (calculateRequests). A pod that asks as a whole is taken at its word, unless one container is meant. */
export function requestsOf(pods: readonly Pod[], resource: string, container: string | undefined): Map<string, number> | { error: string } {
  const requests = new Map<string, number>()
  for (const pod of pods) {
    if (container === undefined && asksAsAWhole(pod.spec)) {
      const request = podRequests(pod.spec)[resource]
      if (request === undefined) return { error: `missing pod-level request for ${resource} in Pod ${pod.metadata.name}` }
      requests.set(pod.metadata.name, quantity(request).milliValue)
      continue
    }
    let sum = 0
    for (const { name, resources } of [...pod.spec.containers, ...sidecarsOf(pod.spec)] as Container[]) {
      if (container !== undefined && container !== name) continue
      const request = resources?.requests?.[resource]
      if (request === undefined) return { error: `missing request for ${resource} in container ${name} of Pod ${pod.metadata.name}` }
      sum += quantity(request).milliValue
    }
    requests.set(pod.metadata.name, sum)
  }
  return requests
}

const asksAsAWhole = ({ resources }: PodResources): boolean => Object.keys(resources?.requests ?? {}).some(isPodLevelResource)

/** Use against target: the ratio, what it is in the target's own unit, and the mean use in milli-units. */
interface Usage {
  ratio: number
  utilization: number | undefined
  mean: number
}

/** What is wanted of each pod: so many percent of its request, or so many milli-units. */
export type Target = { utilization: number; requests: ReadonlyMap<string, number> } | { averageMilli: number }

function usageOf(metrics: ReadonlyMap<string, PodMetric>, target: Target): Usage | { error: string } {
  let total = 0
  let requested = 0
  let count = 0
  for (const [name, { value }] of metrics) {
    const request = 'requests' in target ? target.requests.get(name) : 0
    if (request === undefined) continue
    total += value
    requested += request
    count++
  }
  const mean = Math.trunc(total / count)
  if ('averageMilli' in target) return { ratio: mean / target.averageMilli, utilization: undefined, mean }
  if (requested === 0) return { error: 'no metrics returned matched known pods' }
  const utilization = Math.trunc((total * 100) / requested)
  return { ratio: utilization / target.utilization, utilization, mean }
}

export interface Proposal {
  replicas: number
  utilization: number | undefined
  /** Mean use of the pods that count, in milli-units. */
  meanMilli: number
}

/**
 * GetResourceReplicas and GetRawResourceReplicas. Pods of which nothing is known count as busy on the way down and as idle on the way
 * up, so that what is not known never makes the step larger.
 */
export function proposeReplicas(
  current: number, pods: readonly Pod[], measured: ReadonlyMap<string, PodMetric>, resource: string, target: Target, now: number,
): Proposal | { error: string } {
  if (pods.length === 0) return { error: 'no pods returned by selector while calculating replica count' }
  const { readyCount, unready, missing, ignored } = groupPods(pods, measured, resource, now)
  const metrics = new Map([...measured].filter(([name]) => !ignored.has(name) && !unready.has(name)))
  if (metrics.size === 0) return { error: 'did not receive metrics for targeted pods (pods might be unready)' }
  const usage = usageOf(metrics, target)
  if ('error' in usage) return usage
  const proposal = (replicas: number): Proposal => ({ replicas, utilization: usage.utilization, meanMilli: usage.mean })
  const upWithUnready = unready.size > 0 && usage.ratio > 1
  if (!upWithUnready && missing.size === 0) return proposal(withinTolerance(usage.ratio) ? current : Math.ceil(usage.ratio * readyCount))

  const assumed = (value: number): PodMetric => ({ value, timestamp: now, windowMs: 0 })
  if (usage.ratio < 1) for (const name of missing) metrics.set(name, assumed(full(name, target)))
  // Exactly at a mean use that is wanted, they count as idle as well; at a share of the requests, not at all.
  else if (usage.ratio > 1 || 'averageMilli' in target) for (const name of missing) metrics.set(name, assumed(0))
  if (upWithUnready) for (const name of unready) metrics.set(name, assumed(0))
  const again = usageOf(metrics, target) as Usage
  const turned = (usage.ratio < 1 && again.ratio > 1) || (usage.ratio > 1 && again.ratio < 1)
  if (withinTolerance(again.ratio) || turned) return proposal(current)
  const replicas = Math.ceil(again.ratio * metrics.size)
  const wrongWay = (again.ratio < 1 && replicas > current) || (again.ratio > 1 && replicas < current)
  return proposal(wrongWay ? current : replicas)
}

function full(name: string, target: Target): number {
  return 'averageMilli' in target ? target.averageMilli : Math.trunc((target.requests.get(name)! * Math.max(100, target.utilization)) / 100)
}
