import { fieldValue, limitFallbacks, resourceValue, type FieldValue } from '../api/downward.ts'
import type { Pod } from '../api/types.ts'
import type { DownwardValues } from './kuberuntime/environment.ts'
import type { KubeletContext } from './kubelet-context.ts'

/**
 * What a container or a volume may learn of its pod. `podIP` is that of the sandbox that has just been made, which the pod's
 * status does not know yet; `ownName` is the container that asks, when a resource names none.
 */
export function downwardValues(context: KubeletContext, pod: Pod, podIP?: string, ownName?: string): DownwardValues {
  return {
    field: (path) => unwrap(fieldValue(path.startsWith('status.') ? withAddresses(pod, context.nodeIP, podIP) : pod, path)),
    resource: ({ containerName, resource, divisor }) => {
      const name = containerName ?? ownName
      const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === name)
      if (container === undefined) return { error: `container ${name} not found` }
      return unwrap(resourceValue(container, resource, divisor, limitFallbacks(pod, context.node().status.allocatable ?? {})))
    },
  }
}

function withAddresses(pod: Pod, nodeIP: string, podIP: string | undefined): Pod {
  const ip = podIP || pod.status.podIP
  const status = { ...pod.status, hostIP: nodeIP, hostIPs: [{ ip: nodeIP }], ...(ip ? { podIP: ip, podIPs: [{ ip }] } : {}) }
  return { ...pod, status }
}

function unwrap(value: FieldValue): string | { error: string } {
  return 'error' in value ? value : value.value
}
