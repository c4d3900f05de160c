import type { Pod, PodCondition, PodStatus } from '../../api/types.ts'
import { semanticEqual } from '../../api/equality.ts'
import { extended } from '../../api/extended.ts'

/**
 * A strategic merge patch from the pod's status to `next`, with only what differs; undefined when nothing does.
 * Conditions merge by their type, so that those of the scheduler and of readiness gates are left alone; addresses by
 * themselves, so that one that is gone must be taken away.
 */
export function statusPatch(pod: Pod, next: PodStatus): Record<string, unknown> | undefined {
  const old = pod.status
  const patch: Record<string, unknown> = {}
  for (const key of Object.keys(next) as (keyof PodStatus)[]) {
    if (key === 'conditions' || semanticEqual(next[key], old[key])) continue
    patch[key] = key === 'podIPs' ? changedAddresses(old.podIPs ?? [], next.podIPs ?? []) : next[key]
  }
  for (const key of Object.keys(old) as (keyof PodStatus)[]) {
    if (old[key] !== undefined && next[key] === undefined) patch[key] = null
  }
  const changed = changedConditions(old.conditions ?? [], next.conditions ?? [])
  if (changed.length > 0) patch['conditions'] = changed
  if (Object.keys(patch).length === 0) return undefined
  if (changed.length > 0) patch['$setElementOrder/conditions'] = (next.conditions ?? []).map(({ type }) => ({ type }))
  return patch
}

type PodIP = NonNullable<PodStatus['podIPs']>[number]

function changedAddresses(old: readonly PodIP[], next: readonly PodIP[]): object[] {
  const gone = old.filter(({ ip }) => !next.some((address) => address.ip === ip))
  return [...next, ...gone.map(({ ip }) => ({ $patch: 'delete', ip }))]
}

function changedConditions(old: readonly PodCondition[], next: readonly PodCondition[]): object[] {
  const gone = old.filter(({ type }) => !next.some((condition) => condition.type === type)).map(({ type }) => ({ $patch: 'delete', type }))
  const changed = next.flatMap((condition): PodCondition[] => {
    const before = old.find(({ type }) => type === condition.type)
    if (before === undefined) return [condition]
    if (semanticEqual(before, condition)) return []
    // A field that is gone must be taken away by name.
    const gone = Object.fromEntries(Object.keys(before).filter((key) => !(key in condition)).map((key) => [key, null]))
    return [extended(condition, gone)]
  })
  return [...gone, ...changed]
}
