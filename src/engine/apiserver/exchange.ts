import type { Response, UserInfo } from '../api/request.ts'
import type { KubeObject } from '../api/types.ts'
import type { Decision } from './registry/decision.ts'
import type { HttpAnswer } from './proxying.ts'
import type { ApiRequest } from './request-info.ts'

/** Where an answer goes: a task {type: 'response', tag, response} at a kernel target. */
export interface ReplyTo {
  target: string
  tag: number
}

/** One request on its way through the server. */
export interface Exchange {
  id: number
  request: ApiRequest
  /** Name of the client, as steps show it. */
  author: string
  replyTo: ReplyTo
  /** Of the object that it is about, as far as the request says. */
  name: string | undefined
  user: UserInfo
  /** The stored object that the decision was made from. */
  seen: KubeObject | undefined
  decision: Decision | undefined
  warnings: readonly string[]
  /** How often admission has asked for something that was not there yet. */
  attempts: number
  background: boolean
  /** Since it had to ask webhooks. */
  asked?: Asked
}

/** What a decision that is made once more, with answers, has in common with the one before. */
export interface Asked {
  /** When the first was made. */
  readonly at: number
  readonly answers: Map<string, HttpAnswer>
  /** What chance gave, in its order. */
  draws: readonly unknown[]
  /** How many stages have been told of. */
  told: number
}

/** Delivered to the client's target. */
export interface ResponseTask {
  readonly type: 'response'
  readonly tag: number
  readonly response: Response
}
