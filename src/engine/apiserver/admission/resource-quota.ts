import { exceeding, mask, minusAtLeastZero, negativeOf, plus, print, withoutZeros } from '../../api/quota/amounts.ts'
import { podConstraints } from '../../api/quota/pods.ts'
import { inScope } from '../../api/quota/scopes.ts'
import { countedOf, usageOf } from '../../api/quota/usage.ts'
import { forbidden } from '../../api/status.ts'
import type { KubeObject, Pod, ResourceList } from '../../api/types.ts'
import type { Attributes, Charge, ValidatingPlugin, Verdict } from './plugin.ts'

/** A quota, what of it the object needs more than before, and whether it was counted before. */
interface Demand {
  quota: KubeObject
  delta: ResourceList
}

/**
 * Holds a namespace to its ResourceQuotas (apiserver/pkg/admission/plugin/resourcequota): what a new object uses is added to `status.used`
 * before the object is stored, and it is refused when that would be more than `status.hard`. A quota whose status nobody has written yet
 * limits nothing.
 */
export const resourceQuota: ValidatingPlugin = {
  name: 'ResourceQuota',
  validate(attributes, context) {
    const { namespace, info, name } = attributes
    if (namespace === undefined || !handles(attributes)) return undefined
    const quotas = context.list('resourcequotas', namespace)
    if (quotas.length === 0) return undefined
    const demands: Demand[] = []
    for (const quota of quotas) {
      const demand = demandOn(quota, attributes, context.nowMs())
      if (typeof demand === 'string') return { refused: forbidden(info, name, demand) }
      if (demand !== undefined) demands.push(demand)
    }
    return charge(attributes, demands)
  },
}

/** What changes how much is used: new objects, and updates of kinds whose size or type can change. */
function handles({ operation, info, subresource }: Attributes): boolean {
  if (info.plural === 'events') return false
  if (info.group === '' && info.plural === 'pods' && subresource === 'resize') return operation === 'UPDATE'
  if (subresource !== undefined) return false
  if (operation === 'CREATE') return true
  return operation === 'UPDATE' && info.group === '' && (info.plural === 'services' || info.plural === 'persistentvolumeclaims')
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

function charge({ info, name }: Attributes, demands: readonly Demand[]): Verdict | undefined {
  const charges: Charge[] = []
  for (const { quota, delta } of demands) {
    const { hard, used } = quota['status'] as { hard: ResourceList; used: ResourceList }
    const requested = mask(delta, Object.keys(hard))
    const after = plus(used, requested)
    const over = exceeding(mask(after, Object.keys(requested)), hard)
    if (over.length > 0) {
      const amounts = `requested: ${print(mask(requested, over))}, used: ${print(mask(used, over))}, limited: ${print(mask(hard, over))}`
      return { refused: forbidden(info, name, `exceeded quota: ${quota.metadata.name}, ${amounts}`) }
    }
    if (Object.keys(requested).length > 0) charges.push({ on: quota, becomes: { ...quota, status: { ...quota['status'], used: after } } })
  }
  return charges.length === 0 ? undefined : { charges }
}
