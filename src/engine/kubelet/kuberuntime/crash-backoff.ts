import { formatDuration } from '../../api/time.ts'
import type { Container, Pod } from '../../api/types.ts'
import type { Backoff } from '../backoff.ts'
import { containerEvent, describePod, type KubeletContext } from '../kubelet-context.ts'
import type { PodRuntimeStatus } from './runtime-status.ts'
import type { StartFailure } from '../status/container-statuses.ts'

/** Whether a container that has ended must still wait; counted from its end (kuberuntime_manager.go doBackOff). */
export function doBackoff(
  context: Pick<KubeletContext, 'kernel' | 'notes' | 'recorder'>,
  backoff: Backoff,
  pod: Pod,
  container: Container,
  status: PodRuntimeStatus,
): StartFailure | undefined {
  const ended = status.containers.find(({ name, state }) => name === container.name && state === 'exited')
  if (ended === undefined) return undefined
  const key = backoffKey(pod, container)
  const finishedAt = ended.finishedAt ?? 0
  const { now } = context.kernel
  if (!backoff.isInBackoffSince(key, finishedAt, now)) {
    backoff.next(key, finishedAt, now)
    return undefined
  }
  const what = 'restarting failed container'
  containerEvent(context, pod, container.name)('Warning', 'BackOff', `Back-off ${what} ${container.name} in pod ${describePod(pod)}`)
  const delay = backoff.get(key)
  context.notes.backoff(pod.metadata.uid, container.name, 'restart', finishedAt, finishedAt + delay)
  return { reason: 'CrashLoopBackOff', message: `back-off ${formatDuration(delay)} ${what}=${container.name} pod=${describePod(pod)}` }
}

/** Names the container with its image and resources: a changed one begins without a past (kuberuntime GetBackoffKey). */
export function backoffKey(pod: Pod, container: Container): string {
  return `${describePod(pod)}_${container.name}_${container.image}_${JSON.stringify(container.resources ?? {})}`
}
