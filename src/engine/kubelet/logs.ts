import type { ContainerRecord, LogLine } from '../api/machine.ts'
import { badRequest } from '../api/status.ts'
import { formatMicroTime } from '../api/time.ts'
import type { ContainerStatus, Pod, Status } from '../api/types.ts'
import { findSpec } from './kubelet-context.ts'

/** Where logs lie, now or at a past moment. */
export interface LogSource {
  /** Oldest first. */
  containersOf(podUID: string): ContainerRecord[]
  logs(containerID: string): LogLine[]
}

/** The container that a log request means, and what of its log is wanted (PodLogOptions). */
export function selectLogs(
  source: LogSource,
  pod: Pod,
  query: Readonly<Record<string, string>>,
  nowMs: number,
): { container: ContainerRecord; lines: LogLine[] } | { status: Status } {
  const name = query['container'] ?? pod.spec.containers[0]!.name
  if (findSpec(pod, name) === undefined) return { status: badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`) }
  const all = source.containersOf(pod.metadata.uid).filter((container) => container.name === name)
  const previous = query['previous'] === 'true'
  const container = previous ? all.at(-2) : all.at(-1)
  if (container === undefined) return { status: badRequest(notStarted(pod, name, previous)) }
  let lines = source.logs(container.id)
  const since = query['sinceSeconds']
  if (since !== undefined) lines = lines.filter(({ at }) => at >= nowMs - Number(since) * 1000)
  const tail = query['tailLines']
  if (tail !== undefined) lines = Number(tail) === 0 ? [] : lines.slice(-Number(tail))
  return { container, lines }
}

export function printLogs(lines: readonly LogLine[], query: Readonly<Record<string, string>>): string {
  const stamp = query['timestamps'] === 'true'
  return lines.map(({ at, text }) => `${stamp ? `${formatMicroTime(at).replace('Z', '000Z')} ` : ''}${text}\n`).join('')
}

/** pkg/kubelet/kubelet_pods.go validateContainerLogStatus. */
function notStarted(pod: Pod, name: string, previous: boolean): string {
  const what = `container "${name}" in pod "${pod.metadata.name}"`
  if (previous) return `previous terminated ${what} not found`
  const statuses: ContainerStatus[] = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])]
  const status = statuses.find((s) => s.name === name)
  if (status === undefined) return `${what} is not available`
  const reason = status.state?.waiting?.reason
  if (reason === undefined) return `${what} is waiting to start - no logs yet`
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff') return `${what} is waiting to start: trying and failing to pull image`
  return `${what} is waiting to start: ${reason}`
}
