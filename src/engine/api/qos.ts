/** QoS class of a pod (pkg/apis/core/v1/helper/qos) and what the OOM killer makes of it (pkg/kubelet/qos). */
import { aggregateRequests } from './podResources.ts'
import { add, compare, quantity, sign, type Quantity } from './quantity.ts'
import type { Pod, ResourceList } from './types.ts'
import { sidecarsOf } from './sidecar.ts'

export type QOSClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

interface Resources {
  requests?: ResourceList
  limits?: ResourceList
}

/** The part of a pod that decides; templates have it too. */
export interface QOSSpec {
  containers?: readonly { resources?: Resources }[]
  initContainers?: readonly { resources?: Resources }[]
  resources?: Resources
}

/** Computed when a pod is created and never changed: read `status.qosClass` of a stored pod. */
export function qosClass(spec: QOSSpec): QOSClass {
  const requests = new Map<string, Quantity>()
  const limits = new Map<string, Quantity>()
  let guaranteed = true
  const count = (resources: Resources | undefined) => {
    addUp(requests, resources?.requests)
    if (addUp(limits, resources?.limits) < 2) guaranteed = false
  }
  if (spec.resources) count(spec.resources)
  else {
    spec.containers?.forEach((c) => count(c.resources))
    spec.initContainers?.forEach((c) => count(c.resources))
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort'
  if (!guaranteed || requests.size !== limits.size) return 'Burstable'
  for (const [name, request] of requests) {
    const limit = limits.get(name)
    if (!limit || compare(limit, request) !== 0) return 'Burstable'
  }
  return 'Guaranteed'
}

/** Adds CPU and memory above zero; how many of the two there were. */
function addUp(sums: Map<string, Quantity>, list: ResourceList | undefined): number {
  if (!list) return 0
  let found = 0
  for (const name of ['cpu', 'memory']) {
    if (list[name] === undefined) continue
    const amount = quantity(list[name])
    if (sign(amount) <= 0) continue
    found++
    const sum = sums.get(name)
    sums.set(name, sum ? add(sum, amount) : amount)
  }
  return found
}

/**
 * oom_score_adj of a container: -997 guaranteed, 1000 best effort, between by the memory it asked for, with its share of what the pod asks for
 * beyond its containers (GetContainerOOMScoreAdjust). Pods without which a node is none count as guaranteed. A sidecar is never killed
 * before the container that asked for least.
 */
export function oomScoreAdjust(pod: Pod, containerName: string, memoryCapacity: number): number {
  if (pod.spec.priorityClassName === 'system-node-critical') return -997
  const qos = pod.status?.qosClass ?? qosClass(pod.spec as QOSSpec)
  if (qos === 'Guaranteed') return -997
  if (qos === 'BestEffort') return 1000
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
  const share = shareOfRest(pod, all.length)
  const raw = (asked: number): number => 1000 - Math.floor((1000 * (asked + share)) / memoryCapacity)
  const own = raw(memoryOf(all.find((c) => c.name === containerName)))
  const sidecar = sidecarsOf(pod.spec).some((c) => c.name === containerName)
  const score = sidecar ? Math.min(own, raw(Math.min(...pod.spec.containers.map(memoryOf)))) : own
  if (score < 3) return 3
  return score === 1000 ? 999 : score
}

const memoryOf = (of: { resources?: Resources } | undefined): number => quantity(of?.resources?.requests?.['memory']).value

/** remainingPodMemReqPerContainer */
function shareOfRest({ spec }: Pod, containers: number): number {
  const whole = (spec as QOSSpec).resources?.requests?.['memory']
  if (whole === undefined || sign(quantity(whole)) === 0) return 0
  return Math.trunc((quantity(whole).value - quantity(aggregateRequests(spec)['memory']).value) / containers)
}
