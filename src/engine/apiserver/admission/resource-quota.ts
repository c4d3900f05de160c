import { isTimeLimited } from '../../api/quota/scopes.ts'
import type { Pod } from '../../api/types.ts'
import type { Attributes, ValidatingPlugin } from './plugin.ts'
import { charge } from './quotas.ts'

/**
 * Holds a namespace to its ResourceQuotas (apiserver/pkg/admission/plugin/resourcequota): what a new object uses is added to `status.used`
 * before the object is stored, and it is refused when that would be more than `status.hard`. A quota whose status nobody has written yet
 * limits nothing.
 */
export const resourceQuota: ValidatingPlugin = {
  name: 'ResourceQuota',
  validate(attributes, context) {
    const { namespace } = attributes
    if (namespace === undefined || !handles(attributes)) return undefined
    const all = context.list('resourcequotas', namespace)
    if (all.length === 0) return undefined
    return charge(all, attributes, context.nowMs())
  },
}

/** What changes how much is used: new objects, and updates of kinds whose size or type can change. */
function handles({ operation, info, subresource, object, old }: Attributes): boolean {
  if (info.plural === 'events') return false
  if (info.group === '' && info.plural === 'pods' && subresource === 'resize') return operation === 'UPDATE'
  // Of a claim the status tells what has been set aside, and of which class it is.
  if (info.group === '' && info.plural === 'persistentvolumeclaims' && subresource === 'status') return operation === 'UPDATE'
  if (subresource !== undefined) return false
  if (operation === 'CREATE') return true
  // A pod that gets a deadline comes under another scope.
  if (info.group === '' && info.plural === 'pods') return operation === 'UPDATE' && old !== undefined && isTimeLimited(object as Pod) !== isTimeLimited(old as Pod)
  return operation === 'UPDATE' && (info.group === '' ? info.plural === 'services' || info.plural === 'persistentvolumeclaims' : info.plural === 'resourceclaims' && info.group === 'resource.k8s.io')
}
