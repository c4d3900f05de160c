import { useState } from 'react'
import type { KubeObject } from '../../../engine/api/types.ts'
import type { Film } from '../../../playback/film.ts'
import { usePlaybackState } from '../../../playback/hooks.ts'
import { matchResource } from '../../../engine/api/resources.ts'
import { listKeeper } from '../ui/keptList.ts'

export interface Owner {
  key: string
  kind: string
  name: string
}

/** Who has made an object, from the one that nobody owns down to the nearest: Deployment, ReplicaSet. */
export function ownersOf(film: Film, object: KubeObject, revision: number): Owner[] {
  const owners: Owner[] = []
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

const nobody: readonly Owner[] = []

/** Those of an object at the moment on stage. */
export function useOwners(object: KubeObject): readonly Owner[] {
  const [find] = useState(ownersKeeper)
  return usePlaybackState(({ film, world }) => (film === undefined ? nobody : find(film, object, world)))
}

/** Looks them up once for a moment, however often it is asked; the same list as long as the same own it. */
export function ownersKeeper(): (film: Film, object: KubeObject, revision: number) => readonly Owner[] {
  const keep = listKeeper(nobody)
  let last: { film: Film; object: KubeObject; revision: number; owners: readonly Owner[] } | undefined
  return (film, object, revision) => {
    if (last?.film !== film || last.object !== object || last.revision !== revision) {
      last = { film, object, revision, owners: keep(ownersOf(film, object, revision), (a, b) => a.key === b.key) }
    }
    return last.owners
  }
}
