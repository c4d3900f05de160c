import { claimOf, claimsOf, notForPod } from '../../api/podClaims.ts'
import type { KubeObject, Pod, Volume } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, type Routine } from '../../client/controller.ts'
import { keyOf } from '../../client/informer.ts'
import { controllerReference } from '../common/pods.ts'
import type { SharedInformers } from '../shared-informers.ts'

const claims = resource('persistentvolumeclaims')

const hasEphemeral = ({ spec }: Pod): boolean => spec.volumes?.some(({ ephemeral }) => ephemeral != null) === true

/** pkg/controller/volume/ephemeral: a volume that a pod describes itself gets a claim of its own, which goes with the pod (KEP-1698). */
export function startEphemeralVolumes(options: ComponentOptions, informers: SharedInformers): void {
  const { pods } = informers
  const all = informers.of<KubeObject>(claims)
  const controller: Controller = new Controller(options, 'ephemeral-volume-controller', 10, sync, 'ephemeral_volume')

  function* sync(key: string): Routine {
    const pod = pods.byKey(key)
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) return
    for (const volume of pod.spec.volumes ?? []) {
      if (volume.ephemeral == null) continue
      const present = all.get(pod.metadata.namespace, claimOf(pod, volume)!)
      const wrong = present === undefined ? yield* refusal(pod, volume) : notForPod(pod, present)
      if (wrong !== undefined) {
        controller.recorder.event(pod, 'Warning', 'FailedBinding', `ephemeral volume ${volume.name}: ${wrong}`)
        return { failed: true }
      }
    }
  }

  pods.onChange(({ type, object, old }) => {
    if (type !== 'delete' && (old === undefined || object === old) && hasEphemeral(object)) controller.queue.add(keyOf(object))
  })
  all.onChange(({ type, object: { metadata } }) => {
    if (type !== 'delete') return
    for (const pod of pods.byIndex('namespace', metadata.namespace!)) if (hasEphemeral(pod) && claimsOf(pod).includes(metadata.name)) controller.queue.add(keyOf(pod))
  })
}

/** Why the claim could not be made; undefined: it is there. */
function* refusal(pod: Pod, volume: Volume): Routine<string | undefined> {
  const response = yield* ask({ verb: 'create', info: claims, namespace: pod.metadata.namespace!, body: claimFor(pod, volume) })
  return isRefusal(response) ? `create PVC ${claimOf(pod, volume)}: ${(response.body as { message?: string }).message ?? ''}` : undefined
}

export function claimFor(pod: Pod, volume: Volume): object {
  const { metadata: { labels, annotations } = {}, spec } = volume.ephemeral!.volumeClaimTemplate!
  const metadata = {
    name: claimOf(pod, volume),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ownerReferences: [controllerReference(pod as unknown as KubeObject)],
  }
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec }
}
