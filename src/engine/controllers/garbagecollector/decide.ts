import type { KubeObject, OwnerReference } from '../../api/types.ts'

export const foregroundDeletion = 'foregroundDeletion'
export const orphanDependents = 'orphan'

/** What has become of one owner. */
export type OwnerState = 'present' | 'absent' | 'waiting'

/** What to do with an object that has owners (pkg/controller/garbagecollector attemptToDeleteItem). */
export type ItemDecision =
  | { do: 'nothing' }
  /** Somebody still owns it; the references to others are taken off. */
  | { do: 'unlink'; owners: string[] }
  /** `unblocks`: its owners are told first that they need not wait for it. */
  | { do: 'delete'; policy: 'Foreground' | 'Background' | 'Orphan'; unblocks?: true }

export function decideItem(object: KubeObject, stateOf: (reference: OwnerReference) => OwnerState, dependents: readonly KubeObject[]): ItemDecision {
  const references = object.metadata.ownerReferences ?? []
  if (references.length === 0) return { do: 'nothing' }
  const states = references.map(stateOf)
  if (states.includes('present')) {
    const owners = references.filter((_, i) => states[i] !== 'present').map(({ uid }) => uid)
    return owners.length === 0 ? { do: 'nothing' } : { do: 'unlink', owners }
  }
  // An owner waits for its dependents: this one's own are deleted before it, so that the owner's wait means all of them.
  if (states.includes('waiting') && dependents.length > 0) {
    // One of them waits itself, for this one perhaps: a circle, in which nobody would ever go.
    return { do: 'delete', policy: 'Foreground', ...(dependents.some(waitsForDependents) ? { unblocks: true } : {}) }
  }
  const finalizers = object.metadata.finalizers ?? []
  if (finalizers.includes(orphanDependents)) return { do: 'delete', policy: 'Orphan' }
  return { do: 'delete', policy: finalizers.includes(foregroundDeletion) ? 'Foreground' : 'Background' }
}

export const isMarked = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined

/** It has been told to wait until its dependents are gone. */
export function waitsForDependents(object: KubeObject): boolean {
  return isMarked(object) && object.metadata.finalizers?.includes(foregroundDeletion) === true
}

export function orphansDependents(object: KubeObject): boolean {
  return isMarked(object) && object.metadata.finalizers?.includes(orphanDependents) === true
}

/** Whether `dependent` keeps the owner with this uid from going. */
export function blocks(dependent: KubeObject, owner: string): boolean {
  return dependent.metadata.ownerReferences?.some(({ uid, blockOwnerDeletion }) => uid === owner && blockOwnerDeletion === true) === true
}
