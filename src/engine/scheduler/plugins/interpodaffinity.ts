import type { Node, Pod } from '../../api/types.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { podInfo, type PodInfo } from '../cache/podinfo.ts'
import { Add, Delete, UpdateNodeLabel, UpdatePodLabel } from '../framework/events.ts'
import { skip, unresolvable, unschedulable } from '../framework/status.ts'
import type { Handle, Plugin } from '../framework/plugin.ts'
import {
  matchesAll, prepare, satisfiesAffinity, satisfiesAntiAffinity, satisfiesExisting, update, type AffinityState, type InterPodAffinityArgs,
} from './affinitystate.ts'
import { affinityScore, normalizeAffinity, type AffinityScores } from './interpodaffinityscore.ts'
import { interPodAffinityChanges } from './interpodaffinitychanges.ts'
import { names } from './names.ts'

const existingRefusal = unschedulable(names.InterPodAffinity, "node(s) didn't satisfy existing pods anti-affinity rules")
const affinityRefusal = unresolvable(names.InterPodAffinity, "node(s) didn't match pod affinity rules")
const antiAffinityRefusal = unschedulable(names.InterPodAffinity, "node(s) didn't match pod anti-affinity rules")

/** Near to, or away from, other pods; what pods that run already want of newcomers counts as well. */
export function interPodAffinity(handle: Handle, args: InterPodAffinityArgs = {}): Plugin<AffinityState, AffinityScores> {
  return {
    name: names.InterPodAffinity,
    events: [
      { resource: 'Pod', action: Add | UpdatePodLabel | Delete, hint: afterPodEvent },
      {
        resource: 'Node',
        action: Add | UpdateNodeLabel,
        hint: (pod, old, next) => afterNodeEvent(podInfo(pod), (old as Node | undefined)?.metadata, (next as Node).metadata),
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

/** A node comes to a domain that the pod wants to be in, or leaves one that it must not be in; a new one without any is one to be away from others. */
function afterNodeEvent(pod: PodInfo, old: Node['metadata'] | undefined, { labels: after = {} }: Node['metadata']): 'Queue' | 'Skip' {
  const before = old?.labels ?? {}
  const comesTo = (key: string): boolean => after[key] !== undefined && after[key] !== before[key]
  const leaves = (key: string): boolean => old === undefined || (before[key] !== undefined && after[key] !== before[key])
  const helps = pod.requiredAffinity.some(({ topologyKey }) => comesTo(topologyKey)) || pod.requiredAntiAffinity.some(({ topologyKey }) => leaves(topologyKey))
  return helps ? 'Queue' : 'Skip'
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
