import type { Pod } from '../../api/types.ts'
import { UpdatePodSchedulingGatesEliminated } from '../framework/events.ts'
import { unresolvable } from '../framework/status.ts'
import type { Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'

export function gatesOf(pod: Pod): readonly string[] {
  return ((pod.spec as { schedulingGates?: { name: string }[] }).schedulingGates ?? []).map((gate) => gate.name)
}

/** A pod with scheduling gates does not enter the queue (KEP-3521). */
export const schedulingGates = (): Plugin => ({
  name: names.SchedulingGates,
  events: [{
    resource: 'UnschedulablePod',
    action: UpdatePodSchedulingGatesEliminated,
    hint: (pod, _old, next) => (next!.metadata.uid === pod.metadata.uid ? 'Queue' : 'Skip'),
  }],
  preEnqueue: (pod) => {
    const gates = gatesOf(pod)
    if (gates.length === 0) return undefined
    return unresolvable(names.SchedulingGates, `waiting for scheduling gates: [${gates.join(' ')}]`)
  },
})
