import type { Pod, Toleration } from '../../api/types.ts'
import { isPodCreation } from './pods.ts'
import type { MutatingPlugin } from './plugin.ts'

const seconds = 300
const keys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

/** Pods outlive a node's absence for five minutes (plugin/pkg/admission/defaulttolerationseconds). */
export const defaultTolerationSeconds: MutatingPlugin = {
  name: 'DefaultTolerationSeconds',
  mutate(attributes) {
    if (!isPodCreation(attributes)) return attributes.object
    const pod = attributes.object as Pod
    const given = pod.spec.tolerations ?? []
    const covers = (t: Toleration, key: string): boolean => (t.key === key || !t.key) && (t.effect === 'NoExecute' || !t.effect)
    const added = keys
      .filter((key) => !given.some((toleration) => covers(toleration, key)))
      .map((key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: seconds }))
    return added.length === 0 ? pod : { ...pod, spec: { ...pod.spec, tolerations: [...given, ...added] } }
  },
}
