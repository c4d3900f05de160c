/** What decides about inter-pod affinity: how many matching pods there are in each domain. */
import { matches, nothing, type Labels } from '../../api/selector.ts'
import type { PodClass } from '../cache/classindex.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { isEverything, termMatches, type AffinityTerm, type PodInfo } from '../cache/podinfo.ts'
import { namespaceLabels, type Handle } from '../framework/plugin.ts'
import { TopologyCounts } from './topologycounts.ts'

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

/** Another pod comes to the node, or leaves it. */
export function update(state: AffinityState, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
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
