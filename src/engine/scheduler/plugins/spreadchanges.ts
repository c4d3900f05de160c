/** What would make the spread accept a node. Each proposal is tried before it is made. */
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { podInfo, type PodInfo } from '../cache/podinfo.ts'
import type { Change } from '../../api/scheduling.ts'
import { applyPatch, pointer } from '../framework/change.ts'
import type { Handle } from '../framework/plugin.ts'
import { labelPatch, mayBeLabelled } from './nodeaffinitychanges.ts'
import { skewAt, spreadState, type Spread, type SpreadState } from './spreadstate.ts'
import type { SpreadConstraint } from './spreadconstraints.ts'

type ConstraintsOf = (pod: PodInfo) => readonly SpreadConstraint[]

export function spreadChanges(handle: Handle, pod: PodInfo, node: NodeInfo, hard: ConstraintsOf): Change[] {
  const constraints = hard(pod)
  if (constraints.length === 0) return []
  const state = spreadState(handle, pod, constraints)
  if (accepts(state, node.labels)) return []
  const proposals = [...addLabels(state, node), ...raiseSkew(state, node), ...removeConstraints(handle, pod, node, constraints)]
  return proposals.filter((change) => works(handle, pod, node, hard, change))
}

function accepts({ spreads }: SpreadState, labels: Readonly<Record<string, string>>): boolean {
  return spreads.every((spread) => passes(spread, labels[spread.constraint.topologyKey]))
}

function passes(spread: Spread, value: string | undefined): boolean {
  return value !== undefined && skewAt(spread, value) <= spread.constraint.maxSkew
}

function works(handle: Handle, pod: PodInfo, node: NodeInfo, hard: ConstraintsOf, change: Change): boolean {
  if (change.target === 'pod') {
    const changed = podInfo(applyPatch(pod.pod, change.patch))
    const constraints = hard(changed)
    return constraints.length === 0 || accepts(spreadState(handle, changed, constraints), node.labels)
  }
  const labels = applyPatch(node.node!, change.patch).metadata.labels ?? {}
  return accepts(spreadState(handle, pod, hard(pod), (other) => (other === node ? labels : other.labels)), labels)
}

/** A node without the label joins the emptiest domain. */
function addLabels({ spreads }: SpreadState, node: NodeInfo): Change[] {
  const labels = new Map<string, string>()
  for (const { constraint, domains } of spreads) {
    if (constraint.topologyKey in node.labels) continue
    const emptiest = [...domains].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))[0]
    labels.set(constraint.topologyKey, emptiest?.[0] ?? node.name)
  }
  if (labels.size === 0 || !mayBeLabelled(labels.keys())) return []
  return [{
    target: 'node', type: 'AddNodeLabels', patch: labelPatch(node, labels),
    facts: { node: node.name, labels: Object.fromEntries(labels) },
  }]
}

function raiseSkew({ spreads }: SpreadState, { labels, name }: NodeInfo): Change[] {
  const failing = spreads.filter(({ constraint }) => constraint.index >= 0).flatMap((spread) => {
    const value = labels[spread.constraint.topologyKey]
    return passes(spread, value) || value === undefined ? [] : [{ index: spread.constraint.index, maxSkew: skewAt(spread, value) }]
  })
  if (failing.length === 0) return []
  return [{
    target: 'pod', type: 'RaiseMaxSkew', facts: { node: name, constraints: failing },
    patch: failing.map(({ index, maxSkew }) => ({ op: 'replace', path: pointer('spec', 'topologySpreadConstraints', index, 'maxSkew'), value: maxSkew })),
  }]
}

/**
 * A node counts in no domain while it lacks the key of one constraint. When that constraint goes the node's own pods
 * begin to count for the others, so these are looked at again.
 */
function removeConstraints(handle: Handle, pod: PodInfo, node: NodeInfo, constraints: readonly SpreadConstraint[]): Change[] {
  const removed: SpreadConstraint[] = []
  for (;;) {
    const { spreads } = spreadState(handle, pod, constraints.filter((constraint) => !removed.includes(constraint)))
    const failing = spreads.filter(({ constraint }) => constraint.index >= 0).filter((spread) => !passes(spread, node.labels[spread.constraint.topologyKey]))
    if (failing.length === 0) break
    removed.push(...failing.map(({ constraint }) => constraint))
  }
  if (removed.length === 0) return []
  const places = removed.map(({ index }) => index).sort((a, b) => b - a)
  return [{
    target: 'pod', type: 'RemoveSpreadConstraints', facts: { node: node.name, keys: removed.map(({ topologyKey }) => topologyKey) },
    patch: places.map((index) => ({ op: 'remove', path: pointer('spec', 'topologySpreadConstraints', index) })),
  }]
}
