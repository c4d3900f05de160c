import { compare, quantity } from '../../api/quantity.ts'
import { forbidden } from '../../api/status.ts'
import type { KubeObject, Pod, Toleration } from '../../api/types.ts'
import { isPodCreation } from './pods.ts'
import type { MutatingPlugin } from './plugin.ts'

type Amounts = Record<string, string>

/** A pod gets the overhead, the node selector and the tolerations of its RuntimeClass (plugin/pkg/admission/runtimeclass). */
export const runtimeClass: MutatingPlugin = {
  name: 'RuntimeClass',
  mutate(attributes, context) {
    if (!isPodCreation(attributes)) return attributes.object
    const pod = attributes.object as Pod
    const refuse = (why: string) => ({ refused: forbidden(attributes.info, attributes.name, why) })
    const name = pod.spec.runtimeClassName
    const found = name ? context.get('runtimeclasses', undefined, name) : undefined
    if (name && found === undefined) return refuse(`pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
    const overhead = found?.['overhead']?.podFixed as Amounts | undefined
    const given = pod.spec.overhead as Amounts | undefined
    if (given !== undefined && overhead === undefined) return refuse('pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
    if (given !== undefined && !same(given, overhead!)) return refuse("pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
    if (found === undefined) return pod
    const clash = clashing(found, pod)
    if (clash !== undefined) return refuse(clash)
    return { ...pod, spec: { ...pod.spec, ...(overhead === undefined ? {} : { overhead }), ...scheduling(found, pod) } }
  },
}

const same = (a: Amounts, b: Amounts): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((name) => b[name] !== undefined && compare(quantity(a[name]), quantity(b[name])) === 0)

function clashing({ scheduling: wanted }: KubeObject, { spec }: Pod): string | undefined {
  for (const [key, value] of Object.entries((wanted?.nodeSelector ?? {}) as Record<string, string>)) {
    const own = spec.nodeSelector?.[key]
    if (own !== undefined && own !== value) return `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`
  }
  return undefined
}

function scheduling({ scheduling: wanted }: KubeObject, { spec }: Pod): Partial<Pod['spec']> {
  const nodeSelector = wanted?.nodeSelector as Record<string, string> | undefined
  const own = spec.tolerations ?? []
  const added = ((wanted?.tolerations ?? []) as Toleration[]).filter((toleration) => !own.some((other) => JSON.stringify(other) === JSON.stringify(toleration)))
  return {
    ...(nodeSelector === undefined ? {} : { nodeSelector: { ...nodeSelector, ...spec.nodeSelector } }),
    ...(added.length === 0 ? {} : { tolerations: [...own, ...added] }),
  }
}
