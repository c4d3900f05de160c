import { collectionOf } from '../../api/resources.ts'
import type { Taint } from '../../api/types.ts'
import type { MutatingPlugin } from './plugin.ts'

const notReady: Taint = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

/** A node that registers takes no pods until it is known to be ready (plugin/pkg/admission/nodetaint). */
export const taintNodesByCondition: MutatingPlugin = {
  name: 'TaintNodesByCondition',
  mutate({ info, operation, subresource, object }) {
    if (operation !== 'CREATE' || subresource !== undefined || collectionOf(info) !== 'nodes') return object
    const taints = (object['spec']?.taints ?? []) as Taint[]
    if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect)) return object
    return { ...object, spec: { ...object['spec'], taints: [...taints, notReady] } }
  },
}
