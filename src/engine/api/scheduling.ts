/** What the scheduler remembers of its attempts, and what it can say about a pod: plain data, for whoever wants to show it. */
import type { Taint } from './types.ts'

export type Outcome = 'Scheduled' | 'Unschedulable' | 'Error'

/** How one attempt ended. */
export interface AttemptSummary {
  readonly podUID: string
  /** namespace/name */
  readonly pod: string
  /** 1 for the first. */
  readonly attempt: number
  readonly schedulerName: string
  /** Virtual ms. */
  readonly at: number
  /** Index of the step that stands for its filtering. */
  readonly step: number | undefined
  readonly nodeCount: number
  readonly feasibleCount: number
  outcome: Outcome | undefined
  /** The chosen node; '' when there is none. */
  readonly node: string
  /** Several nodes were equally good and the lot decided. */
  readonly tie: boolean
  /** As in the FailedScheduling event; '' when the pod was placed. */
  message: string
  /** The node for which preemption made room. */
  nominatedNodeName: string
}

export interface RejectedNode {
  readonly node: string
  readonly plugin: string
  readonly reasons: readonly string[]
  /** Removing other pods might help. */
  readonly resolvable: boolean
}

export interface Score {
  /** As the plugin gave it. */
  readonly raw: number
  /** 0 to 100. */
  readonly normalized: number
}

export interface ScoredNode {
  readonly node: string
  readonly scores: Readonly<Record<string, Score>>
  /** Sum of weight * normalized. */
  readonly total: number
}

/** An attempt with its tables. */
export interface Attempt extends AttemptSummary {
  /** Why the pod was refused before any node was looked at; '' otherwise. */
  readonly preFilterMessage: string
  /** The filters of the profile, in order; a skipped one has nothing to say about this pod. */
  readonly filters: readonly { readonly name: string; readonly skipped: boolean }[]
  /** Why nodes that were not looked at are out of the question, and how many they are. */
  readonly absent: { readonly count: number; readonly reasons: readonly string[] }
  readonly rejected: readonly RejectedNode[]
  readonly plugins: readonly { readonly name: string; readonly weight: number }[]
  /** In the order in which they were looked at. */
  readonly feasible: readonly ScoredNode[]
}

export interface PatchOperation {
  readonly op: 'add' | 'remove' | 'replace'
  /** JSON pointer (RFC 6901). */
  readonly path: string
  readonly value?: unknown
}

/** What each kind of change is about, for the words. */
interface ChangeFacts {
  RemoveNodeName: { readonly wanted: string }
  Uncordon: object
  RemoveTaints: { readonly taints: readonly Taint[] }
  AddTolerations: { readonly taints: readonly Taint[] }
  /** null: the label is taken away. */
  AddNodeLabels: { readonly labels: Readonly<Record<string, string | null | undefined>> }
  RemoveSelectorParts: { readonly keys: readonly string[] }
  LowerRequests: { readonly lowered: readonly AmountChange[] }
  RaiseAllocatable: { readonly raised: readonly AmountChange[] }
  ChangeHostPorts: { readonly ports: readonly { readonly from: number; readonly to: number }[] }
  RaiseMaxSkew: { readonly constraints: readonly { readonly index: number; readonly maxSkew: number }[] }
  /** Topology keys. */
  RemoveSpreadConstraints: { readonly keys: readonly string[] }
  RemoveAffinityTerms: object
  /** Keys that are taken away. */
  ChangePodLabels: { readonly labels: readonly string[] }
}

/** `by` is a quantity. */
interface AmountChange {
  readonly resource: string
  readonly by: string
}

export type ChangeType = keyof ChangeFacts

/**
 * "What would make it fit": the smallest change to a pod or a node that makes one plugin accept one node.
 * It is data: a JSON patch that somebody may apply in a fork of the film.
 */
export type Change = {
  [T in ChangeType]: {
    readonly target: 'pod' | 'node'
    readonly type: T
    readonly patch: readonly PatchOperation[]
    readonly facts: { readonly node: string } & ChangeFacts[T]
  }
}[ChangeType]

/** One plugin that refuses one node. */
export interface Obstacle {
  readonly plugin: string
  readonly reasons: readonly string[]
  /** Each alone makes this plugin accept this node; the smallest first. */
  readonly changes: readonly Change[]
}

export interface NodeExplanation {
  readonly node: string
  /** All plugins that refuse it, not only the first. Empty: the pod fits. */
  readonly obstacles: readonly Obstacle[]
}
