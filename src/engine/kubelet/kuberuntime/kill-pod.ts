import type { Pod } from '../../api/types.ts'
import { killContainers, type Kill } from './kill-container.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import type { PodRuntimeStatus } from './runtime-status.ts'
import { all, wait, type Routine } from '../routine.ts'
import { TerminationOrdering } from './termination-ordering.ts'
import { isSidecar } from '../../api/sidecar.ts'

/** Stops everything of a pod: first its containers, then its sandboxes (killPodWithSyncResult). */
export function* killPod(context: KubeletContext, pod: Pod, status: PodRuntimeStatus, gracePeriodOverride: number | undefined): Routine<void> {
  const running = status.containers.filter(({ state }) => state === 'running' || state === 'created')
  const hasSidecars = pod.spec.initContainers?.some(isSidecar) ?? false
  const ordering = hasSidecars ? new TerminationOrdering(context.client, pod, running.map(({ name }) => name)) : undefined
  const kills = inSpecOrder(pod, running.map(({ id, name }): Kill => ({
    id,
    name,
    message: '',
    reason: undefined,
    gracePeriodOverride,
    ...(ordering === undefined ? {} : { ordering }),
  })))
  yield* killContainers(context, pod, kills)
  yield* all(status.sandboxes.filter(({ state }) => state === 'ready').map(({ id }) => stopSandbox(context, id)))
}

function* stopSandbox(context: KubeletContext, id: string): Routine<void> {
  yield* wait<void>((resume) => context.runtime.stopPodSandbox(id, resume))
}

function inSpecOrder(pod: Pod, kills: Kill[]): Kill[] {
  const names = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].map(({ name }) => name)
  return kills.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name))
}
