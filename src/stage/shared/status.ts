import { podStatusWord } from '../../engine/api/podStatus.ts'
import type { Node, Pod } from '../../engine/api/types.ts'
import { toneOf } from './tone.ts'
import type { Tone } from './tone.ts'

/** The STATUS word of `kubectl get nodes`: 'Ready', 'NotReady', 'Ready,SchedulingDisabled' (printers.go printNode). */
export function nodeStatus({ spec, status }: Node): string {
  const ready = status.conditions?.find((c) => c.type === 'Ready')
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return spec.unschedulable === true ? `${word},SchedulingDisabled` : word
}

export interface PodTally {
  ready: number
  /** Containers and sidecars: what READY counts. */
  of: number
  restarts: number
}

/** READY and RESTARTS of `kubectl get pods`. */
export function podTally({ spec, status }: Pod): PodTally {
  const sidecars = (spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always').map((c) => c.name)
  const inits = status.initContainerStatuses ?? []
  const counted = [...inits.filter((s) => sidecars.includes(s.name)), ...(status.containerStatuses ?? [])]
  const restarts = [...inits, ...(status.containerStatuses ?? [])].reduce((sum, s) => sum + (s.restartCount ?? 0), 0)
  return { ready: counted.filter((s) => s.ready).length, of: spec.containers.length + sidecars.length, restarts }
}

/** STATUS says Running also of a pod that is not ready; the stage tells the two apart. */
export function podTone(pod: Pod): Tone {
  const tone = toneOf(podStatusWord(pod))
  if (tone !== 'ready') return tone
  return pod.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ? 'ready' : 'working'
}
