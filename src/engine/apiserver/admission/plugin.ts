import type { DialResult } from '../../api/dial.ts'
import type { HttpAnswer, ProxyTarget } from '../proxying.ts'
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
  /** Of a second round of mutating plug-ins: what the first has left. */
  again?: Reinvocation
}

/** Which webhooks have to look once more at what others have changed since (apiserver/pkg/admission/plugin/webhook/mutating reinvocationcontext.go). */
export interface Reinvocation {
  /** What the webhooks have made of the object. */
  output: KubeObject
  due: ReadonlySet<string>
  /** Who is due as well when plug-ins have changed it after them. */
  others: readonly string[]
}

/** What a webhook is asked. */
export interface Question {
  /** The same question has the same key when the decision is made anew. */
  key: string
  to: ProxyTarget
  body: string
}

/** Thrown by a plug-in that cannot go on: the questions are asked, and with the answers the decision is made from its beginning. */
export class Unanswered {
  readonly questions: readonly Question[]

  constructor(questions: readonly Question[]) {
    this.questions = questions
  }
}

/** Thrown where an object cannot be had in the version that is wanted. */
export class Unserved {
  readonly status: Status

  constructor(status: Status) {
    this.status = status
  }
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
  /** What a webhook has answered; undefined: it has not been asked. */
  answerTo(key: string): HttpAnswer | undefined
  /** Whether it may be asked: not for what is only tried. */
  mayAsk: boolean
  /** Of a question. */
  uuid(): string
  /** Five characters for names such as kube-api-access-x7k2p. */
  randomSuffix(): string
  /** What the server's options say of its plug-ins; undefined: those that are on by default are, and NodeRestriction. */
  plugins?: AdmissionPlugins | undefined
}

export interface AdmissionPlugins {
  on: ReadonlySet<string>
  off: ReadonlySet<string>
  /** Makes a namespace. */
  provide(namespace: string): void
}

export interface Refusal {
  refused: Status
  /** What is missing is about to be made by a controller: ask again soon, a few times. */
  mayPass?: true
  warnings?: readonly string[]
}

export interface MutatingPlugin {
  name: string
  /** The object as it is to be from here on (the same one when there is nothing to add), or a refusal. */
  mutate(attributes: Attributes, context: AdmissionContext): KubeObject | Refusal | Mutated
}

/** Changed by somebody whom the other plug-ins do not know: all look at it once more. */
export interface Mutated {
  object: KubeObject
  again?: Reinvocation
  warnings?: readonly string[]
}

/** What comes of all of them: the object as it is to be, or who refuses it. */
export type Mutation = { object: KubeObject; refused?: undefined; warnings?: readonly string[] } | (Refusal & { by: string; warnings?: readonly string[] })

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

/** An object of a custom kind may have fields of any name. */
const isObject = (result: object): result is KubeObject => 'metadata' in result

export function isRefusal(result: KubeObject | Refusal | Mutated): result is Refusal {
  return !isObject(result) && 'refused' in result
}

export function isMutated(result: KubeObject | Mutated): result is Mutated {
  return !isObject(result)
}
