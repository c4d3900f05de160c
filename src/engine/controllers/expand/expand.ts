import { capacityOf, filesPending, isMore, isWaitingForNode, requestedOf, resizeConditions, resized, type Progress } from '../../api/claimResize.ts'
import type { KubeObject } from '../../api/types.ts'
import { drivenBy, driverOf, pluginBefore } from '../../api/volumeDrivers.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Call, type Ending, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { EventRecorder } from '../../client/recorder.ts'
import type { Latency } from '../../latency.ts'
import { hasDriver } from '../attachdetach/attachments.ts'
import { jsonMergePatch } from '../common/claim.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { isToChange, Modifier } from './modify.ts'

const claims = resource('persistentvolumeclaims')
const volumes = resource('persistentvolumes')
const classes = resource('storageclasses', 'storage.k8s.io')

const attributesClasses = resource('volumeattributesclasses', 'storage.k8s.io')

/** Before the key of a claim: its attributes are looked at, not its size. */
const attributesKey = 'attributes '

const resizerAnnotation = 'volume.kubernetes.io/storage-resizer'

/** Claims that ask for more than they have. */
const isToGrow = (claim: KubeObject): boolean => claim['status']?.phase === 'Bound' && isMore(requestedOf(claim), capacityOf(claim))

/** pkg/controller/volume/expand: nothing in the tree can make a volume larger any more, so it says who is waited for. */
export function startVolumeExpand(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(claims)
  const controller: Controller = new Controller(options, 'expand-controller', 10, sync, 'volume_expand')

  function* sync(key: string): Routine {
    const claim = all.byKey(key)
    if (claim === undefined || !isToGrow(claim)) return
    const volume = yield* must({ verb: 'get', info: volumes, name: claim['spec'].volumeName })
    if (volume['spec'].claimRef?.uid !== claim.metadata.uid) return { failed: true }
    const plugin = pluginBefore(volume['spec'])
    const message = plugin === undefined ? 'waiting for an external controller to expand this PVC' : `CSI migration enabled for ${plugin}; waiting for external resizer to expand the pvc`
    controller.recorder.event(claim, 'Normal', 'ExternalExpanding', message)
    if (plugin === undefined) return
    const { namespace, name } = claim.metadata
    yield* must({ verb: 'patch', info: claims, namespace, name, body: { metadata: { annotations: { [resizerAnnotation]: driverOf(plugin) } } }, contentType: jsonMergePatch })
  }

  all.onChange(({ type, object, old }) => {
    if (type !== 'delete' && isToGrow(object) && (old === undefined || isMore(requestedOf(object), requestedOf(old)) || isMore(capacityOf(object), capacityOf(old)))) {
      controller.queue.add(keyOf(object))
    }
  })
}

/**
 * The external-resizer beside each driver (github.com/kubernetes-csi/external-resizer pkg/controller): it has the driver make the volume
 * larger, or change its attributes; the files on it are for the node to grow. Here a cluster that has a class of a driver's volumes has the driver, too.
 */
export function startExternalResizer(options: ComponentOptions, informers: SharedInformers): void {
  new ExternalResizer({ ...options, process: 'cloud-controller-manager' }, informers)
}

class ExternalResizer {
  private readonly claims: Informer<KubeObject>
  private readonly volumes: Informer<KubeObject>
  private readonly classes: Informer<KubeObject>
  private readonly controller: Controller
  private readonly latency: Latency
  private readonly modifier: Modifier
  private readonly recorders = new Map<string, EventRecorder>()
  /** Key of a claim -> the size under way, and when the driver will have made it: virtual ms. */
  private readonly underWay = new Map<string, { size: string; doneAt: number }>()

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.claims = informers.of(claims)
    this.volumes = informers.of(volumes)
    this.classes = informers.of(classes)
    this.latency = options.latency
    const controller = new Controller(options, 'external-resizer', 10, (key) => this.sync(key))
    this.controller = controller
    const attributes = informers.of<KubeObject>(attributesClasses)
    this.modifier = new Modifier({
      controller, attributes,
      duration: () => this.latency.of('provisionVolume'),
      recorderOf: (driver) => this.recorderOf(driver),
      status: (claim, status) => this.status(claim, status),
    })
    const look = (claim: KubeObject): void => {
      if (isToGrow(claim)) controller.queue.add(keyOf(claim))
      if (isToChange(claim)) controller.queue.add(attributesKey + keyOf(claim))
    }
    this.claims.onChange(({ type, object }) => {
      if (type === 'delete') this.underWay.delete(keyOf(object))
      else look(object)
    })
    attributes.onChange(({ type }) => {
      if (type !== 'delete') for (const claim of this.claims.all()) look(claim)
    })
  }

  private *sync(key: string): Routine {
    const changes = key.startsWith(attributesKey)
    const claim = this.claims.byKey(changes ? key.slice(attributesKey.length) : key)
    if (claim === undefined || !(changes ? isToChange(claim) : isToGrow(claim))) return
    const volume = this.volumes.get(undefined, claim['spec'].volumeName)
    if (volume?.['spec'].claimRef?.uid !== claim.metadata.uid) return
    const driver = drivenBy(volume!['spec'])?.driver
    if (driver === undefined || !hasDriver(this.classes, driver)) return
    return yield* changes ? this.modifier.sync(claim, volume!, driver) : this.grow(key, claim, volume!, driver)
  }

  private *grow(key: string, claim: KubeObject, volume: KubeObject, driver: string): Routine<Ending | void> {
    const size = requestedOf(claim)!
    if (!isMore(size, volume['spec'].capacity?.storage) && isWaitingForNode(claim)) return
    const underWay = this.underWay.get(key)
    if (underWay?.size !== size) return yield* this.begin(claim, volume, driver, size)
    if (underWay.doneAt > this.controller.now) return { requeueAfterMs: underWay.doneAt - this.controller.now }
    yield* this.finish(claim, volume, driver, size)
    this.underWay.delete(key)
  }

  private *begin(claim: KubeObject, volume: KubeObject, driver: string, size: string): Routine {
    const { now } = this.controller
    const conditions = resizeConditions(claim, { type: 'Resizing' }, now)
    yield* must(this.status(claim, { conditions, allocatedResources: { storage: size }, allocatedResourceStatuses: progress('ControllerResizeInProgress') }))
    this.recorderOf(driver).event(claim, 'Normal', 'Resizing', `External resizer is resizing volume ${volume.metadata.name}`)
    const doneAt = this.controller.now + this.latency.of('provisionVolume')
    this.underWay.set(keyOf(claim), { size, doneAt })
    return { requeueAfterMs: doneAt - this.controller.now }
  }

  /** What has no files is as large as it is; files are grown where the volume is mounted. */
  private *finish(claim: KubeObject, volume: KubeObject, driver: string, size: string): Routine<void> {
    const { now } = this.controller
    const recorder = this.recorderOf(driver)
    yield* must({ verb: 'patch', info: volumes, name: volume.metadata.name, body: { spec: { capacity: { storage: size } } }, contentType: jsonMergePatch })
    if (volume['spec'].volumeMode === 'Block') {
      yield* must(this.status(claim, resized(claim, size, now)))
      return recorder.event(claim, 'Normal', 'VolumeResizeSuccessful', 'Resize volume succeeded')
    }
    const conditions = resizeConditions(claim, { type: filesPending, message: 'Waiting for user to (re-)start a pod to finish file system resize of volume on node.' }, now)
    yield* must(this.status(claim, { conditions, allocatedResourceStatuses: progress('NodeResizePending') }))
    recorder.event(claim, 'Normal', 'FileSystemResizeRequired', 'Require file system resize of volume on node')
  }

  private status({ metadata: { namespace, name } }: KubeObject, status: object): Call {
    return { verb: 'patch', info: claims, subresource: 'status', namespace, name, body: { status }, contentType: jsonMergePatch }
  }

  private recorderOf(driver: string): EventRecorder {
    let recorder = this.recorders.get(driver)
    if (recorder === undefined) this.recorders.set(driver, (recorder = new EventRecorder(this.controller.client, { component: `external-resizer ${driver}` })))
    return recorder
  }
}

const progress = (storage: Progress): object => ({ storage })
