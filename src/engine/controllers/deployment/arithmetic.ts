import type { KubeObject } from '../../api/types.ts'
import { scaled } from '../common/percent.ts'
import { desiredReplicas, maxReplicas, numberAnnotation, revisionOf } from './annotations.ts'

/** Numbers of a rolling update (pkg/controller/deployment/util/deployment_util.go); all pure. */

export const replicasOf = (object: KubeObject): number => object['spec'].replicas ?? 1
export const availableOf = (set: KubeObject): number => set['status']?.availableReplicas ?? 0

export const sumOf = (sets: readonly (KubeObject | undefined)[], of: (set: KubeObject) => number): number =>
  sets.reduce((sum, set) => sum + (set === undefined ? 0 : of(set)), 0)

export const isRollingUpdate = (deployment: KubeObject): boolean => deployment['spec'].strategy?.type !== 'Recreate'

/** Both cannot be 0, or nothing could ever move: then one may be unavailable (ResolveFenceposts). */
function fenceposts(deployment: KubeObject): { surge: number; unavailable: number } {
  const { maxSurge, maxUnavailable } = deployment['spec'].strategy?.rollingUpdate ?? {}
  const replicas = replicasOf(deployment)
  const surge = scaled(maxSurge, replicas, true)
  const unavailable = scaled(maxUnavailable, replicas, false)
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable }
}

export function maxSurgeOf(deployment: KubeObject): number {
  return isRollingUpdate(deployment) ? fenceposts(deployment).surge : 0
}

export function maxUnavailableOf(deployment: KubeObject): number {
  if (!isRollingUpdate(deployment) || replicasOf(deployment) === 0) return 0
  return Math.min(fenceposts(deployment).unavailable, replicasOf(deployment))
}

/** How many pods the newest set may have now (NewRSNewReplicas). */
export function newSetReplicas(deployment: KubeObject, sets: readonly KubeObject[], current: number): number {
  const wanted = replicasOf(deployment)
  if (!isRollingUpdate(deployment)) return wanted
  const room = wanted + maxSurgeOf(deployment) - sumOf(sets, replicasOf)
  return room <= 0 ? current : current + Math.min(room, wanted - current)
}

/** A set and how many pods it is to have. */
export interface Scaling {
  set: KubeObject
  to: number
}

/**
 * Which old sets give up how many pods: first those that are not available anyway, then as many as the minimum allows
 * (reconcileOldReplicaSets). The two are upstream's two passes; the second counts on the first.
 */
export function scaleDownOld(deployment: KubeObject, old: readonly KubeObject[], newSet: KubeObject): Scaling[][] {
  if (sumOf(old, replicasOf) === 0) return []
  const all = [...old, newSet]
  const minAvailable = replicasOf(deployment) - maxUnavailableOf(deployment)
  const unavailableNew = replicasOf(newSet) - availableOf(newSet)
  const budget = sumOf(all, replicasOf) - minAvailable - unavailableNew
  if (budget <= 0) return []
  const sorted = old.toSorted(byCreation)
  // A set that still counts pods which were taken from it before: upstream stops there with an error, or they would be given up twice.
  const late = sorted.findIndex((set) => availableOf(set) > replicasOf(set))
  const unhealthy = takeFrom(late < 0 ? sorted : sorted.slice(0, late), budget, (set) => replicasOf(set) - availableOf(set))
  if (late >= 0 && takenBy(unhealthy) < budget) return unhealthy.length === 0 ? [] : [unhealthy]
  const after = new Map(unhealthy.map(({ set, to }) => [set, to]))
  const spare = sumOf(all, availableOf) - minAvailable
  const left = (set: KubeObject): number => after.get(set) ?? replicasOf(set)
  const rest = spare <= 0 ? [] : takeFrom(sorted, spare, left, left)
  return [unhealthy, rest].filter((pass) => pass.length > 0)
}

const takenBy = (scalings: readonly Scaling[]): number => scalings.reduce((sum, { set, to }) => sum + replicasOf(set) - to, 0)

function takeFrom(sets: readonly KubeObject[], budget: number, spareOf: (set: KubeObject) => number, sizeOf = replicasOf): Scaling[] {
  const scalings: Scaling[] = []
  let left = budget
  for (const set of sets) {
    const count = Math.min(left, spareOf(set))
    if (left <= 0) break
    if (sizeOf(set) === 0 || count <= 0) continue
    scalings.push({ set, to: sizeOf(set) - count })
    left -= count
  }
  return scalings
}

/** A Deployment that is scaled in the middle of a rollout shares the change out by size (proportional scaling, `scale`). */
export function scaleProportionally(deployment: KubeObject, active: readonly KubeObject[]): Scaling[] {
  const wanted = replicasOf(deployment)
  const allowed = wanted > 0 ? wanted + maxSurgeOf(deployment) : 0
  const toAdd = allowed - sumOf(active, replicasOf)
  const sorted = active.toSorted(toAdd > 0 ? bySizeNewerFirst : bySizeOlderFirst)
  let added = 0
  const scalings = sorted.map((set) => {
    const share = toAdd === 0 ? 0 : proportion(deployment, set, toAdd, added)
    added += share
    return { set, to: replicasOf(set) + share }
  })
  const first = scalings[0]
  if (first !== undefined && toAdd !== 0) first.to = Math.max(0, first.to + toAdd - added)
  return scalings
}

function proportion(deployment: KubeObject, set: KubeObject, toAdd: number, added: number): number {
  if (replicasOf(set) === 0 || toAdd === added) return 0
  const share = fraction(deployment, set)
  return toAdd > 0 ? Math.min(share, toAdd - added) : Math.max(share, toAdd - added)
}

function fraction(deployment: KubeObject, set: KubeObject): number {
  if (replicasOf(deployment) === 0) return -replicasOf(set)
  const max = replicasOf(deployment) + maxSurgeOf(deployment)
  const before = numberAnnotation(set, maxReplicas) || (deployment['status']?.replicas ?? 0)
  if (before === 0) return 0
  return Math.round((replicasOf(set) * max) / before) - replicasOf(set)
}

/** The one set with pods, or the newest when none has; undefined when several have (FindActiveOrLatest). */
export function activeOrLatest(newSet: KubeObject | undefined, old: readonly KubeObject[]): KubeObject | undefined {
  const all = newSet === undefined ? [...old] : [...old, newSet]
  const active = all.filter((set) => replicasOf(set) > 0)
  if (active.length === 1) return active[0]
  if (active.length > 1) return undefined
  return newSet ?? old.toSorted(byCreation).at(-1)
}

/** The newest set has all that is wanted (IsSaturated). */
export function isSaturated(deployment: KubeObject, set: KubeObject | undefined): boolean {
  const wanted = replicasOf(deployment)
  return set !== undefined && numberAnnotation(set, desiredReplicas) === wanted && replicasOf(set) === wanted && availableOf(set) === wanted
}

/** Somebody has changed spec.replicas since the sets were scaled (isScalingEvent). */
export function isScalingEvent(deployment: KubeObject, sets: readonly KubeObject[]): boolean {
  return sets.some((set) => {
    const before = replicasOf(set) > 0 ? numberAnnotation(set, desiredReplicas) : undefined
    return before !== undefined && before !== replicasOf(deployment)
  })
}

/** Old sets beyond revisionHistoryLimit that have nothing left (cleanupDeployment). */
export function surplusHistory(deployment: KubeObject, old: readonly KubeObject[]): KubeObject[] {
  const limit: number | undefined = deployment['spec'].revisionHistoryLimit
  if (limit === undefined || limit === 2 ** 31 - 1) return []
  const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const surplus = alive.length - limit
  if (surplus <= 0) return []
  const byRevision = alive.toSorted((a, b) => Number(revisionOf(a) - revisionOf(b)) || byCreation(a, b))
  return byRevision.slice(0, surplus).filter((set) => {
    const { replicas = 0, observedGeneration = 0 } = set['status'] ?? {}
    return replicas === 0 && replicasOf(set) === 0 && (set.metadata.generation ?? 0) <= observedGeneration
  })
}

export function byCreation(a: KubeObject, b: KubeObject): number {
  return compareText(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || compareText(a.metadata.name, b.metadata.name)
}

const bySizeNewerFirst = (a: KubeObject, b: KubeObject): number => replicasOf(b) - replicasOf(a) || byCreation(b, a)
const bySizeOlderFirst = (a: KubeObject, b: KubeObject): number => replicasOf(b) - replicasOf(a) || byCreation(a, b)

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
