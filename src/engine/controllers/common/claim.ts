import { matches, type Selector } from '../../api/selector.ts'
import type { KubeObject } from '../../api/types.ts'
import type { ResourceRef } from '../../client/client.ts'
import { ask, isRefusal, Refused, type Call, type Routine } from '../../client/controller.ts'
import type { Informer } from '../../client/informer.ts'
import { controllerOf } from './owner.ts'
import { controllerReference } from './pods.ts'

/** What a controller may do with one object that it controls or that could be its own (ControllerRefManager.ClaimObject). */
export type Claim = 'keep' | 'adopt' | 'release' | 'ignore'

/**
 * Adopts what matches and belongs to nobody, releases what is its own and matches no more. Pure; `owner` is what claims.
 */
export function decideClaim(owner: KubeObject, selector: Selector, object: KubeObject): Claim {
  const controller = controllerOf(object)
  const { deletionTimestamp, labels } = object.metadata
  if (controller !== undefined) {
    if (controller.uid !== owner.metadata.uid) return 'ignore'
    if (matches(selector, labels)) return 'keep'
    return owner.metadata.deletionTimestamp === undefined ? 'release' : 'ignore'
  }
  if (owner.metadata.deletionTimestamp !== undefined || deletionTimestamp !== undefined) return 'ignore'
  return matches(selector, labels) ? 'adopt' : 'ignore'
}

/** What could be an object's own: what it controls, and what nobody controls in its namespace. */
export function* candidates<T extends KubeObject>(owner: KubeObject, informer: Informer<T>): Iterable<T> {
  yield* informer.byIndex('controller', owner.metadata.uid)
  yield* informer.byIndex('orphan', owner.metadata.namespace!)
}

export interface Claiming<T extends KubeObject> {
  owner: KubeObject
  ownerResource: ResourceRef
  resource: ResourceRef
  selector: Selector
  objects: Iterable<T>
  /** What comes and goes with the ownership (a Job counts the pods that it adopts). */
  finalizer?: string
}

/** Claims and returns what is the owner's now (ControllerRefManager.ClaimPods and its kin). */
export function* claim<T extends KubeObject>({ owner, ownerResource, resource, selector, objects, finalizer }: Claiming<T>): Routine<T[]> {
  const claimed: T[] = []
  let checked = false
  for (const object of objects) {
    const decision = decideClaim(owner, selector, object)
    if (decision === 'keep') claimed.push(object)
    if (decision === 'release') yield* release(owner, resource, object, finalizer)
    if (decision !== 'adopt') continue
    if (!checked) yield* recheckOwner(owner, ownerResource)
    checked = true
    const adopted = yield* ask(adoption(owner, resource, object, finalizer))
    // Gone: nothing to adopt any more. Any other refusal is a failure.
    if (isRefusal(adopted) && adopted.code !== 404) throw new Refused(adopted)
    if (!isRefusal(adopted)) claimed.push(object)
  }
  return claimed
}

/** The copy may be late: an owner that is about to go must not adopt. */
function* recheckOwner(owner: KubeObject, info: ResourceRef): Routine<void> {
  const { namespace, name, uid } = owner.metadata
  const response = yield* ask({ verb: 'get', info, namespace, name })
  const fresh = response.body as KubeObject
  if (isRefusal(response) || fresh.metadata.uid !== uid || fresh.metadata.deletionTimestamp !== undefined) throw new Refused(response)
}

function adoption(owner: KubeObject, info: ResourceRef, { metadata: { namespace, name, uid } }: KubeObject, finalizer: string | undefined): Call {
  const body = { metadata: { ownerReferences: [controllerReference(owner)], uid, ...(finalizer === undefined ? {} : { finalizers: [finalizer] }) } }
  return { verb: 'patch', info, namespace, name, body, contentType: strategicPatch }
}

function* release(owner: KubeObject, info: ResourceRef, object: KubeObject, finalizer: string | undefined): Routine<void> {
  const { namespace, name } = object.metadata
  const { metadata } = ownerRemoval(object, [owner.metadata.uid])
  const body = { metadata: { ...metadata, ...(finalizer === undefined ? {} : { '$deleteFromPrimitiveList/finalizers': [finalizer] }) } }
  const response = yield* ask({ verb: 'patch', info, namespace, name, body, contentType: strategicPatch })
  // Gone, or no longer the same object, or released already: all as good.
  if (isRefusal(response) && response.code !== 404 && response.code !== 422) throw new Refused(response)
}

export const strategicPatch = 'application/strategic-merge-patch+json'

/** The same for a kind whose lists nobody can merge: a merge patch of what is left. */
export function ownersLeft({ metadata: { ownerReferences = [], resourceVersion } }: KubeObject, owners: readonly string[]): object {
  const left = ownerReferences.filter(({ uid }) => !owners.includes(uid))
  return { metadata: { resourceVersion, ownerReferences: left.length === 0 ? null : left } }
}

export const jsonMergePatch = 'application/merge-patch+json'

/** The patch that takes owners off an object. */
export function ownerRemoval(object: KubeObject, owners: readonly string[]): { metadata: object } {
  return { metadata: { ownerReferences: owners.map((uid) => ({ $patch: 'delete', uid })), uid: object.metadata.uid } }
}
