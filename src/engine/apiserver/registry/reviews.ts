import type { Response, UserInfo } from '../../api/request.ts'
import { fieldsOf } from '../../api/fieldsOf.ts'
import { apiVersionOf, type ResourceInfo } from '../../api/resources.ts'
import { required, invalid as invalidField, type FieldError } from '../../api/field.ts'
import { badRequest, invalid, notAcceptable } from '../../api/status.ts'
import { formatTime } from '../../api/time.ts'
import type { Status } from '../../api/types.ts'
import { nodeOf, type Attributes, type Authorizer } from '../authorization/attributes.ts'
import type { RBAC } from '../authorization/rbac.ts'
import type { ApiRequest } from '../request-info.ts'
import type { Bearer } from '../tokens.ts'

/** What the reviews ask. */
export interface Judges {
  authorize: Authorizer
  rbac: RBAC
  /** Who has a token, or why it is worth nothing to these; without any, to the API server. */
  authenticate: (token: string, audiences?: readonly string[]) => Bearer
  nowMs: number
}

type Fields = Record<string, any>

/** Answers a review with itself and its status (pkg/registry/authorization, pkg/registry/authentication). */
export function review(request: ApiRequest, user: UserInfo, judges: Judges): Response {
  const info = request.info!
  // Nothing of it could be shown as a table.
  if (request.accept === 'table') return refusal(notAcceptable(['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf']))
  const body = fieldsOf(request.body)
  const spec = fieldsOf(body['spec'])
  const answer = (status: Fields, metadata: Fields = fieldsOf(body['metadata'])): Response => ({
    code: 201,
    body: { kind: info.kind, apiVersion: apiVersionOf(info), metadata: { creationTimestamp: null, ...metadata }, ...('spec' in body ? { spec } : {}), status } as never,
  })
  switch (info.plural) {
    case 'selfsubjectreviews':
      return answer({ userInfo: asked(user) }, { creationTimestamp: formatTime(judges.nowMs) })
    case 'selfsubjectrulesreviews':
      return rules(spec, user, judges, answer)
    case 'tokenreviews':
      return token(info, spec, judges, answer)
    default:
      return access(request, spec, user, judges, answer)
  }
}

type Answer = (status: Fields) => Response

const refusal = (status: Status): Response => ({ code: status.code, body: status })

const asked = ({ name, uid, groups, extra }: UserInfo): Fields => ({
  username: name,
  ...(uid === undefined ? {} : { uid }),
  groups: [...groups],
  ...(extra === undefined ? {} : { extra }),
})

function access({ info, namespace }: ApiRequest, spec: Fields, user: UserInfo, { authorize }: Judges, answer: Answer): Response {
  const self = info!.plural === 'selfsubjectaccessreviews'
  const errors = [...attributeErrors(spec), ...(self ? [] : subjectErrors(spec))]
  if (errors.length > 0) return refusal(invalid(info!, '', errors))
  const resource = fieldsOf(spec['resourceAttributes'])
  if (info!.plural === 'localsubjectaccessreviews' && (resource['namespace'] ?? '') !== namespace) {
    return refusal(badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`))
  }
  const who: UserInfo = self ? user : { name: spec['user'] ?? '', groups: Array.isArray(spec['groups']) ? spec['groups'] : [] }
  const { allowed, reason } = authorize(attributesOf(spec, who))
  return answer({ allowed, ...(reason === '' ? {} : { reason }) })
}

function attributesOf(spec: Fields, user: UserInfo): Attributes {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  const path = fieldsOf(spec['nonResourceAttributes'])
  if (spec['resourceAttributes'] == null) return { user, verb: text(path['verb']), resource: undefined, path: text(path['path']) }
  const resource = fieldsOf(spec['resourceAttributes'])
  const part = (name: string): string => text(resource[name])
  return {
    user,
    verb: part('verb'),
    path: '',
    resource: {
      group: part('group'), resource: part('resource'), subresource: part('subresource'), namespace: part('namespace'), name: part('name'), fieldSelector: '',
    },
  }
}

function attributeErrors(spec: Fields): FieldError[] {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec
  if (resource != null && path != null) return [invalidField('spec.nonResourceAttributes', path, 'cannot be specified in combination with resourceAttributes')]
  if (resource == null && path == null) return [invalidField('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified')]
  return []
}

function subjectErrors({ user, groups }: Fields): FieldError[] {
  return user || groups?.length > 0 ? [] : [invalidField('spec.user', '', 'at least one of user or group must be specified')]
}

function rules(spec: Fields, user: UserInfo, { rbac }: Judges, answer: Answer): Response {
  const { namespace } = spec
  if (!namespace) return refusal(badRequest('no namespace on request'))
  const { rules: all, errors } = rbac.rulesOf(user, namespace)
  const problems = [...(nodeOf(user) === undefined ? [] : ['node authorizer does not support user rule resolution']), ...errors]
  const resourceRules = all
    .filter((rule) => rule.resources !== undefined)
    .map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, ...(resourceNames === undefined ? {} : { resourceNames }) }))
  const nonResourceRules = all.filter((rule) => rule.nonResourceURLs !== undefined).map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }))
  return answer({ resourceRules, nonResourceRules, incomplete: problems.length > 0, ...(problems.length === 0 ? {} : { evaluationError: problems.join(', ') }) })
}

function token(info: ResourceInfo, spec: Fields, { authenticate }: Judges, answer: Answer): Response {
  if (!spec['token']) return refusal(invalid(info, '', [required('spec.token', '')]))
  const { audiences } = spec
  const found = authenticate(String(spec['token']), Array.isArray(audiences) && audiences.length > 0 ? (audiences as string[]) : undefined)
  return answer('user' in found ? { authenticated: true, user: asked(found.user), audiences: [...found.audiences] } : { user: {}, error: found.error })
}
