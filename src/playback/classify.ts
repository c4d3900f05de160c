import { podStatusWord } from '../engine/api/podStatus.ts'
import type { Pod } from '../engine/api/types.ts'
import type { Step } from '../worker/protocol.ts'
import type { Entry, History } from './history.ts'

/**
 * Steps come in three sizes. A hop is every message; an event is what `kubectl get events -w` would print
 * or a change of a pod's status; a milestone is a box of a flowchart. A step may have several sizes.
 */
export const stepSizes = ['hop', 'event', 'milestone'] as const
export type StepSize = (typeof stepSizes)[number]

export function classify(step: Step, etcd: History): StepSize[] {
  const sizes: StepSize[] = []
  if (!step.background) sizes.push('hop')
  if (isEvent(step, etcd)) sizes.push('event')
  if (step.milestone !== undefined) sizes.push('milestone')
  return sizes
}

function isEvent(step: Step, etcd: History): boolean {
  if (step.kind !== 'write' || step.revision === undefined) return false
  if (step.resource === 'events') return true
  if (step.resource !== 'pods') return false
  const entry = etcd.written(step.revision)
  return entry !== undefined && statusChanged(entry)
}

/** Whether a write of a pod changed what a person would call its status: STATUS, phase or a condition. */
export function statusChanged({ value, previous }: Entry): boolean {
  const before = previous?.value as Pod | undefined
  const after = value as Pod | undefined
  if (before === undefined || after === undefined) return before !== after
  return summary(before) !== summary(after)
}

function summary(pod: Pod): string {
  const conditions = (pod.status.conditions ?? []).map((c) => `${c.type}=${c.status}`).join()
  return `${podStatusWord(pod)} ${pod.status.phase} ${conditions}`
}
