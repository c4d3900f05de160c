import type { Container, Pod } from '../../api/types.ts'
import { lookupImage } from '../../runtime/images.ts'
import type { ImageManager } from '../images/image-manager.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import type { Keyring } from '../images/pull-secrets.ts'
import type { Routine } from '../routine.ts'
import type { StartFailure } from '../status/container-statuses.ts'
import type { VolumeManager } from './volume-manager.ts'

/** Pulls the images that a container mounts as volumes (KEP-4639); why it cannot start when one of them cannot be had. */
export function* mountImageVolumes(
  context: KubeletContext,
  images: ImageManager,
  volumes: VolumeManager,
  pod: Pod,
  container: Container,
  keyring: Keyring,
): Routine<StartFailure | undefined> {
  for (const { name } of container.volumeMounts ?? []) {
    const image = pod.spec.volumes?.find((volume) => volume.name === name)?.image
    if (image === undefined || volumes.filesOf(pod.metadata.uid, name) !== undefined) continue
    const reference = image.reference ?? ''
    const asContainer = { name: container.name, image: reference, imagePullPolicy: image.pullPolicy ?? 'IfNotPresent' } as Container
    const event = (type: 'Normal' | 'Warning', reason: string, message: string): void => context.recorder.event(pod, type, reason, message)
    const failure = yield* images.ensureImageExists(pod, asContainer, event, keyring)
    if (failure !== undefined) return failure
    volumes.mountImage(pod, name, lookupImage(reference)!)
  }
  return undefined
}
