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

/** What is looked up again and again of a version of a pod, by every view and for every pod of a crowd. */
interface Look {
  readonly printed: PrintedPod
  readonly tone: Tone
}

const looks = new WeakMap<Pod, Look>()

function lookOf(pod: Pod): Look {
  let look = looks.get(pod)
  if (look === undefined) {
    const printed = printPod(pod)
    looks.set(pod, (look = { printed, tone: toneAs(printed.status, pod) }))
  }
  return look
}

/** `printPod`, once for each version of a pod. */
export function printedPod(pod: Pod): PrintedPod {
  return lookOf(pod).printed
}

export function podTone(pod: Pod): Tone {
  return lookOf(pod).tone
}

/** STATUS says Running also of a pod that is not ready; the stage tells the two apart. */
function toneAs(word: string, { status }: Pod): Tone {
  const tone = toneOf(word)
  if (tone !== 'ready') return tone
  return status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ? 'ready' : 'working'
}
