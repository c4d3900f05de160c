import { claimOf, claimsOf, notForPod } from '../../api/podClaims.ts'
import type { KubeObject, Pod, Volume } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Routine } from '../../client/controller.ts'
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
    const { namespace } = pod.metadata
    for (const volume of pod.spec.volumes ?? []) {
      if (volume.ephemeral == null) continue
      const present = all.get(namespace, claimOf(pod, volume)!)
      const foreign = present === undefined ? undefined : notForPod(pod, present)
      if (foreign !== undefined) {
        controller.recorder.event(pod, 'Warning', 'FailedBinding', `ephemeral volume ${volume.name}: ${foreign}`)
        return { failed: true }
      }
      if (present === undefined) yield* must({ verb: 'create', info: claims, namespace, body: claimFor(pod, volume) })
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
