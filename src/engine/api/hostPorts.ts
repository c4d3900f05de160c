import type { Pod } from './types.ts'
import { sidecarsOf } from './sidecar.ts'

/** A port of the node itself that a pod wants for itself. */
export interface HostPort {
  ip: string
  protocol: string
  port: number
}

export const anyIP = '0.0.0.0'
const noPorts: HostPort[] = []

/** Those of containers and sidecars (k8s.io/kubernetes/pkg/scheduler/util GetHostPorts). */
export function hostPortsOf({ spec }: Pod): HostPort[] {
  const ports: HostPort[] = []
  for (const container of [...sidecarsOf(spec), ...(spec.containers ?? [])]) {
    for (const { hostPort, hostIP, protocol } of container.ports ?? []) {
      if (hostPort) ports.push({ ip: hostIP || anyIP, protocol: protocol || 'TCP', port: hostPort })
    }
  }
  return ports.length === 0 ? noPorts : ports
}

export function collide(a: HostPort, b: HostPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === anyIP || b.ip === anyIP)
}
