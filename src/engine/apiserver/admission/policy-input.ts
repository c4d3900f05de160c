/** What expressions are told of a request (apiserver/pkg/admission/plugin/cel CreateAdmissionRequest). */
import type { Input } from '../../api/cel/policies.ts'
import { collectionOf, parseGroupVersion, type ResourceInfo } from '../../api/resources.ts'
import type { KubeObject } from '../../api/types.ts'
import { asMatched } from './policy-matching.ts'
import type { AdmissionContext, Attributes } from './plugin.ts'

/** `matched`: the resource as which the request matched. */
export function inputOf({ operation, info, subresource, namespace, name, object, old, user, dryRun }: Attributes, matched: ResourceInfo, params: KubeObject | undefined, context: AdmissionContext): Input {
  const isNamespace = collectionOf(info) === 'namespaces'
  // What is sent to a subresource may be of a kind of its own: an eviction, the options of a stream.
  const own = subresource === undefined || operation === 'UPDATE' ? undefined : { ...parseGroupVersion(object.apiVersion), kind: object.kind }
  const kindOf = ({ group, version, kind }: ResourceInfo) => own ?? { group, version, kind }
  const resourceOf = ({ group, version, plural }: ResourceInfo) => ({ group, version, resource: plural })
  const sub = subresource === undefined ? {} : { subResource: subresource, requestSubResource: subresource }
  return {
    object: operation === 'DELETE' ? null : asMatched(object, matched),
    oldObject: old === undefined ? null : asMatched(old, matched),
    namespaceObject: namespace === undefined || isNamespace ? null : withoutManagedFields(context.get('namespaces', undefined, namespace)),
    params: params ?? null,
    request: {
      kind: kindOf(matched), resource: resourceOf(matched), requestKind: kindOf(info), requestResource: resourceOf(info), ...sub,
      name, ...(namespace === undefined ? {} : { namespace }), operation, dryRun,
      userInfo: { username: user.name, ...(user.uid === undefined ? {} : { uid: user.uid }), groups: user.groups, extra: user.extra ?? {} },
      options: { kind: `${operation[0]}${operation.slice(1).toLowerCase()}Options`, apiVersion: 'meta.k8s.io/v1' },
    },
    ask: (question) => {
      const { namespace: ofAccount = '', name: account = '' } = question.user ?? {}
      const asked = question.user === undefined ? user : { name: `system:serviceaccount:${ofAccount}:${account}`, groups: ['system:serviceaccounts', `system:serviceaccounts:${ofAccount}`, 'system:authenticated'] }
      const { verb, path = '', group = '', resource, subresource: part = '', namespace: within = '', name: of = '' } = question
      return context.authorize({ user: asked, verb, path, resource: resource === undefined ? undefined : { group, resource, subresource: part, namespace: within, name: of, fieldSelector: '' } })
    },
  }
}

function withoutManagedFields(namespace: KubeObject | undefined): object | null {
  if (namespace === undefined) return null
  const { managedFields: _, ownerReferences: _owners, ...metadata } = namespace.metadata
  return { ...namespace, metadata }
}
