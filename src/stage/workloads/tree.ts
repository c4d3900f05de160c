import type { KubeObject } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'

/** Kinds that make others, as etcd's keys begin with them; each before what it makes. */
export const makers = ['deployments', 'statefulsets', 'daemonsets', 'cronjobs', 'jobs', 'replicasets', 'replicationcontrollers'] as const

/** An object and what it has made that still lives. */
export interface Family {
  readonly key: string
  readonly object: KubeObject
  readonly children: readonly Family[]
}

/** At a moment: all that makes pods, with what it has made; what nobody owns stands at the roots. */
export function familiesAt(film: Film, revision: number): Family[] {
  const childrenOf = new Map<string, { key: string; object: KubeObject }[]>()
  const roots: { key: string; object: KubeObject }[] = []
  const known = new Set<string>()
  const objects = [...makers, 'pods'].flatMap((plural) =>
    (film.etcd.range(`${plural}/`, revision) as readonly KubeObject[]).map((object) => ({ key: keyOf(plural, object), object })),
  )
  for (const { object } of objects) known.add(object.metadata.uid)
  for (const each of objects) {
    const owner = ownerOf(each.object)
    // Whose owner has gone, or is none of these, is not hidden.
    if (owner === undefined || !known.has(owner)) roots.push(each)
    else childrenOf.set(owner, [...(childrenOf.get(owner) ?? []), each])
  }
  const grown = ({ key, object }: { key: string; object: KubeObject }): Family => ({
    key,
    object,
    children: (childrenOf.get(object.metadata.uid) ?? []).map(grown).sort(byAge),
  })
  return roots.filter(({ object }) => object.kind !== 'Pod').map(grown).sort(byAge)
}

/** Families of which nothing has changed are the same objects as before, so that they are not drawn anew. */
export function familyKeeper(): (families: Family[]) => Family[] {
  let before = new Map<string, Family>()
  return (families) => {
    const after = new Map<string, Family>()
    const kept = (family: Family): Family => {
      const children = family.children.map(kept)
      const old = before.get(family.key)
      const isSame = old?.object === family.object && old.children.length === children.length && old.children.every((child, i) => child === children[i])
      const one = isSame ? old : { ...family, children }
      after.set(family.key, one)
      return one
    }
    const all = families.map(kept)
    before = after
    return all
  }
}

export function ownerOf({ metadata }: KubeObject): string | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid
}

function keyOf(plural: string, { metadata }: KubeObject): string {
  return `${plural}/${metadata.namespace}/${metadata.name}`
}

const collator = new Intl.Collator('en', { numeric: true })

function byAge(a: Family, b: Family): number {
  const [x, y] = [a.object.metadata, b.object.metadata]
  if (x.creationTimestamp !== y.creationTimestamp) return x.creationTimestamp < y.creationTimestamp ? -1 : 1
  return collator.compare(x.name, y.name)
}

/** All pods of a family. */
export function podsOf({ children }: Family): Family[] {
  return children.flatMap((child) => (child.object.kind === 'Pod' ? [child] : podsOf(child)))
}
