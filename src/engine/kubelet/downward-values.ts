import { fieldValue, resourceValue, type FieldValue } from '../api/downward.ts'
import type { Pod } from '../api/types.ts'
import type { DownwardValues } from './environment.ts'
import type { KubeletContext } from './kubelet-context.ts'

/**
 * What a container or a volume may learn of its pod. `podIP` is that of the sandbox that has just been made, which the pod's
 * status does not know yet; `ownName` is the container that asks, when a resource names none.
 */
export function downwardValues(context: KubeletContext, pod: Pod, podIP?: string, ownName?: string): DownwardValues {
  const ip = podIP || pod.status.podIP
  const status = { ...pod.status, hostIP: context.nodeIP, hostIPs: [{ ip: context.nodeIP }], ...(ip ? { podIP: ip, podIPs: [{ ip }] } : {}) }
  const present: Pod = { ...pod, status }
  return {
    field: (path) => unwrap(fieldValue(present, path, [context.nodeIP])),
    resource: ({ containerName, resource, divisor }) => {
      const name = containerName ?? ownName
      const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === name)
      if (container === undefined) return { error: `container ${name} not found` }
      return unwrap(resourceValue(container, resource, divisor, context.node().status.allocatable ?? {}))
    },
  }
}

function unwrap(value: FieldValue): string | { error: string } {
  return 'error' in value ? value : value.value
}
