import { capacityOf, isMore, resized, type Progress } from '../../api/claimResize.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { drivenBy } from '../../api/volumeDrivers.ts'
import { resource } from '../../client/client.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { wait, type Routine } from '../routine.ts'

const claims = resource('persistentvolumeclaims')
const jsonMergePatch = 'application/merge-patch+json'

/**
 * The files on a volume grow to the size that the volume has by now, when it is mounted or at a later sync of a pod that uses it
 * (pkg/volume/util/operationexecutor node_expander.go). A refusal is no failure: the next sync tries again.
 */
export function* expandFiles(context: KubeletContext, pod: Pod, claim: KubeObject, volume: KubeObject): Routine<void> {
  const size: string | undefined = volume['spec'].capacity?.storage
  if (drivenBy(volume['spec']) === undefined || volume['spec'].volumeMode === 'Block' || !isMore(size, capacityOf(claim))) return
  const { client, kernel, recorder, nodeName } = context
  const { namespace, name } = claim.metadata
  const patch = (status: object) =>
    wait<{ code: number; body: any }>((resume) => client.send('patch', claims, { subresource: 'status', namespace, name, body: { status }, contentType: jsonMergePatch }, resume))
  const underWay: Progress = 'NodeResizeInProgress'
  const marked = yield* patch({ allocatedResourceStatuses: { storage: underWay } })
  if (marked.code !== 200) return
  const finished = yield* patch(resized(marked.body, size!, kernel.now))
  if (finished.code !== 200) return
  const message = `MountVolume.NodeExpandVolume succeeded for volume "${volume.metadata.name}" ${nodeName}`
  for (const object of [pod, finished.body as KubeObject]) recorder.event(object, 'Normal', 'FileSystemResizeSuccessful', message)
}
