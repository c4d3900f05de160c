import type { ContainerRecord, SandboxRecord } from '../../api/machine.ts'

/** What the runtime has of a pod, as of one look (kubecontainer.PodStatus). */
export interface PodRuntimeStatus {
  /** Newest first. */
  readonly sandboxes: readonly SandboxRecord[]
  /** All of them, newest first; the first of a name is its present one. */
  readonly containers: readonly ContainerRecord[]
}

export const nothingRuns: PodRuntimeStatus = { sandboxes: [], containers: [] }

/** The present container of this name. */
export function findContainer(status: PodRuntimeStatus, name: string): ContainerRecord | undefined {
  return status.containers.find((container) => container.name === name)
}

export function isRunning(container: ContainerRecord | undefined): boolean {
  return container?.state === 'running'
}

export function podIP(status: PodRuntimeStatus): string | undefined {
  const newest = status.sandboxes[0]
  return newest?.state === 'ready' ? newest.ip : undefined
}
