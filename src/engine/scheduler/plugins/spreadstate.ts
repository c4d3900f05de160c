/** What decides about topology spread: how many matching pods there are in each domain. */
import { matches, type Labels } from '../../api/selector.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import type { PodInfo } from '../cache/podinfo.ts'
import type { Handle } from '../framework/plugin.ts'
import { requiredNodeAffinity, type RequiredNodeAffinity } from '../../api/nodeSelector.ts'
import { countPerRow, hasAllTopologies, isIncluded, matchingClasses, type SpreadConstraint } from './spreadconstraints.ts'

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

/** `labelsOf` may tell other labels than the node has, to see what they would change. */
export function spreadState(
  handle: Handle, pod: PodInfo, constraints: readonly SpreadConstraint[], labelsOf: (node: NodeInfo) => Labels = (node) => node.labels,
): SpreadState {
  const required = requiredNodeAffinity(pod.pod.spec)
  const eligible = handle.cache.nodes.filter((node) => hasAllTopologies(labelsOf(node), constraints))
  const spreads = constraints.map((constraint): Spread => {
    const counts = countPerRow(matchingClasses(handle, pod.namespace, constraint.selector))
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

/** Another pod comes to the node, or leaves it. */
export function update({ spreads, required }: SpreadState, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
  if (other.namespace !== pod.namespace || !hasAllTopologies(node.labels, spreads.map((s) => s.constraint))) return
  for (const spread of spreads) {
    const { constraint, domains } = spread
    if (!matches(constraint.selector, other.labels) || !isIncluded(constraint, pod.pod, node, required)) continue
    const value = node.labels[constraint.topologyKey]!
    domains.set(value, (domains.get(value) ?? 0) + by)
    spread.least = undefined
  }
}
