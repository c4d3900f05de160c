import type { Node, Pod } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Routine } from '../../client/controller.ts'
import { strategicPatch } from '../common/claim.ts'
import { disruptionTarget } from '../common/disruption.ts'
import { deletePod, hasEnded, podsResource, timeOf } from '../common/pods.ts'
import { readyStatus } from '../node/decide.ts'
import type { SharedInformers } from '../shared-informers.ts'

/** How often it looks (gcCheckPeriod), and how long a node may be missing before its pods go (quarantineTime). */
const periodMs = 20_000
const quarantineMs = 40_000

/** So many pods that have ended may lie about (terminated-pod-gc-threshold). */
const terminatedThreshold = 12_500
const outOfService = 'node.kubernetes.io/out-of-service'

const roundKey = 'round'

/** Evicted ones first, then the oldest (byEvictionAndCreationTimestamp); `threshold` are left. */
export function surplusEnded(pods: readonly Pod[], threshold = terminatedThreshold): Pod[] {
  const ended = pods.filter(hasEnded)
  if (ended.length <= threshold) return []
  const evicted = ({ status }: Pod): boolean => status.phase === 'Failed' && status.reason === 'Evicted'
  const sorted = ended.toSorted((a, b) =>
    Number(evicted(b)) - Number(evicted(a)) || timeOf(a.metadata.creationTimestamp) - timeOf(b.metadata.creationTimestamp) || (a.metadata.name < b.metadata.name ? -1 : 1))
  return sorted.slice(0, ended.length - threshold)
}

/** A node that is not ready and of which somebody has said that it will not come back (KEP-2268). */
function isOutOfService(node: Node | undefined): boolean {
  return node !== undefined && readyStatus(node) !== 'True' && node.spec.taints?.some(({ key }) => key === outOfService) === true
}

/** pkg/controller/podgc: pods that no kubelet will ever end. */
export function startPodGarbageCollector(options: ComponentOptions, informers: SharedInformers): void {
  const nodes = informers.of<Node>(resource('nodes'))
  const { pods } = informers
  const missingSince = new Map<string, number>()
  const controller: Controller = new Controller(options, 'pod-garbage-collector', 1, round)

  function* round(): Routine {
    const { now } = controller
    for (const name of [...missingSince.keys()]) if (nodes.get(undefined, name) !== undefined) missingSince.delete(name)
    const all = [...pods.all()]
    for (const pod of surplusEnded(all)) yield* remove(pod)
    for (const pod of all) {
      const { nodeName } = pod.spec
      const node = nodes.get(undefined, nodeName ?? '')
      const marked = pod.metadata.deletionTimestamp !== undefined
      if (!nodeName || node !== undefined) {
        if (marked && (!nodeName || isOutOfService(node))) yield* markFailedAndRemove(pod)
        continue
      }
      const since = missingSince.get(nodeName) ?? now
      missingSince.set(nodeName, since)
      if (now - since < quarantineMs) continue
      yield* must(disruptionTarget(pod, 'DeletionByPodGC', 'PodGC: node no longer exists', now, hasEnded(pod) ? {} : { phase: 'Failed' }))
      yield* remove(pod)
    }
    return { requeueAfterMs: periodMs }
  }

  controller.queue.addAfter(roundKey, periodMs)
}

/** Whoever counts ended pods must not miss it. */
function* markFailedAndRemove(pod: Pod): Routine<void> {
  const { namespace, name, uid } = pod.metadata
  if (!hasEnded(pod)) {
    const body = { metadata: { uid }, status: { phase: 'Failed' } }
    yield* must({ verb: 'patch', info: podsResource, subresource: 'status', namespace, name, body, contentType: strategicPatch, tolerate: [404] })
  }
  yield* remove(pod)
}

function* remove(pod: Pod): Routine<void> {
  yield* must({ ...deletePod(pod), body: { gracePeriodSeconds: 0 }, tolerate: [404] })
}
