import type { Pod, Volume } from '../../api/types.ts'
import { resource } from '../../client/client.ts'
import { FileSystem, type Mount } from '../../runtime/filesystem.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { wait, type Routine } from '../routine.ts'

const serviceAccounts = resource('serviceaccounts')

/**
 * The volumes of the node's pods: made before the first container starts, shared by the containers that mount them,
 * gone with the pod (pkg/kubelet/volumemanager).
 */
export class VolumeManager {
  private readonly context: KubeletContext
  /** Pod uid -> volume name -> its files. */
  private readonly mounted = new Map<string, Map<string, FileSystem>>()

  constructor(context: KubeletContext) {
    this.context = context
  }

  /** Waits until all volumes are there; returns the words of FailedMount otherwise. */
  *waitForAttachAndMount(pod: Pod): Routine<string | undefined> {
    const { uid } = pod.metadata
    const volumes = pod.spec.volumes ?? []
    if (this.mounted.has(uid) || volumes.length === 0) return undefined
    const { kernel, client, latency, nodeName } = this.context
    yield* wait<void>((resume) => client.later(latency.of('mountVolumes'), resume))
    const files = new Map<string, FileSystem>()
    for (const volume of volumes) files.set(volume.name, yield* this.mount(pod, volume))
    this.mounted.set(uid, files)
    const about = { resource: 'pods', namespace: pod.metadata.namespace, name: pod.metadata.name, uid }
    const detail = { type: 'VolumesMounted', volumes: volumes.map(({ name }) => name) }
    kernel.record({ kind: 'runtime', from: `kubelet/${nodeName}`, to: `kubelet/${nodeName}`, ...about, milestone: 'create/volumes', detail })
    return undefined
  }

  mountsOf(pod: Pod, mounts: readonly { name: string; mountPath: string; readOnly?: boolean; subPath?: string }[]): Mount[] {
    const volumes = this.mounted.get(pod.metadata.uid)
    return mounts.flatMap(({ name, mountPath, readOnly, subPath }): Mount[] => {
      const source = volumes?.get(name)
      if (source === undefined) return []
      return [{ path: mountPath, source, readOnly: readOnly === true, ...(subPath ? { subPath } : {}) }]
    })
  }

  unmount(pod: Pod): void {
    this.mounted.delete(pod.metadata.uid)
  }

  private *mount(pod: Pod, volume: Volume): Routine<FileSystem> {
    const files = new FileSystem({ now: () => this.context.kernel.now })
    for (const source of volume.projected?.sources ?? []) {
      if (source.serviceAccountToken !== undefined) {
        const token = yield* this.requestToken(pod)
        files.writeText(`/${source.serviceAccountToken.path}`, token)
      }
    }
    return files
  }

  private *requestToken(pod: Pod): Routine<string> {
    const { namespace } = pod.metadata
    const name = pod.spec.serviceAccountName ?? 'default'
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3607, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: pod.metadata.name, uid: pod.metadata.uid } } }
    yield* wait<unknown>((resume) => this.context.client.send('create', serviceAccounts, { namespace, name, subresource: 'token', body }, resume))
    return `token of ${namespace}/${name}`
  }
}
