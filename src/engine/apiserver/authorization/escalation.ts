import { uncovered } from '../../api/rbacCovers.ts'
import type { PolicyRule, RoleRef } from '../../api/rbac.ts'
import { forbidden, notFound } from '../../api/status.ts'
import { collectionOf, findResource, type ResourceInfo } from '../../api/resources.ts'
import type { UserInfo } from '../../api/request.ts'
import type { KubeObject, Status } from '../../api/types.ts'
import type { Authorizer, ResourceAttributes } from './attributes.ts'
import type { RBAC } from './rbac.ts'

const group = 'rbac.authorization.k8s.io'
const superusers = 'system:masters'

/** A write of a role or of a binding, as the check wants it. */
export interface Grant {
  user: UserInfo
  info: ResourceInfo
  namespace: string | undefined
  name: string
  object: KubeObject
  /** What is stored, of an update. */
  old: KubeObject | undefined
}

/**
 * Nobody gives away rights that they do not have (pkg/registry/rbac/*\/policybased): who writes a role must hold all its rules or have the
 * verb `escalate`; who writes a binding must hold all rules of its role or have the verb `bind` on it.
 */
export function escalation(grant: Grant, { rbac, authorize }: { rbac: RBAC; authorize: Authorizer }): Status | undefined {
  const { user, info, object, old } = grant
  if (info.group !== group || user.groups.includes(superusers)) return undefined
  if (['roles', 'clusterroles'].includes(collectionOf(info))) {
    if (sameRules(object, old) || may(grant, authorize, 'escalate', info.plural, grant.name)) return undefined
    return missing(grant, rbac, (object['rules'] ?? []) as PolicyRule[])
  }
  if (!['rolebindings', 'clusterrolebindings'].includes(collectionOf(info))) return undefined
  const role = object['roleRef'] as RoleRef
  if (sameBinding(object, old) || may(grant, authorize, 'bind', role.kind === 'ClusterRole' ? 'clusterroles' : 'roles', role.name)) return undefined
  const rules = rbac.rulesOfRole(role, grant.namespace ?? '')
  return rules === undefined ? roleNotFound(role) : missing(grant, rbac, rules)
}

function roleNotFound({ kind, name }: RoleRef): Status {
  return notFound(findResource(group, 'v1', kind === 'ClusterRole' ? 'clusterroles' : 'roles')!, name)
}

function sameRules(object: KubeObject, old: KubeObject | undefined): boolean {
  return old !== undefined && JSON.stringify([object['rules'], object['aggregationRule']]) === JSON.stringify([old['rules'], old['aggregationRule']])
}

function sameBinding(object: KubeObject, old: KubeObject | undefined): boolean {
  return old !== undefined && JSON.stringify([object['subjects'], object['roleRef']]) === JSON.stringify([old['subjects'], old['roleRef']])
}

function may({ user, namespace = '' }: Grant, authorize: Authorizer, verb: string, plural: string, name: string): boolean {
  const resource: ResourceAttributes = { group, resource: plural, subresource: '', namespace: plural === 'clusterroles' && namespace === '' ? '' : namespace, name, fieldSelector: '' }
  return authorize({ user, verb, resource, path: '' }).allowed
}

function missing({ user, info, name, namespace }: Grant, rbac: RBAC, wanted: readonly PolicyRule[]): Status | undefined {
  const { rules, errors } = rbac.rulesOf(user, namespace ?? '')
  const lacking = uncovered(rules, wanted)
  if (lacking.length === 0) return undefined
  const groups = user.groups.map((g) => JSON.stringify(g)).join(' ')
  const lines = [...new Set(compact(lacking).map(describe))].sort().join('\n')
  const why = `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${lines}`
  return forbidden(info, name, errors.length === 0 ? why : `${why}; resolution errors: [${errors.join(', ')}]`)
}

/** Rules that differ only in their verbs become one (pkg/registry/rbac/validation CompactRules). */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const found = new Map<string, PolicyRule & { verbs: string[] }>()
  for (const rule of rules) {
    const plain = rule.nonResourceURLs === undefined && rule.resourceNames === undefined
    const key = plain ? JSON.stringify([rule.apiGroups, rule.resources]) : JSON.stringify(rule)
    const first = found.get(key)
    if (first === undefined) found.set(key, { ...rule, verbs: [...rule.verbs] })
    else first.verbs.push(...rule.verbs)
  }
  return [...found.values()]
}

/** `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}` (CompactString). */
function describe(rule: PolicyRule): string {
  const part = (name: string, values: readonly string[] | undefined): string[] =>
    values === undefined || values.length === 0 ? [] : [`${name}:[${values.map((value) => JSON.stringify(value)).join(' ')}]`]
  const parts = [
    ...part('APIGroups', rule.apiGroups),
    ...part('Resources', rule.resources),
    ...part('NonResourceURLs', rule.nonResourceURLs),
    ...part('ResourceNames', rule.resourceNames),
    ...part('Verbs', rule.verbs),
  ]
  return `{${parts.join(', ')}}`
}
