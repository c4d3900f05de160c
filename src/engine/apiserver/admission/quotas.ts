import { exceeding, mask, minusAtLeastZero, negativeOf, plus, print, withoutZeros } from '../../api/quota/amounts.ts'
import { podConstraints } from '../../api/quota/pods.ts'
import { inScope } from '../../api/quota/scopes.ts'
import { countedOf, usageOf } from '../../api/quota/usage.ts'
import { forbidden } from '../../api/status.ts'
import type { KubeObject, Pod, ResourceList } from '../../api/types.ts'
import type { Attributes, Charge, Verdict } from './plugin.ts'

/** A quota, what of it the object needs more than before, and whether it was counted before. */
interface Demand {
  quota: KubeObject
  delta: ResourceList
}

export function charge(quotas: readonly KubeObject[], attributes: Attributes, nowMs: number): Verdict | undefined {
  const { info, name } = attributes
  const demands: Demand[] = []
  for (const quota of quotas) {
    const demand = demandOn(quota, attributes, nowMs)
    if (typeof demand === 'string') return { refused: forbidden(info, name, demand) }
    if (demand !== undefined) demands.push(demand)
  }
  return draw(attributes, demands)
}

function demandOn(quota: KubeObject, { info, object, old }: Attributes, nowMs: number): Demand | string | undefined {
  const hard: ResourceList = quota['status']?.hard ?? {}
  const used: ResourceList = quota['status']?.used ?? {}
  const limited = countedOf(info, Object.keys(hard))
  if (limited.length === 0 || !inScope(quota, info.plural, object)) return undefined
  const unsaid = info.group === '' && info.plural === 'pods' ? podConstraints(limited, object as Pod) : undefined
  if (unsaid !== undefined) return `failed quota: ${quota.metadata.name}: ${unsaid}`
  if (limited.some((resource) => used[resource] === undefined)) return `status unknown for quota: ${quota.metadata.name}, resources: ${limited.toSorted().join(',')}`
  const usage = usageOf(info, object, nowMs)
  const negative = negativeOf(usage)
  if (negative.length > 0) return `quota usage is negative for resource(s): ${negative.toSorted().join(',')}`
  const before = old !== undefined && inScope(quota, info.plural, old) ? usageOf(info, old, nowMs) : {}
  const delta = withoutZeros(minusAtLeastZero(usage, before))
  return Object.keys(delta).length === 0 ? undefined : { quota, delta }
}

/** What has happened already, as a status tells, is counted, and not refused. */
function draw({ info, name, subresource }: Attributes, demands: readonly Demand[]): Verdict | undefined {
  const charges: Charge[] = []
  for (const { quota, delta } of demands) {
    const { hard, used } = quota['status'] as { hard: ResourceList; used: ResourceList }
    const requested = mask(delta, Object.keys(hard))
    const after = plus(used, requested)
    const over = exceeding(mask(after, Object.keys(requested)), hard)
    if (over.length > 0 && subresource !== 'status') {
      const amounts = `requested: ${print(mask(requested, over))}, used: ${print(mask(used, over))}, limited: ${print(mask(hard, over))}`
      return { refused: forbidden(info, name, `exceeded quota: ${quota.metadata.name}, ${amounts}`) }
    }
    if (Object.keys(requested).length > 0) charges.push({ on: quota, becomes: { ...quota, status: { ...quota['status'], used: after } } })
  }
  return charges.length === 0 ? undefined : { charges }
}
