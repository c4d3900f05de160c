import type { Impersonation, UserInfo } from '../../api/request.ts'
import type { Attributes, Authorizer, ResourceAttributes } from './attributes.ts'

const accountName = /^system:serviceaccount:([^:]+):([^:]+)$/
const authenticated = 'system:authenticated'
const anonymous = 'system:anonymous'
const unauthenticated = 'system:unauthenticated'

/**
 * Acting as somebody else (apiserver/pkg/endpoints/filters/impersonation.go): each thing that is taken on - name, group, uid, extra - has
 * to be allowed by the verb `impersonate`. Returns who it is from here on, or what was refused.
 */
export function impersonate(user: UserInfo, as: Impersonation, authorize: Authorizer): { user: UserInfo } | { refused: Attributes; reason: string } {
  for (const resource of takenOn(as)) {
    const attributes: Attributes = { user, verb: 'impersonate', resource, path: '' }
    const { allowed, reason } = authorize(attributes)
    if (!allowed) return { refused: attributes, reason }
  }
  return { user: impersonated(as) }
}

function takenOn({ name, groups = [], uid, extra = {} }: Impersonation): ResourceAttributes[] {
  const account = accountName.exec(name)
  const one = (group: string, resource: string, subresource: string, value: string, namespace = ''): ResourceAttributes =>
    ({ group, resource, subresource, namespace, name: value, fieldSelector: '' })
  const authentication = 'authentication.k8s.io'
  return [
    account === null ? one('', 'users', '', name) : one('', 'serviceaccounts', '', account[2]!, account[1]!),
    ...groups.map((group) => one('', 'groups', '', group)),
    ...(uid === undefined ? [] : [one(authentication, 'uids', '', uid)]),
    ...Object.entries(extra).flatMap(([key, values]) => values.map((value) => one(authentication, 'userextras', key, value))),
  ]
}

function impersonated({ name, groups = [], uid, extra }: Impersonation): UserInfo {
  return {
    name,
    groups: groups.length > 0 ? withAuthenticated(name, groups) : groupsOf(name),
    ...(uid === undefined ? {} : { uid }),
    ...(extra === undefined ? {} : { extra }),
  }
}

/** The groups that somebody has by the name alone. */
export function groupsOf(name: string): string[] {
  const account = accountName.exec(name)
  return withAuthenticated(name, account === null ? [] : ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`])
}

function withAuthenticated(name: string, groups: readonly string[]): string[] {
  if (groups.includes(authenticated) || groups.includes(unauthenticated)) return [...groups]
  return [...groups, name === anonymous ? unauthenticated : authenticated]
}
