import type { UserInfo } from '../api/request.ts'
import type { ApiRequest } from './request-info.ts'

export interface AuthorizationDecision {
  allowed: boolean
  /** Why, as the authorizer says it. */
  reason: string
}

/** Second stage: may they? Asked for every request. */
export type Authorizer = (user: UserInfo, request: ApiRequest) => AuthorizationDecision

/** Everybody may do everything (`--authorization-mode=AlwaysAllow`). */
export const alwaysAllow: Authorizer = () => ({ allowed: true, reason: 'AlwaysAllow' })
