import { printPod } from '../../engine/api/podStatus.ts'
import type { ContainerStatus, Pod, PodCondition } from '../../engine/api/types.ts'
import type { Step } from '../../worker/protocol.ts'
import { duration, objectOf, phrase, Who, type Phrase } from './phrase.ts'

/** A new status of a pod: the weightiest of what changed in it. */
export function narratePodStatus(step: Step, before: Pod, after: Pod): Phrase {
  const about = { Who: Who(step), object: objectOf(step) }
  return (
    accepted(about, before, after) ??
    phaseChanged(about, before, after) ??
    containersChanged(about, before, after) ??
    conditionsChanged(about, before, after) ??
    observed(about, before, after) ??
    phrase('status.same', about)
  )
}

type About = { Who: Phrase; object: string | Phrase }

function accepted(about: About, before: Pod, after: Pod): Phrase | undefined {
  if (before.status.startTime !== undefined || after.status.startTime === undefined || after.status.phase !== 'Pending')
    return undefined
  const containers = [...(after.spec.initContainers ?? []), ...after.spec.containers].map((c) => c.name)
  return phrase('status.accepted', { ...about, containers })
}

function phaseChanged(about: About, before: Pod, after: Pod): Phrase | undefined {
  const { phase, reason, message = '', podIP = '' } = after.status
  if (before.status.phase === phase) return undefined
  if (phase === 'Running') {
    const { ready, total } = printPod(after)
    return phrase('status.running', { ...about, ready, total, ip: podIP })
  }
  if (phase === 'Succeeded') return phrase('status.succeeded', about)
  if (phase !== 'Failed') return undefined
  return reason ? phrase('status.failedBecause', { ...about, reason, message }) : phrase('status.failed', about)
}

function containersChanged(about: About, before: Pod, after: Pod): Phrase | undefined {
  const init = pairs(before.status.initContainerStatuses, after.status.initContainerStatuses)
  const main = pairs(before.status.containerStatuses, after.status.containerStatuses)
  const found = [...init, ...main].flatMap(([old, status]) => containerChanged(about, old, status, after) ?? [])
  return found.find(({ key }) => key !== 'status.runs') ?? found[0]
}

function pairs(
  before: ContainerStatus[] = [],
  after: ContainerStatus[] = [],
): [ContainerStatus | undefined, ContainerStatus][] {
  return after.map((status) => [before.find((s) => s.name === status.name), status])
}

function containerChanged(
  about: About,
  old: ContainerStatus | undefined,
  status: ContainerStatus,
  pod: Pod,
): Phrase | undefined {
  const { name: container, state, restartCount: count } = status
  const given = { ...about, container }
  const { terminated, waiting, running } = state ?? {}
  if (terminated !== undefined && terminated.containerID !== old?.state?.terminated?.containerID) {
    const done = doneInits(pod, container)
    if (done !== undefined && terminated.exitCode === 0) return phrase('status.initDone', { ...given, ...done })
    return phrase('status.ended', { ...given, exitCode: terminated.exitCode, reason: terminated.reason ?? '' })
  }
  if (waiting !== undefined && waiting.reason !== old?.state?.waiting?.reason) return narrateWaiting(given, waiting)
  if (running !== undefined && count > (old?.restartCount ?? 0)) return phrase('status.restarted', { ...given, count })
  if (running !== undefined && old?.state?.running === undefined) return phrase('status.runs', given)
  if (status.started === true && old?.started === false) return phrase('status.started', given)
  return undefined
}

function doneInits(pod: Pod, container: string): { done: number; total: number } | undefined {
  const inits = pod.spec.initContainers ?? []
  if (!inits.some((c) => c.name === container)) return undefined
  const ended = (pod.status.initContainerStatuses ?? []).filter((s) => s.state?.terminated?.exitCode === 0)
  return { done: ended.length, total: inits.length }
}

function narrateWaiting(given: About & { container: string }, waiting: { reason?: string; message?: string }): Phrase {
  const { reason = '', message = '' } = waiting
  if (reason === 'CrashLoopBackOff') return phrase('status.crashLoop', { ...given, wait: backOffOf(message) })
  if (reason === 'ImagePullBackOff') return phrase('status.pullBackOff', given)
  if (reason === 'ErrImagePull') return phrase('status.pullError', given)
  return phrase('status.waiting', { ...given, reason })
}

/** From "back-off 1m20s restarting failed container=...". */
function backOffOf(message: string): Phrase {
  const [, minutes = '0', seconds = '0'] = /back-off (?:(\d+)m)?(?:(\d+)s)?/.exec(message) ?? []
  return duration((Number(minutes) * 60 + Number(seconds)) * 1000)
}

function conditionsChanged(about: About, before: Pod, after: Pod): Phrase | undefined {
  const changed = (after.status.conditions ?? []).filter((c) => conditionOf(before, c.type)?.status !== c.status)
  const ready = changed.find((c) => c.type === 'Ready')
  if (ready?.status === 'True') return phrase('status.ready', about)
  if (ready !== undefined && conditionOf(before, 'Ready')?.status === 'True') {
    return phrase('status.unready', { ...about, reason: ready.reason ?? ready.status })
  }
  const [first] = changed
  return first === undefined
    ? undefined
    : phrase('status.condition', { ...about, condition: first.type, status: first.status })
}

function conditionOf(pod: Pod, type: string): PodCondition | undefined {
  return pod.status.conditions?.find((c) => c.type === type)
}

function observed(about: About, before: Pod, after: Pod): Phrase | undefined {
  const generation = after.status.observedGeneration
  if (generation === undefined || generation === before.status.observedGeneration) return undefined
  return phrase('status.observed', { ...about, generation })
}
