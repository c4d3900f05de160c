import type { KubeObject, Pod, Volume } from '../../api/types.ts'
import { attachedName, isAttachedTo } from '../../api/attaching.ts'
import { quantity } from '../../api/quantity.ts'
import { resource } from '../../client/client.ts'
import type { Random } from '../../kernel/random.ts'
import { directory, ROOT } from '../../runtime/filesystem/node.ts'
import { FileSystem, type Mount } from '../../runtime/filesystem.ts'
import { imageFiles, lookupImage, type ImageConfig } from '../../runtime/images.ts'
import { downwardValues } from '../downward-values.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { ReferencedObjects } from '../referenced-objects.ts'
import { atOnce, wait, type Routine } from '../routine.ts'
import { writeAtomically } from './atomic-writer.ts'
import { contentOf, type Content, type ContentSources, type TokenOptions } from './content.ts'
import { hostFiles, prepareHostPath } from './host-files.ts'
import { ServiceAccountTokens } from './tokens.ts'

const claims = resource('persistentvolumeclaims')
const persistentVolumes = resource('persistentvolumes')
const nodes = resource('nodes')

/** Every pod has one: it teaches nothing (plugin/pkg/admission/serviceaccount). */
const tokenVolumes = 'kube-api-access-'

/** Not told to anybody: it is only waited for. */
const notAttached = 'Volume not attached according to node status'

/** Virtual ms: between two attempts to mount one volume (goroutinemap/exponentialbackoff), and until a sync gives up. */
const firstRetryMs = 500
const maxRetryMs = 122_000
const mountTimeoutMs = 123_000
const pollMs = 300

/** What a kubelet that has been up for a while knows of the objects that its pods name. */
export interface KnownObjects {
  get(key: string): KubeObject | undefined
  range(prefix: string): KubeObject[]
  token(pod: Pod, options: TokenOptions): string
}

/** A volume that is mounted, or the part of the node's files that it is. */
interface MountedVolume {
  files: FileSystem
  /** Below the root of `files`. */
  path?: string
  readOnly?: boolean
}

/**
 * The volumes of the node's pods: made before the first container starts, shared by the containers that mount them, gone with the
 * pod (pkg/kubelet/volumemanager). Those that the kubelet writes are written again at every sync of the pod.
 */
export class VolumeManager {
  readonly objects: ReferencedObjects
  private readonly context: KubeletContext
  /** Pod uid -> volume name -> what is mounted. */
  private readonly mounted = new Map<string, Map<string, MountedVolume>>()
  private readonly sources: ContentSources
  private readonly tokens: ServiceAccountTokens
  /** For names of directories. */
  private readonly digits: Random
  /** The node's own files, made when a pod first asks for them. */
  private host: FileSystem | undefined

  constructor(context: KubeletContext) {
    this.context = context
    this.objects = new ReferencedObjects(context.client)
    this.tokens = new ServiceAccountTokens(context)
    this.digits = context.kernel.random(`volumes of ${context.nodeName}`)
    this.sources = {
      objects: this.objects,
      downward: (pod) => downwardValues(context, pod),
      token: (pod, options) => this.tokens.get(pod, options),
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

  /** All of these are known already until this is called with nothing. */
  setKnown(known: KnownObjects | undefined): void {
    this.objects.known = known
    this.tokens.issued = known?.token
  }

  /** The volumes of a pod that was here before anybody looked. What is in them nobody knows, but for what objects say; what cannot be had is empty. */
  found(pod: Pod, known: KnownObjects): void {
    const volumes = new Map<string, MountedVolume>()
    this.mounted.set(pod.metadata.uid, volumes)
    for (const volume of pod.spec.volumes ?? []) {
      const content = atOnce(contentOf(this.sources, pod, volume))
      const empty: MountedVolume = { files: this.newFiles(pod, { mode: 0o777 }) }
      if (content !== undefined) {
        if (this.write(pod, volumes, volume, content) !== undefined) volumes.set(volume.name, { ...empty, readOnly: true })
      } else if (volume.image !== undefined) {
        const image = lookupImage(volume.image.reference ?? '')
        if (image === undefined) volumes.set(volume.name, empty)
        else this.mountImage(pod, volume.name, image)
      } else {
        const made = this.foundVolume(pod, volume, known)
        volumes.set(volume.name, typeof made === 'string' ? empty : made)
      }
    }
  }

  private foundVolume(pod: Pod, volume: Volume, known: KnownObjects): MountedVolume | string {
    if (volume.persistentVolumeClaim === undefined) return atOnce(this.make(pod, volume))
    const key = `persistentvolumeclaims/${pod.metadata.namespace}/${volume.persistentVolumeClaim.claimName}`
    const claim = known.get(key)?.['spec'].volumeName as string | undefined
    return claim === undefined ? 'not bound' : { files: this.context.persistentVolume(claim, () => this.newFiles(pod, { mode: 0o777 })) }
  }

  mountsOf(pod: Pod, mounts: readonly { name: string; mountPath: string; readOnly?: boolean; subPath?: string }[]): Mount[] {
    const volumes = this.mounted.get(pod.metadata.uid)
    return mounts.flatMap(({ name, mountPath, readOnly, subPath }): Mount[] => {
      const volume = volumes?.get(name)
      if (volume === undefined) return []
      const { files, path = '' } = volume
      const below = subPath ? `${path}/${subPath}` : path
      if (subPath && !files.exists(below)) files.mkdir(below)
      return [{ path: mountPath, source: files, readOnly: readOnly === true || volume.readOnly === true, ...(below === '' || below === '/' ? {} : { subPath: below }) }]
    })
  }

  /** The files of an emptyDir, for whoever measures them. */
  filesOf(uid: string, volume: string): FileSystem | undefined {
    return this.mounted.get(uid)?.get(volume)?.files
  }

  /** An image's files stand where a volume is to be (KEP-4639): the image is on the node. */
  mountImage(pod: Pod, volume: string, image: ImageConfig): void {
    const { entries } = imageFiles(image)
    // What the runtime mounts into a container's root is no part of the image.
    const own = Object.fromEntries([...entries].filter(([name]) => !runtimeDirectories.has(name)))
    const files = new FileSystem({ now: () => this.context.kernel.now, image: directory(own) })
    this.mounted.get(pod.metadata.uid)?.set(volume, { files, readOnly: true })
  }

  unmount(pod: Pod): void {
    for (const volume of this.mounted.get(pod.metadata.uid)?.keys() ?? []) this.context.notes.unmounted(pod.metadata.uid, volume)
    this.mounted.delete(pod.metadata.uid)
    this.tokens.forget(pod.metadata.uid)
    this.objects.release(pod.metadata.uid)
  }

  private *mountOne(pod: Pod, volume: Volume, deadline: number, ended: () => boolean): Routine<boolean> {
    for (let retryMs = firstRetryMs; ; retryMs = Math.min(retryMs * 2, maxRetryMs)) {
      const failure = yield* this.setUp(pod, volume)
      if (failure === undefined) return true
      if (failure !== notAttached) this.context.recorder.event(pod, 'Warning', 'FailedMount', `MountVolume.SetUp failed for volume "${volume.name}" : ${failure}`)
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
    if (content !== undefined) return this.write(pod, volumes, volume, content)
    // An image is pulled with those of the containers, and mounted then.
    if (volumes.has(volume.name) || volume.image !== undefined) return undefined
    const made = yield* this.make(pod, volume)
    if (typeof made === 'string') return made
    volumes.set(volume.name, made)
    return undefined
  }

  private write(pod: Pod, volumes: Map<string, MountedVolume>, volume: Volume, content: Content): string | undefined {
    const known = volumes.get(volume.name)
    if ('error' in content) return known === undefined ? content.error : undefined
    // All but those of ConfigMaps lie in memory, as a tmpfs, whose root anybody may write.
    const files = known?.files ?? this.newFiles(pod, volume.configMap === undefined ? { mode: 0o1777, isTmpfs: true } : { mode: 0o777 })
    // Whoever writes here would lose it at the next update: containers only read (since 1.9.6, as the volumes' attributes say).
    if (known === undefined) volumes.set(volume.name, { files, readOnly: true })
    const digits = this.digits.text(10, '0123456789')
    const written = writeAtomically(files, content.files, { digits, gid: pod.spec.securityContext?.fsGroup })
    if (written && !volume.name.startsWith(tokenVolumes)) this.context.notes.mounted(pod.metadata.uid, volume.name, content.files)
    return undefined
  }

  private *make(pod: Pod, volume: Volume): Routine<MountedVolume | string> {
    if (volume.hostPath !== undefined) return this.hostPath(volume.hostPath)
    if (volume.persistentVolumeClaim !== undefined) return yield* this.persistent(pod, volume.persistentVolumeClaim.claimName)
    const { medium, sizeLimit } = volume.emptyDir ?? {}
    const inMemory = medium === 'Memory'
    // A memory-backed directory is as large as its limit; one on disk may grow beyond it until the pod is evicted.
    const capacityBytes = inMemory && sizeLimit !== undefined ? quantity(sizeLimit).value : undefined
    return { files: this.newFiles(pod, { mode: inMemory ? 0o1777 : 0o777, inMemory, capacityBytes }) }
  }

  private hostPath({ path, type = '' }: { path: string; type?: string }): MountedVolume | string {
    this.host ??= hostFiles(this.context.nodeName, () => this.context.kernel.now)
    return prepareHostPath(this.host, path, type) ?? { files: this.host, path }
  }

  private *persistent(pod: Pod, claimName: string): Routine<MountedVolume | string> {
    const { namespace } = pod.metadata
    type Answer = { code: number; body: any }
    const { code, body } = yield* wait<Answer>((resume) => this.context.client.send('get', claims, { namespace, name: claimName }, resume))
    if (code !== 200) return `error getting PVC ${namespace}/${claimName}`
    const volume = body.spec?.volumeName as string | undefined
    if (volume === undefined) return `PVC ${namespace}/${claimName} has non-bound phase ("${body.status?.phase ?? ''}") or empty pvc.Spec.VolumeName ("")`
    const problem = yield* this.waitForAttach(volume)
    if (problem !== undefined) return problem
    return { files: this.context.persistentVolume(volume, () => this.newFiles(pod, { mode: 0o777 })) }
  }

  /** A network volume is mounted when the node lists it as attached (WaitForAttach); the words of what is wrong until then. */
  private *waitForAttach(name: string): Routine<string | undefined> {
    const { client, nodeName } = this.context
    type Answer = { code: number; body: any }
    const volume = yield* wait<Answer>((resume) => client.send('get', persistentVolumes, { name }, resume))
    const attached = volume.code === 200 ? attachedName(volume.body) : undefined
    if (attached === undefined) return undefined
    const node = yield* wait<Answer>((resume) => client.send('get', nodes, { name: nodeName }, resume))
    return node.code === 200 && isAttachedTo(node.body, attached) ? undefined : notAttached
  }

  /** Whoever is in the pod's fsGroup may write, and what is made there belongs to the group (pkg/volume SetVolumeOwnership). */
  private newFiles(pod: Pod, o: { mode: number; inMemory?: boolean; isTmpfs?: boolean; capacityBytes?: number | undefined }): FileSystem {
    const files = new FileSystem({ now: () => this.context.kernel.now, inMemory: o.inMemory === true, isTmpfs: o.isTmpfs === true, ...(o.capacityBytes === undefined ? {} : { capacityBytes: o.capacityBytes }) })
    const gid = pod.spec.securityContext?.fsGroup
    files.chmod('/', gid === undefined ? o.mode : o.mode | 0o2770, asRoot)
    if (gid !== undefined) files.chown('/', 0, gid, asRoot)
    return files
  }

  private record(pod: Pod, volumes: readonly Volume[]): void {
    const { kernel, nodeName } = this.context
    const { namespace, name, uid } = pod.metadata
    const detail = { type: 'VolumesMounted', volumes: volumes.map((volume) => volume.name) }
    const kubelet = `kubelet/${nodeName}`
    kernel.record({ kind: 'runtime', from: kubelet, to: kubelet, resource: 'pods', namespace, name, uid, milestone: 'create/volumes', detail })
  }
}

const runtimeDirectories = new Set(['dev', 'proc', 'sys'])

const asRoot = { cwd: '/', who: ROOT }
