import type { KubeObject, Pod } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Routine } from '../../client/controller.ts'
import { disruptionTarget } from '../common/disruption.ts'
import { deletePod } from '../common/pods.ts'
import type { SharedInformers } from '../shared-informers.ts'

/** How often it looks (gcCheckPeriod), and how long a node may be missing before its pods go (quarantineTime). */
const periodMs = 20_000
const quarantineMs = 40_000

const roundKey = 'round'

/** pkg/controller/podgc: pods that no kubelet will ever end. */
export function startPodGarbageCollector(options: ComponentOptions, informers: SharedInformers): void {
  const nodes = informers.of<KubeObject>(resource('nodes'))
  const { pods } = informers
  const missingSince = new Map<string, number>()
  const controller: Controller = new Controller(options, 'pod-garbage-collector', 1, round)

  function* round(): Routine {
    const { now } = controller
    for (const name of [...missingSince.keys()]) if (nodes.get(undefined, name) !== undefined) missingSince.delete(name)
    for (const pod of [...pods.all()]) {
      const { nodeName } = pod.spec
      if (!nodeName) {
        if (pod.metadata.deletionTimestamp !== undefined) yield* remove(pod)
        continue
      }
      if (nodes.get(undefined, nodeName) !== undefined) continue
      const since = missingSince.get(nodeName) ?? now
      missingSince.set(nodeName, since)
      if (now - since < quarantineMs) continue
      const ended = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed'
      const status = ended ? {} : { phase: 'Failed' }
      yield* must(disruptionTarget(pod, 'DeletionByPodGC', 'PodGC: node no longer exists', now, status))
      yield* remove(pod)
    }
    return { requeueAfterMs: periodMs }
  }

  controller.queue.addAfter(roundKey, periodMs)
}

function* remove(pod: Pod): Routine<void> {
  yield* must({ ...deletePod(pod), body: { gracePeriodSeconds: 0 }, tolerate: [404] })
}
