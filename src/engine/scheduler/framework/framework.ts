/**
 * Runs the plugins of one profile at each extension point (pkg/scheduler/framework/runtime/framework.go).
 */
import type { ExtensionPoint } from '../../api/schedulerConfiguration.ts'
import type { Pod } from '../../api/types.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import type { PodInfo } from '../cache/podinfo.ts'
import type { EventHint } from './events.ts'
import type { NodeStatuses } from './nodestatuses.ts'
import {
  isStatus, maxNodeScore, type Handle, type NodeTrial, type Plugin, type PostFilterContext, type PostFilterResult, type Preemption,
} from './plugin.ts'
import { failed, isRejected, messageOf, unresolvable, unschedulable, type Status } from './status.ts'

export const extensionPoints: readonly ExtensionPoint[] = [
  'preEnqueue', 'preFilter', 'filter', 'postFilter', 'preScore', 'score', 'reserve', 'permit', 'preBind', 'bind',
]

export interface FrameworkProfile {
  readonly schedulerName: string
  /** undefined: the global setting. */
  readonly percentageOfNodesToScore: number | undefined
  /** Plugins of each extension point, in the order in which they run. */
  readonly enabled: Readonly<Record<ExtensionPoint, readonly Plugin[]>>
  readonly weights: ReadonlyMap<string, number>
}

interface Active {
  readonly plugin: Plugin
  readonly state: unknown
}

/** What the plugins have prepared for one pod in one cycle (framework.CycleState). */
export class CycleState {
  /** By plugin: what PreFilter prepared. A plugin that was not asked is not in it. */
  readonly states = new Map<string, unknown>()
  /** Filters that have something to say, in order. */
  filters: readonly Active[] = []
}

export interface PreFilterOutcome {
  readonly cycle: CycleState
  /** Set when the pod was refused before any node was looked at. */
  readonly status: Status | undefined
  /** undefined: all nodes come into question. */
  readonly nodeNames: ReadonlySet<string> | undefined
  /** The plugins that narrowed the nodes down. */
  readonly narrowedBy: readonly string[]
}

export interface PluginScores {
  readonly plugin: string
  readonly weight: number
  readonly raw: Int32Array
  readonly normalized: Int32Array
}

export interface Scores {
  readonly plugins: readonly PluginScores[]
  /** Sums of weight * normalized. */
  readonly totals: Int32Array
}

export interface PostFilterOutcome {
  readonly message: string
  readonly nominatedNodeName: string | undefined
  readonly preemption: Preemption | undefined
}

/** Pods that are nominated to a node, as other pods must reckon with them. */
export interface NominatedPods {
  /** False when there are none at all: the usual case costs nothing. */
  readonly any: boolean
  on(nodeName: string): readonly PodInfo[]
}

const noNominations: NominatedPods = { any: false, on: () => [] }

export class Framework {
  readonly profile: FrameworkProfile
  private readonly handle: Handle
  private readonly nominated: NominatedPods

  constructor(profile: FrameworkProfile, handle: Handle, nominated: NominatedPods = noNominations) {
    this.profile = profile
    this.handle = handle
    this.nominated = nominated
  }

  /** Events that plugins of this profile have registered for, each with its plugin. */
  hints(): readonly { plugin: string; hint: EventHint }[] {
    const plugins = new Map<string, Plugin>()
    for (const point of extensionPoints) for (const plugin of this.profile.enabled[point]) plugins.set(plugin.name, plugin)
    return [...plugins.values()].flatMap((plugin) => (plugin.events ?? []).map((hint) => ({ plugin: plugin.name, hint })))
  }

  get hasScoring(): boolean {
    return this.profile.enabled.score.length > 0
  }

  preEnqueue(pod: Pod): Status | undefined {
    for (const plugin of this.profile.enabled.preEnqueue) {
      const status = plugin.preEnqueue!(pod)
      if (status !== undefined) return status
    }
    return undefined
  }

  preFilter(pod: PodInfo): PreFilterOutcome {
    const cycle = new CycleState()
    const skipped = new Set<string>()
    const narrowedBy: string[] = []
    let nodeNames: ReadonlySet<string> | undefined
    let refused: Status | undefined
    for (const plugin of this.profile.enabled.preFilter) {
      const result = plugin.preFilter!(pod)
      if (isStatus(result)) {
        if (result.code === 'Skip') {
          skipped.add(plugin.name)
          cycle.states.set(plugin.name, undefined)
        } else if (result.code === 'Unschedulable') refused ??= result
        else return { cycle, status: explain(plugin.name, 'PreFilter', result), nodeNames, narrowedBy }
        continue
      }
      cycle.states.set(plugin.name, result.state)
      if (result.nodeNames === undefined) continue
      narrowedBy.push(plugin.name)
      nodeNames = nodeNames === undefined ? result.nodeNames : intersection(nodeNames, result.nodeNames)
      if (nodeNames.size === 0) return { cycle, status: nobodyLeft(narrowedBy), nodeNames, narrowedBy }
    }
    cycle.filters = this.profile.enabled.filter
      .filter((plugin) => !skipped.has(plugin.name))
      .map((plugin) => ({ plugin, state: cycle.states.get(plugin.name) }))
    return { cycle, status: refused, nodeNames, narrowedBy }
  }

  /** The first refusal, in the order of the plugins. */
  filter(cycle: CycleState, pod: PodInfo, node: NodeInfo): Status | undefined {
    const { filters } = cycle
    // By index: this runs for every node of every pod.
    for (let i = 0; i < filters.length; i++) {
      const { plugin, state } = filters[i]!
      const status = plugin.filter!(state, pod, node)
      if (status !== undefined) return status
    }
    return undefined
  }

  /**
   * Filters as if the pods nominated to this node with the same or a higher priority ran there already,
   * and, since they may never come, once more without them: the pod must fit both ways.
   */
  filterWithNominated(cycle: CycleState, pod: PodInfo, node: NodeInfo): Status | undefined {
    if (!this.nominated.any) return this.filter(cycle, pod, node)
    const others = this.nominated.on(node.name).filter((other) => other.priority >= pod.priority && other.uid !== pod.uid)
    if (others.length === 0) return this.filter(cycle, pod, node)
    const trial = this.tryNode(cycle, pod, node)
    for (const other of others) trial.add(other)
    const status = this.filter(cycle, pod, trial.node)
    trial.end()
    return status ?? this.filter(cycle, pod, node)
  }

  tryNode(cycle: CycleState, pod: PodInfo, original: NodeInfo): NodeTrial {
    const node = original.clone()
    const undo: (() => void)[] = []
    const tell = (point: 'addPod' | 'removePod', other: PodInfo) => {
      for (const { plugin, state } of cycle.filters) plugin[point]?.(state, pod, other, node)
    }
    const add = (other: PodInfo) => {
      node.addPod(other)
      tell('addPod', other)
    }
    const remove = (other: PodInfo) => {
      node.removePod(other)
      tell('removePod', other)
    }
    return {
      node,
      add: (other) => { add(other); undo.push(() => remove(other)) },
      remove: (other) => { remove(other); undo.push(() => add(other)) },
      fits: () => this.filterWithNominated(cycle, pod, node),
      end: () => { while (undo.length > 0) undo.pop()!() },
    }
  }

  postFilter(cycle: CycleState, pod: PodInfo, statuses: NodeStatuses): PostFilterOutcome {
    const context: PostFilterContext = {
      pod,
      statuses,
      hasState: (plugin) => cycle.states.has(plugin),
      tryNode: (node) => this.tryNode(cycle, pod, node),
    }
    const reasons: string[] = []
    let last: PostFilterResult | undefined
    for (const plugin of this.profile.enabled.postFilter) {
      const result = plugin.postFilter!(context)
      const { status } = result
      if (status === undefined) return outcome('', result)
      if (status.code === 'Error') return outcome(messageOf(status), undefined)
      if (status.code === 'UnschedulableAndUnresolvable') return outcome(messageOf(status), result)
      if (result.nominatedNodeName !== undefined) last = result
      reasons.push(...status.reasons)
    }
    return outcome(messageOf(unschedulable('', ...reasons)), last)
  }

  /** Scores of all plugins for all nodes; a plugin that skips takes no part. */
  score(cycle: CycleState, pod: PodInfo, nodes: readonly NodeInfo[]): Scores {
    const prepared = new Map<string, unknown>()
    const skipped = new Set<string>()
    for (const plugin of this.profile.enabled.preScore) {
      const result = plugin.preScore!(pod, nodes, cycle.states.get(plugin.name))
      if (!isStatus(result)) prepared.set(plugin.name, result.state)
      else if (result.code === 'Skip') skipped.add(plugin.name)
      else throw new Error(`running PreScore plugin "${plugin.name}": ${messageOf(result)}`)
    }
    const scoring = this.profile.enabled.score.filter(({ name }) => !skipped.has(name))
    // One piece of memory for all columns: V8 gets each array of this size from the system, which costs more than to fill it.
    const cells = new Int32Array(nodes.length * (1 + scoring.reduce((columns, plugin) => columns + (plugin.normalize === undefined ? 1 : 2), 0)))
    let taken = 0
    const column = (): Int32Array => cells.subarray(taken, (taken += nodes.length))
    const totals = column()
    const plugins = scoring.map((plugin) => this.scoreWith(plugin, prepared.get(plugin.name), pod, nodes, column))
    for (const scores of plugins) addTo(totals, scores)
    this.handle.work.nodesScored += nodes.length
    return { plugins, totals }
  }

  private scoreWith(plugin: Plugin, state: unknown, pod: PodInfo, nodes: readonly NodeInfo[], column: () => Int32Array): PluginScores {
    const raw = column()
    plugin.score!(state, pod, nodes, raw)
    let normalized = raw
    if (plugin.normalize !== undefined) {
      normalized = column()
      normalized.set(raw)
      plugin.normalize(state, pod, nodes, normalized)
    }
    return { plugin: plugin.name, weight: this.profile.weights.get(plugin.name) ?? 1, raw, normalized }
  }

  reserve(cycle: CycleState, pod: PodInfo, node: NodeInfo): Status | undefined {
    for (const plugin of this.profile.enabled.reserve) {
      const status = plugin.reserve?.(cycle.states.get(plugin.name), pod, node)
      if (status !== undefined) return explain(plugin.name, 'Reserve', status)
    }
    return undefined
  }

  /** In the opposite order. */
  unreserve(cycle: CycleState, pod: PodInfo, node: NodeInfo): void {
    for (const plugin of this.profile.enabled.reserve.toReversed()) plugin.unreserve?.(cycle.states.get(plugin.name), pod, node)
  }

  permit(pod: PodInfo, node: NodeInfo): Status | undefined {
    for (const plugin of this.profile.enabled.permit) {
      const status = plugin.permit!(pod, node)
      if (status !== undefined) return explain(plugin.name, 'Permit', status)
    }
    return undefined
  }
}

/** Weighs the scores of a plugin and adds them; one out of range is a mistake of the plugin. */
function addTo(totals: Int32Array, { plugin, weight, normalized }: PluginScores): void {
  for (let i = 0; i < totals.length; i++) {
    const score = normalized[i]!
    if (score < 0 || score > maxNodeScore) {
      throw new Error(`plugin "${plugin}" returns an invalid score ${score}, it should in the range of [0, 100] after normalizing`)
    }
    totals[i] = totals[i]! + weight * score
  }
}

function outcome(message: string, result: PostFilterResult | undefined): PostFilterOutcome {
  return { message, nominatedNodeName: result?.nominatedNodeName, preemption: result?.preemption }
}

/** An Error says which plugin ran; a refusal keeps its words. */
function explain(plugin: string, point: string, status: Status): Status {
  if (isRejected(status)) return status
  return failed(plugin, `running ${point} plugin "${plugin}": ${messageOf(status)}`)
}

function nobodyLeft(plugins: readonly string[]): Status {
  const names = plugins.toSorted()
  const message = names.length === 1
    ? `node(s) didn't satisfy plugin ${names[0]}`
    : `node(s) didn't satisfy plugin(s) [${names.join(' ')}] simultaneously`
  return unresolvable(names[0]!, message)
}

function intersection(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...a].filter((name) => b.has(name)))
}
