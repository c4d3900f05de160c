/** Preferred inter-pod affinity (pkg/scheduler/framework/plugins/interpodaffinity/scoring.go). */
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { termMatches, type PodInfo } from '../cache/podinfo.ts'
import { skip } from '../framework/status.ts'
import { maxNodeScore, namespaceLabels, type Handle, type Prepared } from '../framework/plugin.ts'
import { countNodes, withNamespaces, type InterPodAffinityArgs } from './affinitystate.ts'
import { names } from './names.ts'
import { TopologyCounts } from './topologycounts.ts'

export interface AffinityScores {
  /** Weights of matching terms, summed by domain. */
  readonly byTopology: TopologyCounts
}

export function affinityScore(
  handle: Handle, args: InterPodAffinityArgs, pod: PodInfo, nodes: readonly NodeInfo[],
): Prepared<AffinityScores> {
  const byTopology = new TopologyCounts()
  const wishes = pod.preferredAffinity.length > 0 || pod.preferredAntiAffinity.length > 0
  if (nodes.length === 0 || (args.ignorePreferredTermsOfExistingPods === true && !wishes)) return skip(names.InterPodAffinity)
  if (wishes) scoreOwnWishes(handle, pod, byTopology)
  scoreWishesOfOthers(handle, args, pod, byTopology)
  return byTopology.isEmpty ? skip(names.InterPodAffinity) : { state: { byTopology } }
}

function scoreOwnWishes(handle: Handle, pod: PodInfo, byTopology: TopologyCounts): void {
  const labelsOf = (row: number) => handle.cache.nodeAt(row)?.labels
  const wanted = pod.preferredAffinity.map((term) => ({ ...withNamespaces(handle, term), weight: term.weight }))
  const unwanted = pod.preferredAntiAffinity.map((term) => ({ ...withNamespaces(handle, term), weight: -term.weight }))
  const terms = [...wanted, ...unwanted]
  for (const found of handle.cache.selectorClasses.all()) {
    handle.work.classesVisited++
    for (const term of terms) {
      if (termMatches(term, found.sample, undefined)) countNodes(found, term, byTopology, labelsOf, term.weight)
    }
  }
}

/** Symmetry: the pods that run already like or dislike the newcomer. */
function scoreWishesOfOthers(
  handle: Handle, { hardPodAffinityWeight = 1 }: InterPodAffinityArgs, pod: PodInfo, byTopology: TopologyCounts,
): void {
  const labels = namespaceLabels(handle, pod.namespace)
  const labelsOf = (row: number) => handle.cache.nodeAt(row)?.labels
  for (const found of handle.cache.affinityClasses.all()) {
    handle.work.classesVisited++
    const { requiredAffinity, preferredAffinity, preferredAntiAffinity } = found.sample
    const terms = [
      ...(hardPodAffinityWeight > 0 ? requiredAffinity.map((term) => ({ ...term, weight: hardPodAffinityWeight })) : []),
      ...preferredAffinity,
      ...preferredAntiAffinity.map((term) => ({ ...term, weight: -term.weight })),
    ]
    for (const term of terms) if (termMatches(term, pod, labels)) countNodes(found, term, byTopology, labelsOf, term.weight)
  }
}

/** The least becomes 0, the greatest 100; all equal: all 0. */
export function normalizeAffinity(scores: Int32Array): void {
  let least = Infinity
  let most = -Infinity
  for (const score of scores) {
    least = Math.min(least, score)
    most = Math.max(most, score)
  }
  const range = most - least
  for (let i = 0; i < scores.length; i++) scores[i] = range > 0 ? Math.trunc(maxNodeScore * ((scores[i]! - least) / range)) : 0
}
