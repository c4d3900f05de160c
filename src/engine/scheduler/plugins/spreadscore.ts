/** Scoring by spread (pkg/scheduler/framework/plugins/podtopologyspread/scoring.go): fewer pods alike are better. */
import type { Selector } from '../../api/selector.ts'
import type { PodClass } from '../cache/classindex.ts'
import { hostnameLabel, type NodeInfo } from '../cache/nodeinfo.ts'
import type { PodInfo } from '../cache/podinfo.ts'
import { skip } from '../framework/status.ts'
import { maxNodeScore, type Handle, type Prepared } from '../framework/plugin.ts'
import { names } from './names.ts'
import { requiredNodeAffinity } from '../../api/nodeSelector.ts'
import {
  constraintsOf, countPerRow, hasAllTopologies, isIncluded, isSystemDefaulted, matchingClasses, ownConstraints,
  type PodTopologySpreadArgs, type SpreadConstraint,
} from './spreadconstraints.ts'

interface Scoring {
  readonly constraint: SpreadConstraint
  /** Pods that match, by class. */
  readonly classes: readonly PodClass[]
  /** The same, by the row of their node. */
  readonly perRow: ReadonlyMap<number, number>
  /** Matching pods of each domain of a feasible node; undefined for the host, where a node is a domain. */
  readonly domains: Map<string, number> | undefined
  /** So that a topology with few domains is not drowned by one with many. */
  readonly weight: number
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
  const classes = new Map<Selector, PodClass[]>()
  const scorings = constraints.map((constraint) => {
    const { selector } = constraint
    if (!classes.has(selector)) classes.set(selector, matchingClasses(handle, pod.namespace, selector))
    return scoringOf(constraint, classes.get(selector)!, scorable)
  })
  for (const scoring of scorings) if (scoring.domains !== undefined) countDomains(handle, pod, scoring, requireAll ? constraints : [])
  return { state: { scorings, ignored } }
}

function scoringOf(constraint: SpreadConstraint, classes: readonly PodClass[], scorable: readonly NodeInfo[]): Scoring {
  const { topologyKey } = constraint
  const perRow = countPerRow(classes)
  if (topologyKey === hostnameLabel) return { constraint, classes, perRow, domains: undefined, weight: Math.log(scorable.length + 2) }
  const domains = new Map<string, number>()
  for (const node of scorable) domains.set(node.domain(topologyKey) ?? '', 0)
  return { constraint, classes, perRow, domains, weight: Math.log(domains.size + 2) }
}

/** Only nodes that have matching pods need to be looked at; when all nodes count, only their domains. */
function countDomains(handle: Handle, pod: PodInfo, scoring: Scoring, needed: readonly SpreadConstraint[]): void {
  const { constraint, perRow, domains } = scoring
  const required = requiredNodeAffinity(pod.pod.spec)
  const { nodeSelector, affinity } = required
  if (needed.length === 0 && !constraint.honorTaints && nodeSelector === undefined && affinity === undefined) {
    return addWholeDomains(handle, scoring)
  }
  for (const [row, count] of perRow) {
    const node = handle.cache.nodeAt(row)
    if (node?.node === undefined || !hasAllTopologies(node.labels, needed)) continue
    const value = node.labels[constraint.topologyKey] ?? ''
    const present = domains!.get(value)
    if (present !== undefined && isIncluded(constraint, pod.pod, node, required)) domains!.set(value, present + count)
  }
}

function addWholeDomains(handle: Handle, { constraint, classes, domains }: Scoring): void {
  for (const podClass of classes) {
    for (const [value, count] of handle.cache.selectorClasses.perDomain(podClass, constraint.topologyKey)) {
      const present = domains!.get(value)
      if (present !== undefined) domains!.set(value, present + count)
    }
  }
}

export function scoreSpread({ scorings, ignored }: SpreadScores, _pod: PodInfo, nodes: readonly NodeInfo[], scores: Int32Array): void {
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i]!
    if (ignored.size > 0 && ignored.has(node.name)) continue
    let sum = 0
    for (const { constraint, perRow, domains, weight } of scorings) {
      const value = node.domain(constraint.topologyKey)
      if (value === undefined) continue
      const count = domains === undefined ? (perRow.get(node.row) ?? 0) : domains.get(value)!
      sum += count * weight + (constraint.maxSkew - 1)
    }
    scores[i] = Math.round(sum)
  }
}

export function normalizeSpread({ ignored }: SpreadScores, _pod: PodInfo, nodes: readonly NodeInfo[], scores: Int32Array): void {
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
