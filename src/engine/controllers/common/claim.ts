import type { Response } from '../../api/request.ts'
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
export function decideClaim(owner: KubeObject, selector: Selector, object: KubeObject, belongs = true): Claim {
  const controller = controllerOf(object)
  const { deletionTimestamp, labels } = object.metadata
  if (controller !== undefined) {
    if (controller.uid !== owner.metadata.uid) return 'ignore'
    if (belongs && matches(selector, labels)) return 'keep'
    return owner.metadata.deletionTimestamp === undefined ? 'release' : 'ignore'
  }
  if (owner.metadata.deletionTimestamp !== undefined || deletionTimestamp !== undefined) return 'ignore'
  return belongs && matches(selector, labels) ? 'adopt' : 'ignore'
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
  /** What an object must be besides: one that is not belongs to the owner no more than one that the selector does not match. */
  belongs?: (object: T) => boolean
  /** What comes and goes with the ownership (a Job counts the pods that it adopts). */
  finalizer?: string
}

/**
 * Claims and returns what is the owner's now (ControllerRefManager.ClaimPods and its kin). What is refused for one object does not keep the
 * others from being claimed: the first refusal is thrown in the end.
 */
export function* claim<T extends KubeObject>({ owner, ownerResource, resource, selector, objects, belongs, finalizer }: Claiming<T>): Routine<T[]> {
  const claimed: T[] = []
  let mayAdopt: Response | 'yes' | undefined
  let refusal: Response | undefined
  for (const object of objects) {
    const decision = decideClaim(owner, selector, object, belongs?.(object))
    if (decision === 'keep') claimed.push(object)
    if (decision === 'release') refusal ??= yield* release(owner, resource, object, finalizer)
    if (decision !== 'adopt') continue
    mayAdopt ??= yield* recheckOwner(owner, ownerResource)
    if (mayAdopt !== 'yes') {
      refusal ??= mayAdopt
      continue
    }
    const adopted = yield* ask(adoption(owner, resource, object, finalizer))
    if (!isRefusal(adopted)) claimed.push(object)
    // Gone: nothing to adopt any more. Any other refusal is a failure.
    else if (adopted.code !== 404) refusal ??= adopted
  }
  if (refusal !== undefined) throw new Refused(refusal)
  return claimed
}

/** The copy may be late: an owner that is about to go must not adopt. */
function* recheckOwner(owner: KubeObject, info: ResourceRef): Routine<Response | 'yes'> {
  const { namespace, name, uid } = owner.metadata
  const response = yield* ask({ verb: 'get', info, namespace, name })
  const fresh = response.body as KubeObject
  return isRefusal(response) || fresh.metadata.uid !== uid || fresh.metadata.deletionTimestamp !== undefined ? response : 'yes'
}

function adoption(owner: KubeObject, info: ResourceRef, { metadata: { namespace, name, uid } }: KubeObject, finalizer: string | undefined): Call {
  const body = { metadata: { ownerReferences: [controllerReference(owner)], uid, ...(finalizer === undefined ? {} : { finalizers: [finalizer] }) } }
  return { verb: 'patch', info, namespace, name, body, contentType: strategicPatch }
}

function* release(owner: KubeObject, info: ResourceRef, object: KubeObject, finalizer: string | undefined): Routine<Response | undefined> {
  const { namespace, name } = object.metadata
  const { metadata } = ownerRemoval(object, [owner.metadata.uid])
  const body = { metadata: { ...metadata, ...(finalizer === undefined ? {} : { '$deleteFromPrimitiveList/finalizers': [finalizer] }) } }
  const response = yield* ask({ verb: 'patch', info, namespace, name, body, contentType: strategicPatch })
  // Gone, or no longer the same object, or released already: all as good.
  return isRefusal(response) && response.code !== 404 && response.code !== 422 ? response : undefined
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
