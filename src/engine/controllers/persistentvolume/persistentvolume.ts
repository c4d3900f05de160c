import { claimsOf } from '../../api/podClaims.ts'
import { betaClassAnnotation, defaultStorageClassOf, storageClassOf } from '../../api/storageClass.ts'
import { formatTime } from '../../api/time.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, Refused, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { EventRecorder, referenceTo } from '../../client/recorder.ts'
import type { Latency } from '../../latency.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { Recycler, recycledBy } from './recycle.ts'
import {
  bestVolume, bindCompleted, boundByController, isOfTree, isReservedFor, mismatch, provisionedVolume, provisionerOf, sameMode, selectedNode, storageProvisioner,
  unboundVolume, undeletable, wasProvisioned,
} from './decide.ts'

const claims = resource('persistentvolumeclaims')
const volumes = resource('persistentvolumes')
const classes = resource('storageclasses', 'storage.k8s.io')

/** So often all that is unfinished is looked at again, at once (pv-claim-binder-sync-period). */
const resyncMs = 15_000

const claimKey = 'claim '
const volumeKey = 'volume '
const makingKey = 'making '

/** pkg/controller/volume/persistentvolume: claims meet volumes; a class that can makes one. */
export function startPersistentVolumes(options: ComponentOptions, informers: SharedInformers): void {
  new PersistentVolumes(options, informers)
}

class PersistentVolumes {
  private readonly claims: Informer<KubeObject>
  private readonly volumes: Informer<KubeObject>
  private readonly classes: Informer<KubeObject>
  private readonly nodes: Informer<KubeObject>
  private readonly pods: Informer<Pod>
  private readonly controller: Controller
  private readonly latency: Latency
  private readonly provisioners = new Map<string, EventRecorder>()
  /** Claims whose volume is being made -> when it will be there. */
  private readonly making = new Map<string, number>()
  private readonly startedAt: number
  private readonly recycler: Recycler

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.claims = informers.of(claims)
    this.volumes = informers.of(volumes)
    this.classes = informers.of(classes)
    this.nodes = informers.of<KubeObject>(resource('nodes'))
    this.pods = informers.pods
    this.latency = options.latency
    const controller = new Controller(options, 'persistent-volume-binder', 1, (key) => this.sync(key), 'persistentvolume-controller')
    this.controller = controller
    this.startedAt = controller.now
    this.recycler = new Recycler(controller.client, controller.recorder, this.pods)
    this.pods.onChange(({ object }) => {
      const volume = recycledBy(object)
      if (volume !== undefined) controller.queue.add(volumeKey + volume)
    })
    this.claims.onChange(({ type, object }) => {
      if (type !== 'delete') controller.queue.add(claimKey + keyOf(object))
      if (type !== 'delete' && object.metadata.annotations?.[storageProvisioner] !== undefined && !object['spec'].volumeName) controller.queue.add(makingKey + keyOf(object))
      const volume: string | undefined = object['spec'].volumeName
      if (type === 'delete' && volume) controller.queue.add(volumeKey + volume)
    })
    this.volumes.onChange(({ type, object }) => {
      if (type !== 'delete') controller.queue.add(volumeKey + object.metadata.name)
      const claim = object['spec'].claimRef
      if (claim !== undefined) controller.queue.add(`${claimKey}${claim.namespace}/${claim.name}`)
    })
  }

  private sync(key: string): Routine {
    if (key.startsWith(makingKey)) return this.makeVolume(key.slice(makingKey.length))
    return key.startsWith(claimKey) ? this.syncClaim(key.slice(claimKey.length)) : this.syncVolume(key.slice(volumeKey.length))
  }

  private atResync(): { requeueAfterMs: number } {
    return { requeueAfterMs: resyncMs - ((this.controller.now - this.startedAt) % resyncMs) }
  }

  // --- claims --------------------------------------------------------------------------------------

  private *syncClaim(key: string): Routine {
    const claim = this.claims.byKey(key)
    if (claim === undefined || claim.metadata.deletionTimestamp !== undefined) return
    if (claim.metadata.annotations?.[bindCompleted] !== undefined) return yield* this.checkBound(claim)
    if (claim['spec'].volumeName) return yield* this.bindNamed(claim)
    const storageClass = this.classes.get(undefined, storageClassOf(claim))
    const waits = storageClass?.['volumeBindingMode'] === 'WaitForFirstConsumer' && claim.metadata.annotations?.[selectedNode] === undefined
    // What a pod will want decides where: only a volume that names the claim is taken before.
    const volume = bestVolume(claim, this.volumes.all(), { reservedOnly: waits })
    if (volume !== undefined) return yield* this.bind(claim, volume)
    if (yield* this.assignDefaultClass(claim)) return
    const { recorder } = this.controller
    const provisioner: string = storageClass?.['provisioner'] ?? ''
    if (waits) recorder.event(claim, 'Normal', ...this.waitsFor(claim))
    else if (storageClassOf(claim) === '') recorder.event(claim, 'Normal', 'FailedBinding', 'no persistent volumes available for this claim and no storage class is set')
    else if (storageClass === undefined) recorder.event(claim, 'Warning', 'ProvisioningFailed', `storageclass.storage.k8s.io "${storageClassOf(claim)}" not found`)
    else if (isOfTree(provisioner)) recorder.event(claim, 'Warning', 'ProvisioningFailed', `no volume plugin matched name: ${provisioner}`)
    else return yield* this.provision(claim, storageClass)
    return yield* this.waitOn(claim)
  }

  /** A claim that named no class when there was no default gets the default that there is now (KEP-3333); what it names by '' is none. */
  private *assignDefaultClass(claim: KubeObject): Routine<boolean> {
    if (claim['spec'].storageClassName !== undefined || claim.metadata.annotations?.[betaClassAnnotation] !== undefined) return false
    const found = defaultStorageClassOf(this.classes.all())
    if (found === undefined) return false
    const { namespace, name } = claim.metadata
    yield* must({ verb: 'update', info: claims, namespace, name, body: { ...claim, spec: { ...claim['spec'], storageClassName: found.metadata.name } } })
    return true
  }

  /** It has no volume, whatever it said of itself (updateClaimStatus). */
  private *waitOn(claim: KubeObject): Routine {
    const { phase, accessModes, capacity, ...status } = claim['status'] ?? {}
    if (phase !== 'Pending' || accessModes !== undefined || capacity !== undefined) yield* this.writeStatus(claim, { ...status, phase: 'Pending' })
    return this.atResync()
  }

  /** The volume that the claim asks for by name, and no other (syncUnboundClaim). */
  private *bindNamed(claim: KubeObject): Routine {
    const volume = this.volumes.get(undefined, claim['spec'].volumeName as string)
    if (volume === undefined) return yield* this.waitOn(claim)
    const { recorder } = this.controller
    if (volume['spec'].claimRef === undefined) {
      const why = mismatch(volume, claim)
      if (why === undefined) return yield* this.bind(claim, volume)
      recorder.event(claim, 'Warning', 'VolumeMismatch', `Cannot bind to requested volume "${volume.metadata.name}": ${why}`)
    } else {
      if (isReservedFor(volume, claim)) return yield* this.bind(claim, volume)
      recorder.event(claim, 'Warning', 'FailedBinding', `volume "${volume.metadata.name}" already bound to a different claim.`)
    }
    return yield* this.waitOn(claim)
  }

  /** For a pod at all, or for those that are there to get a node (emitEventForUnboundDelayBindingClaim). */
  private waitsFor({ metadata: { namespace, name: claim } }: KubeObject): [reason: string, message: string] {
    const pods = [...this.pods.byIndex('namespace', namespace!)].filter((pod) => !pod.spec.nodeName && claimsOf(pod).includes(claim)).map(({ metadata }) => metadata.name)
    if (pods.length === 0) return ['WaitForFirstConsumer', 'waiting for first consumer to be created before binding']
    return ['WaitForPodScheduled', `waiting for pod${pods.length > 1 ? 's' : ''} ${pods.join(',')} to be scheduled`]
  }

  /** A claim whose volume has gone, or that never was its own, is Lost (syncBoundClaim). */
  private *checkBound(claim: KubeObject): Routine {
    const name: string = claim['spec'].volumeName ?? ''
    const volume = this.volumes.get(undefined, name)
    if (volume !== undefined && volume['spec'].claimRef === undefined) return yield* this.bind(claim, volume)
    if (volume !== undefined && volume['spec'].claimRef.uid === claim.metadata.uid) return yield* this.finishBinding(claim, volume)
    if (claim['status']?.phase === 'Lost') return
    const [reason, message] = volume !== undefined
      ? ['ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly']
      : ['ClaimLost', `Bound claim has lost ${name === '' ? 'reference to' : 'its'} PersistentVolume. Data on the volume is lost!`]
    const { accessModes: _, capacity: __, ...status } = claim['status'] ?? {}
    yield* this.writeStatus(claim, { ...status, phase: 'Lost' })
    this.controller.recorder.event(claim, 'Warning', reason, message)
  }

  /** The controller only says whose turn it is (provisionClaimOperationExternal). */
  private *provision(claim: KubeObject, storageClass: KubeObject): Routine {
    const provisioner = provisionerOf(storageClass)
    if (claim.metadata.annotations?.[storageProvisioner] !== provisioner) {
      const annotations = { ...claim.metadata.annotations, 'volume.beta.kubernetes.io/storage-provisioner': provisioner, [storageProvisioner]: provisioner }
      const { namespace, name } = claim.metadata
      yield* must({ verb: 'update', info: claims, namespace, name, body: { ...claim, metadata: { ...claim.metadata, annotations } } })
    }
    const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`
    this.controller.recorder.event(claim, 'Normal', 'ExternalProvisioning', message)
    return this.atResync()
  }

  /** The provisioner that a cluster with such a class has installed (sig-storage-lib-external-provisioner): it works with the same rights here. */
  private *makeVolume(key: string): Routine {
    const claim = this.claims.byKey(key)
    const storageClass = claim === undefined ? undefined : this.classes.get(undefined, storageClassOf(claim))
    if (claim === undefined || storageClass === undefined || claim.metadata.deletionTimestamp !== undefined || claim['spec'].volumeName) return void this.making.delete(key)
    const recorder = this.provisionerRecorder(storageClass['provisioner'] as string)
    const readyAt = this.making.get(key)
    if (readyAt === undefined || readyAt > this.controller.now) {
      const at = readyAt ?? this.controller.now + this.latency.of('provisionVolume')
      if (readyAt === undefined) recorder.event(claim, 'Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${key}"`)
      this.making.set(key, at)
      return { requeueAfterMs: at - this.controller.now }
    }
    const chosen = claim.metadata.annotations?.[selectedNode]
    const body = provisionedVolume(claim, storageClass, chosen === undefined ? undefined : this.nodes.get(undefined, chosen))
    const response = yield* ask({ verb: 'create', info: volumes, body })
    if (isRefusal(response) && response.code !== 409) throw new Refused(response)
    this.making.delete(key)
    if (!isRefusal(response)) recorder.event(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${body.metadata.name}`)
  }

  private provisionerRecorder(provisioner: string): EventRecorder {
    let recorder = this.provisioners.get(provisioner)
    if (recorder === undefined) this.provisioners.set(provisioner, (recorder = new EventRecorder(this.controller.client, { component: `${provisioner}_external-provisioner` })))
    return recorder
  }

  /** The volume first, then the claim: whoever stops in between finds its way from what is written (bind). */
  private *bind(claim: KubeObject, volume: KubeObject): Routine {
    let bound = volume
    if (!volume['spec'].claimRef?.uid) {
      const { kind, namespace, name, uid, apiVersion, resourceVersion } = referenceTo(claim)
      const reserved = volume['spec'].claimRef !== undefined
      const annotations = { ...volume.metadata.annotations, ...(reserved ? {} : { [boundByController]: 'yes' }) }
      const body = { ...volume, metadata: { ...volume.metadata, annotations }, spec: { ...volume['spec'], claimRef: { kind, namespace, name, uid, apiVersion, resourceVersion } } }
      bound = yield* must({ verb: 'update', info: volumes, name: volume.metadata.name, body })
    }
    yield* this.writePhase(bound, 'Bound')
    const chosen = claim['spec'].volumeName ? {} : { [boundByController]: 'yes' }
    const annotations = { ...claim.metadata.annotations, ...chosen, [bindCompleted]: 'yes' }
    const { namespace, name } = claim.metadata
    const body = { ...claim, metadata: { ...claim.metadata, annotations }, spec: { ...claim['spec'], volumeName: volume.metadata.name } }
    const written = yield* must({ verb: 'update', info: claims, namespace, name, body })
    return yield* this.finishBinding(written, bound)
  }

  private *finishBinding(claim: KubeObject, volume: KubeObject): Routine {
    if (claim['status']?.phase === 'Bound') return
    const { accessModes, capacity, volumeAttributesClassName: current } = volume['spec']
    yield* this.writeStatus(claim, { ...claim['status'], phase: 'Bound', accessModes, capacity, ...(current && { currentVolumeAttributesClassName: current }) })
  }

  private *writeStatus(claim: KubeObject, status: object): Routine<void> {
    const { namespace, name } = claim.metadata
    yield* must({ verb: 'update', info: claims, subresource: 'status', namespace, name, body: { ...claim, status } })
  }

  // --- volumes -------------------------------------------------------------------------------------

  private *syncVolume(name: string): Routine {
    const volume = this.volumes.get(undefined, name)
    if (volume === undefined) return
    const { claimRef } = volume['spec']
    // Reserved by hand and not yet taken is available too.
    if (!claimRef?.uid) return void (volume.metadata.deletionTimestamp === undefined && (yield* this.writePhase(volume, 'Available')))
    const claim = this.claims.get(claimRef.namespace, claimRef.name)
    if (claim?.metadata.uid === claimRef.uid) return yield* this.syncTaken(volume, claim!)
    return (yield* this.isThereAfterAll(claimRef)) ? undefined : yield* this.release(volume)
  }

  /** Its claim is there, and has this volume, or none yet, or another. */
  private *syncTaken(volume: KubeObject, claim: KubeObject): Routine {
    const { volumeName } = claim['spec']
    if (volumeName === volume.metadata.name) return void (yield* this.writePhase(volume, 'Bound'))
    // Nobody needs what was made for it alone.
    if (volumeName) return wasProvisioned(volume) && volume['spec'].persistentVolumeReclaimPolicy === 'Delete' ? yield* this.release(volume) : yield* this.unbind(volume)
    const { recorder } = this.controller
    if (!sameMode(volume, claim)) {
      recorder.event(volume, 'Warning', 'VolumeMismatch', `Cannot bind PersistentVolume to requested PersistentVolumeClaim "${claim.metadata.name}" due to incompatible volumeMode.`)
      recorder.event(claim, 'Warning', 'VolumeMismatch', `Cannot bind PersistentVolume "${volume.metadata.name}" to requested PersistentVolumeClaim due to incompatible volumeMode.`)
    }
    // A claim that has not taken it yet may go without a word.
    return this.atResync()
  }

  /** Back to whom it was reserved for by hand, or to everybody (unbindVolume). */
  private *unbind(volume: KubeObject): Routine<void> {
    const free = yield* must({ verb: 'update', info: volumes, name: volume.metadata.name, body: unboundVolume(volume) })
    yield* this.writePhase(free, 'Available')
  }

  /** The claim has gone: reclaimVolume. What failed stays so for everybody to see, and is tried again. */
  private *release(volume: KubeObject): Routine {
    const released = volume['status']?.phase === 'Failed' ? volume : yield* this.writePhase(volume, 'Released')
    const { persistentVolumeReclaimPolicy: policy } = volume['spec']
    if (policy === 'Recycle') return yield* this.recycle(released)
    if (policy !== 'Delete' || volume.metadata.deletionTimestamp !== undefined) return
    // Whoever drives it may, and does so only with what it has made itself (findDeletablePlugin).
    if (volume['spec'].csi !== undefined && !wasProvisioned(volume)) return
    const why = undeletable(volume)
    if (why !== undefined) return yield* this.fail(released, 'VolumeFailedDelete', why)
    yield* must({ verb: 'delete', info: volumes, name: volume.metadata.name, body: {}, tolerate: [404] })
  }

  private *recycle(volume: KubeObject): Routine {
    const recycled = yield* this.recycler.recycle(volume)
    if (recycled === 'running') return
    if (recycled !== 'done') {
      yield* this.fail(volume, 'VolumeFailedRecycle', recycled.error)
      return this.atResync()
    }
    this.controller.recorder.event(volume, 'Normal', 'VolumeRecycled', 'Volume recycled')
    yield* this.unbind(volume)
  }

  private *fail(volume: KubeObject, reason: string, message: string): Routine<void> {
    if (volume['status']?.phase === 'Failed') return
    yield* this.writePhase(volume, 'Failed', message)
    this.controller.recorder.event(volume, 'Warning', reason, message)
  }

  /** Whoever made the volume may know a claim that the copy does not. */
  private *isThereAfterAll({ namespace, name, uid }: { namespace: string; name: string; uid: string }): Routine<boolean> {
    const response = yield* ask({ verb: 'get', info: claims, namespace, name })
    if (isRefusal(response) && response.code !== 404) throw new Refused(response)
    return !isRefusal(response) && (response.body as KubeObject).metadata.uid === uid
  }

  /** The volume as it is then. */
  private *writePhase(volume: KubeObject, phase: string, message?: string): Routine<KubeObject> {
    const { message: _, ...before } = volume['status'] ?? {}
    if (before.phase === phase) return volume
    const { name } = volume.metadata
    const status = { ...before, phase, lastPhaseTransitionTime: formatTime(this.controller.now), ...(message === undefined ? {} : { message }) }
    return yield* must({ verb: 'update', info: volumes, subresource: 'status', name, body: { ...volume, status } })
  }
}
