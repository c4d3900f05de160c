import type { BackoffRecord, ContainerRecord, PullRecord, SandboxRecord } from '../../../engine/api/machine.ts'
import type { Container, ContainerStatus, Pod } from '../../../engine/api/types.ts'
import { parseTime } from '../../../engine/api/time.ts'
import type { ContainerGlyphState } from './ContainerGlyph.tsx'
import { isSidecar } from '../../../engine/api/sidecar.ts'

/** What lies on the pod's machine for it, at the moment. */
export interface PodRecords {
  readonly sandboxes: readonly SandboxRecord[]
  readonly containers: readonly ContainerRecord[]
  readonly pulls: readonly PullRecord[]
  readonly backoffs: readonly BackoffRecord[]
}

export const noRecords: PodRecords = { sandboxes: [], containers: [], pulls: [], backoffs: [] }

/** Something that fills up or runs down in virtual time. */
export interface Clock {
  from: number
  to: number
  direction: 'fills' | 'empties'
}

export type ContainerRole = 'init' | 'sidecar' | 'container' | 'ephemeral'

export interface ContainerView {
  name: string
  role: ContainerRole
  glyph: ContainerGlyphState
  clock: Clock | undefined
  /** Kubernetes' own word for it: a waiting or terminated reason, or 'Running'. */
  word: string
  restarts: number
}

/** All containers of a pod in the order in which they start. */
export function containerViews(pod: Pod, records: PodRecords): ContainerView[] {
  const { spec, status } = pod
  const view = (container: Container, statuses: ContainerStatus[] | undefined, role: ContainerRole): ContainerView =>
    containerView(
      pod,
      container.name,
      role,
      statuses?.find((s) => s.name === container.name),
      records,
    )
  return [
    ...(spec.initContainers ?? []).map((c) =>
      view(c, status.initContainerStatuses, isSidecar(c) ? 'sidecar' : 'init'),
    ),
    ...spec.containers.map((c) => view(c, status.containerStatuses, 'container')),
    ...(spec.ephemeralContainers ?? []).map((c) =>
      view(c as Container, status.ephemeralContainerStatuses, 'ephemeral'),
    ),
  ]
}

function containerView(
  pod: Pod,
  name: string,
  role: ContainerRole,
  status: ContainerStatus | undefined,
  records: PodRecords,
): ContainerView {
  const record = newestRecord(records.containers, name)
  const pull = records.pulls.find((r) => r.container === name)
  const backoff = records.backoffs.find((r) => r.container === name)
  const { glyph, clock } = glyphOf(pod, role, status, record, pull, backoff)
  return { name, role, glyph, clock, word: wordOf(status, record), restarts: status?.restartCount ?? 0 }
}

type Look = Pick<ContainerView, 'glyph' | 'clock'>

/** The machine knows first, the API object later: what the machine says counts. */
function glyphOf(
  pod: Pod,
  role: ContainerRole,
  status: ContainerStatus | undefined,
  record: ContainerRecord | undefined,
  pull: PullRecord | undefined,
  backoff: BackoffRecord | undefined,
): Look {
  if (record?.state === 'running') return runningLook(pod, role, status, record)
  if (pull !== undefined) {
    return { glyph: 'pulling', clock: { from: pull.startedAt, to: pull.endsAt, direction: 'fills' } }
  }
  if (backoff !== undefined) {
    return { glyph: 'backoff', clock: { from: backoff.since, to: backoff.until, direction: 'empties' } }
  }
  if (record?.state === 'exited') return still(record.exitCode === 0 ? 'finished' : 'failed')
  if (record?.state === 'created') return still('creating')
  if (record?.state === 'unknown') return still('unknown')
  return still(glyphOfStatus(status))
}

function runningLook(
  pod: Pod,
  role: ContainerRole,
  status: ContainerStatus | undefined,
  record: ContainerRecord,
): Look {
  if (record.stopping !== undefined) {
    const { termAt, killAt } = record.stopping
    return { glyph: 'terminating', clock: { from: termAt, to: killAt, direction: 'empties' } }
  }
  const grace = gracePeriod(pod)
  if (grace !== undefined) return { glyph: 'terminating', clock: grace }
  return still(status?.ready === true && role !== 'init' ? 'ready' : 'running')
}

/** From the deletion to the moment at which what still runs is killed. */
export function gracePeriod(pod: Pod): Clock | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  if (deletionTimestamp === undefined) return undefined
  const to = parseTime(deletionTimestamp)
  if (to === undefined) return undefined
  return { from: to - (deletionGracePeriodSeconds ?? 0) * 1000, to, direction: 'empties' }
}

const backoffReasons = new Set(['CrashLoopBackOff', 'ImagePullBackOff'])
const quietReasons = new Set(['ContainerCreating', 'PodInitializing'])

/** For a machine that says nothing: its records are gone, or it is not reached yet. */
function glyphOfStatus(status: ContainerStatus | undefined): ContainerGlyphState {
  const state = status?.state
  if (state?.terminated !== undefined) return state.terminated.exitCode === 0 ? 'finished' : 'failed'
  if (state?.running !== undefined) return status?.ready === true ? 'ready' : 'running'
  const reason = state?.waiting?.reason
  if (reason === undefined || quietReasons.has(reason)) return 'waiting'
  return backoffReasons.has(reason) ? 'backoff' : 'failed'
}

function still(glyph: ContainerGlyphState): Look {
  return { glyph, clock: undefined }
}

function wordOf(status: ContainerStatus | undefined, record: ContainerRecord | undefined): string {
  const state = status?.state
  if (state?.waiting !== undefined) return state.waiting.reason ?? 'Waiting'
  if (state?.running !== undefined) return 'Running'
  if (state?.terminated !== undefined) return state.terminated.reason ?? `ExitCode:${state.terminated.exitCode}`
  return record?.state === 'running' ? 'Running' : 'Waiting'
}

/** The last attempt at a container: records stand in the order of their ids, which says nothing. */
export function newestRecord(records: readonly ContainerRecord[], name: string): ContainerRecord | undefined {
  let best: ContainerRecord | undefined
  for (const record of records)
    if (record.name === name && (best === undefined || record.createdAt >= best.createdAt)) best = record
  return best
}

export type SandboxState = 'none' | 'ready' | 'notready'

export function sandboxState(records: PodRecords): SandboxState {
  if (records.sandboxes.length === 0) return 'none'
  return records.sandboxes.some((s) => s.state === 'ready') ? 'ready' : 'notready'
}

/** How much of a clock is done (fills) or left (empties) at virtual time `now`: 0..1. */
export function clockShare(clock: Clock, now: number): number {
  const span = clock.to - clock.from
  const passed = span <= 0 ? 1 : Math.min(1, Math.max(0, (now - clock.from) / span))
  return clock.direction === 'fills' ? passed : 1 - passed
}

/** The records of one pod, out of those of its machine. */
export function recordsOf(podUID: string, machine: PodRecords): PodRecords {
  const own = <T extends { podUID: string }>(records: readonly T[]): T[] => records.filter((r) => r.podUID === podUID)
  return {
    sandboxes: own(machine.sandboxes),
    containers: own(machine.containers),
    pulls: own(machine.pulls),
    backoffs: own(machine.backoffs),
  }
}
