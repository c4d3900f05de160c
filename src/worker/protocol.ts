/**
 * What page and worker say to each other: plain data only. The worker runs the engine and sends what
 * is new (steps, changes of the stores, output of commands); the page keeps a copy of it as the film.
 */
import type { Attempt, Change as SchedulingChange } from '../engine/api/scheduling.ts'
import type { DumpFile, ImportedDump } from '../engine/dump/report.ts'
import type { Step, StepDetail, StepKind } from '../engine/kernel/step.ts'
import type { Input, Scenario } from '../engine/scenario.ts'

export type { Attempt, DumpFile, ImportedDump, Input, Scenario, SchedulingChange, Step, StepDetail, StepKind }

/** The store of what people outside count; no machine can have the name. */
export const outsideStore = 'outside the cluster'

/**
 * One write to etcd (`store: 'etcd'`, key 'pods/default/web'), to a machine's store (`store: 'node1'`), or to what people outside of the
 * cluster count (`store: outsideStore`, key 'loads/<name>').
 */
export interface Change {
  readonly revision: number
  readonly store: string
  readonly key: string
  /** undefined: deleted. */
  readonly value?: unknown
  /**
   * Instead of `value`: what differs from what the key held just before; for a key that held nothing, from the value with which
   * the object before it of the same store and the same `kindOfKey` was made.
   */
  readonly patch?: Patch
}

/** Whose objects are made alike: 'pods'; of what comes in numbered pieces, as logs do, every piece for itself: 'logs/00000001'. */
export function kindOfKey(key: string): string {
  return key.slice(0, key.indexOf('/')) + (/\/\d+$/.exec(key)?.[0] ?? '')
}

/** A new value, or what changes below an object or a list (whose keys are its indices). */
export type Patch =
  | { readonly set: unknown }
  | { readonly keys: Readonly<Record<string, Patch>>; readonly gone?: readonly string[] }

/** What a command printed, and when. */
export interface Output {
  /** Id of the command: the index of its input. */
  readonly command: number
  /** Number of steps in the trace when it was printed: it shows from the cursor `step - 1` on. */
  readonly step: number
  readonly at: number
  readonly to: 'stdout' | 'stderr'
  readonly text: string
}

/** All the files that programs have written when the trace had so many steps. */
export interface FilesWritten {
  readonly step: number
  readonly files: Files
}

/** A moment between two steps: virtual ms since the epoch, and the last revision that has been written by then. */
export interface Now {
  readonly ms: number
  readonly revision: number
}

export interface CommandEnd {
  readonly command: number
  readonly step: number
  readonly at: number
  readonly exitCode: number
  /** Of a line in the shell of the machine that one sits at: variables that are different since, texts that define functions and arrays. */
  readonly left?: { readonly variables: Readonly<Record<string, string>>; readonly definitions: Readonly<Record<string, string>> }
}

/** An input as it was performed. */
export interface PerformedInput {
  readonly index: number
  /** Number of steps in the trace just before it. */
  readonly step: number
  readonly input: Input
}

/** Everything that is new since the last batch, in order. */
export interface Batch {
  readonly steps: readonly Step[]
  readonly changes: readonly Change[]
  readonly inputs: readonly PerformedInput[]
  readonly output: readonly Output[]
  readonly ended: readonly CommandEnd[]
  readonly writes: readonly FilesWritten[]
  /** Virtual ms up to which the film is made. */
  readonly now: number
  /** Virtual ms of the next thing that will happen, routine included; Infinity: nothing ever. */
  readonly nextAt: number
  /** Inputs of the script that are still to come. */
  readonly pendingInputs: number
}

/** The start of a film: the world before the first step. */
export interface Opening {
  readonly startMs: number
  readonly revision: number
  readonly nodes: readonly string[]
  readonly changes: readonly Change[]
}

/** After an act in the past: what the page must forget before it takes the batch. */
export interface Fork {
  /** The film keeps steps 0 .. keepSteps-1 and what they wrote (revisions up to keepRevision). */
  readonly keepSteps: number
  readonly keepRevision: number
  /** So much of the output and of the ends of commands: what belongs to the last kept step may come after the fork. */
  readonly keepOutput: number
  readonly keepEnded: number
  readonly keepWrites: number
  readonly batch: Batch
}

/** A broken invariant of the engine. It crosses from the worker as a value that a call rejects with. */
export interface EngineFailure {
  readonly message: string
  readonly seed: number
  readonly step: number
}

export function isEngineFailure(value: unknown): value is EngineFailure {
  return typeof value === 'object' && value !== null && 'message' in value && 'seed' in value && 'step' in value
}

/** Texts by path. */
export type Files = Readonly<Record<string, string>>

/** A read at a past moment, without a trace: what `kubectl get/describe/logs` would print there. */
export interface QueryResult {
  /** What the command would write into files. */
  readonly files?: Files
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
}

/** A refusal of a document in the editor. `path` is a field path as Kubernetes writes it. */
export interface Diagnostic {
  /** Index of the YAML document in the file. */
  readonly document: number
  readonly path: string
  readonly message: string
  readonly severity: 'error' | 'warning'
}

/** What would make one plugin accept a node, and the input that does it; undefined where no command can. */
export interface Proposal {
  readonly change: SchedulingChange
  readonly input: Input | undefined
}

/** What the scheduler's plugins say of one node for one pod. */
export interface NodeVerdict {
  readonly node: string
  /** Why the pod is refused whatever the node. */
  readonly preFilter: { readonly plugin: string; readonly message: string } | undefined
  /** All plugins that refuse the node, not only the first; none when the pod fits. */
  readonly obstacles: readonly {
    readonly plugin: string
    readonly reasons: readonly string[]
    /** Each alone is enough for this plugin; the smallest first. */
    readonly proposals: readonly Proposal[]
  }[]
}

export interface Completion {
  /** Where in the line the word begins that a candidate takes the place of. */
  readonly from: number
  readonly candidates: readonly Candidate[]
  /** The word may go on: no blank behind it. */
  readonly isOpen?: boolean
}

export interface Candidate {
  readonly text: string
  /** What it is for. */
  readonly hint?: string
}

/**
 * What the worker exposes (by comlink). Every call does a bounded piece of work: filming goes on only as long as the
 * page asks for it, so to stop is not to ask.
 */
export interface EngineHost {
  /** A new film. Makes nothing yet but the opening. Rejects with ScenarioError for a bad scenario. */
  load(scenario: Scenario): Promise<Opening>
  /**
   * Films on until virtual time `untilMs` (or `filmMs` behind the start of the film), or `steps` further steps, or until there have been `untilInputs`
   * inputs in all, or until `budgetMs` of real time are spent: whichever is first. Reaching `untilMs` leaves the clock exactly there.
   * An EngineFailure is the end of a film: whoever asks for more of it gets it again.
   */
  advance(limit: { untilMs?: number; filmMs?: number; steps?: number; untilInputs?: number; budgetMs: number }): Promise<Batch>
  /**
   * Does `input` right after step `afterStep - 1` (afterStep = number of steps kept), or at `atMs` (virtual ms) in the
   * idle time behind that step. Forks when that is in the past; what of the script was still to come is dropped. Without an `input` that
   * is all.
   */
  act(input: Input | undefined, afterStep: number, atMs?: number): Promise<Fork>
  /** `step` here and below: how many steps have happened at that moment (cursor + 1). */
  /** `files`: what lies on the desk, the kubeconfig among it. */
  /** `now`: a moment after that step, before the next one. */
  query(line: string, at: { step: number; files?: Files; now?: Now }): Promise<QueryResult>
  /** A server-side dry run of each document of a file, as of that moment. */
  check(text: string, at: { step: number }): Promise<Diagnostic[]>
  /** What the last word of `line` may become, which is what stands after "kubectl ". */
  complete(line: string, at: { step: number; files?: Files }): Promise<Completion>
  /**
   * The scheduler's attempt whose filtering is the step with this index, with its tables; undefined when there is none
   * or its tables had to make room for later ones.
   */
  attempt(step: number): Promise<Attempt | undefined>
  /** What the plugins said of one node in that attempt, and what would help. */
  explainNode(step: number, node: string): Promise<NodeVerdict | undefined>
  /** What `kubectl get -o yaml` has printed of another cluster, as a film's starting state; the film that is on is left as it is. */
  importDump(files: readonly DumpFile[], options: { keepSecrets: boolean }): Promise<ImportedDump>
  /** The scenario that makes this film again: cluster, files, inputs with their steps. */
  scenario(): Promise<Scenario>
}
