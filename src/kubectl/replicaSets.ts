/** The replica sets of a deployment (kubectl/pkg/util/deployment). */
import { semanticEqual } from '../engine/api/equality.ts'
import { findResource } from '../engine/api/resources.ts'
import { formatSelector, isSelectorError, selectorOf } from '../engine/api/selector.ts'
import type { KubeObject } from '../engine/api/types.ts'
import { CommandError } from './errors.ts'
import type { Session, Task } from './session.ts'
import { listObjects } from './targets.ts'

export const replicaSetsResource = findResource('apps', 'v1', 'replicasets')!

export interface ReplicaSets {
  /** Oldest first. */
  old: KubeObject[]
  /** The one with the deployment's template. */
  current: KubeObject | undefined
}

export function* replicaSetsOf(session: Session, deployment: KubeObject): Task<ReplicaSets> {
  const selector = selectorOf(deployment['spec']?.selector)
  if (isSelectorError(selector)) throw new CommandError(selector.error)
  const namespace = deployment.metadata.namespace ?? ''
  const list = yield* listObjects(session, { resource: replicaSetsResource, namespace, labelSelector: formatSelector(selector) })
  const own = list.items.filter((set) => isControlledBy(set, deployment)).toSorted(byCreation)
  const template = withoutHash(deployment['spec']?.template)
  const current = own.find((set) => semanticEqual(withoutHash(set['spec']?.template), template))
  return { old: own.filter((set) => set !== current), current }
}

export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return object.metadata.ownerReferences?.some((ref) => ref.controller === true && ref.uid === owner.metadata.uid) ?? false
}

export function byCreation({ metadata: a }: KubeObject, { metadata: b }: KubeObject): number {
  if (a.creationTimestamp !== b.creationTimestamp) return a.creationTimestamp < b.creationTimestamp ? -1 : 1
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}

function withoutHash(template: KubeObject | undefined): unknown {
  const { 'pod-template-hash': _, ...labels } = template?.metadata?.labels ?? {}
  return { ...template, metadata: { ...template?.metadata, labels } }
}
