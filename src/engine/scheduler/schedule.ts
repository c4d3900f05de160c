/** One decision: which node for this pod (pkg/scheduler/schedule_one.go). It only reads the cache. */
import type { NodeInfo } from './cache/nodeinfo.ts'
import type { PodInfo } from './cache/podinfo.ts'
import { CycleState, type Framework, type PluginScores } from './framework/framework.ts'
import { NodeStatuses } from './framework/nodestatuses.ts'
import type { Handle } from './framework/plugin.ts'
import { isRejected, messageOf, unresolvable, type Status } from './framework/status.ts'

/** Everything that was found out, for the record as well as for what follows. */
export interface Decision {
  readonly cycle: CycleState
  readonly nodeCount: number
  /** Why nodes were refused. */
  readonly statuses: NodeStatuses
  /** Set when the pod was refused before any node was looked at. */
  readonly preFilter: Status | undefined
  /** Plugins that refused something: those whose events may help. */
  readonly unschedulablePlugins: ReadonlySet<string>
  readonly feasible: readonly NodeInfo[]
  /** Empty when there was nothing to choose. */
  readonly plugins: readonly PluginScores[]
  readonly totals: Int32Array
  /** Place of the chosen node in `feasible`; -1 when there is none. */
  readonly winner: number
  /** Several nodes had the highest score. */
  readonly tie: boolean
  /** Something went wrong that has nothing to do with fitting. */
  readonly error: Status | undefined
}

export interface ScheduleOptions {
  readonly percentageOfNodesToScore: number
}

const minFeasibleNodesToFind = 100
const minFeasibleNodesPercentageToFind = 5

/** How many feasible nodes are enough: all up to 100, then 50 % falling to 5 % of large clusters. */
export function numFeasibleNodesToFind(percentageOfNodesToScore: number, nodeCount: number): number {
  if (nodeCount < minFeasibleNodesToFind) return nodeCount
  const percentage = percentageOfNodesToScore !== 0
    ? percentageOfNodesToScore
    : Math.max(50 - Math.trunc(nodeCount / 125), minFeasibleNodesPercentageToFind)
  return Math.max(Math.trunc((nodeCount * percentage) / 100), minFeasibleNodesToFind)
}

export class SchedulingAlgorithm {
  private readonly handle: Handle
  private readonly options: ScheduleOptions
  /** Where the next search begins, so that all nodes get their turn. */
  private nextStartNodeIndex = 0

  constructor(handle: Handle, options: ScheduleOptions) {
    this.handle = handle
    this.options = options
  }

  schedule(framework: Framework, pod: PodInfo): Decision {
    this.handle.work.cycles++
    const nodeCount = this.handle.cache.nodes.length
    // Nobody is asked (ErrNoNodesAvailable).
    if (nodeCount === 0) return decision({ cycle: new CycleState(), nodeCount, statuses: new NodeStatuses(), plugins: new Set() }, [], {})
    const prepared = framework.preFilter(pod)
    const draft = { cycle: prepared.cycle, nodeCount, statuses: new NodeStatuses(), plugins: new Set(prepared.narrowedBy) }
    if (prepared.status !== undefined) return this.refusedEarly(draft, prepared.status)
    if (prepared.nodeNames !== undefined) {
      draft.statuses.absent = unresolvable('', `node(s) didn't satisfy plugin(s) [${prepared.narrowedBy.toSorted().join(' ')}]`)
    }
    const feasible = this.nominatedNode(framework, pod, draft) ?? this.findNodes(framework, pod, draft, prepared.nodeNames)
    if ('code' in feasible) return decision(draft, [], { error: feasible })
    if (feasible.length === 0) return decision(draft, [], {})
    if (feasible.length === 1) return decision(draft, feasible, { winner: 0 })
    const { plugins, totals } = framework.score(prepared.cycle, pod, feasible)
    return decision(draft, feasible, { plugins, totals, ...this.selectHost(totals) })
  }

  private refusedEarly(draft: Draft, status: Status): Decision {
    if (!isRejected(status)) return decision(draft, [], { error: status })
    draft.statuses.absent = status
    draft.plugins.add(status.plugin)
    return decision(draft, [], { preFilter: status })
  }

  /** The node for which room was made is tried first: it is likely the only one. */
  private nominatedNode(framework: Framework, pod: PodInfo, draft: Draft): NodeInfo[] | undefined {
    const name = pod.pod.status.nominatedNodeName
    const node = name ? this.handle.cache.node(name) : undefined
    if (node === undefined) return undefined
    const feasible = this.pass(framework, pod, draft, [node], 0)
    return 'code' in feasible || feasible.length === 0 ? undefined : feasible
  }

  private findNodes(framework: Framework, pod: PodInfo, draft: Draft, only: ReadonlySet<string> | undefined): NodeInfo[] | Status {
    const all = this.handle.cache.nodes
    const nodes = only === undefined ? all : this.named(only)
    const feasible = this.pass(framework, pod, draft, nodes, this.nextStartNodeIndex)
    const processed = ('code' in feasible ? 0 : feasible.length) + draft.statuses.size
    this.nextStartNodeIndex = (this.nextStartNodeIndex + processed) % all.length
    return feasible
  }

  private named(names: ReadonlySet<string>): NodeInfo[] {
    return [...names].sort().flatMap((name) => this.handle.cache.node(name) ?? [])
  }

  /** Nodes that pass all filters, from place `start` on, until there are enough. */
  private pass(framework: Framework, pod: PodInfo, draft: Draft, nodes: readonly NodeInfo[], start: number): NodeInfo[] | Status {
    const percentage = framework.profile.percentageOfNodesToScore ?? this.options.percentageOfNodesToScore
    const enough = framework.hasScoring ? numFeasibleNodesToFind(percentage, nodes.length) : 1
    const feasible: NodeInfo[] = []
    const { work } = this.handle
    for (let i = 0, at = start % nodes.length; i < nodes.length && feasible.length < enough; i++, at++) {
      if (at === nodes.length) at = 0
      const node = nodes[at]!
      work.nodesFiltered++
      const status = framework.filterWithNominated(draft.cycle, pod, node)
      if (status === undefined) feasible.push(node)
      else if (status.code === 'Error') return { ...status, reasons: [`running "${status.plugin}" filter plugin: ${messageOf(status)}`] }
      else {
        draft.statuses.set(node.name, status)
        draft.plugins.add(status.plugin)
      }
    }
    return feasible
  }

  /** The highest total; of several one by lot, each as likely as the other (reservoir sampling). */
  private selectHost(totals: Int32Array): { winner: number; tie: boolean } {
    const lot = this.handle.random('scheduler ties')
    let winner = 0
    let ties = 1
    for (let i = 1; i < totals.length; i++) {
      if (totals[i]! > totals[winner]!) {
        winner = i
        ties = 1
      } else if (totals[i] === totals[winner]) {
        ties++
        if (lot(ties) === 0) winner = i
      }
    }
    return { winner, tie: ties > 1 }
  }
}

interface Draft {
  readonly cycle: CycleState
  readonly nodeCount: number
  readonly statuses: NodeStatuses
  readonly plugins: Set<string>
}

const noTotals = new Int32Array(0)

function decision(draft: Draft, feasible: readonly NodeInfo[], found: Partial<Decision>): Decision {
  return {
    cycle: draft.cycle,
    nodeCount: draft.nodeCount,
    statuses: draft.statuses,
    preFilter: found.preFilter,
    unschedulablePlugins: draft.plugins,
    feasible,
    plugins: found.plugins ?? [],
    totals: found.totals ?? noTotals,
    winner: found.winner ?? -1,
    tie: found.tie ?? false,
    error: found.error,
  }
}
