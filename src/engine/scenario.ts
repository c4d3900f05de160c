import type { Node } from './api/types.ts'
import type { Request } from './api/request.ts'
import type { LatencyTable } from './latency.ts'
import type { Fault } from './fault.ts'

/** A text in both languages. */
export interface Text {
  en: string
  zh: string
}

/** Something done to the cluster from outside; what is needed, besides the cluster itself, to replay. */
export interface Input {
  /** Virtual ms since the start of the film. Left out: as soon as possible. */
  at?: number
  /** Performed exactly when the trace has this many steps (recorded inputs have it). */
  step?: number
  /** A condition on the state, such as 'pod/web Ready' or 'pod/web Running'; performed when it first holds. */
  when?: string
  /** What is done: one of these. */
  kubectl?: string
  stdin?: string
  fault?: Fault
  request?: Request
  /** Ends the command that input number `interrupt` started (Ctrl+C). */
  interrupt?: number
  /** Files that change with this input: the editor's text at that moment. */
  files?: Readonly<Record<string, string>>
  /** Said by the narrator when it happens. */
  say?: Text
}

export interface Chapter {
  title: Text
  /** The moment: a time, a condition or a milestone of a pod. */
  at?: number
  when?: string
  notes?: Text
}

/** What must be true when the scenario has run to its end; each is checked by a test. */
export interface Expectation {
  /** `kubectl get` STATUS words that the pod shows, in order. */
  pod?: string
  statuses?: string[]
  phases?: string[]
  /** Event reasons that occur in this order (others may lie between). */
  events?: string[]
  /** Exit code of the command at this index of the script. */
  command?: number
  exitCode?: number
  stdout?: string
  /** The object is there / is gone at the end. */
  exists?: string
  gone?: string
  /** 'containers[0].restartCount >= 2' and the like: a path into the object, an operator, a value. */
  that?: string
  of?: string
  /** Milestones passed, in order. */
  milestones?: string[]
  /** Virtual seconds between two milestones or statuses. */
  between?: { from: string; to: string; least?: number; most?: number }
}

export interface ClusterOptions {
  nodes?: number | Node[]
  seed?: number
  /** RFC 3339. */
  startTime?: string
  latency?: 'realistic' | 'zero' | Partial<LatencyTable>
}

/** A film as data: the same scenario gives the same trace everywhere. */
export interface Scenario {
  apiVersion: 'podreel.dev/v1'
  kind: 'Scenario'
  metadata: { name: string; labels?: Record<string, string> }
  spec: {
    title: Text
    summary: Text
    cluster?: ClusterOptions
    files?: Record<string, string>
    script: Input[]
    chapters?: Chapter[]
    /** Virtual ms since the start after which the film ends; 10 s after the last input when left out. */
    end?: number
    expect?: Expectation[]
    goal?: Record<string, unknown>
  }
}
