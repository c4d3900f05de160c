/** Scoring by spread (pkg/scheduler/framework/plugins/podtopologyspread/scoring.go): fewer pods alike are better. */
import type { NodeInfo } from '../cache/nodeinfo.ts'
import type { PodInfo } from '../cache/podinfo.ts'
import { skip } from '../framework/status.ts'
import { maxNodeScore, type Handle, type Prepared } from '../framework/plugin.ts'
import { names } from './names.ts'
import { requiredNodeAffinity } from './nodeselector.ts'
import {
  constraintsOf, hasAllTopologies, hostnameLabel, isIncluded, isSystemDefaulted, matchingPods, ownConstraints,
  type PodTopologySpreadArgs, type SpreadConstraint,
} from './spreadconstraints.ts'

interface Scoring {
  readonly constraint: SpreadConstraint
  /** Matching pods of each node, by its row. */
  readonly perRow: ReadonlyMap<number, number>
  /** Matching pods of each domain of a feasible node; undefined for the host, where a node is a domain. */
  readonly domains: Map<string, number> | undefined
  /** So that a topology with few domains is not drowned by one with many. */
  weight: number
}

export interface SpreadScores {
  readonly scorings: readonly Scoring[]
  /** Feasible nodes without all topology keys get 0. */
  readonly ignored: ReadonlySet<string>
}

export function spreadScores(handle: Handle, args: PodTopologySpreadArgs, pod: PodInfo, nodes: readonly NodeInfo[]): Prepared<SpreadScores> {
  const constraints = constraintsOf(handle, args, pod, 'ScheduleAnyway')
  if (constraints.length === 0 || handle.cache.nodes.length === 0) return skip(names.PodTopologySpread)
  // The built-in constraints let a node without a zone still be spread by host.
  const requireAll = ownConstraints(pod.pod).length > 0 || !isSystemDefaulted(args)
  const scorable = requireAll ? nodes.filter((node) => hasAllTopologies(node.labels, constraints)) : nodes
  const ignored = new Set<string>()
  if (scorable.length < nodes.length) for (const node of nodes) if (!hasAllTopologies(node.labels, constraints)) ignored.add(node.name)
  const scorings = constraints.map((constraint) => scoringOf(handle, pod, constraint, scorable))
  for (const scoring of scorings) if (scoring.domains !== undefined) countDomains(handle, pod, scoring, requireAll ? constraints : [])
  return { state: { scorings, ignored } }
}

function scoringOf(handle: Handle, pod: PodInfo, constraint: SpreadConstraint, scorable: readonly NodeInfo[]): Scoring {
  const perRow = matchingPods(handle, pod.namespace, constraint.selector)
  if (constraint.topologyKey === hostnameLabel) {
    return { constraint, perRow, domains: undefined, weight: Math.log(scorable.length + 2) }
  }
  const domains = new Map<string, number>()
  for (const { labels } of scorable) domains.set(labels[constraint.topologyKey] ?? '', 0)
  return { constraint, perRow, domains, weight: Math.log(domains.size + 2) }
}

/** Only nodes that have matching pods need to be looked at. */
function countDomains(handle: Handle, pod: PodInfo, { constraint, perRow, domains }: Scoring, needed: readonly SpreadConstraint[]): void {
  const required = requiredNodeAffinity(pod.pod)
  for (const [row, count] of perRow) {
    const node = handle.cache.nodeAt(row)
    if (node?.node === undefined || !hasAllTopologies(node.labels, needed)) continue
    const value = node.labels[constraint.topologyKey] ?? ''
    const present = domains!.get(value)
    if (present !== undefined && isIncluded(constraint, pod.pod, node, required)) domains!.set(value, present + count)
  }
}

export function scoreSpread({ scorings, ignored }: SpreadScores, _pod: PodInfo, nodes: readonly NodeInfo[], scores: Float64Array): void {
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]!
    if (ignored.size > 0 && ignored.has(node.name)) continue
    let sum = 0
    for (const { constraint, perRow, domains, weight } of scorings) {
      const value = node.labels[constraint.topologyKey]
      if (value === undefined) continue
      const count = domains === undefined ? (perRow.get(node.row) ?? 0) : domains.get(value)!
      sum += count * weight + (constraint.maxSkew - 1)
    }
    scores[i] = Math.round(sum)
  }
}

export function normalizeSpread({ ignored }: SpreadScores, _pod: PodInfo, nodes: readonly NodeInfo[], scores: Float64Array): void {
  let least = Infinity
  let most = 0
  const counts = (i: number) => ignored.size === 0 || !ignored.has(nodes[i]!.name)
  for (let i = 0; i < scores.length; i++) {
    if (!counts(i)) continue
    least = Math.min(least, scores[i]!)
    most = Math.max(most, scores[i]!)
  }
  for (let i = 0; i < scores.length; i++) {
    if (!counts(i)) scores[i] = 0
    else scores[i] = most === 0 ? maxNodeScore : Math.trunc((maxNodeScore * (most + least - scores[i]!)) / most)
  }
}
