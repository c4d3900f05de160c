import type { ContainerState, ContainerStatus, Pod } from './types.ts'

/**
 * The STATUS word that `kubectl get pods` shows. It is no field of the pod: the server computes it for
 * the table from the phase, the reason, the conditions and the states of the containers, the later
 * overriding the earlier (kubernetes pkg/printers/internalversion/printers.go, printPod).
 */
export function podStatusWord(pod: Pod): string {
  const { status, metadata } = pod
  if (metadata.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') return 'Unknown'
    if (status.phase !== 'Succeeded' && status.phase !== 'Failed') return 'Terminating'
  }
  const initializing = initWord(pod)
  if (initializing !== undefined && !isTrue(pod, 'Initialized')) return initializing
  return containerWord(pod) ?? initializing ?? ownWord(pod)
}

/** What the pod itself says, whatever its containers do. */
function ownWord({ status }: Pod): string {
  const gated = status.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')
  return gated ? 'SchedulingGated' : status.reason || status.phase || ''
}

/** "Init:..." after the first init container that is neither done nor a sidecar that has started. */
function initWord({ spec, status }: Pod): string | undefined {
  const inits = spec.initContainers ?? []
  const statuses = status.initContainerStatuses ?? []
  const index = statuses.findIndex((s) => !isPast(s, inits.find((c) => c.name === s.name)?.restartPolicy === 'Always'))
  const first = statuses[index]
  if (first === undefined) return undefined
  const waiting = first.state?.waiting?.reason
  if (first.state?.terminated) return `Init:${endWord(first.state)}`
  if (waiting && waiting !== 'PodInitializing') return `Init:${waiting}`
  return `Init:${index}/${inits.length}`
}

function isPast(init: ContainerStatus, sidecar: boolean): boolean {
  return init.state?.terminated?.exitCode === 0 || (sidecar && init.started === true)
}

/** The word of the first container (in the order of the statuses) that has one. */
function containerWord(pod: Pod): string | undefined {
  const statuses = pod.status.containerStatuses ?? []
  const words = statuses.map(({ state }) => state?.waiting?.reason || (state?.terminated ? endWord(state) : undefined))
  const word = words.find((w) => w !== undefined)
  const runs = statuses.some((s, i) => words[i] === undefined && s.ready && s.state?.running)
  if (!runs || (word ?? ownWord(pod)) !== 'Completed') return word
  return isTrue(pod, 'Ready') ? 'Running' : 'NotReady'
}

function endWord({ terminated }: ContainerState): string {
  if (terminated!.reason) return terminated!.reason
  return terminated!.signal ? `Signal:${terminated!.signal}` : `ExitCode:${terminated!.exitCode}`
}

function isTrue({ status }: Pod, type: string): boolean {
  return status.conditions?.some((c) => c.type === type && c.status === 'True') ?? false
}
