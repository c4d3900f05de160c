import type { Container, Pod } from '../../api/types.ts'
import type { CriContainerConfig, CriError } from '../../runtime/cri.ts'
import { specHash } from './compute-pod-actions.ts'
import type { ImageManager } from '../images/image-manager.ts'
import { containerEvent, findSpec, type KubeletContext } from '../kubelet-context.ts'
import { killContainer } from './kill-container.ts'
import { runHook } from './lifecycle-hooks.ts'
import type { Keyring } from '../images/pull-secrets.ts'
import { findContainer, type PodRuntimeStatus } from './runtime-status.ts'
import { wait, type Routine } from '../routine.ts'
import type { StartFailure } from '../status/container-statuses.ts'

/** Environment, mounts and users of a container, or why they cannot be made. */
export type ContainerOptions =
  | Pick<CriContainerConfig, 'env' | 'mounts' | 'command' | 'args' | 'user' | 'group' | 'supplementalGroups' | 'ignoresImageGroups' | 'hostsFile' | 'resolvConf' | 'nodeMemoryBytes' | 'guesses' | 'capabilities' | 'linux'>
  | { failed: StartFailure }

export interface StartDependencies {
  images: ImageManager
  /** pkg/kubelet/kubelet_pods.go GenerateRunContainerOptions. */
  options(pod: Pod, container: Container, podIP: string): Routine<ContainerOptions>
  /** The pod's logins at registries. */
  keyring: Keyring
  /** `<pod uid>/<container>`: init containers that have gone with an old sandbox, and their logs, by which restarts are counted. */
  purged: Set<string>
}

/**
 * Image, create, start, postStart: one container after another, never side by side
 * (pkg/kubelet/kuberuntime/kuberuntime_container.go startContainer). Returns why it did not start.
 */
export function* startContainer(
  context: KubeletContext,
  { images, options, keyring, purged }: StartDependencies,
  pod: Pod,
  name: string,
  sandboxID: string,
  podIP: string,
  status: PodRuntimeStatus,
): Routine<StartFailure | undefined> {
  const { container, list } = findSpec(pod, name)!
  const event = containerEvent(context, pod, name)
  const fail = (failure: StartFailure): StartFailure => {
    event('Warning', 'Failed', `Error: ${failure.message}`)
    return failure
  }

  // Step 1: the image.
  const missing = yield* images.ensureImageExists(pod, container, event, keyring)
  if (missing !== undefined) {
    event('Warning', 'Failed', `Error: ${missing.reason}`)
    return missing
  }

  // Step 2: the container.
  const before = findContainer(status, name)
  const forgotten = purged.delete(`${pod.metadata.uid}/${name}`)
  const attempt = before !== undefined ? before.attempt + 1 : forgotten ? 0 : restartCountBefore(pod, name)
  const made = yield* options(pod, container, podIP)
  if ('failed' in made) return fail(made.failed)
  const type = list === 'initContainers' ? 'init' : list === 'ephemeralContainers' ? 'ephemeral' : 'container'
  const target = targetOf(container, status)
  if (target !== undefined && 'reason' in target) return fail(target)
  const config = criConfig(pod, container, { type, attempt, ...made, ...target })
  const created = yield* wait<{ id: string } | CriError>((resume) => context.runtime.createContainer(sandboxID, config, resume))
  if ('error' in created) return fail({ reason: 'CreateContainerError', message: created.error })
  event('Normal', 'Created', `Created container: ${name}`)

  // Step 3: its process.
  const failed = yield* wait<CriError | undefined>((resume) => context.runtime.startContainer(created.id, resume))
  if (failed !== undefined) return fail({ reason: 'RunContainerError', message: failed.error })
  event('Normal', 'Started', `Started container ${name}`)

  // Step 4: postStart, beside the process, but before anything else of this pod.
  const postStart = container.lifecycle?.postStart
  if (postStart === undefined) return undefined
  const wrong = yield* runHook(context, pod, container, created.id, 'postStart', postStart)
  if (wrong === undefined) return undefined
  event('Warning', 'FailedPostStartHook', 'PostStartHook failed')
  yield* killContainer(context, pod, { id: created.id, name, message: 'FailedPostStartHook', reason: undefined, gracePeriodOverride: undefined })
  return { reason: 'PostStartHookError', message: wrong }
}

/** A debugger's target, whose processes it is to see, must run (kuberuntime_container.go startContainer). */
function targetOf(container: Container, status: PodRuntimeStatus): { targetID: string } | StartFailure | undefined {
  const { targetContainerName: name } = container as { targetContainerName?: string }
  if (!name) return undefined
  const record = findContainer(status, name)
  if (record !== undefined) return { targetID: record.id }
  return { reason: 'CreateContainerConfigError', message: `unable to find target container "${name}"` }
}

/** A container whose records are gone goes on counting where its status stands. */
function restartCountBefore(pod: Pod, name: string): number {
  const known = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])]
  const status = known.find((s) => s.name === name)
  return status?.containerID === undefined ? 0 : status.restartCount + 1
}

/** `found`: what the node makes of it, and whatever goes before what the pod says. */
export function criConfig(pod: Pod, container: Container, found: Partial<CriContainerConfig> & Pick<CriContainerConfig, 'type' | 'attempt'>): CriContainerConfig {
  const { command, args, workingDir } = container
  return {
    podUID: pod.metadata.uid,
    name: container.name,
    image: container.image ?? '',
    env: {},
    ports: (container.ports ?? []).map(({ containerPort, protocol }) => ({ containerPort, ...(protocol === undefined ? {} : { protocol }) })),
    annotations: pod.metadata.annotations ?? {},
    mounts: [],
    stdin: container.stdin === true,
    tty: container.tty === true,
    readOnlyRootFilesystem: container.securityContext?.readOnlyRootFilesystem === true,
    terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
    terminationMessageFallback: container.terminationMessagePolicy === 'FallbackToLogsOnError',
    specHash: specHash(container),
    ...(command === undefined ? {} : { command }),
    ...(args === undefined ? {} : { args }),
    ...(workingDir === undefined ? {} : { workingDir }),
    ...found,
  }
}

