import type { Pod } from '../../api/types.ts'
import { compareActive } from '../common/active-pods.ts'

const deletionCost = 'controller.kubernetes.io/pod-deletion-cost'

/**
 * Which pods go first (pkg/controller/controller_utils.go ActivePodsWithRanks): those that lose least. `related` are the
 * pods of all replica sets of the same owner; a node that has many of them can spare one.
 */
export function podsToDelete(pods: readonly Pod[], related: readonly Pod[], count: number, now: number): Pod[] {
  // Nothing to choose: the order of the list is as good as any, and upstream does not sort either.
  if (count >= pods.length) return [...pods]
  const onNode = new Map<string, number>()
  for (const { spec: { nodeName } } of related) if (nodeName) onNode.set(nodeName, (onNode.get(nodeName) ?? 0) + 1)
  const rank = (pod: Pod): number => onNode.get(pod.spec.nodeName ?? '') ?? 0
  const between = (a: Pod, b: Pod): number => costOf(a) - costOf(b) || rank(b) - rank(a)
  const newerFirst = (timeA: number, timeB: number, a: Pod, b: Pod): number => newerByPower(timeA, timeB, a, b, now)
  return sorted(pods, (a, b) => compareActive(a, b, { between, newerFirst })).slice(0, count)
}

/** Up to so many Go's sort.Sort inserts one by one. */
const runLength = 12

/**
 * The order is not transitive (equal ages are told apart by what comes next, unequal ones of one power of two by uid), and what comes of
 * that depends on how one sorts: here as Go does, and the same in every JavaScript engine.
 */
function sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): T[] {
  if (items.length <= runLength) return inserted(items, compare)
  const middle = items.length >> 1
  const left = sorted(items.slice(0, middle), compare)
  const right = sorted(items.slice(middle), compare)
  const all: T[] = []
  for (let l = 0, r = 0; all.length < items.length; ) {
    if (r === right.length || (l < left.length && compare(left[l]!, right[r]!) <= 0)) all.push(left[l++]!)
    else all.push(right[r++]!)
  }
  return all
}

function inserted<T>(items: readonly T[], compare: (a: T, b: T) => number): T[] {
  const all = [...items]
  for (let i = 1; i < all.length; i++) {
    for (let j = i; j > 0 && compare(all[j]!, all[j - 1]!) < 0; j--) [all[j - 1], all[j]] = [all[j]!, all[j - 1]!]
  }
  return all
}

function costOf(pod: Pod): number {
  const cost = Number(pod.metadata.annotations?.[deletionCost] ?? 0)
  return Number.isInteger(cost) ? cost : 0
}

/**
 * Ages are compared by their powers of two, and by uid within one: so which of several old pods goes is not always the
 * youngest (KEP-2185, LogarithmicScaleDown).
 */
function newerByPower(timeA: number, timeB: number, a: Pod, b: Pod, now: number): number {
  if (timeA === timeB) return 0
  if (timeA === 0 || timeB === 0) return timeA - timeB
  const difference = logAge(timeA, now) - logAge(timeB, now)
  return difference !== 0 ? difference : a.metadata.uid < b.metadata.uid ? -1 : 1
}

/** Whole powers of two of nanoseconds, as upstream counts. */
function logAge(time: number, now: number): number {
  return now > time ? Math.floor(Math.log2((now - time) * 1e6)) : -1
}
