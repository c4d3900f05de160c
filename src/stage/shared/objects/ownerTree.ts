import { useMemo } from 'react'
import { matchResource } from '../../../engine/api/resources.ts'
import type { KubeObject } from '../../../engine/api/types.ts'
import { useObjects, usePlaybackState } from '../../../playback/hooks.ts'
import { useKeptList } from '../ui/keptList.ts'
import { ownersOf } from './owners.ts'

/** An object and what it has made. */
export interface OwnerNode {
  /** As in etcd: 'replicasets/default/web-5d8'. */
  key: string
  kind: string
  name: string
  children: readonly OwnerNode[]
  /** What it has made beside these. */
  more: number
}

/** Children by the uid of their controller. */
export type Children = ReadonlyMap<string, readonly KubeObject[]>

export function childrenOf(collections: readonly (readonly KubeObject[])[]): Children {
  const children = new Map<string, KubeObject[]>()
  for (const objects of collections) {
    for (const object of objects) {
      const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true)
      if (owner === undefined) continue
      const siblings = children.get(owner.uid)
      if (siblings === undefined) children.set(owner.uid, [object])
      else siblings.push(object)
    }
  }
  return children
}

/** Owners of owners of owners: what a person has seen of them goes no deeper. */
const deepest = 4

/** What an object has made, and what that has made, by name; of each the first `most`. */
export function ownerTree(object: KubeObject, children: Children, most = Infinity, depth = 0): OwnerNode {
  const { kind, metadata: { name, uid } } = object
  const own = depth < deepest ? (children.get(uid) ?? []) : []
  const shown = own.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).slice(0, most)
  const made = shown.map((child) => ownerTree(child, children, most, depth + 1))
  return { key: keyOfObject(object), kind, name, children: made, more: own.length - made.length }
}

function keyOfObject({ kind, metadata: { namespace, name } }: KubeObject): string {
  const plural = matchResource(kind.toLowerCase())?.plural ?? `${kind.toLowerCase()}s`
  return namespace === undefined ? `${plural}/${name}` : `${plural}/${namespace}/${name}`
}

export function podsOfTree({ key, children }: OwnerNode): string[] {
  return key.startsWith('pods/') ? [key] : children.flatMap(podsOfTree)
}

/** Kinds of objects that make others, the outermost first. */
export const makers = ['deployments', 'statefulsets', 'daemonsets', 'cronjobs', 'replicationcontrollers', 'replicasets', 'jobs'] as const

/** All that has been made by anybody, at the moment on stage. */
export function useChildren(): Children {
  const pods = useOwned('pods/')
  const replicaSets = useOwned('replicasets/')
  const jobs = useOwned('jobs/')
  return useMemo(() => childrenOf([replicaSets, jobs, pods]), [replicaSets, jobs, pods])
}

/** Other objects only when others are there, or others own them. */
const useOwned = (prefix: string): readonly KubeObject[] => useKeptList(useObjects(prefix), sameOwned)

function sameOwned(a: KubeObject, b: KubeObject): boolean {
  return a === b || (a.metadata.uid === b.metadata.uid && a.metadata.ownerReferences === b.metadata.ownerReferences)
}

/** The object that nobody owns and that an object comes from: itself, perhaps; undefined when it is not there, or neither owns nor is owned. */
export function useRoot(key: string | undefined): KubeObject | undefined {
  return usePlaybackState(({ film, cursor }) => {
    if (film === undefined || key === undefined) return undefined
    const revision = film.revisionAt(cursor)
    const object = film.etcd.get(key, revision) as KubeObject | undefined
    if (object?.metadata === undefined) return undefined
    for (const { key: owner } of ownersOf(film, object, revision)) {
      const found = film.etcd.get(owner, revision) as KubeObject | undefined
      if (found !== undefined) return found
    }
    return (makers as readonly string[]).includes(key.slice(0, key.indexOf('/'))) ? object : undefined
  })
}
