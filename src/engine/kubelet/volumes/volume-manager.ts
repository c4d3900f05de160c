import { makeSubPath, subPathFailure } from './sub-path.ts'
import type { KubeObject, Pod, Volume } from '../../api/types.ts'
import type { Fields } from '../../api/validation/report.ts'
import { attachedName, isAttachedTo } from '../../api/attaching.ts'
import { claimOf, notForPod } from '../../api/podClaims.ts'
import { isIPv4 } from '../../api/names.ts'
import { quantity } from '../../api/quantity.ts'
import { drivenBy } from '../../api/volumeDrivers.ts'
import { resource } from '../../client/client.ts'
import type { Random } from '../../kernel/random.ts'
import { attempt, Errno } from '../../runtime/filesystem/errno.ts'
import { directory, ROOT } from '../../runtime/filesystem/node.ts'
import type { JournalSources } from '../../runtime/node/services.ts'
import { FileSystem, type Mount } from '../../runtime/filesystem.ts'
import { imageFiles, lookupImage, type ImageConfig } from '../../runtime/images.ts'
import { downwardValues } from '../downward-values.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { ReferencedObjects } from '../referenced-objects.ts'
import { atOnce, wait, type Routine } from '../routine.ts'
import { isSame, writeAtomically, type Payload } from './atomic-writer.ts'
import { contentOf, type Content, type ContentSources, type TokenOptions } from './content.ts'
import { expandFiles } from './expand.ts'
import { hostServices, journalSources } from './host-services.ts'
import { assumeFiles } from './assumed-files.ts'
import { hostFiles, prepareHostPath } from './host-files.ts'
import { memoryDirectoryBytes } from './memory-directory.ts'
import { mountNfsFailed, obstacle, type Failure } from './mountable.ts'
import { ServiceAccountTokens } from './tokens.ts'

const claims = resource('persistentvolumeclaims')
const persistentVolumes = resource('persistentvolumes')
const nodes = resource('nodes')

/** Every pod has one: it teaches nothing (plugin/pkg/admission/serviceaccount). */
const tokenVolumes = 'kube-api-access-'

/** Virtual ms: between two attempts to mount one volume (goroutinemap/exponentialbackoff), and until a sync gives up. */
const firstRetryMs = 500
const maxRetryMs = 122_000
const mountTimeoutMs = 123_000
const pollMs = 300
const nfsPort = 2049
const dialMs = 3000

interface Retry {
  at: number
  /** Until the next one. */
  ms: number
  /** What is told when the attempt under way has failed, and when that is. */
  told?: { at: number; message: string }
}

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
  /** A driver gives it, which can make it larger. */
  mayGrow?: boolean
  /** What the kubelet has written there: nobody else can. */
  written?: Payload
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
  /** Pod uid -> volume name -> when a mount that has failed is tried again. */
  private readonly retries = new Map<string, Map<string, Retry>>()
  /** For names of directories. */
  private readonly digits: Random
  /** Told that a pod has changed the node's own files. */
  hostChanged: () => void = () => {}
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
    if (!(yield* this.mountAll(pod, volumes, ended))) return false
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
    assumeFiles(() => this.hostFiles(), pod)
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
        volumes.set(volume.name, 'files' in made ? made : empty)
      }
    }
  }

  private foundVolume(pod: Pod, volume: Volume, known: KnownObjects): MountedVolume | Failure {
    const name = claimOf(pod, volume)
    if (name === undefined) return this.mount(pod, volume.name, volume)
    const claim = known.get(`persistentvolumeclaims/${pod.metadata.namespace}/${name}`)
    const persistent = known.get(`persistentvolumes/${claim?.['spec'].volumeName ?? ''}`)
    return persistent === undefined ? { waits: true } : this.mountPersistent(pod, persistent)
  }

  mountsOf(pod: Pod, mounts: readonly { name: string; mountPath: string; readOnly?: boolean; subPath?: string }[]): Mount[] {
    const volumes = this.mounted.get(pod.metadata.uid)
    return mounts.flatMap(({ name, mountPath, readOnly, subPath }): Mount[] => {
      const volume = volumes?.get(name)
      if (volume === undefined) return []
      const { files, path = '' } = volume
      const below = subPath ? `${path}/${subPath}` : path
      // What is made up on the way, such as the node's directory of logs, takes no more: an empty one stands in.
      if (subPath && !files.exists(below) && attempt(() => makeSubPath(files, path, subPath)) instanceof Errno)
        return [{ path: mountPath, source: new FileSystem({ now: () => this.context.kernel.now }), readOnly: readOnly === true }]
      const origin = originOf(pod, name, subPath)
      return [{ path: mountPath, source: files, origin, readOnly: readOnly === true || volume.readOnly === true, ...(below === '' || below === '/' ? {} : { subPath: below }) }]
    })
  }

  /** Why a container cannot have the part of a volume that it wants (pkg/kubelet/kubelet_pods.go makeMounts); no more is told, lest the node's files are. */
  subPathProblem(pod: Pod, container: string, mounts: readonly { name: string; subPath?: string }[]): string | undefined {
    for (const { name, subPath } of mounts) {
      const volume = this.mounted.get(pod.metadata.uid)?.get(name)
      const failed = volume === undefined || !subPath ? undefined : subPathFailure(volume.files, volume.path ?? '', subPath)
      if (failed !== undefined) return `failed to ${failed} subPath ${failed === 'create' ? 'directory ' : ''}for volumeMount "${name}" of container "${container}"`
    }
    return undefined
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
    this.retries.delete(pod.metadata.uid)
    this.tokens.forget(pod.metadata.uid)
    this.objects.release(pod.metadata.uid)
  }

  /** Each volume is tried on its own, and again after twice as long. */
  private *mountAll(pod: Pod, volumes: readonly Volume[], ended: () => boolean): Routine<boolean> {
    const { kernel, recorder, client } = this.context
    const deadline = kernel.now + mountTimeoutMs
    for (let left = [...volumes]; ; ) {
      const still: Volume[] = []
      const unprocessed: string[] = []
      for (const volume of left) {
        const failure = yield* this.tryToMount(pod, volume)
        if (failure !== undefined) still.push(volume)
        if (failure !== undefined && 'unprocessed' in failure) unprocessed.push(failure.unprocessed)
      }
      if (unprocessed.length > 0) {
        const names = still.map(({ name }) => name).join(' ')
        recorder.event(pod, 'Warning', 'FailedMount', `Unable to attach or mount volumes: unmounted volumes=[${names}], unattached volumes=[], failed to process volumes=[${names}]: ${unprocessed.join('; ')}`)
        return false
      }
      if (still.length === 0) return true
      left = still
      if (ended() || kernel.now >= deadline) return false
      yield* wait<void>((resume) => client.later(pollMs, resume))
    }
  }

  private *tryToMount(pod: Pod, volume: Volume): Routine<Failure | undefined> {
    const { uid } = pod.metadata
    const { kernel, recorder } = this.context
    const retries = this.retries.get(uid) ?? new Map<string, Retry>()
    this.retries.set(uid, retries)
    const before = retries.get(volume.name)
    if (before?.told !== undefined && kernel.now >= before.told.at) {
      recorder.event(pod, 'Warning', 'FailedMount', before.told.message)
      delete before.told
    }
    if (before !== undefined && (before.told !== undefined || kernel.now < before.at)) return { waits: true }
    const failure = yield* this.setUp(pod, volume)
    if (failure === undefined) {
      retries.delete(volume.name)
      return undefined
    }
    if ('unprocessed' in failure) return failure
    const ms = before === undefined ? firstRetryMs : Math.min(before.ms * 2, maxRetryMs)
    retries.set(volume.name, { at: kernel.now + ms, ms, ...this.tell(pod, failure) })
    return failure
  }

  /** Tells of a failure at once, or says what is to be told when it has come to an end. */
  private tell(pod: Pod, failure: Failure): Pick<Retry, 'told'> {
    if (!('step' in failure)) return {}
    const { step, volume, why, afterMs } = failure
    const message = `${step} for volume "${volume}" : ${why}`
    if (afterMs !== undefined) return { told: { at: this.context.kernel.now + afterMs, message } }
    this.context.recorder.event(pod, 'Warning', 'FailedMount', message)
    return {}
  }

  /** Makes a volume, or brings its content up to date. */
  private *setUp(pod: Pod, volume: Volume): Routine<Failure | undefined> {
    const volumes = this.mounted.get(pod.metadata.uid)!
    const content = yield* contentOf(this.sources, pod, volume)
    if (content !== undefined) return this.write(pod, volumes, volume, content)
    // An image is pulled with those of the containers, and mounted then.
    if (volume.image !== undefined) return undefined
    if (volumes.has(volume.name)) return yield* this.lookForMore(pod, volume)
    const made = claimOf(pod, volume) === undefined ? yield* this.make(pod, volume) : yield* this.persistent(pod, volume)
    if (!('files' in made)) return made
    volumes.set(volume.name, made)
    return undefined
  }

  private write(pod: Pod, volumes: Map<string, MountedVolume>, volume: Volume, content: Content): Failure | undefined {
    const known = volumes.get(volume.name)
    if ('error' in content) return known === undefined ? setUpFailed(volume.name, content.error) : undefined
    // All but those of ConfigMaps lie in memory, as a tmpfs, whose root anybody may write.
    const files = known?.files ?? this.newFiles(pod, volume.configMap === undefined ? { mode: 0o1777, isTmpfs: true } : { mode: 0o777 })
    if (known?.written !== undefined && isSame(known.written, content.files)) return undefined
    // Whoever writes here would lose it at the next update: containers only read (since 1.9.6, as the volumes' attributes say).
    volumes.set(volume.name, { files, readOnly: true, written: content.files })
    writeAtomically(files, content.files, { digits: this.digits.text(10, '0123456789'), gid: pod.spec.securityContext?.fsGroup })
    if (!volume.name.startsWith(tokenVolumes)) this.context.notes.mounted(pod.metadata.uid, volume.name, content.files)
    return undefined
  }

  /** Why a volume cannot be mounted yet, if so. */
  private *keptFrom(pod: Pod, name: string, sources: Fields): Routine<Failure | undefined> {
    return obstacle(name, sources) ?? (yield* this.waitForAttach(sources)) ?? (yield* this.askForNfs(pod, name, sources))
  }

  private *make(pod: Pod, { name, ...sources }: Volume): Routine<MountedVolume | Failure> {
    return (yield* this.keptFrom(pod, name, sources)) ?? this.mount(pod, name, sources)
  }

  /** What a pod names itself, or what lies behind a claim of it; `name` is what events call it. */
  private mount(pod: Pod, name: string, sources: Fields): MountedVolume | Failure {
    const { hostPath, nfs, emptyDir } = sources
    if (hostPath !== undefined) return this.hostPath(name, hostPath)
    const driven = drivenBy(sources)
    const disk = nfs !== undefined ? `nfs ${nfs.server}:${nfs.path}` : driven === undefined ? undefined : attachedName(driven)
    if (disk !== undefined) return this.disk(pod, disk)
    const { medium, sizeLimit } = emptyDir ?? {}
    const inMemory = medium === 'Memory'
    // One on disk may grow beyond its limit until the pod is evicted.
    return { files: this.newFiles(pod, inMemory ? { mode: 0o1777, inMemory, sizeLimit } : { mode: 0o777 }) }
  }

  /** What is on no node's own disk. */
  private disk(pod: Pod, name: string): MountedVolume {
    return { files: this.context.persistentVolume(name, () => this.newFiles(pod, { mode: 0o777 })) }
  }

  /** A directory that a provisioner makes, and removes with the volume, is kept as a disk of its own. */
  private mountPersistent(pod: Pod, { metadata: { name, annotations }, spec }: KubeObject): MountedVolume | Failure {
    if (spec.local !== undefined) return this.local(name, spec.local)
    return annotations?.[provisionedBy] !== undefined && spec.hostPath !== undefined ? this.disk(pod, name) : this.mount(pod, name, spec)
  }

  private hostPath(name: string, { path, type = '' }: { path: string; type?: string }): MountedVolume | Failure {
    const why = prepareHostPath(this.hostFiles(), path, type)
    return why === undefined ? { files: this.hostFiles(), path } : setUpFailed(name, why)
  }

  get hasHostFiles(): boolean {
    return this.host !== undefined
  }

  get journal(): JournalSources {
    return journalSources(this.context)
  }

  /** As they were before anybody changed them. */
  originalFiles(): FileSystem {
    return hostFiles(this.context, hostServices(this.context))
  }

  /** The node's own files. */
  hostFiles(): FileSystem {
    if (this.host !== undefined) return this.host
    this.host = this.originalFiles()
    this.host.changedFromOutside = () => this.hostChanged()
    return this.host
  }

  /** Whoever answers where files are served has them. */
  private *askForNfs(pod: Pod, name: string, { nfs }: Fields): Routine<Failure | undefined> {
    if (nfs === undefined) return undefined
    const { network, nodeName, nodeIP } = this.context
    const answer = isIPv4(nfs.server)
      ? yield* wait<{ connected: true } | { error: string }>((resume) => network.tcp({ node: nodeName, ip: nodeIP }, nfs.server, nfsPort, dialMs, resume))
      : { error: 'unresolved' }
    return 'error' in answer ? mountNfsFailed(name, pod.metadata.uid, nfs, answer.error) : undefined
  }

  private *persistent(pod: Pod, of: Volume): Routine<MountedVolume | Failure> {
    const bound = yield* this.boundTo(pod, of)
    if (!('claim' in bound)) return bound
    const { claim, volume } = bound
    const failure = yield* this.keptFrom(pod, volume.metadata.name, volume['spec'])
    if (failure !== undefined) return failure
    yield* expandFiles(this.context, pod, claim, volume)
    const mounted = this.mountPersistent(pod, volume)
    return 'files' in mounted && drivenBy(volume['spec']) !== undefined ? { ...mounted, mayGrow: true } : mounted
  }

  /** A volume that is mounted may have grown (checkVolumeFSResize). Whatever else has become of it is of no interest here. */
  private *lookForMore(pod: Pod, of: Volume): Routine<undefined> {
    if (this.mounted.get(pod.metadata.uid)?.get(of.name)?.mayGrow !== true) return undefined
    const bound = yield* this.boundTo(pod, of)
    if ('claim' in bound) yield* expandFiles(this.context, pod, bound.claim, bound.volume)
    return undefined
  }

  /** A claim and what it is bound to, as the server has them now. */
  private *boundTo(pod: Pod, of: Volume): Routine<{ claim: KubeObject; volume: KubeObject } | Failure> {
    const { namespace } = pod.metadata
    const { client } = this.context
    type Answer = { code: number; body: any }
    const claimName = claimOf(pod, of)!
    const unprocessed = (why: string): Failure => ({ unprocessed: `error processing PVC ${namespace}/${claimName}: ${why}` })
    const { code, body } = yield* wait<Answer>((resume) => client.send('get', claims, { namespace, name: claimName }, resume))
    if (code !== 200) return unprocessed(`failed to fetch PVC from API server: ${body.message}`)
    const foreign = of.ephemeral == null ? undefined : notForPod(pod, body)
    if (foreign !== undefined) return { unprocessed: foreign }
    if (body.metadata.deletionTimestamp !== undefined) return unprocessed('PVC is being deleted')
    if (body.status?.phase !== 'Bound') return unprocessed('PVC is not bound')
    const name: string = body.spec.volumeName
    const volume = yield* wait<Answer>((resume) => client.send('get', persistentVolumes, { name }, resume))
    if (volume.code !== 200) return unprocessed(`failed to fetch PV ${name} from API server: ${volume.body.message}`)
    return { claim: body, volume: volume.body }
  }

  /** A directory that has to be on the node before. */
  private local(volume: string, { path }: { path: string }): MountedVolume | Failure {
    if (this.hostFiles().exists(path)) return { files: this.hostFiles(), path }
    return { step: 'MountVolume.NewMounter initialization failed', volume, why: `path "${path}" does not exist` }
  }

  /** A volume of a driver is mounted when the node lists it as attached (WaitForAttach). */
  private *waitForAttach(sources: Fields): Routine<Failure | undefined> {
    const driven = drivenBy(sources)
    if (driven === undefined) return undefined
    const { client, nodeName } = this.context
    type Answer = { code: number; body: any }
    const node = yield* wait<Answer>((resume) => client.send('get', nodes, { name: nodeName }, resume))
    return node.code === 200 && isAttachedTo(node.body, attachedName(driven)) ? undefined : { waits: true }
  }

  /** Whoever is in the pod's fsGroup may write, and what is made there belongs to the group (pkg/volume SetVolumeOwnership). */
  private newFiles(pod: Pod, o: { mode: number; inMemory?: boolean; isTmpfs?: boolean; sizeLimit?: string | undefined }): FileSystem {
    const { inMemory = false, isTmpfs = inMemory } = o
    const files = new FileSystem({ now: () => this.context.kernel.now, inMemory, isTmpfs, ...(isTmpfs ? { capacityBytes: this.memoryFor(pod, o.sizeLimit) } : {}) })
    const gid = pod.spec.securityContext?.fsGroup
    files.chmod('/', gid === undefined ? o.mode : o.mode | 0o2770, asRoot)
    if (gid !== undefined) files.chown('/', 0, gid, asRoot)
    return files
  }

  private memoryFor(pod: Pod, sizeLimit: string | undefined): number {
    const { status } = this.context.node()
    return memoryDirectoryBytes(pod, quantity(status.allocatable?.['memory'] ?? status.capacity?.['memory'] ?? '64Gi').value, sizeLimit)
  }

  private record(pod: Pod, volumes: readonly Volume[]): void {
    const { kernel, nodeName } = this.context
    const { namespace, name, uid } = pod.metadata
    const detail = { type: 'VolumesMounted', volumes: volumes.map((volume) => volume.name) }
    const kubelet = `kubelet/${nodeName}`
    kernel.record({ kind: 'runtime', from: kubelet, to: kubelet, resource: 'pods', namespace, name, uid, milestone: 'create/volumes', detail })
  }
}

const setUpFailed = (volume: string, why: string): Failure => ({ step: 'MountVolume.SetUp failed', volume, why })

const provisionedBy = 'pv.kubernetes.io/provisioned-by'

const runtimeDirectories = new Set(['dev', 'proc', 'sys'])

const asRoot = { cwd: '/', who: ROOT }

/** Where a volume lies on the node (pkg/kubelet/kubelet_getters.go getPodVolumeDir); what is mounted of one lies among the subpaths. */
function originOf({ metadata: { uid }, spec }: Pod, name: string, subPath: string | undefined): string {
  const root = `/var/lib/kubelet/pods/${uid}`
  if (subPath) return `${root}/volume-subpaths/${name}/${spec.containers[0]?.name ?? ''}/0`
  const volume = (spec.volumes ?? []).find((one) => one.name === name) as Record<string, { path?: string }> | undefined
  const kind = Object.keys(volume ?? {}).find((field) => field !== 'name') ?? 'emptyDir'
  if (kind === 'hostPath') return volume!['hostPath']!.path ?? ''
  return `${root}/volumes/kubernetes.io~${kind === 'persistentVolumeClaim' ? 'csi' : kind.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace('config-map', 'configmap')}/${name}`
}
