import { semanticEqual } from '../../engine/api/equality.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'

/** An object in which two moments, or two films, differ. */
export interface Change {
  key: string
  how: 'added' | 'removed' | 'updated'
  before: KubeObject | undefined
  after: KubeObject | undefined
}

const pastWords = /^(?:uid|resourceVersion|containerID|imageID|ip|kubectl\.kubernetes\.io\/last-applied-configuration)$|(?:Time|Timestamp|At)$/

/** Without what is another one in every film: times, uids, revisions, addresses; and without kubectl's copy of what is said anyway. */
export function timeless<T>(value: T): T {
  if (Array.isArray(value)) return value.map(timeless) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([key]) => !pastWords.test(key)).map(([key, item]) => [key, timeless(item)])) as T
}

/** What one film leaves behind and the other does not, or otherwise. Events, leases and what every cluster has are left out. */
export function filmsChanges(a: Film, b: Film): Change[] {
  const [left, right] = [endOf(a), endOf(b)]
  const changes: Change[] = []
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const [before, after] = [left.get(key), right.get(key)]
    if (before !== undefined && after !== undefined && semanticEqual(before, after)) continue
    changes.push({ key, how: before === undefined ? 'added' : after === undefined ? 'removed' : 'updated', before, after })
  }
  const rank = ({ key }: Change): number => (key.startsWith('pods/') ? 0 : 1)
  return changes.sort((x, y) => rank(x) - rank(y) || (x.key < y.key ? -1 : 1))
}

function endOf(film: Film): Map<string, KubeObject> {
  const revision = film.revisionAt(film.steps.length - 1)
  const objects = new Map<string, KubeObject>()
  for (const key of film.etcd.keys('')) {
    const object = film.etcd.get(key, revision) as KubeObject | undefined
    if (object !== undefined && !/^(?:events|leases)\//.test(key)) objects.set(key, timeless(object))
  }
  return objects
}
