import { resourcesOf } from '../../api/custom/kind.ts'
import { collectionOf, findKind, resources } from '../../api/resources.ts'
import type { KubeObject, OwnerReference } from '../../api/types.ts'
import { resource, type ComponentOptions, type ResourceRef } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, mustAll, Refused, type Call, type Routine } from '../../client/controller.ts'
import { keyOf, type Change, type Informer } from '../../client/informer.ts'
import { EventRecorder } from '../../client/recorder.ts'
import { jsonMergePatch, ownerRemoval, ownersLeft, strategicPatch } from '../common/claim.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { blocks, decideItem, foregroundDeletion, isMarked, orphanDependents, orphansDependents, waitsForDependents, type OwnerState } from './decide.ts'

/** Kinds that own nothing and are owned by nothing that would be deleted for them (DefaultIgnoredResources), or cannot be deleted. */
const ignored: ReadonlySet<string> = new Set(['events'])

const definitions = resource('customresourcedefinitions', 'apiextensions.k8s.io')

/** Attempts at a finalizer while others write the object (removeFinalizer). */
const finalizerAttempts = 5

/**
 * pkg/controller/garbagecollector: what lost its owner goes, in the background or before its owner; or is set free first. The graph of
 * owners and dependents is not kept beside the copies: the index `owner` of each of them is the graph.
 */
export function startGarbageCollector(options: ComponentOptions, informers: SharedInformers): void {
  new GarbageCollector(options, informers)
}

class GarbageCollector {
  private readonly controller: Controller
  private readonly recorder: EventRecorder
  private readonly kinds = new Map<string, { info: ResourceRef; informer: Informer<KubeObject> }>()
  /** Which objects are there, by uid: an owner that is here need not be asked for. */
  private readonly present = new Map<string, { plural: string; key: string }>()

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.controller = new Controller(options, 'generic-garbage-collector', 20, (key) => this.sync(key))
    this.recorder = new EventRecorder(this.controller.client, { component: 'garbage-collector-controller' })
    for (const info of resources) {
      if (!info.verbs.includes('delete') || ignored.has(info.plural) || this.kinds.has(info.plural)) continue
      this.follow(info, informers.of<KubeObject>(info))
    }
    informers.of<KubeObject>(definitions).onChange(({ type, object }) => {
      const info = resourcesOf(object)[0]
      if (info === undefined) return
      if (type === 'delete') {
        this.kinds.delete(collectionOf(info))
        informers.leave(info)
      } else if (!this.kinds.has(collectionOf(info))) this.follow(info, informers.join<KubeObject>(info))
    })
  }

  private follow(info: ResourceRef, informer: Informer<KubeObject>): void {
    const collection = collectionOf(info)
    this.kinds.set(collection, { info, informer })
    informer.onChange((change) => this.changed(collection, change))
  }

  private enqueue(plural: string, object: KubeObject): void {
    this.controller.queue.add(`${plural} ${keyOf(object)}`)
  }

  private changed(plural: string, { type, object, old }: Change<KubeObject>): void {
    const { uid, ownerReferences = [] } = object.metadata
    if (type === 'delete') {
      this.present.delete(uid)
      for (const { plural: of, object: dependent } of this.dependents(uid)) this.enqueue(of, dependent)
      for (const owner of ownerReferences) this.enqueueWaiting(owner)
      return
    }
    this.present.set(uid, { plural, key: keyOf(object) })
    const strange = ownerReferences.filter((owner) => (old === undefined || !hasOwner(old, owner.uid)) && this.isElsewhere(owner, object.metadata.namespace))
    for (const owner of strange) this.tellElsewhere(object, owner)
    if (strange.length > 0) this.enqueue(plural, object)
    // The copies of different kinds are not in step: an owner that is not here yet is asked for.
    if (ownerReferences.some((owner) => !this.present.has(owner.uid))) this.enqueue(plural, object)
    if ((waitsForDependents(object) || orphansDependents(object)) && !(old !== undefined && sameFinalizers(object, old) && isMarked(old))) {
      this.enqueue(plural, object)
    }
    for (const owner of old?.metadata.ownerReferences ?? []) {
      const still = ownerReferences.find(({ uid: other }) => other === owner.uid)
      if (still === undefined || still.blockOwnerDeletion !== owner.blockOwnerDeletion) this.enqueueWaiting(owner)
    }
  }

  /** The owner lives in another namespace: it owns nothing here, and the object will go as one whose owner is not there; an object of the whole cluster stays. */
  private isElsewhere({ uid }: OwnerReference, namespace: string | undefined): boolean {
    const key = this.present.get(uid)?.key
    return key?.includes('/') === true && !key.startsWith(`${namespace ?? ''}/`)
  }

  private tellElsewhere({ apiVersion, kind, metadata: { namespace, name, uid } }: KubeObject, owner: OwnerReference): void {
    const reference = `[${owner.apiVersion}/${owner.kind}, namespace: ${namespace ?? ''}, name: ${owner.name}, uid: ${owner.uid}]`
    const message = `ownerRef ${reference} does not exist in namespace "${namespace ?? ''}"`
    this.recorder.eventOn({ apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name, uid }, 'Warning', 'OwnerRefInvalidNamespace', message)
  }

  /** An owner that waits for its dependents may go on now. */
  private enqueueWaiting({ uid }: OwnerReference): void {
    const place = this.present.get(uid)
    const owner = place === undefined ? undefined : this.kinds.get(place.plural)?.informer.byKey(place.key)
    if (owner !== undefined && waitsForDependents(owner)) this.enqueue(place!.plural, owner)
  }

  /** The owner is here and does not wait for its dependents to go. */
  private isSettled(reference: OwnerReference, namespace: string | undefined): boolean {
    if (this.isElsewhere(reference, namespace)) return false
    const place = this.present.get(reference.uid)
    const owner = place === undefined ? undefined : this.kinds.get(place.plural)?.informer.byKey(place.key)
    return owner !== undefined && !waitsForDependents(owner)
  }

  private dependents(uid: string): { plural: string; object: KubeObject }[] {
    const found: { plural: string; object: KubeObject }[] = []
    for (const [plural, { informer }] of this.kinds) for (const object of informer.byIndex('owner', uid)) found.push({ plural, object })
    return found
  }

  private *sync(work: string): Routine {
    const space = work.indexOf(' ')
    const kind = this.kinds.get(work.slice(0, space))
    // Its definition has gone, and all of its objects with it.
    if (kind === undefined) return
    const { info, informer } = kind
    const object = informer.byKey(work.slice(space + 1))
    if (object === undefined) return
    if (orphansDependents(object)) return yield* this.orphan(info, object)
    if (waitsForDependents(object)) return yield* this.deleteDependentsFirst(info, object)
    if (isMarked(object) || object.metadata.ownerReferences === undefined) return
    if (object.metadata.ownerReferences.every((owner) => this.isSettled(owner, object.metadata.namespace))) return
    yield* this.attemptToDelete(info, object)
  }

  private *attemptToDelete(info: ResourceRef, object: KubeObject): Routine<void> {
    const { namespace, name, uid } = object.metadata
    const live = yield* ask({ verb: 'get', info, namespace, name })
    if (isRefusal(live)) {
      if (live.code === 404) return
      throw new Refused(live)
    }
    const item = live.body as KubeObject
    if (item.metadata.uid !== uid || (isMarked(item) && !waitsForDependents(item))) return
    // Its reference does not say in which namespace: nobody can look there, now or later (namespacedOwnerOfClusterScopedObjectErr).
    if (namespace === undefined && item.metadata.ownerReferences?.some((owner) => this.kindOf(owner)?.namespaced) === true) return
    const states = new Map<string, OwnerState>()
    for (const owner of item.metadata.ownerReferences ?? []) states.set(owner.uid, yield* this.ownerState(owner, namespace))
    const decision = decideItem(item, (owner) => states.get(owner.uid)!, this.dependents(uid).map((dependent) => dependent.object))
    if (decision.do === 'unlink') {
      yield* must({ verb: 'patch', info, namespace, name, ...withoutOwners(info, item, decision.owners), tolerate: [404, 422] })
    }
    if (decision.do !== 'delete') return
    // As upstream's, the delete then meets a newer version, and the next attempt deletes.
    if (decision.unblocks) yield* must({ verb: 'patch', info, namespace, name, ...unblocked(info, item) })
    const preconditions = { uid, resourceVersion: item.metadata.resourceVersion }
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', preconditions, propagationPolicy: decision.policy }
    yield* must({ verb: 'delete', info, namespace, name, body, tolerate: [404] })
  }

  /** Asked of the server: the copy may not know it yet, or still. */
  private *ownerState(reference: OwnerReference, namespace: string | undefined): Routine<OwnerState> {
    const { name, uid } = reference
    const info = this.kindOf(reference)
    // A kind that nobody serves: nothing can be said of it, and so nothing is deleted.
    if (info === undefined) return 'present'
    const response = yield* ask({ verb: 'get', info, name, ...(info.namespaced ? { namespace } : {}) })
    if (isRefusal(response) && response.code !== 404) throw new Refused(response)
    const owner = response.body as KubeObject
    if (isRefusal(response) || owner.metadata.uid !== uid) return 'absent'
    return waitsForDependents(owner) ? 'waiting' : 'present'
  }

  private kindOf({ apiVersion, kind }: OwnerReference): ResourceRef | undefined {
    const own = findKind(apiVersion, kind)
    if (own !== undefined) return own
    const found = [...this.kinds.values()].find(({ info }) => info.custom !== undefined && info.kind === kind && apiVersion.startsWith(`${info.group}/`))
    return found?.info
  }

  /** Foreground: what blocks it is deleted first; with the last of them gone, its finalizer is taken off. */
  private *deleteDependentsFirst(info: ResourceRef, object: KubeObject): Routine<void> {
    const blocking = this.dependents(object.metadata.uid).filter(({ object: dependent }) => blocks(dependent, object.metadata.uid))
    if (blocking.length === 0) return yield* this.removeFinalizer(info, object, foregroundDeletion)
    for (const { plural, object: dependent } of blocking) if (!isMarked(dependent)) this.enqueue(plural, dependent)
  }

  /** Its dependents are set free, then it may go. */
  private *orphan(info: ResourceRef, object: KubeObject): Routine<void> {
    const { uid } = object.metadata
    yield* mustAll(this.dependents(uid).map(({ plural, object: dependent }): Call => ({
      verb: 'patch',
      info: this.kinds.get(plural)!.info,
      namespace: dependent.metadata.namespace,
      name: dependent.metadata.name,
      ...withoutOwners(this.kinds.get(plural)!.info, dependent, [uid]),
      tolerate: [404, 422],
    })))
    yield* this.removeFinalizer(info, object, orphanDependents)
  }

  private *removeFinalizer(info: ResourceRef, { metadata: { namespace, name, uid } }: KubeObject, finalizer: string): Routine<void> {
    for (let attempt = 1; ; attempt++) {
      const live = yield* ask({ verb: 'get', info, namespace, name })
      if (live.code === 404) return
      if (isRefusal(live)) throw new Refused(live)
      const { metadata } = live.body as KubeObject
      const rest = (metadata.finalizers ?? []).filter((other) => other !== finalizer)
      if (metadata.uid !== uid || rest.length === metadata.finalizers?.length) return
      const body = { metadata: { resourceVersion: metadata.resourceVersion, finalizers: rest.length === 0 ? null : rest } }
      const patched = yield* ask({ verb: 'patch', info, namespace, name, body, contentType: 'application/merge-patch+json' })
      if (!isRefusal(patched) || patched.code === 404) return
      if (patched.code !== 409 || attempt >= finalizerAttempts) throw new Refused(patched)
    }
  }
}

function withoutOwners(info: ResourceRef, object: KubeObject, owners: readonly string[]): Pick<Call, 'body' | 'contentType'> {
  if (info.custom !== undefined) return { body: ownersLeft(object, owners), contentType: jsonMergePatch }
  return { body: ownerRemoval(object, owners), contentType: strategicPatch }
}

/** Its references say no more that its owners have to wait for it. */
function unblocked(info: ResourceRef, { metadata: { uid, resourceVersion, ownerReferences = [] } }: KubeObject): Pick<Call, 'body' | 'contentType'> {
  const released = ownerReferences.map((owner) => (owner.blockOwnerDeletion === true ? { ...owner, blockOwnerDeletion: false } : owner))
  // A merge patch replaces the list, which must be the one that was read.
  if (info.custom !== undefined) return { body: { metadata: { resourceVersion, ownerReferences: released } }, contentType: jsonMergePatch }
  return { body: { metadata: { uid, ownerReferences: released.filter((owner, i) => owner !== ownerReferences[i]) } }, contentType: strategicPatch }
}

const hasOwner = ({ metadata }: KubeObject, uid: string): boolean => metadata.ownerReferences?.some((owner) => owner.uid === uid) === true

function sameFinalizers(a: KubeObject, b: KubeObject): boolean {
  return a.metadata.finalizers?.join() === b.metadata.finalizers?.join()
}
