/** The pods behind a workload or a service, where a command takes one of them (polymorphichelpers). */
import { findResource, type ResourceInfo } from '../engine/api/resources.ts'
import { formatSelector, isSelectorError, selectorFromSet, selectorOf } from '../engine/api/selector.ts'
import type { KubeObject, Pod } from '../engine/api/types.ts'
import { CommandError } from './errors.ts'
import { pathOf } from './paths.ts'
import { close, next, open, type Session, type Task } from './session.ts'
import type { Target } from './fileTargets.ts'
import { listObjects } from './targets.ts'

export const podsResource: ResourceInfo = findResource('', 'v1', 'pods')!

/** The label selector by which an object finds its pods. */
export function podSelectorOf({ resource, name }: Target, object: KubeObject): string {
  const selector = object['spec']?.selector
  switch (resource.kind) {
    case 'ReplicationController':
      return formatSelector(selectorFromSet(selector))
    case 'Service':
      if (!selector || Object.keys(selector).length === 0) {
        throw new CommandError(`invalid service '${name}': Service is defined without a selector`)
      }
      return formatSelector(selectorFromSet(selector))
    case 'Deployment':
    case 'ReplicaSet':
    case 'StatefulSet':
    case 'DaemonSet':
    case 'Job': {
      const parsed = selectorOf(selector)
      if (isSelectorError(parsed)) throw new CommandError(`invalid label selector: ${parsed.error}`)
      return formatSelector(parsed)
    }
    default:
      throw new NoPodSelector(`selector for *${resource.version}.${resource.kind} not implemented`)
  }
}

/** A kind that has no pods. */
export class NoPodSelector extends CommandError {}

/** The pods of the object, the best one first; waits for one to appear. */
export function* podsOf(session: Session, target: Target, object: KubeObject, order: PodOrder): Task<[Pod, ...Pod[]]> {
  const labelSelector = podSelectorOf(target, object)
  const { namespace } = target
  const list = yield* listObjects(session, { resource: podsResource, namespace, labelSelector })
  const [first, ...others] = (list.items as Pod[]).toSorted((a, b) => compare(a, b, order))
  return first ? [first, ...others] : [yield* waitForPod(session, namespace, labelSelector, list.resourceVersion)]
}

function* waitForPod(session: Session, namespace: string, labelSelector: string, resourceVersion: string): Task<Pod> {
  const timeout = session.flags.has('pod-running-timeout') ? session.flags.duration('pod-running-timeout') : 60_000
  const deadline = session.input.now() + timeout
  const query = { labelSelector, resourceVersion, watch: 'true' }
  const stream = yield* open(session, { verb: 'watch', path: pathOf(podsResource, namespace), query })
  for (;;) {
    const event = yield* next(session, stream, deadline)
    if (event.type === 'TIMEOUT' || event.type === 'CLOSED') {
      yield* close(stream)
      throw new CommandError('timed out waiting for the condition')
    }
    if (event.type === 'ADDED' || event.type === 'MODIFIED') {
      yield* close(stream)
      return event.object as Pod
    }
  }
}

/** Which pod is the best one: ranks of phases, and how many restarts it should have. */
interface PodOrder {
  phases: Readonly<Record<string, number>>
  restarts: 'most' | 'fewest'
}

/** podutils.ByLogging: what has the most to tell. */
export const byLogging: PodOrder = { phases: { Running: 0, Succeeded: 0, Failed: 0, Unknown: 1, Pending: 2 }, restarts: 'most' }

/** podutils.ActivePods in reverse: where a command is the likeliest to run. */
export const byActivity: PodOrder = { phases: { Running: 0, Unknown: 1, Pending: 2, Succeeded: 2, Failed: 2 }, restarts: 'fewest' }

/** Assigned, by phase, ready, longest ready, by restarts, oldest. */
function compare(a: Pod, b: Pod, { phases, restarts }: PodOrder): number {
  if (!a.spec.nodeName !== !b.spec.nodeName) return a.spec.nodeName ? -1 : 1
  const phase = (phases[a.status.phase ?? ''] ?? 0) - (phases[b.status.phase ?? ''] ?? 0)
  if (phase !== 0) return phase
  const [readyA, readyB] = [readySince(a), readySince(b)]
  if ((readyA === undefined) !== (readyB === undefined)) return readyA === undefined ? 1 : -1
  if (readyA !== undefined && readyB !== undefined && readyA !== readyB) return readyA < readyB ? -1 : 1
  const more = maxRestarts(a) - maxRestarts(b)
  if (more !== 0) return restarts === 'fewest' ? more : -more
  return a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : a.metadata.creationTimestamp > b.metadata.creationTimestamp ? 1 : 0
}

function readySince(pod: Pod): string | undefined {
  const ready = pod.status.conditions?.find((c) => c.type === 'Ready')
  return ready?.status === 'True' ? (ready.lastTransitionTime ?? '') : undefined
}

function maxRestarts(pod: Pod): number {
  return Math.max(0, ...(pod.status.containerStatuses ?? []).map((s) => s.restartCount))
}
