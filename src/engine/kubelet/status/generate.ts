import { extended } from '../../api/extended.ts'
import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from '../../api/types.ts'
import { isSidecar } from '../../api/sidecar.ts'
import { isStaticPod } from '../static-pods/manifest.ts'
import { podIP, type PodRuntimeStatus } from '../kuberuntime/runtime-status.ts'
import { kubeletConditions } from './conditions.ts'
import { containerStatuses, type ContainerStatusFacts, type StartFailure } from './container-statuses.ts'
import { phaseOf } from './phase.ts'

export interface GenerateFacts {
  /** The pod is over for good. */
  terminal: boolean
  nodeIP: string
  /** What became of a change of its resources. */
  resizeConditions: readonly PodCondition[]
  actuated: ContainerStatusFacts['actuated']
  startFailure(container: string): StartFailure | undefined
  /** What the probes say of a running container (prober_manager.go UpdatePodStatus). */
  started(container: Container, status: ContainerStatus): boolean
  ready(container: Container, status: ContainerStatus): boolean
}

/**
 * The status that the kubelet wants to see in the API server, from `pod` (with its present API status) and what the
 * runtime has (pkg/kubelet/kubelet_pods.go generateAPIPodStatus). Transition times are the status manager's.
 */
export function generatePodStatus(pod: Pod, runtime: PodRuntimeStatus, facts: GenerateFacts): PodStatus {
  const { spec, status: old } = pod
  const initContainers = spec.initContainers ?? []
  const hasInitContainers = initContainers.length > 0
  const { startFailure, actuated } = facts
  const init = containerStatuses(pod, initContainers, runtime, {
    init: true, hasInitContainers, previous: old.initContainerStatuses ?? [], startFailure, actuated,
  })
  const regular = containerStatuses(pod, spec.containers, runtime, {
    init: false, hasInitContainers, previous: old.containerStatuses ?? [], startFailure, actuated,
  })
  const ephemeral = containerStatuses(pod, (spec.ephemeralContainers ?? []) as Container[], runtime, {
    init: false, hasInitContainers, previous: old.ephemeralContainerStatuses ?? [], startFailure, actuated,
  })
  for (const status of init) probeInit(initContainers.find(({ name }) => name === status.name)!, status, facts)
  for (const status of regular) probe(spec.containers.find(({ name }) => name === status.name)!, status, facts)

  const all = [...init, ...regular]
  const phase = isTerminal(old) ? old.phase! : phaseOf(pod, all, {
    // The phase of a static pod is that of its containers alone.
    terminal: facts.terminal && !isStaticPod(pod),
    anyRegularContainerStarted: hasAnyActiveRegularContainer(pod, runtime),
  })
  const sandboxReady = podIP(runtime) !== undefined
  const conditions: PodCondition[] = [...facts.resizeConditions, ...kubeletConditions(pod, all, phase, sandboxReady)]
  // A pod that is here has been scheduled, even one that named its node itself.
  conditions.push({ type: 'PodScheduled', status: 'True' })
  // It was ended for the node's sake: said once, and not to be seen in its containers.
  const disrupted = old.conditions?.find(({ type }) => type === 'DisruptionTarget')
  if (disrupted !== undefined) conditions.push(disrupted)
  const next: PodStatus = extended(old, { phase, conditions, hostIP: facts.nodeIP, hostIPs: withOthers(old.hostIPs, facts.nodeIP), containerStatuses: regular })
  if (hasInitContainers) next.initContainerStatuses = init
  if (ephemeral.length > 0) next.ephemeralContainerStatuses = ephemeral
  if (pod.metadata.generation !== undefined) next.observedGeneration = pod.metadata.generation
  // They told of the phase that is over.
  if (phase !== old.phase) {
    delete next.reason
    delete next.message
  }
  // The nomination has done its work when the pod is here.
  delete next.nominatedNodeName
  const ip = podIP(runtime)
  if (ip !== undefined) {
    next.podIP = ip
    next.podIPs = withOthers(old.podIPs, ip)
  }
  return next
}

/** Whether a regular container has been made in the sandbox that there is now (HasAnyActiveRegularContainerStarted). */
function hasAnyActiveRegularContainer({ spec }: Pod, { sandboxes: [newest], containers }: PodRuntimeStatus): boolean {
  return newest?.state === 'ready' && containers.some(({ name, sandboxID }) => sandboxID === newest.id && spec.containers.some((container) => container.name === name))
}

/** Addresses of the other family, which only another cluster has given, stay. */
function withOthers(old: { ip: string }[] | undefined, ip: string): { ip: string }[] {
  return old?.[0]?.ip === ip ? old : [{ ip }]
}

/** A terminal phase is final. */
export function isTerminal(status: PodStatus): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed'
}

function probe(container: Container, status: ContainerStatus, facts: GenerateFacts): void {
  status.started = facts.started(container, status)
  status.ready = status.started && facts.ready(container, status)
}

function probeInit(container: Container, status: ContainerStatus, facts: GenerateFacts): void {
  if (isSidecar(container)) return probe(container, status, facts)
  status.started = facts.started(container, status)
  status.ready = status.state?.terminated?.exitCode === 0
}
