/**
 * The extension points of the scheduling framework (KEP-624; k8s.io/kube-scheduler/framework). A plugin is
 * an object of pure functions: what one prepares for a pod in PreFilter or PreScore is handed back to its
 * Filter or Score, so nothing is kept in the plugin itself.
 *
 *   PreEnqueue  may the pod enter the queue?
 *   PreFilter   once per pod            Filter     once per pod and node
 *   PostFilter  when no node was left: make room
 *   PreScore    once per pod            Score      all feasible nodes      NormalizeScore to 0..100
 *   Reserve / Unreserve                 keep / give back what the pod will use
 *   Permit      the last word           PreBind, Bind  write to the API server
 */
import type { Labels } from '../../api/selector.ts'
import type { Response } from '../../api/request.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import type { SchedulerCache } from '../cache/cache.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import type { PodInfo } from '../cache/podinfo.ts'
import type { EventHint } from './events.ts'
import type { NodeStatuses } from './nodestatuses.ts'
import type { Status } from './status.ts'
import type { Change } from '../../api/scheduling.ts'

export const maxNodeScore = 100

/** What PreFilter found out: state for Filter, and perhaps the only nodes that come into question. */
export interface PreFilterResult<F> {
  readonly state: F
  /** Left out: all nodes. */
  readonly nodeNames?: ReadonlySet<string>
}

export type Prepared<S> = { readonly state: S } | Status

export const isStatus = (prepared: object): prepared is Status => 'code' in prepared

/** What PostFilter decided; the scheduler carries it out. */
export interface PostFilterResult {
  /** undefined: Success, the pod may fit once this is done. */
  readonly status: Status | undefined
  /** The pod's nominated node from now on; '' takes a nomination back; undefined leaves it as it is. */
  readonly nominatedNodeName?: string
  readonly preemption?: Preemption
}

export interface Preemption {
  readonly nodeName: string
  /** The most important first. */
  readonly victims: readonly PodInfo[]
  readonly pdbViolations: number
}

/** What PostFilter may use besides the cache. */
export interface PostFilterContext {
  readonly pod: PodInfo
  /** Why each node was refused. */
  readonly statuses: NodeStatuses
  /** The state that `plugin` prepared in PreFilter; `has` is false when it was never asked. */
  hasState(plugin: string): boolean
  /** Runs all filters on a node, for pods that were taken away or added. */
  tryNode(node: NodeInfo): NodeTrial
}

/** One node on which pods are taken away and put back to see what happens; `end` undoes everything. */
export interface NodeTrial {
  readonly node: NodeInfo
  remove(pod: PodInfo): void
  add(pod: PodInfo): void
  fits(): Status | undefined
  end(): void
}

/** A request to the API server, as data. */
export interface Call {
  readonly verb: 'create' | 'update' | 'patch' | 'delete'
  readonly resource: string
  readonly subresource?: string
  readonly namespace?: string | undefined
  readonly name: string
  readonly body: unknown
}

/** Requests that have to succeed before a pod may be bound, and how to see that they took effect. */
export interface PreBindWork {
  readonly calls: readonly Call[]
  /** Asked after each event until it answers: undefined means done, 'wait' go on waiting. */
  done(): Status | 'wait' | undefined
  readonly timeoutMs: number
  /** What is said when that time is over. */
  readonly tooLate: string
}

// Each plugin knows the types of its own states; the framework only carries them.
export interface Plugin<F = any, S = any> {
  readonly name: string
  /** What may help a pod that this plugin refused. */
  readonly events?: readonly EventHint[]
  preEnqueue?(pod: Pod): Status | undefined
  preFilter?(pod: PodInfo): PreFilterResult<F> | Status
  filter?(state: F, pod: PodInfo, node: NodeInfo): Status | undefined
  /** Another pod is thought to be on the node, or away from it; each undoes the other exactly. */
  addPod?(state: F, pod: PodInfo, other: PodInfo, node: NodeInfo): void
  removePod?(state: F, pod: PodInfo, other: PodInfo, node: NodeInfo): void
  postFilter?(context: PostFilterContext): PostFilterResult
  preScore?(pod: PodInfo, nodes: readonly NodeInfo[], filterState: F | undefined): Prepared<S>
  /** Writes a whole number for each node into `scores`. */
  score?(state: S, pod: PodInfo, nodes: readonly NodeInfo[], scores: Int32Array): void
  normalize?(state: S, pod: PodInfo, nodes: readonly NodeInfo[], scores: Int32Array): void
  reserve?(state: F | undefined, pod: PodInfo, node: NodeInfo): Status | undefined
  unreserve?(state: F | undefined, pod: PodInfo, node: NodeInfo): void
  permit?(pod: PodInfo, node: NodeInfo): Status | undefined
  preBind?(state: F | undefined, pod: PodInfo, node: NodeInfo): PreBindWork | undefined
  /** The request that binds the pod. */
  bind?(pod: PodInfo, nodeName: string): Call
  bound?(response: Response): Status | undefined
  /**
   * The smallest changes, to the pod or to the node, each of which alone makes this plugin accept the
   * node; empty when it accepts it already or when no small change helps. The smallest comes first.
   */
  changes?(pod: PodInfo, node: NodeInfo): readonly Change[]
}

/** Looks up objects of one kind; what a plugin knows of the cluster besides pods and nodes. */
export interface Lister<T = KubeObject> {
  get(namespace: string | undefined, name: string): T | undefined
  all(): Iterable<T>
  byIndex(index: string, value: string): Iterable<T>
}

export interface Listers {
  readonly namespaces: Lister
  readonly services: Lister
  readonly replicasets: Lister
  readonly replicationcontrollers: Lister
  readonly statefulsets: Lister
  readonly persistentvolumes: Lister
  readonly persistentvolumeclaims: Lister
  readonly storageclasses: Lister
  readonly csinodes: Lister
  readonly csidrivers: Lister
  readonly csistoragecapacities: Lister
  readonly volumeattachments: Lister
  readonly poddisruptionbudgets: Lister
  readonly resourceclaims: Lister
  readonly resourceslices: Lister
  readonly deviceclasses: Lister
}

/** What plugins are made with (framework.Handle). */
export interface Handle {
  readonly cache: SchedulerCache
  readonly listers: Listers
  /** Virtual ms. */
  now(): number
  /** The seeded random of one purpose: whole numbers in [0, bound). */
  random(purpose: string): (bound: number) => number
  /** Counts what was looked at: work instead of time. */
  readonly work: Work
  /** True while the victims of this pod are being asked to go. */
  isPreempting(uid: string): boolean
}

/** How much was looked at since the start. */
export interface Work {
  /** Scheduling cycles. */
  cycles: number
  /** Nodes that were filtered. */
  nodesFiltered: number
  /** Nodes that were scored. */
  nodesScored: number
  /** Pods that were looked at one by one. Zero for a plain pod, however many there are. */
  podsVisited: number
  /** Classes of like pods that were looked at. */
  classesVisited: number
  /** Questions to plugins whether an event helps a waiting pod. */
  hintsAsked: number
}

export function noWork(): Work {
  return { cycles: 0, nodesFiltered: 0, nodesScored: 0, podsVisited: 0, classesVisited: 0, hintsAsked: 0 }
}

export type PluginFactory = (handle: Handle, args: Readonly<Record<string, unknown>>) => Plugin

/** The labels of a namespace; undefined when it is not known. */
export function namespaceLabels(handle: Handle, namespace: string): Labels | undefined {
  return handle.listers.namespaces.get(undefined, namespace)?.metadata.labels
}
