import type { Fault } from '../fault.ts'
import type { ClusterOptions } from '../scenario.ts'

/** A file, or what was pasted. */
export interface DumpFile {
  name: string
  text: string
}

/** As people name an object. */
export interface ObjectName {
  kind: string
  namespace?: string
  name: string
}

/** A part of a file in which there is no object, and why. */
export interface Unread {
  file: string
  line: number
  reason: UnreadReason
  /** Of 'syntax': the parser's words. Of 'no-name': the kind. */
  detail?: string
}

/** 'not-a-map': a table, say, as kubectl prints it without -o yaml. 'too-large': as YAML; as JSON eight times as much is read. */
export type UnreadReason = 'empty' | 'syntax' | 'not-a-map' | 'no-kind' | 'no-name' | 'too-large' | 'too-deep'

export interface Refusal {
  object: ObjectName
  /** The API server's words, or the mapper's for a kind that is not served. */
  message: string
}

/** What was done to a dump that is not whole, so that what runs in it goes on running. */
export type Completion =
  /** Objects lie in it, and the dump does not have it. */
  | { type: 'NamespaceMade'; name: string }
  | { type: 'NodeMade'; name: string; pods: number }
  /** Its owner is not in the dump: the garbage collector would take it away, so the reference is left out. */
  | { type: 'OwnerMissing'; object: ObjectName; owner: ObjectName }
  /** `kubectl get all` prints no ControllerRevisions: without one a set would replace all of its pods. */
  | { type: 'RevisionMade'; object: ObjectName }
  /** A pod uses it. What runs has it already; what starts anew will ask for it. */
  | { type: 'ReferenceMissing'; object: ObjectName; pod: ObjectName }

/** What of another cluster can be a film's starting state, and all that was left out or added, by name. */
export interface ImportedDump {
  cluster: Pick<ClusterOptions, 'objects' | 'startTime' | 'metricsServer' | 'cloud' | 'ingress'>
  /** What was broken there, as far as the nodes' conditions tell; to be broken here as the film begins. */
  faults: Fault[]
  /** How many objects of each kind, the most numerous first. */
  kinds: { kind: string; count: number }[]
  /** How many Secrets there are; their contents are taken out unless they are wanted. */
  secrets: number
  unread: Unread[]
  refused: Refusal[]
  completions: Completion[]
}
