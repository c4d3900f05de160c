import type { ContainerRecord, LogLine } from '../api/machine.ts'
import { badRequest } from '../api/status.ts'
import { formatMicroTime, parseTime } from '../api/time.ts'
import type { Pod, Status } from '../api/types.ts'
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
): { container: ContainerRecord; lines: LogLine[] } | { status: Status } | { lost: string } {
  const unnamed = query['container'] ? undefined : withoutContainer(pod)
  if (unnamed !== undefined) return { status: unnamed }
  const name = query['container'] || pod.spec.containers[0]!.name
  if (findSpec(pod, name) === undefined) return { status: badRequest(`container ${name} is not valid for pod ${pod.metadata.name}`) }
  const which = containerWithLogs(pod, name, query['previous'] === 'true')
  if ('error' in which) return { status: badRequest(which.error) }
  const container = source.containersOf(pod.metadata.uid).find(({ id }) => which.id === `containerd://${id}`)
  // The answer is no error: the status named a container whose remains the kubelet has removed meanwhile.
  if (container === undefined) return { lost: `unable to retrieve container logs for ${which.id}` }
  return { container, lines: chosen(source.logs(container.id), query, nowMs) }
}

/** Which container is meant has to be said where there are several (pkg/registry/core/pod validateContainer). */
export function withoutContainer({ metadata, spec }: Pod): Status | undefined {
  if (spec.containers.length === 1) return undefined
  const all = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])].map(({ name }) => name)
  return badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: [${all.join(' ')}]`)
}

function chosen(all: LogLine[], query: Readonly<Record<string, string>>, nowMs: number): LogLine[] {
  const { sinceSeconds, sinceTime, tailLines } = query
  const from = sinceTime !== undefined ? parseTime(sinceTime) : sinceSeconds === undefined ? undefined : nowMs - Number(sinceSeconds) * 1000
  const lines = from === undefined ? all : all.filter(({ at }) => at >= from)
  if (tailLines === undefined) return lines
  return Number(tailLines) === 0 ? [] : lines.slice(-Number(tailLines))
}

export function printLogs(lines: readonly LogLine[], query: Readonly<Record<string, string>>): string {
  const text = lines.map(logPrinter(query)).join('')
  const { limitBytes } = query
  return limitBytes === undefined ? text : text.slice(0, Number(limitBytes))
}

/** Line after line: what goes on with an unfinished one has no time of its own (kuberuntime/logs ReadLogs, isNewLine). */
export function logPrinter({ timestamps }: Readonly<Record<string, string>>): (line: LogLine) => string {
  let isNewLine = true
  return ({ at, text, unfinished }) => {
    const stamp = timestamps === 'true' && isNewLine ? `${formatMicroTime(at).replace('Z', '000Z')} ` : ''
    isNewLine = unfinished !== true
    return `${stamp}${text}${isNewLine ? '\n' : ''}`
  }
}

/** Whose log is shown, by what the pod's status says; or why there is none (pkg/kubelet/kubelet_pods.go validateContainerLogStatus). */
function containerWithLogs({ metadata, status }: Pod, name: string, previous: boolean): { id: string } | { error: string } {
  const what = `container "${name}" in pod "${metadata.name}"`
  const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? []), ...(status.ephemeralContainerStatuses ?? [])]
  const found = all.find((s) => s.name === name)
  if (found === undefined) return { error: `${what} is not available` }
  const { containerID, state, lastState } = found
  const last = lastState?.terminated?.containerID
  if (previous) return last ? { id: last } : { error: `previous terminated ${what} not found` }
  if (state?.running !== undefined) return { id: containerID! }
  // When the next one could not be started the end of the last one has the log.
  if (state?.terminated !== undefined) {
    const id = state.terminated.containerID || last
    return id ? { id } : { error: `${what} is terminated` }
  }
  if (last) return { id: last }
  return { error: `${what} is waiting to start${whyWaiting(state?.waiting?.reason)}` }
}

function whyWaiting(reason: string | undefined): string {
  if (reason === undefined) return ' - no logs yet'
  if (reason === 'ErrImagePull') return ": image can't be pulled"
  return reason === 'ImagePullBackOff' ? ': trying and failing to pull image' : `: ${reason}`
}
