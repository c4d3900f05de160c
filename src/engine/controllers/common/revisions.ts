import type { Selector } from '../../api/selector.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ResourceRef } from '../../client/client.ts'
import { ask, isRefusal, must, Refused, type Routine } from '../../client/controller.ts'
import type { Informer } from '../../client/informer.ts'
import { candidates, claim } from './claim.ts'
import { canonical, computeHash } from './hash.ts'
import { controllerReference } from './pods.ts'

export const controllerRevisions = resource('controllerrevisions', 'apps')
export const revisionLabel = 'controller-revision-hash'

/** The template as a patch that puts it back (getPatch of upstream's DaemonSet and StatefulSet controllers). */
export function patchOf(set: KubeObject): object {
  return { spec: { template: { ...set['spec'].template, $patch: 'replace' } } }
}

export const byRevision = (a: KubeObject, b: KubeObject): number =>
  (a['revision'] as number) - (b['revision'] as number) || (a.metadata.name < b.metadata.name ? -1 : 1)

/** The revisions of an owner; those that an earlier owner has left behind are adopted (adoptOrphanRevisions, controlledHistories). */
export function ownRevisions(set: KubeObject, ownerResource: ResourceRef, selector: Selector, revisions: Informer<KubeObject>): Routine<KubeObject[]> {
  return claim({ owner: set, ownerResource, resource: controllerRevisions, selector, objects: [...candidates(set, revisions)] })
}

/**
 * The ControllerRevision of the present template: the one that is there already - with the highest number, when it is new again - or a
 * new one (pkg/controller/history). `revisions` are all of this owner.
 */
export function* presentRevision(set: KubeObject, revisions: readonly KubeObject[]): Routine<KubeObject> {
  const sorted = revisions.toSorted(byRevision)
  const data = patchOf(set)
  const text = canonical(data)
  const same = sorted.findLast((revision) => canonical(revision['data']) === text)
  const next = ((sorted.at(-1)?.['revision'] as number | undefined) ?? 0) + 1
  const { namespace } = set.metadata
  if (same !== undefined) {
    if (same === sorted.at(-1)) return same
    return yield* must({ verb: 'update', info: controllerRevisions, namespace, name: same.metadata.name, body: { ...same, revision: next } })
  }
  return yield* createRevision(set, data, next, set['status']?.collisionCount ?? 0)
}

function* createRevision(set: KubeObject, data: object, revision: number, collisions: number): Routine<KubeObject> {
  const hash = computeHash(data, collisions)
  const { namespace, name } = set.metadata
  const labels = { ...set['spec'].template.metadata?.labels, [revisionLabel]: hash }
  const body = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name: `${name}-${hash}`, namespace, labels, annotations: set.metadata.annotations ?? {}, ownerReferences: [controllerReference(set)] },
    data,
    revision,
  }
  const response = yield* ask({ verb: 'create', info: controllerRevisions, namespace, body })
  if (!isRefusal(response)) return response.body as KubeObject
  if (response.code !== 409) throw new Refused(response)
  const present = yield* must({ verb: 'get', info: controllerRevisions, namespace, name: body.metadata.name })
  if (canonical(present['data']) === canonical(data)) return present
  return yield* createRevision(set, data, revision, collisions + 1)
}

export const hashOf = (revision: KubeObject): string => revision.metadata.labels?.[revisionLabel] ?? revision.metadata.name

/** Old revisions beyond the limit, the oldest first, but none that a pod has; `counted` tells which ones the limit is for. */
export function* truncateRevisions(set: KubeObject, counted: readonly KubeObject[], live: (revision: KubeObject) => boolean): Routine<void> {
  const limit: number = set['spec'].revisionHistoryLimit ?? 10
  const old = counted.filter((revision) => !live(revision)).toSorted(byRevision)
  for (const { metadata: { namespace, name } } of old.slice(0, Math.max(0, counted.length - limit))) {
    yield* must({ verb: 'delete', info: controllerRevisions, namespace, name, body: {}, tolerate: [404] })
  }
}
