import { collectionOf } from '../../api/resources.ts'
import { forbidden } from '../../api/status.ts'
import type { Pod } from '../../api/types.ts'
import { errorsOf, withDefaults } from './limits.ts'
import { isPodCreation } from './pods.ts'
import type { MutatingPlugin, ValidatingPlugin } from './plugin.ts'

/** Gives containers the requests and limits of the namespace's LimitRanges where they have none (plugin/pkg/admission/limitranger). */
export const limitRangerDefaults: MutatingPlugin = {
  name: 'LimitRanger',
  mutate(attributes, context) {
    if (!isPodCreation(attributes)) return attributes.object
    let pod = attributes.object as Pod
    for (const range of context.list('limitranges', attributes.namespace)) pod = withDefaults(pod, range)
    return pod
  },
}

/** Holds pods and claims to the bounds of the namespace's LimitRanges: new ones, and those whose size is to change. */
export const limitRangerBounds: ValidatingPlugin = {
  name: 'LimitRanger',
  validate(attributes, context) {
    const { info, name, namespace, object } = attributes
    const claim = collectionOf(info) === 'persistentvolumeclaims' && attributes.operation !== 'DELETE' && attributes.subresource === undefined
    const resize = collectionOf(info) === 'pods' && attributes.subresource === 'resize'
    if (!isPodCreation(attributes) && !resize && !claim) return undefined
    for (const range of context.list('limitranges', namespace)) {
      const wrong = errorsOf(range, object, claim)
      if (wrong.length > 0) return { refused: forbidden(info, name, wrong.length === 1 ? wrong[0]! : `[${wrong.join(', ')}]`) }
    }
    return undefined
  },
}
