import type { Container, Pod } from '../api/types.ts'
import { parseQuantity } from '../api/quantity.ts'
import type { KubeletContext } from './kubelet-context.ts'
import type { ContainerOptions } from './start-container.ts'
import type { VolumeManager } from './volumes/volume-manager.ts'

/** What a container is started with: environment, mounts, user, limits (pkg/kubelet/kubelet_pods.go). */
export function containerOptions(
  _context: KubeletContext,
  volumes: VolumeManager,
  pod: Pod,
  container: Container,
  _podIP: string,
  _attempt: number,
): ContainerOptions {
  const env: Record<string, string> = {}
  for (const { name, value } of container.env ?? []) env[name] = value ?? ''
  const { user } = { user: container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser }
  return { env, mounts: volumes.mountsOf(pod, container.volumeMounts ?? []), ...(user === undefined ? {} : { user }), ...limits(container) }
}

function limits(container: Container): { memoryLimitBytes?: number; cpuLimitMillis?: number } {
  const { cpu, memory } = (container.resources?.limits ?? {}) as { cpu?: string; memory?: string }
  return {
    ...(memory === undefined ? {} : { memoryLimitBytes: Number(parseQuantity(memory)) }),
    ...(cpu === undefined ? {} : { cpuLimitMillis: Number(parseQuantity(cpu)) }),
  }
}
