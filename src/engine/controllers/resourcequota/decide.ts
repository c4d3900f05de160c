import { mask, plus, sameAmounts } from '../../api/quota/amounts.ts'
import { isLive, resourcesChanged } from '../../api/quota/pods.ts'
import { inScope } from '../../api/quota/scopes.ts'
import { counts, usageOf, type Counted } from '../../api/quota/usage.ts'
import type { KubeObject, Pod, ResourceList } from '../../api/types.ts'

/** All objects of a kind in the quota's namespace. */
export type ListOf = (kind: Counted) => Iterable<KubeObject>

/** What a quota's status has to say, or undefined when it says so already (pkg/controller/resourcequota syncResourceQuota). */
export function statusOf(quota: KubeObject, kinds: readonly Counted[], list: ListOf, nowMs: number): { hard: ResourceList; used: ResourceList } | undefined {
  const hard: ResourceList = quota['spec']?.hard ?? {}
  const names = Object.keys(hard)
  // What nobody here can count is not said to be unused.
  let used: ResourceList = Object.fromEntries(names.filter((name) => kinds.some((kind) => counts(kind, name))).map((name) => [name, '0']))
  for (const kind of kinds) {
    const own = names.filter((name) => counts(kind, name))
    if (own.length === 0) continue
    for (const object of list(kind)) if (inScope(quota, kind.plural, object)) used = plus(used, mask(usageOf(kind, object, nowMs), own))
  }
  const known = quota['status'] ?? {}
  return sameAmounts(known.hard ?? {}, hard) && sameAmounts(known.used ?? {}, used) ? undefined : { hard, used }
}

/** Whether a change may have set something free: what is gone, and what uses nothing or something else now or is of another type. */
export function frees(kind: Counted, before: KubeObject | undefined, after: KubeObject | undefined, nowMs: number): boolean {
  if (after === undefined) return true
  if (before === undefined || kind.group !== '') return false
  if (kind.plural === 'pods') return (isLive(before as Pod, nowMs) && !isLive(after as Pod, nowMs)) || resourcesChanged(before as Pod, after as Pod)
  // Any change of a claim is one: upstream means to compare what is set aside, and compares where it lies in memory (RequiresQuotaReplenish).
  return kind.plural === 'persistentvolumeclaims' || (kind.plural === 'services' && before['spec']?.type !== after['spec']?.type)
}
