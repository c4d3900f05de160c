import { printPod } from '../../../engine/api/podStatus.ts'
import type { PrintedPod } from '../../../engine/api/podStatus.ts'
import type { Node, Pod } from '../../../engine/api/types.ts'
import { toneOf } from './tone.ts'
import type { Tone } from './tone.ts'

/** The STATUS word of `kubectl get nodes`: 'Ready', 'NotReady', 'Ready,SchedulingDisabled' (printers.go printNode). */
export function nodeStatus({ spec, status }: Node): string {
  const ready = status.conditions?.find((c) => c.type === 'Ready')
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return spec.unschedulable === true ? `${word},SchedulingDisabled` : word
}

const printed = new WeakMap<Pod, PrintedPod>()

/** `printPod`, once for each version of a pod: every view asks for it at every step. */
export function printedPod(pod: Pod): PrintedPod {
  let result = printed.get(pod)
  if (result === undefined) printed.set(pod, (result = printPod(pod)))
  return result
}

/** STATUS says Running also of a pod that is not ready; the stage tells the two apart. */
export function podTone(pod: Pod): Tone {
  const tone = toneOf(printedPod(pod).status)
  if (tone !== 'ready') return tone
  return pod.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ? 'ready' : 'working'
}
