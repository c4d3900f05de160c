import { extended } from '../../api/extended.ts'
import { collectionOf } from '../../api/resources.ts'
import { forbidden } from '../../api/status.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { isPodCreation } from './pods.ts'
import type { AdmissionContext, Attributes, MutatingPlugin, ValidatingPlugin } from './plugin.ts'

/** Turns priorityClassName into the number that the scheduler orders by (plugin/pkg/admission/priority). */
export const priority: MutatingPlugin = {
  name: 'Priority',
  mutate(attributes, context) {
    if (isPodUpdate(attributes)) return withPriorityOf(attributes.object as Pod, attributes.old as Pod)
    if (!isPodCreation(attributes)) return attributes.object
    const pod = attributes.object as Pod
    const name = pod.spec.priorityClassName
    const chosen = name ? context.get('priorityclasses', undefined, name) : defaultClass(context)
    if (name && chosen === undefined) {
      return { refused: forbidden(attributes.info, attributes.name, `no PriorityClass with name ${name} was found`) }
    }
    const value = (chosen?.['value'] as number | undefined) ?? 0
    const policy = (chosen?.['preemptionPolicy'] as string | undefined) ?? 'PreemptLowerPriority'
    if (pod.spec.priority !== undefined && pod.spec.priority !== value) {
      const why = `the integer value of priority (${pod.spec.priority}) must not be provided in pod spec; priority admission controller computed ${value} from the given PriorityClass name`
      return { refused: forbidden(attributes.info, attributes.name, why) }
    }
    if (pod.spec.preemptionPolicy !== undefined && pod.spec.preemptionPolicy !== policy) {
      const why = `the string value of PreemptionPolicy (${pod.spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`
      return { refused: forbidden(attributes.info, attributes.name, why) }
    }
    const spec = extended(pod.spec, { priority: value, preemptionPolicy: policy })
    if (!name && chosen !== undefined) spec.priorityClassName = chosen.metadata.name
    return { ...pod, spec }
  },
}

/** Of all PriorityClasses one at most is the default. */
export const oneDefaultPriority: ValidatingPlugin = {
  name: 'Priority',
  validate({ info, operation, object, name }, context) {
    if (collectionOf(info) !== 'priorityclasses' || (operation !== 'CREATE' && operation !== 'UPDATE') || object['globalDefault'] !== true) return undefined
    const present = defaultClass(context)?.metadata.name
    if (present === undefined || (operation === 'UPDATE' && present === name)) return undefined
    return { refused: forbidden(info, name, `PriorityClass ${present} is already marked as default. Only one default can exist`) }
  },
}

const isPodUpdate = ({ info, operation, subresource, old }: Attributes): boolean =>
  operation === 'UPDATE' && collectionOf(info) === 'pods' && subresource === undefined && old !== undefined

/** Who replaces a pod need not know the number. */
function withPriorityOf(pod: Pod, { spec: { priority: value, preemptionPolicy } }: Pod): Pod {
  const spec = { ...pod.spec }
  if (spec.priority === undefined && value !== undefined) spec.priority = value
  if (spec.preemptionPolicy === undefined && preemptionPolicy !== undefined) spec.preemptionPolicy = preemptionPolicy
  return spec.priority === pod.spec.priority && spec.preemptionPolicy === pod.spec.preemptionPolicy ? pod : { ...pod, spec }
}

function defaultClass(context: AdmissionContext): KubeObject | undefined {
  return context
    .list('priorityclasses')
    .filter((priorityClass) => priorityClass['globalDefault'] === true)
    .sort((a, b) => a['value'] - b['value'])[0]
}
