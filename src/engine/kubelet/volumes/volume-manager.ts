import type { Pod, Volume } from '../../api/types.ts'
import { quantity } from '../../api/quantity.ts'
import { resource } from '../../client/client.ts'
import { FileSystem, type Mount } from '../../runtime/filesystem.ts'
import { downwardValues } from '../downward-values.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { ReferencedObjects } from '../referenced-objects.ts'
import { wait, type Routine } from '../routine.ts'
import { contentOf, type Content, type ContentSources } from './content.ts'

const serviceAccounts = resource('serviceaccounts')
const claims = resource('persistentvolumeclaims')

/** Virtual ms: between two attempts to mount one volume (goroutinemap/exponentialbackoff), and until a sync gives up. */
const firstRetryMs = 500
const maxRetryMs = 122_000
const mountTimeoutMs = 123_000
const pollMs = 300

/**
 * The volumes of the node's pods: made before the first container starts, shared by the containers that mount them, gone with the
 * pod (pkg/kubelet/volumemanager). Those that the kubelet writes are written again at every sync of the pod.
 */
export class VolumeManager {
  readonly objects: ReferencedObjects
  private readonly context: KubeletContext
  /** Pod uid -> volume name -> its files. */
  private readonly mounted = new Map<string, Map<string, FileSystem>>()
  /** What outlives pods: directories of the node by path, persistent volumes by name. */
  private readonly lasting = new Map<string, FileSystem>()
  private readonly sources: ContentSources
  /** Pod uid -> its token, fetched once. */
  private readonly tokens = new Map<string, string>()

  constructor(context: KubeletContext) {
    this.context = context
    this.objects = new ReferencedObjects(context.client)
    this.sources = {
      objects: this.objects,
      downward: (pod) => downwardValues(context, pod),
      token: (pod) => this.requestToken(pod),
    }
  }

  /** Waits until all volumes are mounted; false when it has given up or the pod is to end. `ended` is asked while it waits. */
  *waitForAttachAndMount(pod: Pod, ended: () => boolean): Routine<boolean> {
    const { uid } = pod.metadata
    const volumes = pod.spec.volumes ?? []
    if (volumes.length === 0) return true
    const first = !this.mounted.has(uid)
    if (first) {
      const { client, latency } = this.context
      yield* wait<void>((resume) => client.later(latency.of('mountVolumes'), resume))
      this.mounted.set(uid, new Map())
    }
    const deadline = this.context.kernel.now + mountTimeoutMs
    for (const volume of volumes) if (!(yield* this.mountOne(pod, volume, deadline, ended))) return false
    if (first) this.record(pod, volumes)
    return true
  }

  mountsOf(pod: Pod, mounts: readonly { name: string; mountPath: string; readOnly?: boolean; subPath?: string }[]): Mount[] {
    const volumes = this.mounted.get(pod.metadata.uid)
    return mounts.flatMap(({ name, mountPath, readOnly, subPath }): Mount[] => {
      const source = volumes?.get(name)
      if (source === undefined) return []
      if (subPath && !source.exists(`/${subPath}`)) source.mkdir(`/${subPath}`)
      return [{ path: mountPath, source, readOnly: readOnly === true, ...(subPath ? { subPath } : {}) }]
    })
  }

  /** The files of one volume of a pod, for whoever measures them. */
  filesOf(uid: string): ReadonlyMap<string, FileSystem> {
    return this.mounted.get(uid) ?? new Map()
  }

  unmount(pod: Pod): void {
    this.mounted.delete(pod.metadata.uid)
    this.tokens.delete(pod.metadata.uid)
    this.objects.release(pod.metadata.uid)
  }

  private *mountOne(pod: Pod, volume: Volume, deadline: number, ended: () => boolean): Routine<boolean> {
    for (let retryMs = firstRetryMs; ; retryMs = Math.min(retryMs * 2, maxRetryMs)) {
      const failure = yield* this.setUp(pod, volume)
      if (failure === undefined) return true
      this.context.recorder.event(pod, 'Warning', 'FailedMount', `MountVolume.SetUp failed for volume "${volume.name}" : ${failure}`)
      const again = this.context.kernel.now + retryMs
      while (this.context.kernel.now < again) {
        if (ended() || this.context.kernel.now >= deadline) return false
        yield* wait<void>((resume) => this.context.client.later(pollMs, resume))
      }
    }
  }

  /** Makes a volume, or brings its content up to date; the words of what went wrong otherwise. */
  private *setUp(pod: Pod, volume: Volume): Routine<string | undefined> {
    const volumes = this.mounted.get(pod.metadata.uid)!
    const content = yield* contentOf(this.sources, pod, volume)
    if (content !== undefined) return this.write(volumes, volume, content)
    if (volumes.has(volume.name)) return undefined
    const made = yield* this.make(pod, volume)
    if (typeof made === 'string') return made
    volumes.set(volume.name, made)
    return undefined
  }

  private write(volumes: Map<string, FileSystem>, volume: Volume, content: Content): string | undefined {
    if ('error' in content) return volumes.has(volume.name) ? undefined : content.error
    let files = volumes.get(volume.name)
    if (files === undefined) volumes.set(volume.name, (files = this.newFiles()))
    const wanted = new Set(Object.keys(content.files))
    for (const name of files.list('/') ?? []) if (!wanted.has(name) && ![...wanted].some((path) => path.startsWith(`${name}/`))) files.remove(`/${name}`)
    for (const [path, text] of Object.entries(content.files)) {
      if (files.readText(`/${path}`) !== text) files.writeText(`/${path}`, text)
    }
    return undefined
  }

  private *make(pod: Pod, volume: Volume): Routine<FileSystem | string> {
    if (volume.hostPath !== undefined) return this.hostPath(volume.hostPath)
    if (volume.persistentVolumeClaim !== undefined) return yield* this.persistent(pod, volume.persistentVolumeClaim.claimName)
    const limit = volume.emptyDir?.sizeLimit
    // A memory-backed directory is as large as its limit; one on disk may grow beyond it until the pod is evicted.
    const sized = volume.emptyDir?.medium === 'Memory' && limit !== undefined
    return this.newFiles(sized ? quantity(limit).value : undefined)
  }

  private hostPath({ path, type }: { path: string; type?: string }): FileSystem | string {
    const key = `host:${path}`
    const found = this.lasting.get(key)
    if (found !== undefined) return found
    const mayCreate = !type || type === 'DirectoryOrCreate' || type === 'FileOrCreate'
    if (!mayCreate && !usualPaths.some((usual) => path === usual || path.startsWith(`${usual}/`))) {
      return `hostPath type check failed: ${path} is not a ${type!.toLowerCase()}`
    }
    const files = this.newFiles()
    this.lasting.set(key, files)
    return files
  }

  private *persistent(pod: Pod, claimName: string): Routine<FileSystem | string> {
    const { namespace } = pod.metadata
    type Answer = { code: number; body: any }
    const { code, body } = yield* wait<Answer>((resume) => this.context.client.send('get', claims, { namespace, name: claimName }, resume))
    if (code !== 200) return `error getting PVC ${namespace}/${claimName}`
    const volume = body.spec?.volumeName as string | undefined
    if (volume === undefined) return `PVC ${namespace}/${claimName} has non-bound phase ("${body.status?.phase ?? ''}") or empty pvc.Spec.VolumeName ("")`
    return this.context.persistentVolume(volume, () => this.newFiles())
  }

  private newFiles(capacityBytes?: number): FileSystem {
    return new FileSystem({ now: () => this.context.kernel.now, ...(capacityBytes === undefined ? {} : { capacityBytes }) })
  }

  private record(pod: Pod, volumes: readonly Volume[]): void {
    const { kernel, nodeName } = this.context
    const { namespace, name, uid } = pod.metadata
    const detail = { type: 'VolumesMounted', volumes: volumes.map((volume) => volume.name) }
    const kubelet = `kubelet/${nodeName}`
    kernel.record({ kind: 'runtime', from: kubelet, to: kubelet, resource: 'pods', namespace, name, uid, milestone: 'create/volumes', detail })
  }

  private *requestToken(pod: Pod): Routine<string | { error: string }> {
    const { namespace, uid, name: podName } = pod.metadata
    const name = pod.spec.serviceAccountName ?? 'default'
    const spec = { expirationSeconds: 3607, boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: podName, uid } }
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: { name }, spec }
    const known = this.tokens.get(uid)
    if (known !== undefined) return known
    type Answer = { code: number; body: any }
    const answer = yield* wait<Answer>((resume) => this.context.client.send('create', serviceAccounts, { namespace, name, subresource: 'token', body }, resume))
    if (answer.code >= 400 || answer.code === 0) return { error: `failed to fetch token: ${answer.body.message}` }
    const token = answer.body.status.token as string
    this.tokens.set(uid, token)
    return token
  }
}

/** What every Linux node has. */
const usualPaths = ['/', '/etc', '/var', '/tmp', '/usr', '/home', '/proc', '/sys', '/dev', '/run', '/opt', '/data', '/mnt']
