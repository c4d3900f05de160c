import { coversPath, hasOrAll } from '../../api/rbacCovers.ts'
import type { PolicyRule } from '../../api/rbac.ts'
import type { ResourceAttributes } from './attributes.ts'

/** Whether a rule allows a verb on a resource, names apart (pkg/apis/rbac/v1 evaluation_helpers.go). */
export function allowsResource(rule: PolicyRule, verb: string, { group, resource, subresource }: ResourceAttributes): boolean {
  return hasOrAll(rule.verbs, verb) && hasOrAll(rule.apiGroups, group) && matchesResource(rule.resources, resource, subresource)
}

function matchesResource(resources: readonly string[] | undefined, resource: string, subresource: string): boolean {
  if (resources === undefined) return false
  const combined = subresource === '' ? resource : `${resource}/${subresource}`
  return hasOrAll(resources, combined) || (subresource !== '' && resources.includes(`*/${subresource}`))
}

export function allowsName(rule: PolicyRule, name: string): boolean {
  return rule.resourceNames === undefined || rule.resourceNames.length === 0 || rule.resourceNames.includes(name)
}

export function allowsPath(rule: PolicyRule, verb: string, path: string): boolean {
  return hasOrAll(rule.verbs, verb) && rule.nonResourceURLs !== undefined && rule.nonResourceURLs.some((url) => coversPath(url, path))
}
