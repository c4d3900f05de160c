import { matches, type Labels } from '../../api/selector.ts'
import type { Node, Pod } from '../../api/types.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { podInfo, type PodInfo } from '../cache/podinfo.ts'
import { Add, Delete, sameMap, sameTaints, UpdateNodeLabel, UpdateNodeTaint, UpdatePodLabel, UpdatePodToleration } from '../framework/events.ts'
import { skip, unresolvable, unschedulable } from '../framework/status.ts'
import type { Handle, Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'
import { requiredNodeAffinity, type RequiredNodeAffinity } from './nodeselector.ts'
import {
  constraintsOf, hasAllTopologies, isIncluded, matchingPods, type PodTopologySpreadArgs, type SpreadConstraint,
} from './spreadconstraints.ts'
import { spreadChanges } from './spreadchanges.ts'
import { normalizeSpread, scoreSpread, spreadScores, type SpreadScores } from './spreadscore.ts'

const skewRefusal = unschedulable(names.PodTopologySpread, "node(s) didn't match pod topology spread constraints")
const labelRefusal = unresolvable(
  names.PodTopologySpread, "node(s) didn't match pod topology spread constraints (missing required label)",
)

/** One constraint with the matching pods of each domain. */
export interface Spread {
  readonly constraint: SpreadConstraint
  /** Value of the topology key -> matching pods. Every eligible domain is in it, empty ones too. */
  readonly domains: Map<string, number>
  /** 1 when the pod itself matches. */
  readonly self: number
  /** Fewest matching pods of a domain; undefined when it has to be looked up anew. */
  least: number | undefined
}

export interface SpreadState {
  readonly spreads: readonly Spread[]
  readonly required: RequiredNodeAffinity
}

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

/** `labelsOf` may tell other labels than the node has, to see what they would change. */
export function spreadState(
  handle: Handle, pod: PodInfo, constraints: readonly SpreadConstraint[], labelsOf: (node: NodeInfo) => Labels = (node) => node.labels,
): SpreadState {
  const required = requiredNodeAffinity(pod.pod)
  const eligible = handle.cache.nodes.filter((node) => hasAllTopologies(labelsOf(node), constraints))
  const spreads = constraints.map((constraint): Spread => {
    const counts = matchingPods(handle, pod.namespace, constraint.selector)
    const domains = new Map<string, number>()
    for (const node of eligible) {
      if (!isIncluded(constraint, pod.pod, node, required)) continue
      const value = labelsOf(node)[constraint.topologyKey]!
      domains.set(value, (domains.get(value) ?? 0) + (counts.get(node.row) ?? 0))
    }
    return { constraint, domains, self: matches(constraint.selector, pod.labels) ? 1 : 0, least: undefined }
  })
  return { spreads, required }
}

/** existing + self - global minimum; too few domains (minDomains) make the minimum 0. */
export function skewAt(spread: Spread, value: string): number {
  const { constraint, domains, self } = spread
  return (domains.get(value) ?? 0) + self - (domains.size < constraint.minDomains ? 0 : leastOf(spread))
}

function leastOf(spread: Spread): number {
  if (spread.least === undefined) {
    // No domain at all: upstream starts from the greatest int32, so that nothing is refused.
    let least = 2_147_483_647
    for (const count of spread.domains.values()) if (count < least) least = count
    spread.least = least
  }
  return spread.least
}

function update({ spreads, required }: SpreadState, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
  if (other.namespace !== pod.namespace || !hasAllTopologies(node.labels, spreads.map((s) => s.constraint))) return
  for (const spread of spreads) {
    const { constraint, domains } = spread
    if (!matches(constraint.selector, other.labels) || !isIncluded(constraint, pod.pod, node, required)) continue
    const value = node.labels[constraint.topologyKey]!
    domains.set(value, (domains.get(value) ?? 0) + by)
    spread.least = undefined
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
