import { matches } from '../../api/selector.ts'
import type { Node, Pod } from '../../api/types.ts'
import { podInfo, type PodInfo } from '../cache/podinfo.ts'
import { Add, Delete, sameMap, sameTaints, UpdateNodeLabel, UpdateNodeTaint, UpdatePodLabel, UpdatePodToleration } from '../framework/events.ts'
import { skip, unresolvable, unschedulable } from '../framework/status.ts'
import type { Handle, Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'
import { constraintsOf, hasAllTopologies, type PodTopologySpreadArgs, type SpreadConstraint } from './spreadconstraints.ts'
import { spreadChanges } from './spreadchanges.ts'
import { normalizeSpread, scoreSpread, spreadScores, type SpreadScores } from './spreadscore.ts'
import { skewAt, spreadState, update, type SpreadState } from './spreadstate.ts'

const skewRefusal = unschedulable(names.PodTopologySpread, "node(s) didn't match pod topology spread constraints")
const labelRefusal = unresolvable(
  names.PodTopologySpread, "node(s) didn't match pod topology spread constraints (missing required label)",
)

/** Pods of a kind are spread evenly over domains (KEP-895, KEP-3094). */
export function podTopologySpread(handle: Handle, args: PodTopologySpreadArgs = {}): Plugin<SpreadState, SpreadScores> {
  const hard = (pod: PodInfo) => constraintsOf(handle, args, pod, 'DoNotSchedule')
  return {
    name: names.PodTopologySpread,
    events: [
      {
        resource: 'Pod',
        action: Add | UpdatePodLabel | Delete | UpdatePodToleration,
        hint: (pod, old, next) => afterPodEvent(hard(podInfo(pod)), pod, old as Pod | undefined, next as Pod | undefined),
      },
      {
        resource: 'Node',
        action: Add | Delete | UpdateNodeLabel | UpdateNodeTaint,
        hint: (pod, old, next) => afterNodeEvent(hard(podInfo(pod)), old as Node | undefined, next as Node | undefined),
      },
    ],
    preFilter: (pod) => {
      const constraints = hard(pod)
      return constraints.length === 0 ? skip(names.PodTopologySpread) : { state: spreadState(handle, pod, constraints) }
    },
    filter: ({ spreads }, _pod, { labels }) => {
      for (const spread of spreads) {
        const value = labels[spread.constraint.topologyKey]
        if (value === undefined) return labelRefusal
        if (skewAt(spread, value) > spread.constraint.maxSkew) return skewRefusal
      }
      return undefined
    },
    addPod: (state, pod, other, node) => update(state, pod, other, node, 1),
    removePod: (state, pod, other, node) => update(state, pod, other, node, -1),
    preScore: (pod, nodes) => spreadScores(handle, args, pod, nodes),
    score: scoreSpread,
    normalize: normalizeSpread,
    changes: (pod, node) => spreadChanges(handle, pod, node, hard),
  }
}

/** Only the pod itself and pods on nodes of its namespace can change anything. */
function isInvolved(other: Pod, pod: Pod): boolean {
  return other.metadata.uid === pod.metadata.uid || (!!other.spec.nodeName && other.metadata.namespace === pod.metadata.namespace)
}

function afterPodEvent(
  constraints: readonly SpreadConstraint[], pod: Pod, old: Pod | undefined, next: Pod | undefined,
): 'Queue' | 'Skip' {
  if ((next !== undefined && !isInvolved(next, pod)) || (old !== undefined && !isInvolved(old, pod))) return 'Skip'
  const chosen = (other: Pod) => constraints.map((c) => matches(c.selector, other.metadata.labels))
  if (old === undefined || next === undefined) return chosen((next ?? old)!).some(Boolean) ? 'Queue' : 'Skip'
  const tolerates = next.metadata.uid === pod.metadata.uid && next.spec.tolerations?.length !== old.spec.tolerations?.length
  if (tolerates && constraints.some((c) => c.honorTaints)) return 'Queue'
  if (sameMap(next.metadata.labels, old.metadata.labels)) return 'Skip'
  const after = chosen(next)
  return chosen(old).some((was, i) => was !== after[i]) ? 'Queue' : 'Skip'
}

function afterNodeEvent(constraints: readonly SpreadConstraint[], old: Node | undefined, next: Node | undefined): 'Queue' | 'Skip' {
  const has = (node: Node | undefined) => node !== undefined && hasAllTopologies(node.metadata.labels ?? {}, constraints)
  if (old === undefined || next === undefined) return has(old) || has(next) ? 'Queue' : 'Skip'
  if (has(old) !== has(next)) return 'Queue'
  const moved = constraints.some(({ topologyKey: key }) => old.metadata.labels?.[key] !== next.metadata.labels?.[key])
  return has(next) && (moved || !sameTaints(old, next)) ? 'Queue' : 'Skip'
}
