import type { Pod } from '../../api/types.ts'
import type { CriError, PodSandboxConfig } from '../../runtime/cri.ts'
import type { Backoff } from '../backoff.ts'
import { computePodActions, type PodActions, type ProbeResults } from './compute-pod-actions.ts'
import { isSidecar } from '../../api/sidecar.ts'
import { doBackoff } from './crash-backoff.ts'
import type { DraManager } from '../devices/dra-manager.ts'
import { findSpec, type KubeletContext } from '../kubelet-context.ts'
import { killContainers } from './kill-container.ts'
import { killPod } from './kill-pod.ts'
import { hostnameOf, resolvConf } from '../network-files.ts'
import { podIP, type PodRuntimeStatus } from './runtime-status.ts'
import { resizeContainers } from '../resize/actuate.ts'
import type { AllocationManager } from '../resize/allocation.ts'
import { wait, type Routine } from '../routine.ts'
import { startContainer, type StartDependencies } from './start-container.ts'
import type { StartFailure } from '../status/container-statuses.ts'

/** What a sync could not do; each container's failure becomes its waiting reason at the next look. */
export interface SyncResult {
  failures: Map<string, StartFailure>
  /** Containers that did start, whose old failure is forgotten. */
  started: string[]
  /** Something went wrong: the pod is looked at again soon. */
  failed: boolean
  /** Running containers have got other resources. */
  resized: boolean
}

export interface SyncDependencies extends StartDependencies {
  probes: ProbeResults
  backoff: Backoff
  allocations: AllocationManager
  devices: DraManager
}

/**
 * Brings what runs to what the spec says, in upstream's numbered steps
 * (pkg/kubelet/kuberuntime/kuberuntime_manager.go SyncPod).
 */
export function* syncRuntime(context: KubeletContext, deps: SyncDependencies, pod: Pod, status: PodRuntimeStatus): Routine<SyncResult> {
  const result: SyncResult = { failures: new Map(), started: [], failed: false, resized: false }

  // Step 1: decide.
  const actions = computePodActions(pod, status, deps.probes, deps.allocations.actuated(pod.metadata.uid))
  if (actions.createSandbox && actions.sandboxID !== '') {
    context.recorder.event(pod, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
  }

  // Step 2: a pod that has no use for its sandbox is stopped whole; step 3: otherwise single containers are.
  if (actions.killPod) {
    yield* killPod(context, pod, status, undefined)
    if (actions.createSandbox) yield* purgeInitContainers(context, deps, pod, status)
  } else if (actions.containersToKill.length > 0) {
    yield* killContainers(context, pod, actions.containersToKill.map((kill) => ({ ...kill, gracePeriodOverride: undefined })))
  }

  // Step 4: the sandbox.
  if (actions.createSandbox) {
    const problem = yield* deps.devices.prepare(pod)
    if (problem !== undefined) {
      context.recorder.event(pod, 'Warning', 'FailedPrepareDynamicResources', `Failed to prepare dynamic resources: ${problem}`)
      return result
    }
  }
  const sandbox = yield* ensureSandbox(context, pod, status, actions)
  if (sandbox === undefined) return result
  if ('error' in sandbox) {
    context.recorder.event(pod, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${sandbox.error}`)
    return { ...result, failed: true }
  }

  // Step 5: ephemeral containers; step 6: init containers; step 7: resources of those that run; step 8: containers.
  yield* startAll(context, deps, pod, status, actions, sandbox, result)
  return result
}

/** What the old sandbox has initialized counts for nothing in a new one: that its init containers have succeeded is forgotten (purgeInitContainers). */
function* purgeInitContainers({ runtime }: KubeletContext, { purged }: SyncDependencies, pod: Pod, { containers }: PodRuntimeStatus): Routine<void> {
  const names = new Set((pod.spec.initContainers ?? []).map(({ name }) => name))
  for (const { id, name } of containers) {
    if (!names.has(name)) continue
    yield* wait<void>((resume) => runtime.removeContainer(id, resume))
    purged.add(`${pod.metadata.uid}/${name}`)
  }
}

type Sandbox = { id: string; ip: string }

function* ensureSandbox(context: KubeletContext, pod: Pod, status: PodRuntimeStatus, actions: PodActions): Routine<Sandbox | CriError | undefined> {
  if (!actions.createSandbox) {
    if (actions.killPod) return undefined
    return { id: actions.sandboxID, ip: podIP(status) ?? '' }
  }
  // Only what a pod adds can be too much.
  if (pod.spec.dnsConfig !== undefined) for (const message of resolvConf(pod, context.configuration).omitted) context.recorder.event(pod, 'Warning', 'DNSConfigForming', message)
  const hostname = hostnameOf(pod)
  if (typeof hostname === 'object' && pod.spec.hostNetwork !== true) return hostname
  const config = sandboxConfig(pod, actions.attempt)
  const className = pod.spec['runtimeClassName'] as string | undefined
  if (className) {
    const handler = context.runtimeHandler(className)
    if (handler === undefined) return { error: `RuntimeClass ${JSON.stringify(className)} not found` }
    if (!handlers.has(handler)) return { error: `rpc error: code = Unknown desc = failed to get sandbox runtime: no runtime for ${JSON.stringify(handler)} is configured` }
  }
  return yield* wait<Sandbox | CriError>((resume) => context.runtime.runPodSandbox(config, resume))
}

/** What containerd is configured with on these machines. */
const handlers: ReadonlySet<string> = new Set(['runc'])

export function sandboxConfig(pod: Pod, attempt: number): PodSandboxConfig {
  const { metadata, spec } = pod
  const hostname = hostnameOf(pod)
  return {
    podUID: metadata.uid,
    podName: metadata.name,
    podNamespace: metadata.namespace!,
    attempt,
    hostname: typeof hostname === 'string' ? hostname : '',
    hostNetwork: spec.hostNetwork === true,
    sharePID: spec.shareProcessNamespace === true,
    ...(spec.hostPID === true ? { hostPID: true } : {}),
    portMappings: portMappings(pod),
  }
}

/** On the node's own network a port is the node's anyway. */
function portMappings({ spec }: Pod): PodSandboxConfig['portMappings'] {
  if (spec.hostNetwork === true) return []
  const ports = [...(spec.initContainers ?? []).filter(isSidecar), ...spec.containers].flatMap((container) => container.ports ?? [])
  return ports.flatMap(({ hostPort, containerPort, hostIP, protocol }) =>
    hostPort ? [{ hostPort, containerPort, ...(hostIP ? { hostIP } : {}), ...(protocol === 'UDP' ? { protocol } : {}) }] : [],
  )
}

function* startAll(
  context: KubeletContext,
  deps: SyncDependencies,
  pod: Pod,
  status: PodRuntimeStatus,
  actions: PodActions,
  sandbox: Sandbox,
  result: SyncResult,
): Routine<void> {
  for (const name of actions.ephemeralContainersToStart) yield* start(context, deps, pod, name, status, sandbox, result)
  for (const name of actions.initContainersToStart) {
    const started = yield* start(context, deps, pod, name, status, sandbox, result)
    // A sidecar that fails is tried again later and holds up nobody.
    if (!started && !isSidecar(findSpec(pod, name)!.container)) return
  }
  const resized = yield* resizeContainers(context, deps.allocations, pod, status)
  if (typeof resized === 'boolean') result.resized = resized
  else {
    deps.allocations.actuationFailed(pod, resized.error)
    result.failed = true
  }
  for (const name of actions.containersToStart) yield* start(context, deps, pod, name, status, sandbox, result)
}

function* start(
  context: KubeletContext,
  deps: SyncDependencies,
  pod: Pod,
  name: string,
  status: PodRuntimeStatus,
  sandbox: Sandbox,
  result: SyncResult,
): Routine<boolean> {
  const { container } = findSpec(pod, name)!
  const failure = doBackoff(context, deps.backoff, pod, container, status)
    ?? (yield* startContainer(context, deps, pod, name, sandbox.id, sandbox.ip, status))
  if (failure === undefined) {
    result.started.push(name)
    deps.allocations.setActuated(pod, name)
    context.notes.backoffOver(pod.metadata.uid, name)
    return true
  }
  result.failures.set(name, failure)
  result.failed = true
  return false
}
