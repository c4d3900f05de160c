import type { PolicyRule, RoleRef, Subject } from '../../api/rbac.ts'
import type { KubeObject } from '../../api/types.ts'
import type { UserInfo } from '../../api/request.ts'
import type { Attributes, AuthorizationDecision, ResourceAttributes } from './attributes.ts'
import { allowsName, allowsPath, allowsResource } from './rule.ts'

/** Where roles and bindings are read: the present, or any past moment. */
export interface RoleReader {
  get(key: string): KubeObject | undefined
  range(prefix: string): KubeObject[]
}

/** A rule that somebody has, and by which binding. */
interface BoundRule {
  rule: PolicyRule
  /** 'RBAC: allowed by RoleBinding "a/default" of Role "b" to User "c"'. */
  why: string
}

interface Rules {
  bound: readonly BoundRule[]
  /** Roles that bindings name and that are not there. */
  errors: readonly string[]
}

const noRules: Rules = { bound: [], errors: [] }

/** All that is known of one user, kept until a role or a binding changes. */
interface Memory {
  cluster: Rules
  namespaces: Map<string, Rules>
  /** Decisions that no name bears on, by verb, resource and namespace. */
  decisions: Map<string, AuthorizationDecision>
}

const superusers = 'system:masters'

/**
 * Role-based access control (plugin/pkg/auth/authorizer/rbac): what the roles allow that are bound to a user, to one of the user's
 * groups, or to the service account that it is. Rules only add up; nothing denies.
 */
export class RBAC {
  private readonly reader: RoleReader
  private memories = new WeakMap<UserInfo, Memory>()

  constructor(reader: RoleReader) {
    this.reader = reader
  }

  /** A role or a binding has changed. */
  forget(): void {
    this.memories = new WeakMap()
  }

  readonly authorize = (attributes: Attributes): AuthorizationDecision => {
    const { user, verb, resource, path } = attributes
    if (user.groups.includes(superusers)) return { allowed: true, reason: '' }
    const memory = this.memoryOf(user)
    if (resource === undefined) return decide(memory.cluster, noRules, ({ rule }) => allowsPath(rule, verb, path))
    const key = `${verb} ${resource.group}/${resource.resource}/${resource.subresource} ${resource.namespace}`
    const known = memory.decisions.get(key)
    if (known !== undefined) return known
    const own = this.namespaceRules(user, memory, resource.namespace)
    const allowing = (bound: BoundRule): boolean => allowsResource(bound.rule, verb, resource) && allowsName(bound.rule, resource.name)
    const decision = decide(memory.cluster, own, allowing)
    if (!bearsOnNames(memory.cluster, verb, resource) && !bearsOnNames(own, verb, resource)) memory.decisions.set(key, decision)
    return decision
  }

  /** All rules of a user in a namespace, cluster-wide ones first, and what went wrong in finding them. */
  rulesOf(user: UserInfo, namespace: string): { rules: PolicyRule[]; errors: readonly string[] } {
    if (user.groups.includes(superusers)) return { rules: [everything, everyPath], errors: [] }
    const memory = this.memoryOf(user)
    const own = this.namespaceRules(user, memory, namespace)
    return { rules: [...memory.cluster.bound, ...own.bound].map(({ rule }) => rule), errors: [...memory.cluster.errors, ...own.errors] }
  }

  /** The rules of the role that a binding names; undefined when it is not there. */
  rulesOfRole({ kind, name }: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    const role = this.reader.get(kind === 'ClusterRole' ? `clusterroles/${name}` : `roles/${namespace}/${name}`)
    return role === undefined ? undefined : ((role['rules'] as PolicyRule[] | null | undefined) ?? [])
  }

  private memoryOf(user: UserInfo): Memory {
    let memory = this.memories.get(user)
    if (memory === undefined) {
      memory = { cluster: this.collect(user, this.reader.range('clusterrolebindings/'), ''), namespaces: new Map(), decisions: new Map() }
      this.memories.set(user, memory)
    }
    return memory
  }

  private namespaceRules(user: UserInfo, memory: Memory, namespace: string): Rules {
    if (namespace === '') return noRules
    let rules = memory.namespaces.get(namespace)
    if (rules === undefined) memory.namespaces.set(namespace, (rules = this.collect(user, this.reader.range(`rolebindings/${namespace}/`), namespace)))
    return rules
  }

  private collect(user: UserInfo, bindings: readonly KubeObject[], namespace: string): Rules {
    const bound: BoundRule[] = []
    const errors: string[] = []
    for (const binding of bindings) {
      const subject = ((binding['subjects'] ?? []) as Subject[]).find((candidate) => isSubject(candidate, user, namespace))
      if (subject === undefined) continue
      const role = binding['roleRef'] as RoleRef
      const rules = this.rulesOfRole(role, namespace)
      if (rules === undefined) errors.push(`${role.kind.toLowerCase()}.rbac.authorization.k8s.io "${role.name}" not found`)
      const why = `RBAC: allowed by ${describeBinding(binding, namespace)} of ${role.kind} "${role.name}" to ${describeSubject(subject, namespace)}`
      for (const rule of rules ?? []) bound.push({ rule, why })
    }
    return bound.length === 0 && errors.length === 0 ? noRules : { bound, errors }
  }
}

const everything: PolicyRule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
const everyPath: PolicyRule = { verbs: ['*'], nonResourceURLs: ['*'] }

function decide(cluster: Rules, own: Rules, allowing: (bound: BoundRule) => boolean): AuthorizationDecision {
  const found = cluster.bound.find(allowing) ?? own.bound.find(allowing)
  if (found !== undefined) return { allowed: true, reason: found.why }
  const errors = [...cluster.errors, ...own.errors]
  if (errors.length === 0) return { allowed: false, reason: '' }
  return { allowed: false, reason: `RBAC: ${errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`}` }
}

const bearsOnNames = (rules: Rules, verb: string, resource: ResourceAttributes): boolean =>
  rules.bound.some(({ rule }) => rule.resourceNames !== undefined && rule.resourceNames.length > 0 && allowsResource(rule, verb, resource))

function isSubject({ kind, name, namespace }: Subject, user: UserInfo, bindingNamespace: string): boolean {
  if (kind === 'User') return user.name === name
  if (kind === 'Group') return user.groups.includes(name)
  return kind === 'ServiceAccount' && user.name === `system:serviceaccount:${namespace || bindingNamespace}:${name}`
}

const describeBinding = ({ metadata: { name } }: KubeObject, namespace: string): string =>
  namespace === '' ? `ClusterRoleBinding "${name}"` : `RoleBinding "${name}/${namespace}"`

const describeSubject = ({ kind, name, namespace }: Subject, bindingNamespace: string): string =>
  kind === 'ServiceAccount' ? `${kind} "${name}/${namespace || bindingNamespace}"` : `${kind} "${name}"`
