/**
 * A step is one hop of the film: who did what to whom, at which virtual time, and because of
 * which earlier step. Every view is drawn from steps; none knows anything of Kubernetes by itself.
 */
export type StepKind = 'input' | 'request' | 'write' | 'watch' | 'decision' | 'runtime' | 'network'

export interface Step {
  /** Position in the trace, from 0. */
  readonly index: number
  /** Virtual milliseconds since the Unix epoch. */
  readonly at: number
  readonly kind: StepKind
  /** 'kubectl', 'kube-apiserver', 'etcd', 'kube-scheduler', 'kubelet/node1', 'containerd/node1', ... */
  readonly from: string
  readonly to: string
  readonly verb: string | undefined
  readonly resource: string | undefined
  readonly subresource: string | undefined
  readonly namespace: string | undefined
  readonly name: string | undefined
  /** HTTP status of an answer or of a write. */
  readonly code: number | undefined
  /** The revision that this step wrote. */
  readonly revision: number | undefined
  /** Index of the step that led to this one. */
  readonly cause: number | undefined
  /** The flowchart node it stands for, such as 'create/bind' or 'terminate/term'. */
  readonly milestone: string | undefined
  /** uid of the object concerned, where it is known. */
  readonly uid: string | undefined
  /** Revision of the whole world just after this step: what a view reads when the film stands here. */
  readonly world: number
  /** Routine that nobody watches for its own sake: leases, heartbeats. */
  readonly background: boolean
  /** Facts for the narration and the inspector, as plain data with a `type`. */
  readonly detail: StepDetail | undefined
}

/** Open by design: each component adds its own types; the narration knows them by `type`. */
export interface StepDetail {
  readonly type: string
  readonly [fact: string]: unknown
}

/** What a component says of a step; the kernel adds index, time, cause and world. */
export type StepRecord = { kind: StepKind; from: string; to: string } & Partial<
  Omit<Step, 'index' | 'at' | 'kind' | 'from' | 'to' | 'world' | 'cause'>
>
