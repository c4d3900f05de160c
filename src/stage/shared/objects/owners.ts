import type { KubeObject } from '../../../engine/api/types.ts'
import type { Film } from '../../../playback/film.ts'
import { matchResource } from '../../../engine/api/resources.ts'

/** Who has made an object, from the one that nobody owns down to the nearest: Deployment, ReplicaSet. */
export function ownersOf(film: Film, object: KubeObject, revision: number): { key: string; kind: string; name: string }[] {
  const owners: { key: string; kind: string; name: string }[] = []
  for (let at: KubeObject | undefined = object; at !== undefined && owners.length < 6; ) {
    const owner = at.metadata.ownerReferences?.find(({ controller }) => controller === true)
    const resource = owner === undefined ? undefined : matchResource(owner.kind.toLowerCase())
    if (owner === undefined || resource === undefined) break
    const key = resource.namespaced ? `${resource.plural}/${at.metadata.namespace ?? 'default'}/${owner.name}` : `${resource.plural}/${owner.name}`
    owners.unshift({ key, kind: owner.kind, name: owner.name })
    at = film.etcd.get(key, revision) as KubeObject | undefined
  }
  return owners
}
