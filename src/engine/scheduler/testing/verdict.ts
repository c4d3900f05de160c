/** What the scheduler says about a pod, in a form that is easy to compare. */
import { SchedulingAlgorithm } from '../schedule.ts'
import { situation, type PodSpecShort, type Situation } from './builders.ts'

export interface Verdict {
  /** Names, sorted. */
  feasible: string[]
  rejected: Record<string, readonly string[]>
  /** Nodes on which preemption is tried. */
  resolvable: string[]
  preFilter: string | undefined
}

export function verdict(given: Situation, pod: PodSpecShort): Verdict {
  const { handle, framework, incoming } = situation(given)
  const decision = new SchedulingAlgorithm(handle, { percentageOfNodesToScore: 0 }).schedule(framework, incoming(pod))
  const refused = handle.cache.nodes.filter((node) => !decision.feasible.includes(node))
  const statusOf = (name: string) => decision.statuses.get(name)
  return {
    feasible: decision.feasible.map(({ name }) => name).sort(),
    rejected: decision.preFilter !== undefined ? {} : Object.fromEntries(refused.map(({ name }) => [name, statusOf(name)?.reasons ?? []])),
    resolvable: refused.filter(({ name }) => statusOf(name)?.code === 'Unschedulable').map(({ name }) => name).sort(),
    preFilter: decision.preFilter?.reasons.join(', '),
  }
}

/** Feasible nodes and the only reason of each other one, when each has just one: 'a: Insufficient cpu'. */
export function shortVerdict(given: Situation, pod: PodSpecShort): { feasible: string[]; because: string[] } {
  const { feasible, rejected } = verdict(given, pod)
  return { feasible, because: Object.entries(rejected).map(([name, reasons]) => `${name}: ${reasons.join(' + ')}`).sort() }
}

export interface PluginScore {
  raw: Record<string, number>
  normalized: Record<string, number>
}

/** Scores of one plugin for all nodes; undefined when it takes no part. */
export function scoresOf(plugin: string, given: Situation, pod: PodSpecShort): PluginScore | undefined {
  const { handle, framework, incoming } = situation(given)
  const info = incoming(pod)
  const { nodes } = handle.cache
  const found = framework.score(framework.preFilter(info).cycle, info, nodes).plugins.find((scores) => scores.plugin === plugin)
  if (found === undefined) return undefined
  const table = (scores: Int32Array) => Object.fromEntries(nodes.map(({ name }, i) => [name, scores[i]!]))
  return { raw: table(found.raw), normalized: table(found.normalized) }
}

export interface Rescue {
  node: string | undefined
  victims: string[]
  message: string
}

/** What PostFilter makes of a pod that no node takes. */
export function rescue(given: Situation, pod: PodSpecShort): Rescue {
  const { handle, framework, incoming } = situation(given)
  const info = incoming(pod)
  const decision = new SchedulingAlgorithm(handle, { percentageOfNodesToScore: 0 }).schedule(framework, info)
  const { preemption, message } = framework.postFilter(decision.cycle, info, decision.statuses)
  return { node: preemption?.nodeName, victims: preemption?.victims.map(({ pod: victim }) => victim.metadata.name) ?? [], message }
}
