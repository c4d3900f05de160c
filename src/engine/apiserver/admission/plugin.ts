import type { DialResult } from '../../api/dial.ts'
import type { KubeObject, Status } from '../../api/types.ts'
import type { UserInfo } from '../../api/request.ts'
import type { ResourceInfo } from '../../api/resources.ts'
import type { Authorizer } from '../authorization/attributes.ts'

/** What an admission plug-in is told (apiserver/pkg/admission.Attributes). */
export interface Attributes {
  operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT'
  info: ResourceInfo
  subresource: string | undefined
  namespace: string | undefined
  name: string
  object: KubeObject
  /** The stored object of an update. */
  old: KubeObject | undefined
  user: UserInfo
  dryRun: boolean
}

/** What comes of a connection from the server's machine: why there is none, in the kernel's words; undefined when somebody answers. */
export type Dial = (ip: string, port: number) => DialResult


/** What plug-ins may look up; upstream they use informers. */
export interface AdmissionContext {
  get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined
  list(plural: string, namespace?: string): KubeObject[]
  nowMs(): number
  authorize: Authorizer
  dial: Dial
  /** Five characters for names such as kube-api-access-x7k2p. */
  randomSuffix(): string
}

export interface Refusal {
  refused: Status
  /** What is missing is about to be made by a controller: ask again soon, a few times. */
  mayPass?: true
}

export interface MutatingPlugin {
  name: string
  /** The object as it is to be from here on (the same one when there is nothing to add), or a refusal. */
  mutate(attributes: Attributes, context: AdmissionContext): KubeObject | Refusal
}

/** An object that is written before the admitted one: what it stood at, and what it becomes. Of no effect when it has changed meanwhile. */
export interface Charge {
  on: KubeObject
  becomes: KubeObject
}

/** What a validating plug-in has to say; nothing when it has no objection. */
export interface Verdict {
  refused?: Status
  warnings?: readonly string[]
  charges?: readonly Charge[]
}

export interface ValidatingPlugin {
  name: string
  validate(attributes: Attributes, context: AdmissionContext): Verdict | undefined
}

export function isRefusal(result: KubeObject | Refusal): result is Refusal {
  return 'refused' in result
}
