import type { Pod } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import { shortPodName, systemNamespace } from '../shared/objects/systemPods.ts'

/**
 * What lanes of the cluster's own pods are called, by key. The names of static pods begin with one namespace and end with one machine: cut in the middle
 * they would all be alike. They are called as on their machine, unless another pod is called so.
 */
export function laneNames(film: Pick<Film, 'etcd'>, keys: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, { short: string; whole: string }>()
  const taken = new Map<string, number>()
  const all = new Set(keys)
  for (const key of keys) {
    if (!key.startsWith(`pods/${systemNamespace}/`)) continue
    const pod = film.etcd.life(key).find(({ value }) => value !== undefined)?.value as Pod | undefined
    if (pod === undefined) continue
    const short = shortPodName(pod)
    names.set(key, { short, whole: pod.metadata.name })
    taken.set(short, (taken.get(short) ?? (all.has(`pods/default/${short}`) ? 1 : 0)) + 1)
  }
  return new Map([...names].map(([key, { short, whole }]) => [key, taken.get(short) === 1 ? short : whole]))
}
