import type { ContainerRecord } from '../../api/machine.ts'
import type { Container, Pod } from '../../api/types.ts'
import { isSidecar } from '../../api/sidecar.ts'
import { resizeRestarts, type Requirements } from '../resize/requirements.ts'
import { findContainer, isRunning, type PodRuntimeStatus } from './runtime-status.ts'

/**
 * What the kubelet does with a pod at one sync, decided from its spec, what the runtime has, and the last
 * results of its probes; nothing is done here.
 * Source: pkg/kubelet/kuberuntime/kuberuntime_manager.go computePodActions (v1.34).
 */
export interface PodActions {
  /** Stop everything, the sandbox included, before anything else. */
  killPod: boolean
  createSandbox: boolean
  /** The sandbox in use, '' when there is none. */
  sandboxID: string
  /** Of the sandbox to create, or of the one in use. */
  attempt: number
  initContainersToStart: string[]
  containersToStart: string[]
  ephemeralContainersToStart: string[]
  containersToKill: ContainerToKill[]
}

export interface ContainerToKill {
  id: string
  name: string
  message: string
  reason: KillReason
}

export type KillReason = 'LivenessProbe' | 'StartupProbe' | 'Unknown' | undefined

export type ProbeResult = 'success' | 'failure' | 'unknown'

/** The last results of the probes that decide over a container's life; undefined: none yet. */
export interface ProbeResults {
  liveness(containerID: string): ProbeResult | undefined
  startup(containerID: string): ProbeResult | undefined
}

/** What the containers of a pod that was resized have; undefined: what their spec says. */
type Actuated = ReadonlyMap<string, Requirements> | undefined

export function computePodActions(pod: Pod, status: PodRuntimeStatus, probes: ProbeResults, actuated?: Actuated): PodActions {
  const sandbox = sandboxChange(pod, status)
  const actions: PodActions = {
    killPod: sandbox.changed,
    createSandbox: sandbox.changed,
    sandboxID: sandbox.id,
    attempt: sandbox.attempt,
    initContainersToStart: [],
    containersToStart: [],
    ephemeralContainersToStart: [],
    containersToKill: [],
  }
  if (sandbox.changed) return startFromTheBeginning(pod, status, actions)
  actions.ephemeralContainersToStart = (pod.spec.ephemeralContainers ?? [])
    .filter(({ name }) => findContainer(status, name) === undefined)
    .map(({ name }) => name)
  const initialized = computeInitContainerActions(pod, status, probes, actuated, actions)
  if (actions.killPod || !initialized) return actions
  return computeContainerActions(pod, status, probes, actuated, actions)
}

/** pkg/kubelet/kuberuntime/util PodSandboxChanged. */
function sandboxChange(pod: Pod, status: PodRuntimeStatus): { changed: boolean; attempt: number; id: string } {
  const newest = status.sandboxes[0]
  if (newest === undefined) return { changed: true, attempt: 0, id: '' }
  const ready = status.sandboxes.filter(({ state }) => state === 'ready').length
  if (ready > 1 || newest.state !== 'ready') return { changed: true, attempt: newest.attempt + 1, id: newest.id }
  const hostNetwork = pod.spec.hostNetwork === true
  if (newest.hostNetwork !== hostNetwork) return { changed: true, attempt: newest.attempt + 1, id: '' }
  if (!hostNetwork && newest.ip === '') return { changed: true, attempt: newest.attempt + 1, id: newest.id }
  return { changed: false, attempt: newest.attempt, id: newest.id }
}

/** A pod without a usable sandbox begins anew, unless it is over. */
function startFromTheBeginning(pod: Pod, status: PodRuntimeStatus, actions: PodActions): PodActions {
  if (!restartsOnFailure(pod) && actions.attempt !== 0 && status.containers.length > 0) {
    return { ...actions, createSandbox: false }
  }
  const succeeded = (name: string): boolean => {
    const container = findContainer(status, name)
    // One that was made and never started has no other exit code either (containerSucceeded).
    return container !== undefined && container.state !== 'running' && (container.exitCode ?? 0) === 0
  }
  const toStart = pod.spec.containers
    .filter(({ name }) => !(pod.spec.restartPolicy === 'OnFailure' && succeeded(name)))
    .map(({ name }) => name)
  if (toStart.length === 0 && hasAnyRegularContainerCreated(pod, status)) return { ...actions, createSandbox: false }
  const first = pod.spec.initContainers?.[0]
  if (first !== undefined) return { ...actions, initContainersToStart: [first.name] }
  return { ...actions, containersToStart: toStart }
}

/**
 * Whether initialization is done. Looks from the last init container to the first, since the ended ones may
 * have been removed from the runtime meanwhile.
 */
function computeInitContainerActions(pod: Pod, status: PodRuntimeStatus, probes: ProbeResults, actuated: Actuated, actions: PodActions): boolean {
  const containers = pod.spec.initContainers ?? []
  if (containers.length === 0) return true
  let initialized = anyRegularContainerUp(pod, status)
  let laterOneRan = initialized
  for (let i = containers.length - 1; i >= 0; i--) {
    const container = containers[i]!
    const record = findContainer(status, container.name)
    const sidecar = isSidecar(container)
    if (record === undefined) {
      if (laterOneRan && sidecar) actions.initContainersToStart.push(container.name)
      continue
    }
    if (laterOneRan && !sidecar) continue
    const verdict = judgeInitContainer(pod, container, record, probes, actuated, actions)
    if (verdict === 'podFailed') {
      actions.killPod = true
      actions.initContainersToStart = []
      return false
    }
    if (verdict === 'initialized') {
      const next = containers[i + 1]
      if (next === undefined) initialized = true
      else if (!laterOneRan) actions.initContainersToStart.push(next.name)
    }
    laterOneRan = true
  }
  if (!laterOneRan) actions.initContainersToStart.push(containers[0]!.name)
  return initialized
}

type InitVerdict = 'initialized' | 'wait' | 'podFailed'

/** One init container that has a record; starts and kills are added to `actions`. */
function judgeInitContainer(pod: Pod, container: Container, record: ContainerRecord, probes: ProbeResults, actuated: Actuated, actions: PodActions): InitVerdict {
  const restart = (): InitVerdict => {
    actions.initContainersToStart.push(container.name)
    return 'wait'
  }
  switch (record.state) {
    case 'created':
      return restart()
    case 'running':
      return isSidecar(container) ? judgeRunningSidecar(container, record, probes, actuated, actions) : 'wait'
    case 'exited':
      if (isSidecar(container)) return restart()
      // The kernel may have ended another process than its first, which then ends well.
      if (record.exitCode === 0 && record.reason !== 'OOMKilled') return 'initialized'
      return restartsOnFailure(pod) ? restart() : 'podFailed'
    case 'unknown': {
      if (!isSidecar(container) && !restartsOnFailure(pod)) return 'podFailed'
      const message = `Init container is in "unknown" state, try killing it before restart`
      actions.containersToKill.push({ id: record.id, name: record.name, message, reason: 'Unknown' })
      return restart()
    }
  }
}

function judgeRunningSidecar(container: Container, record: ContainerRecord, probes: ProbeResults, actuated: Actuated, actions: PodActions): InitVerdict {
  const restart = (why: string, reason: KillReason): void => {
    actions.containersToKill.push({ id: record.id, name: record.name, message: `Init container ${record.name} ${why}`, reason })
    actions.initContainersToStart.push(container.name)
  }
  if (container.startupProbe !== undefined) {
    const startup = probes.startup(record.id)
    if (startup === 'failure') restart('failed startup probe', 'StartupProbe')
    if (startup !== 'success') return 'wait'
  }
  if (containerChanged(container, record)) restart('definition changed', undefined)
  else if (container.livenessProbe !== undefined && probes.liveness(record.id) === 'failure') {
    restart('failed liveness probe', 'LivenessProbe')
  } else if (restartsForResize(container, actuated)) {
    actions.containersToKill.push({ id: record.id, name: record.name, message: `Container ${record.name} resize requires restart`, reason: undefined })
    actions.initContainersToStart.push(container.name)
  }
  return 'initialized'
}

function computeContainerActions(pod: Pod, status: PodRuntimeStatus, probes: ProbeResults, actuated: Actuated, actions: PodActions): PodActions {
  let kept = 0
  for (const container of pod.spec.containers) {
    const record = findContainer(status, container.name)
    if (record === undefined || !isRunning(record)) {
      if (!shouldContainerBeRestarted(container, pod, status)) continue
      actions.containersToStart.push(container.name)
      if (record?.state === 'unknown') {
        const message = `Container is in "unknown" state, try killing it before restart`
        actions.containersToKill.push({ id: record.id, name: record.name, message, reason: 'Unknown' })
      }
      continue
    }
    const kill = reasonToKill(container, record, probes, actuated)
    if (kill === undefined) {
      kept++
      continue
    }
    const restart = restartsOnFailure(pod) || kill.changed
    const message = restart && kill.final !== true ? `${kill.message}, will be restarted` : kill.message
    if (restart) actions.containersToStart.push(container.name)
    actions.containersToKill.push({ id: record.id, name: record.name, message, reason: kill.reason })
  }
  if (kept > 0 || actions.containersToStart.length > 0) return actions
  // Sidecars alone do not keep a pod alive.
  return { ...actions, killPod: true, initContainersToStart: [] }
}

function reasonToKill(container: Container, record: ContainerRecord, probes: ProbeResults, actuated: Actuated): { message: string; reason: KillReason; changed: boolean; final?: boolean } | undefined {
  const { name } = container
  if (containerChanged(container, record)) return { message: `Container ${name} definition changed`, reason: undefined, changed: true }
  if (probes.liveness(record.id) === 'failure') {
    return { message: `Container ${name} failed liveness probe`, reason: 'LivenessProbe', changed: false }
  }
  if (probes.startup(record.id) === 'failure') {
    return { message: `Container ${name} failed startup probe`, reason: 'StartupProbe', changed: false }
  }
  if (restartsForResize(container, actuated)) return { message: `Container ${name} resize requires restart`, reason: undefined, changed: true, final: true }
  return undefined
}

function restartsForResize(container: Container, actuated: Actuated): boolean {
  const has = actuated?.get(container.name)
  return has !== undefined && resizeRestarts(container, has)
}

/** pkg/kubelet/container/helpers.go ShouldContainerBeRestarted. */
export function shouldContainerBeRestarted(container: Container, pod: Pod, status: PodRuntimeStatus): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false
  const record = findContainer(status, container.name)
  if (record === undefined) return true
  if (record.state === 'running') return false
  if (record.state === 'unknown' || record.state === 'created') return true
  if (pod.spec.restartPolicy === 'Never') return false
  return !(pod.spec.restartPolicy === 'OnFailure' && record.exitCode === 0)
}

/** The part of a container's spec whose change restarts it: the image alone may change in a live pod. */
export function specHash(container: Container): string {
  return container.image ?? ''
}

function containerChanged(container: Container, record: ContainerRecord): boolean {
  return record.specHash !== specHash(container)
}

function restartsOnFailure(pod: Pod): boolean {
  return pod.spec.restartPolicy !== 'Never'
}

export function hasAnyRegularContainerCreated(pod: Pod, status: PodRuntimeStatus): boolean {
  return pod.spec.containers.some(({ name }) => (findContainer(status, name)?.state ?? 'unknown') !== 'unknown')
}

function anyRegularContainerUp(pod: Pod, status: PodRuntimeStatus): boolean {
  return pod.spec.containers.some(({ name }) => {
    const state = findContainer(status, name)?.state
    return state === 'running' || state === 'created'
  })
}
