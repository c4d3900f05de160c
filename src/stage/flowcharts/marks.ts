import type { ContainerStatus, Event, Pod } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'

/**
 * What no milestone names because it is not on everybody's way: refusals, failures, back-offs. Read from
 * what a step wrote: the pod before and after, or an Event about it.
 */
export type Mark =
  | 'create/refused'
  | 'create/unschedulable'
  | 'create/image-error'
  | 'create/image-backoff'
  | 'create/init-failed'
  | 'create/exited'
  | 'create/crash-backoff'
  | 'create/hook-failed'
  | 'create/unready'
  | 'create/ended'
  | 'create/rejected'
  | 'create/mount-failed'
  | 'create/config-error'
  | 'create/probe-failed'
  | 'create/evicted'
  | 'create/containers'
  | 'terminate/hook-failed'

export function marksOf(step: Step, film: Film): Mark[] {
  if (isRefusal(step)) return ['create/refused']
  if (step.kind !== 'write') return nodeMarks(step)
  if (step.resource === 'events') return eventMarks(step, film)
  if (step.resource !== 'pods') return []
  const entry = step.revision === undefined ? undefined : film.etcd.written(step.revision)
  const after = entry?.value as Pod | undefined
  const before = entry?.previous?.value as Pod | undefined
  return before === undefined || after === undefined ? [] : podMarks(before, after)
}

/** The write that was not done: a pod shall not be. */
function isRefusal({ kind, resource, verb, subresource, code = 200 }: Step): boolean {
  return kind === 'write' && resource === 'pods' && verb === 'create' && subresource === undefined && code >= 400
}

/** What a kubelet finds or decides. A readiness probe that fails kills nobody. */
function nodeMarks({ detail }: Step): Mark[] {
  if (detail?.type === 'PodEnds') return ['create/evicted']
  if (detail?.type !== 'Probe' || detail['result'] !== 'failure' || detail['probe'] === 'readiness') return []
  return ['create/probe-failed']
}

const eventReasons: Record<string, Mark> = {
  FailedPostStartHook: 'create/hook-failed',
  FailedPreStopHook: 'terminate/hook-failed',
  FailedMount: 'create/mount-failed',
}

function eventMarks(step: Step, film: Film): Mark[] {
  const event = step.revision === undefined ? undefined : (film.etcd.written(step.revision)?.value as Event | undefined)
  const mark = event === undefined ? undefined : eventReasons[event.reason]
  return mark === undefined ? [] : [mark]
}

/** The kubelet has tried to make the container, and cannot. */
const configErrors = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
  'PreStartHookError',
  'PostStartHookError',
])

const imageErrors = new Set([
  'ErrImagePull',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ErrImageInspect',
  'RegistryUnavailable',
  'SignatureValidationFailed',
])

/** What a change of the pod's status says that was not so before. Exported for its table of tests. */
export function podMarks(before: Pod, after: Pod): Mark[] {
  const marks: Mark[] = []
  const add = (mark: Mark, happened: boolean): void => {
    if (happened) marks.push(mark)
  }
  add('create/unschedulable', isUnschedulable(after) && !isUnschedulable(before))
  const changes = pairs(before.status.containerStatuses, after.status.containerStatuses)
  const inits = pairs(before.status.initContainerStatuses, after.status.initContainerStatuses)
  const began = (reason: (text: string) => boolean): boolean =>
    [...inits, ...changes].some(
      ([a, b]) => reason(b.state?.waiting?.reason ?? '') && !reason(a?.state?.waiting?.reason ?? ''),
    )
  add(
    'create/image-error',
    began((reason) => imageErrors.has(reason)),
  )
  add(
    'create/image-backoff',
    began((reason) => reason === 'ImagePullBackOff'),
  )
  const misconfigured = began((reason) => configErrors.has(reason))
  add('create/containers', misconfigured)
  add('create/config-error', misconfigured)
  add(
    'create/init-failed',
    inits.some(([a, b]) => endOf(b) !== undefined && endOf(b) !== endOf(a) && exitCode(b) !== 0),
  )
  add(
    'create/exited',
    after.metadata.deletionTimestamp === undefined &&
      changes.some(([a, b]) => endOf(b) !== undefined && endOf(b) !== endOf(a)),
  )
  add(
    'create/crash-backoff',
    began((reason) => reason === 'CrashLoopBackOff'),
  )
  add('create/unready', isReady(before) && !isReady(after) && after.metadata.deletionTimestamp === undefined)
  const rejected = after.status.message?.startsWith('Pod was rejected') === true
  add('create/rejected', rejected && !isOver(before))
  add('create/ended', !rejected && isOver(after) && !isOver(before) && after.metadata.deletionTimestamp === undefined)
  return marks
}

function pairs(
  before: ContainerStatus[] | undefined,
  after: ContainerStatus[] | undefined,
): [ContainerStatus | undefined, ContainerStatus][] {
  return (after ?? []).map((b) => [before?.find((a) => a.name === b.name), b])
}

/** Which end of the container the status tells of: the present one or the last. */
function endOf(status: ContainerStatus | undefined): string | undefined {
  const ended = status?.state?.terminated ?? status?.lastState?.terminated
  return ended === undefined ? undefined : (ended.containerID ?? String(ended.finishedAt))
}

function exitCode(status: ContainerStatus): number | undefined {
  return (status.state?.terminated ?? status.lastState?.terminated)?.exitCode
}

function isUnschedulable({ status }: Pod): boolean {
  return status.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'Unschedulable') ?? false
}

function isReady({ status }: Pod): boolean {
  return status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false
}

function isOver({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed'
}
