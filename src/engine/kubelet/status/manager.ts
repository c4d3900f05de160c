import { formatTime } from '../../api/time.ts'
import { isMirrorPod } from '../../api/machine.ts'
import type { ContainerState, ContainerStatus, Pod, PodCondition, PodStatus } from '../../api/types.ts'
import { semanticEqual } from '../../api/equality.ts'
import { extended } from '../../api/extended.ts'
import { resource, type Client } from '../../client/client.ts'
import { kubeletConditions } from './conditions.ts'
import { isTerminal } from './generate.ts'
import { statusPatch } from './patch.ts'
import { isSidecar } from '../../api/sidecar.ts'

const pods = resource('pods')

/** What the status manager must know of the pods from those who work on them. */
export interface PodLookup {
  /** The pod as the API server last told. */
  pod(uid: string): Pod | undefined
  /** Whether anything of the pod may still run on this node (pod workers). */
  couldHaveRunningContainers(uid: string): boolean
}

interface Cached {
  status: PodStatus
  /** Differs from what was sent last. */
  version: number
  sentVersion: number
  /** All is over: nothing of the pod runs or will run. */
  finished: boolean
  /** The pod as the last answer had it: newer than the copy, when the watch lags behind. */
  answered: Pod | undefined
}

/**
 * Reports pod status to the API server: whenever what is differs from what was reported, not when
 * somebody happens to see a transition. One request at a time (pkg/kubelet/status/status_manager.go).
 */
export class StatusManager {
  private readonly client: Client
  private readonly lookup: PodLookup
  private readonly cache = new Map<string, Cached>()
  private readonly queue: string[] = []
  private readonly reconciling = new Set<string>()
  /** Pods that a new process has not told of yet. */
  private readonly untold = new Set<string>()
  private busy = false

  constructor(client: Client, lookup: PodLookup) {
    this.client = client
    this.lookup = lookup
  }

  /** The status that is or will be in the API server. */
  status(uid: string): PodStatus | undefined {
    return this.cache.get(uid)?.status
  }

  setPodStatus(pod: Pod, status: PodStatus): void {
    const cached = this.cache.get(pod.metadata.uid)
    this.update(pod, withTimes(status, cached?.status ?? pod.status, this.now(), pod), cached?.finished ?? false)
  }

  /** A probe's verdict changes a running container's status at once, without a sync of the pod. */
  setContainerProbe(pod: Pod, containerID: string, field: 'ready' | 'started', value: boolean): void {
    const status = this.cache.get(pod.metadata.uid)?.status
    if (status === undefined) return
    const change = (s: ContainerStatus): ContainerStatus =>
      s.containerID !== containerID || s[field] === value || s.state?.running === undefined ? s : { ...s, [field]: value }
    const containerStatuses = status.containerStatuses?.map(change)
    const initContainerStatuses = status.initContainerStatuses?.map(change)
    const next: PodStatus = { ...status }
    if (containerStatuses !== undefined) next.containerStatuses = containerStatuses
    if (initContainerStatuses !== undefined) next.initContainerStatuses = initContainerStatuses
    if (semanticEqual(next, status)) return
    if (field === 'ready') next.conditions = readinessConditions(pod, next)
    this.setPodStatus(pod, next)
  }

  /**
   * Nothing of the pod runs any more and nothing will: containers of which the runtime could say nothing get
   * an end of unknown cause, and the object may be removed (TerminatePod).
   */
  terminatePod(pod: Pod): void {
    const cached = this.cache.get(pod.metadata.uid)
    const status = cached?.status ?? pod.status
    const next: PodStatus = { ...status }
    if (status.containerStatuses !== undefined && hasPodInitialized(pod, status)) {
      next.containerStatuses = status.containerStatuses.map(lost)
    }
    if (status.initContainerStatuses !== undefined) {
      const begun = begunInitContainers(status.initContainerStatuses)
      next.initContainerStatuses = status.initContainerStatuses.map((s, i) => (i < begun ? lost(s) : s))
    }
    if (!isTerminal(next)) next.phase = 'Failed'
    this.update(pod, withTimes(next, status, this.now(), pod), true, true)
  }

  forget(uid: string): void {
    this.cache.delete(uid)
  }

  /** Looks at a pod again: what it waited for (its last container, its volumes) may be over now. */
  retry(uid: string): void {
    if (this.cache.has(uid)) this.enqueue(uid)
  }

  /**
   * Somebody else has written the pod's status - the node controller, that it is not ready: with the next batch it is put right
   * (needsReconcile). A process that has just begun puts it right at once: what it says first of a pod is news to it.
   */
  podUpdated(pod: Pod, uid = pod.metadata.uid): void {
    const cached = this.cache.get(uid)
    if (cached === undefined || cached.version !== cached.sentVersion || this.reconciling.has(uid)) return
    // What it has just been told itself.
    if (pod === cached.answered && !isTerminal(pod.status)) return
    if (statusPatch(pod, this.merged(pod, cached.status, this.lookup.couldHaveRunningContainers(uid))) === undefined) return
    if (this.untold.delete(uid)) return this.retry(uid)
    this.reconciling.add(uid)
    this.client.later(this.untilBatch(), () => {
      this.reconciling.delete(uid)
      this.retry(uid)
    })
  }

  /** The kubelet is a new process, which has not said anything yet. */
  restarted(): void {
    for (const uid of this.cache.keys()) this.untold.add(uid)
    this.client.later(syncPeriodMs, () => this.untold.clear())
  }

  /** There is an object now to write the status into: the next batch does. */
  podAppeared(uid: string): void {
    this.client.later(this.untilBatch(), () => this.retry(uid))
  }

  /** Virtual ms until the next batch: they come every 10 s, whenever something may have happened between two. */
  private untilBatch(): number {
    return syncPeriodMs - (this.now() % syncPeriodMs)
  }

  private now(): number {
    return this.client.kernel.now
  }

  private update(pod: Pod, status: PodStatus, finished: boolean, force = false): void {
    const { uid } = pod.metadata
    const cached = this.cache.get(uid)
    if (cached !== undefined && !force && finished === cached.finished && semanticEqual(cached.status, status)) return
    this.cache.set(uid, {
      status,
      version: (cached?.version ?? 0) + 1,
      sentVersion: cached?.sentVersion ?? 0,
      finished,
      answered: cached?.answered,
    })
    this.enqueue(uid)
  }

  private enqueue(uid: string): void {
    if (!this.queue.includes(uid)) this.queue.push(uid)
    // Sent in a task of its own: whoever has set the status finishes first, as before a goroutine's turn.
    if (!this.busy) {
      this.busy = true
      this.client.later(0, () => this.next())
    }
  }

  private next(): void {
    const uid = this.queue.shift()
    this.busy = uid !== undefined
    if (uid !== undefined) this.sync(uid)
  }

  private sync(uid: string): void {
    const copy = this.lookup.pod(uid)
    const cached = this.cache.get(uid)
    if (copy === undefined || cached === undefined) return this.next()
    const pod = newer(copy, cached.answered)
    const { version, finished } = cached
    const running = this.lookup.couldHaveRunningContainers(uid)
    const merged = this.merged(pod, cached.status, running)
    const patch = statusPatch(pod, merged)
    // Somebody may have deleted it meanwhile: what the server answers counts (canBeDeleted).
    const canBeDeleted = ({ metadata }: Pod): boolean => finished && !running && metadata.deletionTimestamp !== undefined && !isMirrorPod(pod)
    const sent = (gone: boolean, latest = pod): void => {
      const now = this.cache.get(uid)
      if (now !== undefined) now.sentVersion = version
      if (now !== undefined && now.version !== version) this.enqueueNext(uid)
      if (!gone && canBeDeleted(latest)) this.remove(latest)
      else this.next()
    }
    if (patch === undefined) return sent(false)
    const { namespace, name } = pod.metadata
    const body = { metadata: { uid: pod.metadata.uid }, status: patch }
    const contentType = 'application/strategic-merge-patch+json'
    this.client.send('patch', pods, { namespace, name, subresource: 'status', body, contentType }, (response) => {
      if (response.code !== 200 && response.code !== 404) return this.sendAgainLater(uid)
      const now = this.cache.get(uid)
      if (response.code === 404) return sent(true)
      const answered = response.body as Pod
      if (now !== undefined) now.answered = answered
      sent(false, answered)
    })
  }

  private merged(pod: Pod, status: PodStatus, running: boolean): PodStatus {
    return merge(pod.status, status, { mayRun: running, now: formatTime(this.now()), observedGeneration: pod.metadata.generation })
  }

  /** The API server could not be reached or refused: the next batch tries again (syncBatch, 10 s). */
  private sendAgainLater(uid: string): void {
    this.client.later(this.untilBatch(), () => this.retry(uid))
    this.next()
  }

  private enqueueNext(uid: string): void {
    if (!this.queue.includes(uid)) this.queue.push(uid)
  }

  /** The pod's end: a delete with a grace period of 0, for this very pod. */
  private remove(pod: Pod): void {
    const { namespace, name, uid } = pod.metadata
    const body = { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0, preconditions: { uid } }
    this.client.send('delete', pods, { namespace, name, body }, (response) => {
      if (response.code === 0 || response.code >= 500) return this.sendAgainLater(uid)
      this.next()
    })
  }
}

const syncPeriodMs = 10_000

function newer(copy: Pod, answered: Pod | undefined): Pod {
  if (answered === undefined) return copy
  return Number(answered.metadata.resourceVersion) > Number(copy.metadata.resourceVersion) ? answered : copy
}

/** Ready and ContainersReady once more, with the container's new readiness. */
function readinessConditions(pod: Pod, status: PodStatus): PodCondition[] {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]
  const withGates = { ...pod, status: { ...pod.status, conditions: status.conditions ?? [] } }
  const fresh = kubeletConditions(withGates, all, status.phase ?? 'Pending', true)
    .filter(({ type }) => type === 'Ready' || type === 'ContainersReady')
  return (status.conditions ?? []).map((condition) => fresh.find(({ type }) => type === condition.type) ?? condition)
}

/** Transition times move only when a condition's status changes; containers keep their order. */
function withTimes(status: PodStatus, old: PodStatus, nowMs: number, pod: Pod): PodStatus {
  const now = formatTime(nowMs)
  const conditions = (status.conditions ?? []).map((condition): PodCondition => {
    const before = old.conditions?.find(({ type }) => type === condition.type)
    const same = before !== undefined && before.status === condition.status
    const lastTransitionTime = same ? before.lastTransitionTime! : now
    if (passing.has(condition.type)) return condition
    if (
      condition.lastProbeTime === null && condition.lastTransitionTime === lastTransitionTime &&
      condition.observedGeneration === pod.metadata.generation
    ) return condition
    const next: PodCondition = extended(condition, { lastProbeTime: null, lastTransitionTime })
    if (pod.metadata.generation !== undefined) next.observedGeneration = pod.metadata.generation
    return same && semanticEqual(before, next) ? before : next
  })
  return extended(shortened(status, pod), { conditions, startTime: old.startTime ?? status.startTime ?? now })
}

/** Bytes of all termination messages of a pod (kubecontainer MaxPodTerminationMessageLogLength). */
const messageBytes = 12 * 1024

/** Each container has an equal share of what a pod may leave behind as its last words (normalizeStatus). */
function shortened(status: PodStatus, { spec }: Pod): PodStatus {
  const share = Math.floor(messageBytes / (spec.containers.length + (spec.initContainers?.length ?? 0) + (spec.ephemeralContainers?.length ?? 0)))
  const cut = (state: ContainerState | undefined): ContainerState | undefined => {
    const message = state?.terminated?.message
    return message === undefined || message.length <= share ? state : { terminated: { ...state!.terminated!, message: message.slice(0, share) } }
  }
  const long = (['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const)
    .filter((list) => status[list]?.some(({ state, lastState }) => cut(state) !== state || cut(lastState) !== lastState) === true)
  // Nearly always: nothing is copied then.
  if (long.length === 0) return status
  return extended(status, Object.fromEntries(long.map((list) => [list, status[list]!.map((one) => ({ ...one, state: cut(one.state), lastState: cut(one.lastState) }))])))
}

function lost(status: ContainerStatus): ContainerStatus {
  if (status.state?.terminated !== undefined) return status
  const message = 'The container could not be located when the pod was terminated'
  return {
    ...status,
    ready: false,
    started: false,
    state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown', message, startedAt: null, finishedAt: null } as never },
  }
}

/** Whether a regular container can have been started (status_manager.go hasPodInitialized). */
function hasPodInitialized(pod: Pod, status: PodStatus): boolean {
  const init = pod.spec.initContainers ?? []
  if (init.length === 0) return true
  const begun = (s: ContainerStatus): boolean =>
    s.lastState?.terminated !== undefined || s.state?.running !== undefined || s.state?.terminated !== undefined
  if (status.containerStatuses?.some(begun) === true) return true
  const last = status.initContainerStatuses?.at(-1)
  if (last === undefined) return false
  if (isSidecar(init.at(-1)!)) return last.state?.running !== undefined && last.started === true
  return last.state?.terminated?.exitCode === 0 || last.lastState?.terminated?.exitCode === 0
}

/** How many init containers, from the first on, have tried to start at least once; never none (initializedContainers). */
function begunInitContainers(statuses: readonly ContainerStatus[]): number {
  const last = statuses.findLastIndex((s) => s.state?.waiting === undefined || s.lastState?.terminated !== undefined)
  return Math.max(last + 1, 1)
}

/** The kubelet's own conditions that are there only for a while. */
const passing = new Set(['PodResizePending', 'PodResizeInProgress'])

/** Conditions that nobody but the kubelet sets (pkg/kubelet/types/pod_status.go): what it does not say again is over. */
const own = new Set(['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled', ...passing])

export interface MergeFacts {
  /** Something of the pod may run on this node. */
  mayRun: boolean
  /** As of a condition's times. */
  now: string
  observedGeneration: number | undefined
}

/**
 * What is sent, from what the API server has and what the kubelet wants (mergePodStatus): conditions of others
 * stay, in front of its own, and a pod does not become terminal while something of it may run. That it was ended for the node's sake
 * is told when it has, and not before; and what has ended is not ready.
 */
export function merge(old: PodStatus, next: PodStatus, { mayRun, now, observedGeneration }: MergeFacts): PodStatus {
  const merged = { ...next }
  const ends = !isTerminal(old) && isTerminal(next)
  if (ends && mayRun) {
    merged.phase = old.phase!
    copyOrDrop(merged, old, 'reason')
    copyOrDrop(merged, old, 'message')
  }
  const stamped = (condition: PodCondition): PodCondition =>
    extended(condition, { lastProbeTime: null, lastTransitionTime: now, ...(observedGeneration === undefined ? {} : { observedGeneration }) })
  const others = (old.conditions ?? []).filter(({ type }) => !own.has(type))
  const mine = (next.conditions ?? []).filter(({ type }) => own.has(type))
  const disrupted = ends && !mayRun ? next.conditions?.find(({ type }) => type === disruptionTarget) : undefined
  if (disrupted !== undefined) {
    const before = others.find(({ type }) => type === disruptionTarget)
    const told = before?.status === disrupted.status ? { ...disrupted, lastTransitionTime: before.lastTransitionTime ?? now } : stamped(disrupted)
    if (before === undefined) mine.push(told)
    else others[others.indexOf(before)] = told
  }
  const conditions = others.length === 0 ? mine : [...others, ...mine]
  merged.conditions = isTerminal(merged) && conditions.some(isReadiness) ? conditions.map((condition) => (isReadiness(condition) ? unready(condition) : condition)) : conditions
  return merged

  function unready({ type }: PodCondition): PodCondition {
    return stamped({ type, status: 'False', reason: merged.phase === 'Failed' ? 'PodFailed' : 'PodCompleted' })
  }
}

const disruptionTarget = 'DisruptionTarget'
const isReadiness = ({ type, status }: PodCondition): boolean => (type === 'Ready' || type === 'ContainersReady') && status === 'True'

function copyOrDrop(to: PodStatus, from: PodStatus, key: 'reason' | 'message'): void {
  if (from[key] === undefined) delete to[key]
  else to[key] = from[key]
}
