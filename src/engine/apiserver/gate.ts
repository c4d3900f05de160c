import type { StepDetail } from '../kernel/step.ts'
import { unauthorized } from '../api/status.ts'
import type { UserInfo } from '../api/request.ts'
import type { Status } from '../api/types.ts'
import { authenticate } from './authentication.ts'
import { attributesOf, type Authorizer } from './authorization/attributes.ts'
import type { Authority } from './authorization/authorizer.ts'
import type { RBAC } from './authorization/rbac.ts'
import { special } from './authorization/special.ts'
import { forbiddenRequest } from './forbidden.ts'
import type { ObjectReader } from './read.ts'
import type { Judges } from './registry/reviews.ts'
import type { ApiRequest } from './request-info.ts'

/** What a stage of the gate has found, and what a step says of it. */
type Found = { user: UserInfo; refused?: undefined; detail: StepDetail } | { refused: Status; detail: StepDetail }

const streams: ReadonlySet<string | undefined> = new Set(['exec', 'attach', 'portforward'])

/** The first two stages: who is it, and may they? As of now, or as of any past moment. */
export class Gate {
  readonly authorize: Authorizer
  readonly rbac: RBAC
  private readonly reader: ObjectReader
  /** Details of steps, one object for all steps that say the same. */
  private readonly whoIs = new WeakMap<UserInfo, StepDetail>()
  private readonly whoMay = new WeakMap<UserInfo, StepDetail>()

  constructor(reader: ObjectReader, { rbac, authorize }: Authority) {
    this.reader = reader
    this.rbac = rbac
    this.authorize = authorize
  }

  identify(request: ApiRequest, nowMs: number): Found {
    const user = authenticate(request, this.reader, nowMs)
    if (user === undefined) return { refused: unauthorized(), detail: { type: 'Unauthenticated' } }
    if (request.as === undefined) return { user, detail: this.authenticated(user) }
    const acting = special.get().impersonate(user, request.as, this.authorize)
    if (!('refused' in acting)) return { user: acting.user, detail: { type: 'Authenticated', user: acting.user.name, groups: acting.user.groups, by: user.name } }
    return { refused: forbiddenRequest(acting.refused, acting.reason), detail: { type: 'Forbidden', user: user.name, reason: acting.reason } }
  }

  admit(user: UserInfo, request: ApiRequest): Found {
    const attributes = attributesOf(user, request)
    let { allowed, reason } = this.authorize(attributes)
    // kubectl asks for a stream by GET (WebSockets) and, refused, by POST (SPDY): whoever may do one of them gets it.
    if (!allowed && attributes.verb === 'create' && streams.has(request.subresource)) {
      const got = this.authorize({ ...attributes, verb: 'get' })
      if (got.allowed) ({ allowed, reason } = got)
    }
    const known = this.authorized(user, allowed, reason)
    const detail = attributes.resource === undefined ? { ...known, path: attributes.path } : known
    return allowed ? { user, detail } : { refused: forbiddenRequest(attributes, reason), detail }
  }

  /** Who answers reviews. */
  judges(nowMs: number): Judges {
    const { rbac, authorize, reader } = this
    return { rbac, authorize, authenticate: (token, audiences) => special.get().bearerOf(token, reader, nowMs, audiences), nowMs }
  }

  private authenticated(user: UserInfo): StepDetail {
    let detail = this.whoIs.get(user)
    if (detail === undefined) this.whoIs.set(user, (detail = { type: 'Authenticated', user: user.name, groups: user.groups }))
    return detail
  }

  private authorized(user: UserInfo, allowed: boolean, reason: string): StepDetail {
    const known = this.whoMay.get(user)
    const type = allowed ? 'Authorized' : 'Forbidden'
    if (known?.type === type && known['reason'] === reason) return known
    const detail: StepDetail = { type, user: user.name, reason }
    this.whoMay.set(user, detail)
    return detail
  }
}
