import { extended } from '../../api/extended.ts'
import { collectionOf } from '../../api/resources.ts'
import type { Pod, Toleration } from '../../api/types.ts'
import type { MutatingPlugin } from './plugin.ts'

const seconds = 300
const keys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

/** Pods outlive a node's absence for five minutes (plugin/pkg/admission/defaulttolerationseconds). */
export const defaultTolerationSeconds: MutatingPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate({ info, operation, subresource, object }) {
    if (collectionOf(info) !== 'pods' || subresource !== undefined || operation === 'DELETE') return object
    const pod = object as Pod
    const given = pod.spec.tolerations ?? []
    const covers = (t: Toleration, key: string): boolean => (t.key === key || !t.key) && (t.effect === 'NoExecute' || !t.effect)
    const added = keys
      .filter((key) => !given.some((toleration) => covers(toleration, key)))
      .map((key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: seconds }))
    return added.length === 0 ? pod : { ...pod, spec: extended(pod.spec, { tolerations: [...given, ...added] }) }
  },
}
