/**
 * What `kubectl get pods` shows in READY, STATUS and RESTARTS. None of it is a field of the pod: the
 * server computes it for the table from phase, reason, conditions and container states, later rules
 * overriding earlier ones (kubernetes pkg/printers/internalversion/printers.go, printPod).
 */
import type { ContainerState, ContainerStatus, Pod } from './types.ts'
import { sidecarsOf } from './sidecar.ts'

/** Which rule decided STATUS, and the facts it decided by. */
export type StatusDerivation =
  | { rule: 'phase'; phase: string }
  | { rule: 'pod-reason'; phase: string; reason: string }
  | { rule: 'scheduling-gated'; phase: string }
  | { rule: 'init-terminated' | 'init-waiting'; container: string; state: string }
  | { rule: 'init-progress'; container: string; done: number; total: number }
  | { rule: 'container-waiting' | 'container-terminated'; phase: string; container: string; state: string }
  /** A container has completed, another runs: the word is Running or NotReady by the condition Ready. */
  | { rule: 'completed-but-running'; container: string; ready: boolean }
  | { rule: 'node-lost' }
  /** Deleted and not yet at an end; `instead` is what would be shown otherwise. */
  | { rule: 'deleted'; instead: string }

export interface PrintedPod {
  /** The STATUS column. */
  status: string
  /** READY is `ready/total`; started sidecars count. */
  ready: number
  total: number
  restarts: number
  /** When the last of those restarts' predecessors ended (RFC 3339). */
  lastRestart: string | undefined
  derivation: StatusDerivation
}

/** The STATUS column alone. */
export const podStatusWord = (pod: Pod): string => printPod(pod).status

export function printPod(pod: Pod): PrintedPod {
  const sidecars = sidecarNames(pod)
  const init = initContainers(pod, sidecars)
  const total = (pod.spec.containers?.length ?? 0) + sidecars.size
  let word: Word = init.word ?? podWord(pod)
  let ready = init.ready
  let counted = pod.status.initContainerStatuses ?? []
  if (init.word === undefined || isTrue(pod, 'Initialized')) {
    const statuses = pod.status.containerStatuses ?? []
    word = containersWord(pod, word)
    ready += statuses.filter(runsReady).length
    counted = [...counted.slice(0, init.seen).filter((s) => sidecars.has(s.name)), ...statuses]
  } else {
    counted = counted.slice(0, init.seen)
  }
  return { ...deletionWord(pod, word), ready, total, ...restartsOf(counted) }
}

interface Word {
  status: string
  derivation: StatusDerivation
}

function podWord({ status }: Pod): Word {
  const phase = status.phase ?? ''
  if (status.conditions?.some((c) => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')) {
    return { status: 'SchedulingGated', derivation: { rule: 'scheduling-gated', phase } }
  }
  const { reason } = status
  if (reason) return { status: reason, derivation: { rule: 'pod-reason', phase, reason } }
  return { status: phase, derivation: { rule: 'phase', phase } }
}

function sidecarNames(pod: Pod): Set<string> {
  return new Set(sidecarsOf(pod.spec).map((c) => c.name))
}

/**
 * The first init container that is neither done nor a started sidecar decides the word; `ready` counts
 * the ready sidecars before it, `seen` the statuses up to and with it.
 */
function initContainers(pod: Pod, sidecars: Set<string>): { word: Word | undefined; ready: number; seen: number } {
  const statuses = pod.status.initContainerStatuses ?? []
  let ready = 0
  for (const [done, s] of statuses.entries()) {
    if (s.state?.terminated?.exitCode === 0) continue
    if (sidecars.has(s.name) && s.started) {
      if (s.ready) ready++
      continue
    }
    return { word: initWord(s, done, pod.spec.initContainers?.length ?? 0), ready, seen: done + 1 }
  }
  return { word: undefined, ready, seen: statuses.length }
}

function initWord({ name, state }: ContainerStatus, done: number, total: number): Word {
  if (state?.terminated) {
    const end = endWord(state.terminated)
    return { status: `Init:${end}`, derivation: { rule: 'init-terminated', container: name, state: end } }
  }
  const waiting = state?.waiting?.reason
  if (waiting && waiting !== 'PodInitializing') {
    return { status: `Init:${waiting}`, derivation: { rule: 'init-waiting', container: name, state: waiting } }
  }
  return { status: `Init:${done}/${total}`, derivation: { rule: 'init-progress', container: name, done, total } }
}

/** The first container (by status) that waits with a reason or has ended decides; `before` if none. */
function containersWord(pod: Pod, before: Word): Word {
  const phase = pod.status.phase ?? ''
  const statuses = pod.status.containerStatuses ?? []
  let word = before
  for (const { name, state } of statuses) {
    const waiting = state?.waiting?.reason
    if (waiting) {
      word = { status: waiting, derivation: { rule: 'container-waiting', phase, container: name, state: waiting } }
      break
    }
    if (state?.terminated) {
      const end = endWord(state.terminated)
      word = { status: end, derivation: { rule: 'container-terminated', phase, container: name, state: end } }
      break
    }
  }
  if (word.status !== 'Completed' || !statuses.some(runsReady)) return word
  const ready = isTrue(pod, 'Ready')
  const container = 'container' in word.derivation ? word.derivation.container : ''
  return { status: ready ? 'Running' : 'NotReady', derivation: { rule: 'completed-but-running', container, ready } }
}

function runsReady({ ready, state }: ContainerStatus): boolean {
  return Boolean(ready && state?.running && !state.waiting?.reason && !state.terminated)
}

function deletionWord(pod: Pod, word: Word): Word {
  if (!pod.metadata.deletionTimestamp) return word
  if (pod.status.reason === 'NodeLost') return { status: 'Unknown', derivation: { rule: 'node-lost' } }
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return word
  return { status: 'Terminating', derivation: { rule: 'deleted', instead: word.status } }
}

function restartsOf(statuses: readonly ContainerStatus[]): { restarts: number; lastRestart: string | undefined } {
  let restarts = 0
  let lastRestart: string | undefined
  for (const { restartCount, lastState } of statuses) {
    restarts += restartCount ?? 0
    const ended = lastState?.terminated?.finishedAt
    // All API times are UTC with whole seconds: the later one is the greater text.
    if (ended && (lastRestart === undefined || ended > lastRestart)) lastRestart = ended
  }
  return { restarts, lastRestart }
}

function endWord({ reason, signal, exitCode }: NonNullable<ContainerState['terminated']>): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)
}

function isTrue({ status }: Pod, type: string): boolean {
  return status.conditions?.some((c) => c.type === type && c.status === 'True') ?? false
}
