import type { UserInfo } from '../../api/request.ts'
import { exactField, isFieldSelectorError, parseFieldSelector } from '../../api/fieldSelector.ts'
import type { ApiRequest } from '../request-info.ts'

/** What an authorizer is asked (apiserver/pkg/authorization/authorizer Attributes). */
export interface Attributes {
  user: UserInfo
  verb: string
  /** undefined for a path that is no resource. */
  resource: ResourceAttributes | undefined
  path: string
}

export interface ResourceAttributes {
  group: string
  resource: string
  subresource: string
  /** '' at the cluster scope. */
  namespace: string
  /** '' for a collection. */
  name: string
  /** Of a list or a watch, as it was sent. */
  fieldSelector: string
}

export interface AuthorizationDecision {
  allowed: boolean
  /** Why, as the authorizer says it. */
  reason: string
}

/** Second stage: may they? */
export type Authorizer = (attributes: Attributes) => AuthorizationDecision

export function attributesOf(user: UserInfo, request: ApiRequest): Attributes {
  const { verb, path, info, query } = request
  if (info === undefined) return { user, verb, path, resource: resourceOfPath(path) }
  const fieldSelector = query['fieldSelector'] ?? ''
  return {
    user,
    verb,
    path,
    resource: {
      group: info.group,
      resource: info.plural,
      subresource: request.subresource ?? '',
      namespace: request.namespace ?? '',
      // A list or a watch of one name is about that object.
      name: request.name ?? selectedField(fieldSelector, 'metadata.name') ?? '',
      fieldSelector,
    },
  }
}

/** The value that a field selector wants of a field, if it wants one. */
export function selectedField(fieldSelector: string, field: string): string | undefined {
  if (fieldSelector === '') return undefined
  const parsed = parseFieldSelector(fieldSelector)
  return isFieldSelectorError(parsed) ? undefined : exactField(parsed, field)
}

/** A resource that the server does not have is one all the same: who may not touch it is refused before it is looked for. */
function resourceOfPath(path: string): ResourceAttributes | undefined {
  const [root = '', ...rest] = path.split('/').filter((part) => part !== '')
  const [group, version, ...segments] = root === 'api' ? ['', ...rest] : root === 'apis' ? rest : []
  if (group === undefined || version === undefined || segments.length === 0) return undefined
  const namespace = segments[0] === 'namespaces' && segments.length > 2 ? segments[1]! : ''
  const [resource = '', name = '', ...subresource] = namespace === '' ? segments : segments.slice(2)
  return { group, resource, subresource: subresource.join('/'), namespace, name, fieldSelector: '' }
}

const userPrefix = 'system:node:'
const group = 'system:nodes'

/** The node that a user is, if it is one (pkg/auth/nodeidentifier). */
export function nodeOf(user: Attributes['user']): string | undefined {
  return user.name.startsWith(userPrefix) && user.groups.includes(group) ? user.name.slice(userPrefix.length) : undefined
}
