import type { ContainerStatus, Pod } from '../../../engine/api/types.ts'
import type { Film } from '../../../playback/film.ts'
import { podTone, printedPod } from './status.ts'
import { stretchesOf } from './stretches.ts'
import type { Said, Stretch } from './stretches.ts'
import { toneOf } from './tone.ts'
import type { Tone } from './tone.ts'

/** One of the four things over time; conditions and containers have a lane each. */
export interface PodLane {
  readonly name: string
  readonly stretches: readonly Stretch[]
}

export interface PodLanes {
  readonly phase: PodLane
  readonly conditions: readonly PodLane[]
  readonly containers: readonly PodLane[]
  readonly status: PodLane
}

/** The order in which they usually become true. */
const order = ['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready']

/** Phase, conditions, container states and STATUS of one life of a pod, from its birth to the end of the film. */
export function podLanes(film: Film, key: string, uid: string): PodLanes {
  const lane = (name: string, read: (pod: Pod) => Said | undefined): PodLane => ({
    name,
    stretches: stretchesOf(film, key, (pod) => (pod.metadata.uid === uid ? read(pod) : undefined)),
  })
  const [conditions, containers] = namesIn(film, key, uid)
  return {
    phase: lane('phase', ({ status: { phase = 'Pending' } }) => ({ word: phase, tone: phaseTones[phase] ?? 'unknown' })),
    conditions: conditions.map((type) => lane(type, (pod) => conditionOf(pod, type))),
    containers: containers.map((name) => lane(name, (pod) => stateOf(statusOf(pod, name)))),
    status: lane('status', (pod) => ({ word: printedPod(pod).status, tone: podTone(pod) })),
  }
}

const phaseTones: Record<string, Tone> = {
  Pending: 'pending',
  Running: 'working',
  Succeeded: 'done',
  Failed: 'failed',
  Unknown: 'unknown',
}

/** Types of conditions and names of containers that any version of the pod has. */
function namesIn(film: Film, key: string, uid: string): [conditions: string[], containers: string[]] {
  const types = new Set<string>()
  const containers = new Set<string>()
  for (const { value } of film.etcd.life(key)) {
    const pod = value as Pod | undefined
    if (pod?.metadata.uid !== uid) continue
    for (const { type } of pod.status.conditions ?? []) types.add(type)
    for (const { name } of [...(pod.spec.initContainers ?? []), ...pod.spec.containers]) containers.add(name)
    for (const { name } of pod.spec.ephemeralContainers ?? []) containers.add(name!)
  }
  const place = (type: string): number => (order.includes(type) ? order.indexOf(type) : order.length)
  return [[...types].sort((a, b) => place(a) - place(b)), [...containers]]
}

const conditionTones: Record<string, Tone> = { True: 'ready', False: 'pending' }

function conditionOf({ status }: Pod, type: string): Said | undefined {
  const condition = status.conditions?.find((c) => c.type === type)
  return condition && { word: condition.status, tone: conditionTones[condition.status] ?? 'unknown' }
}

function statusOf({ status }: Pod, name: string): ContainerStatus | undefined {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status
  return [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find((s) => s.name === name)
}

function stateOf(status: ContainerStatus | undefined): Said | undefined {
  const { waiting, running, terminated } = status?.state ?? {}
  if (running !== undefined) return { word: 'running', tone: status?.ready === true ? 'ready' : 'working' }
  if (terminated !== undefined)
    return { word: terminated.reason ?? 'terminated', tone: terminated.exitCode === 0 ? 'done' : 'failed' }
  return waiting && { word: waiting.reason ?? 'waiting', tone: toneOf(waiting.reason ?? 'Waiting') }
}
