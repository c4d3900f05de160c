import { forbidden, type FieldError } from '../../api/field.ts'
import { apiVersionOf, parseGroupVersion, resources } from '../../api/resources.ts'
import type { UserInfo } from '../../api/request.ts'
import { semanticEqual } from '../../api/equality.ts'
import type { KubeObject } from '../../api/types.ts'
import type { ParamKind, ParamRef } from '../admission/policy-params.ts'
import type { Authorizer } from './attributes.ts'

interface Reader {
  get(plural: string, namespace: string | undefined, name: string): KubeObject | undefined
}

/**
 * Who writes a policy with parameters, or a binding that names them, must be allowed to read them: otherwise its refusals would tell what
 * the author may not see (pkg/registry/admissionregistration/validatingadmissionpolicy and -binding authz.go).
 */
export function paramAccess(user: UserInfo, object: KubeObject, old: KubeObject | undefined, authorize: Authorizer, reader: Reader): FieldError[] {
  const spec = object['spec'] ?? {}
  if (object.kind === 'ValidatingAdmissionPolicy') {
    const kind: ParamKind | undefined = spec.paramKind
    if (kind === undefined || semanticEqual(kind, old?.['spec']?.paramKind) || mayRead(user, 'get', kind, '*', '*', authorize)) return []
    return [forbidden('spec.paramKind', `user ${printed(user)} must have "get" permission on all objects of the referenced paramKind (${about(kind)})`)]
  }
  const ref: ParamRef | undefined = spec.paramRef
  if (object.kind !== 'ValidatingAdmissionPolicyBinding' || ref === undefined) return []
  if (old !== undefined && semanticEqual(ref, old['spec']?.paramRef) && spec.policyName === old['spec']?.policyName) return []
  const kind: ParamKind | undefined = reader.get('validatingadmissionpolicies', undefined, spec.policyName)?.['spec']?.paramKind
  if (kind === undefined) return []
  const verb = ref.selector === undefined ? 'get' : 'list'
  if (mayRead(user, verb, kind, ref.name || '*', ref.namespace || '*', authorize)) return []
  // Upstream puts verb and user into each other's place.
  return [forbidden('spec.paramRef', `user ${verb} does not have "${printed(user)}" permission on all objects of the referenced paramKind (${about(kind)})`)]
}

const about = ({ apiVersion, kind }: ParamKind): string => `kind=${kind}, apiVersion=${apiVersion}`

function mayRead(user: UserInfo, verb: string, { apiVersion, kind }: ParamKind, name: string, namespace: string, authorize: Authorizer): boolean {
  const resource = resources.find((info) => info.kind === kind && apiVersionOf(info) === apiVersion)?.plural ?? '*'
  const { group } = parseGroupVersion(apiVersion)
  return authorize({ user, verb, path: '', resource: { group, resource, subresource: '', namespace, name, fieldSelector: '' } }).allowed
}

/** As Go prints a user.DefaultInfo by %v. */
const printed = ({ name, uid = '', groups }: UserInfo): string => `&{${name} ${uid} [${groups.join(' ')}] map[]}`
