/** What would make inter-pod affinity accept a node. Each proposal is tried before it is made. */
import type { Labels } from '../../api/selector.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { podInfo, termMatches, type PodInfo } from '../cache/podinfo.ts'
import type { Change, PatchOperation } from '../../api/scheduling.ts'
import { applyPatch, pointer } from '../framework/change.ts'
import { namespaceLabels, type Handle } from '../framework/plugin.ts'
import {
  prepare, satisfiesAffinity, satisfiesAntiAffinity, satisfiesExisting, type AffinityState,
} from './affinitystate.ts'
import { labelPatch, mayBeLabelled } from './nodeaffinitychanges.ts'

export function interPodAffinityChanges(handle: Handle, pod: PodInfo, node: NodeInfo): Change[] {
  const state = prepare(handle, pod)
  if (accepts(state, pod, node.labels)) return []
  const terms = [
    ...removeTerms(pod, 'podAffinity', failingAffinity(state, node)),
    ...removeTerms(pod, 'podAntiAffinity', failingAntiAffinity(state, node)),
  ]
  const proposals = [
    ...joinDomain(state, node),
    ...(terms.length > 0 ? [removal(terms, node)] : []),
    ...(satisfiesExisting(state, node.labels) ? [] : dropLabels(handle, pod, node, terms)),
  ]
  return proposals.filter((change) => works(handle, pod, node, change))
}

function accepts(state: AffinityState, pod: PodInfo, labels: Labels): boolean {
  return satisfiesAffinity(state, pod, labels) && satisfiesAntiAffinity(state, labels) && satisfiesExisting(state, labels)
}

function works(handle: Handle, pod: PodInfo, node: NodeInfo, change: Change): boolean {
  if (change.target === 'pod') {
    const changed = podInfo(applyPatch(pod.pod, change.patch))
    return accepts(prepare(handle, changed), changed, node.labels)
  }
  const labels = applyPatch(node.node!, change.patch).metadata.labels ?? {}
  const labelsOf = (row: number) => (row === node.row ? labels : handle.cache.nodeAt(row)?.labels)
  return accepts(prepare(handle, pod, labelsOf), pod, labels)
}

function removal(patch: PatchOperation[], node: NodeInfo): Change {
  return { target: 'pod', type: 'RemoveAffinityTerms', patch, facts: { node: node.name } }
}

/** The node moves into a domain where what the pod looks for is. */
function joinDomain({ affinity, affinityCounts }: AffinityState, node: NodeInfo): Change[] {
  const labels = new Map<string, string>()
  for (const { topologyKey } of affinity) {
    const present = node.labels[topologyKey]
    if (present !== undefined && affinityCounts.get(topologyKey, present) > 0) continue
    // Nobody is there yet: a group's first member only needs the node to have the label.
    const value = [...affinityCounts.values(topologyKey)].sort()[0] ?? present ?? node.name
    if (value !== present) labels.set(topologyKey, value)
  }
  if (labels.size === 0 || !mayBeLabelled(labels.keys())) return []
  return [{
    target: 'node', type: 'AddNodeLabels', patch: labelPatch(node, labels),
    facts: { node: node.name, labels: Object.fromEntries(labels) },
  }]
}

function failingAffinity({ affinity, affinityCounts }: AffinityState, { labels }: NodeInfo): number[] {
  return indexes(affinity, ({ topologyKey }) => {
    const value = labels[topologyKey]
    return value === undefined || affinityCounts.get(topologyKey, value) <= 0
  })
}

function failingAntiAffinity({ antiAffinity, antiAffinityCounts }: AffinityState, { labels }: NodeInfo): number[] {
  return indexes(antiAffinity, ({ topologyKey }) => {
    const value = labels[topologyKey]
    return value !== undefined && antiAffinityCounts.get(topologyKey, value) > 0
  })
}

const indexes = <T>(list: readonly T[], chosen: (item: T) => boolean): number[] => list.flatMap((item, i) => (chosen(item) ? [i] : []))

const required = 'requiredDuringSchedulingIgnoredDuringExecution'

function removeTerms(pod: PodInfo, rules: 'podAffinity' | 'podAntiAffinity', at: readonly number[]): PatchOperation[] {
  const total = (rules === 'podAffinity' ? pod.requiredAffinity : pod.requiredAntiAffinity).length
  if (at.length > 0 && at.length === total) return [{ op: 'remove', path: pointer('spec', 'affinity', rules, required) }]
  return at.toReversed().map((i) => ({ op: 'remove', path: pointer('spec', 'affinity', rules, required, i) }))
}

/** The pod takes off the labels by which pods in the node's domain know that they do not want it. */
function dropLabels(handle: Handle, pod: PodInfo, node: NodeInfo, terms: readonly PatchOperation[]): Change[] {
  const own = namespaceLabels(handle, pod.namespace)
  const keys = new Set<string>()
  for (const { sample } of handle.cache.affinityClasses.all()) {
    for (const term of sample.requiredAntiAffinity) {
      if (!(term.topologyKey in node.labels) || !termMatches(term, pod, own)) continue
      for (const { key } of term.selector.requirements) if (key in pod.labels) keys.add(key)
    }
  }
  if (keys.size === 0) return []
  const labels = [...keys].sort()
  const removals = labels.map((key): PatchOperation => ({ op: 'remove', path: pointer('metadata', 'labels', key) }))
  return [{ target: 'pod', type: 'ChangePodLabels', patch: [...terms, ...removals], facts: { node: node.name, labels } }]
}
