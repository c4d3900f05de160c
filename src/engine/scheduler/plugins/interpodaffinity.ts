import { matches, nothing, type Labels } from '../../api/selector.ts'
import type { Node, Pod } from '../../api/types.ts'
import type { PodClass } from '../cache/classindex.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { isEverything, podInfo, termMatches, type AffinityTerm, type PodInfo } from '../cache/podinfo.ts'
import { Add, Delete, UpdateNodeLabel, UpdatePodLabel } from '../framework/events.ts'
import { skip, unresolvable, unschedulable } from '../framework/status.ts'
import { namespaceLabels, type Handle, type Plugin } from '../framework/plugin.ts'
import { affinityScore, normalizeAffinity, type AffinityScores } from './interpodaffinityscore.ts'
import { interPodAffinityChanges } from './interpodaffinitychanges.ts'
import { names } from './names.ts'
import { TopologyCounts } from './topologycounts.ts'

const existingRefusal = unschedulable(names.InterPodAffinity, "node(s) didn't satisfy existing pods anti-affinity rules")
const affinityRefusal = unresolvable(names.InterPodAffinity, "node(s) didn't match pod affinity rules")
const antiAffinityRefusal = unschedulable(names.InterPodAffinity, "node(s) didn't match pod anti-affinity rules")

export interface InterPodAffinityArgs {
  /** What a required affinity of a pod that runs already adds to the score. */
  readonly hardPodAffinityWeight?: number
  readonly ignorePreferredTermsOfExistingPods?: boolean
}

export interface AffinityState {
  readonly affinity: readonly AffinityTerm[]
  readonly antiAffinity: readonly AffinityTerm[]
  /** Labels of the pod's own namespace: what namespace selectors of existing pods see. */
  readonly namespaceLabels: Labels | undefined
  /** Pods there that want this one away. */
  readonly existingAntiAffinity: TopologyCounts
  /** Pods that match all affinity terms at once. */
  readonly affinityCounts: TopologyCounts
  /** Pods that match some anti-affinity term. */
  readonly antiAffinityCounts: TopologyCounts
}

/** Near to, or away from, other pods; what pods that run already want of newcomers counts as well. */
export function interPodAffinity(handle: Handle, args: InterPodAffinityArgs = {}): Plugin<AffinityState, AffinityScores> {
  return {
    name: names.InterPodAffinity,
    events: [
      { resource: 'Pod', action: Add | UpdatePodLabel | Delete, hint: afterPodEvent },
      {
        resource: 'Node',
        action: Add | UpdateNodeLabel,
        hint: (pod, _old, next) => (hasTopologyOf(next as Node, podInfo(pod)) ? 'Queue' : 'Skip'),
      },
    ],
    preFilter: (pod) => {
      const state = prepare(handle, pod)
      const idle = state.existingAntiAffinity.isEmpty && state.affinity.length === 0 && state.antiAffinity.length === 0
      return idle ? skip(names.InterPodAffinity) : { state }
    },
    filter: (state, pod, { labels }) => {
      if (!satisfiesAffinity(state, pod, labels)) return affinityRefusal
      if (!satisfiesAntiAffinity(state, labels)) return antiAffinityRefusal
      return satisfiesExisting(state, labels) ? undefined : existingRefusal
    },
    addPod: (state, pod, other, node) => update(state, pod, other, node, 1),
    removePod: (state, pod, other, node) => update(state, pod, other, node, -1),
    preScore: (pod, nodes) => affinityScore(handle, args, pod, nodes),
    score: (state, _pod, nodes, scores) => {
      for (let i = 0; i < nodes.length; i++) scores[i] = scoreOf(state, nodes[i]!)
    },
    normalize: (_state, _pod, _nodes, scores) => normalizeAffinity(scores),
    changes: (pod, node) => interPodAffinityChanges(handle, pod, node),
  }
}

function scoreOf({ byTopology }: AffinityScores, node: NodeInfo): number {
  let sum = 0
  for (const [key, values] of byTopology.keys()) {
    const value = node.labels[key]
    if (value !== undefined) sum += values.get(value) ?? 0
  }
  return sum
}

/** A namespace selector of the newcomer becomes the list of namespaces that it selects now. */
export function withNamespaces(handle: Handle, term: AffinityTerm): AffinityTerm {
  const { namespaceSelector } = term
  if (namespaceSelector.nothing || isEverything(namespaceSelector)) return term
  const selected = [...handle.listers.namespaces.all()]
    .filter(({ metadata }) => matches(namespaceSelector, metadata.labels))
    .map(({ metadata }) => metadata.name)
  return { ...term, namespaces: [...new Set([...term.namespaces, ...selected])], namespaceSelector: nothing }
}

/** The labels of the node in a row of the columns. */
export type LabelsOf = (row: number) => Labels | undefined

/** `labelsOf` may tell other labels than the cache, to see what they would change. */
export function prepare(handle: Handle, pod: PodInfo, labelsOf: LabelsOf = (row) => handle.cache.nodeAt(row)?.labels): AffinityState {
  const state: AffinityState = {
    affinity: pod.requiredAffinity.map((term) => withNamespaces(handle, term)),
    antiAffinity: pod.requiredAntiAffinity.map((term) => withNamespaces(handle, term)),
    namespaceLabels: namespaceLabels(handle, pod.namespace),
    existingAntiAffinity: new TopologyCounts(),
    affinityCounts: new TopologyCounts(),
    antiAffinityCounts: new TopologyCounts(),
  }
  for (const found of handle.cache.affinityClasses.all()) {
    handle.work.classesVisited++
    for (const term of found.sample.requiredAntiAffinity) {
      if (termMatches(term, pod, state.namespaceLabels)) countNodes(found, term, state.existingAntiAffinity, labelsOf)
    }
  }
  if (state.affinity.length > 0 || state.antiAffinity.length > 0) countMatching(handle, state, labelsOf)
  return state
}

function countMatching(handle: Handle, state: AffinityState, labelsOf: LabelsOf): void {
  for (const found of handle.cache.selectorClasses.all()) {
    handle.work.classesVisited++
    if (matchesAll(state.affinity, found.sample)) {
      for (const term of state.affinity) countNodes(found, term, state.affinityCounts, labelsOf)
    }
    for (const term of state.antiAffinity) {
      if (termMatches(term, found.sample, undefined)) countNodes(found, term, state.antiAffinityCounts, labelsOf)
    }
  }
}

export function matchesAll(terms: readonly AffinityTerm[], pod: PodInfo): boolean {
  return terms.length > 0 && terms.every((term) => termMatches(term, pod, undefined))
}

/** Adds the pods of a class to the domains of the nodes on which they are. */
export function countNodes(
  { perRow }: PodClass, { topologyKey }: AffinityTerm, counts: TopologyCounts, labelsOf: LabelsOf, weight = 1,
): void {
  for (const [row, count] of perRow) {
    const value = labelsOf(row)?.[topologyKey]
    if (value !== undefined) counts.add(topologyKey, value, weight * count)
  }
}

function update(state: AffinityState, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
  const add = (counts: TopologyCounts, { topologyKey }: AffinityTerm) => {
    const value = node.labels[topologyKey]
    if (value !== undefined) counts.add(topologyKey, value, by)
  }
  for (const term of other.requiredAntiAffinity) {
    if (termMatches(term, pod, state.namespaceLabels)) add(state.existingAntiAffinity, term)
  }
  if (matchesAll(state.affinity, other)) for (const term of state.affinity) add(state.affinityCounts, term)
  for (const term of state.antiAffinity) if (termMatches(term, other, undefined)) add(state.antiAffinityCounts, term)
}

/** Every term needs a matching pod in the node's domain; the first of a group may stand where it likes. */
export function satisfiesAffinity(state: AffinityState, pod: PodInfo, labels: Labels): boolean {
  let all = true
  for (const { topologyKey } of state.affinity) {
    const value = labels[topologyKey]
    if (value === undefined) return false
    if (state.affinityCounts.get(topologyKey, value) <= 0) all = false
  }
  return all || (state.affinityCounts.isEmpty && matchesAll(state.affinity, pod))
}

export function satisfiesAntiAffinity({ antiAffinity, antiAffinityCounts }: AffinityState, labels: Labels): boolean {
  if (antiAffinityCounts.isEmpty) return true
  return antiAffinity.every(({ topologyKey }) => {
    const value = labels[topologyKey]
    return value === undefined || antiAffinityCounts.get(topologyKey, value) <= 0
  })
}

export function satisfiesExisting({ existingAntiAffinity }: AffinityState, labels: Labels): boolean {
  for (const [key, values] of existingAntiAffinity.keys()) {
    const value = labels[key]
    if (value !== undefined && (values.get(value) ?? 0) > 0) return false
  }
  return true
}

function hasTopologyOf(node: Node, pod: PodInfo): boolean {
  const labels = node.metadata.labels ?? {}
  return [...pod.requiredAffinity, ...pod.requiredAntiAffinity].some(({ topologyKey }) => topologyKey in labels)
}

function afterPodEvent(pod: Pod, old: unknown, next: unknown): 'Queue' | 'Skip' {
  const [before, after] = [old as Pod | undefined, next as Pod | undefined]
  if ((after !== undefined && !after.spec.nodeName) || (before !== undefined && !before.spec.nodeName)) return 'Skip'
  const { requiredAffinity, requiredAntiAffinity } = podInfo(pod)
  const attracts = (other: Pod) => matchesAll(requiredAffinity, podInfo(other))
  const repels = (other: Pod) => matchesAll(requiredAntiAffinity, podInfo(other))
  if (after !== undefined && before !== undefined) {
    return (!attracts(before) && attracts(after)) || (repels(before) && !repels(after)) ? 'Queue' : 'Skip'
  }
  if (after !== undefined) return attracts(after) ? 'Queue' : 'Skip'
  return repels(before!) ? 'Queue' : 'Skip'
}
