import type { PolicyRule } from '../../api/rbac.ts'
import type { ResourceAttributes } from './attributes.ts'

const hasOrAll = (list: readonly string[] | undefined, wanted: string): boolean => list !== undefined && (list.includes('*') || list.includes(wanted))

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

const coversPath = (url: string, path: string): boolean => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')))

/**
 * What of `wanted` the rules in `owned` do not give: rights that somebody would grant without having them
 * (component-helpers/auth/rbac/validation Covers). Each part is one verb on one resource or path.
 */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  const parts = wanted.flatMap(breakDown)
  const own = owned.flatMap(breakDown)
  return parts.filter((part) => !own.some((rule) => covers(rule, part)))
}

/** One rule for each verb, group, resource and name (BreakdownRule). */
function breakDown(rule: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = []
  for (const group of rule.apiGroups ?? []) {
    for (const resource of rule.resources ?? []) {
      for (const verb of rule.verbs) {
        const part = { apiGroups: [group], resources: [resource], verbs: [verb] }
        if (!rule.resourceNames?.length) parts.push(part)
        else for (const name of rule.resourceNames) parts.push({ ...part, resourceNames: [name] })
      }
    }
  }
  for (const url of rule.nonResourceURLs ?? []) for (const verb of rule.verbs) parts.push({ nonResourceURLs: [url], verbs: [verb] })
  return parts
}

function covers(owner: PolicyRule, part: PolicyRule): boolean {
  if (!hasOrAll(owner.verbs, part.verbs[0]!)) return false
  const url = part.nonResourceURLs?.[0]
  if (url !== undefined) return owner.nonResourceURLs?.some((own) => coversPath(own, url)) === true
  return hasOrAll(owner.apiGroups, part.apiGroups![0]!) && coversResource(owner.resources, part.resources![0]!) && coversNames(owner, part)
}

function coversResource(owned: readonly string[] | undefined, wanted: string): boolean {
  const slash = wanted.indexOf('/')
  return hasOrAll(owned, wanted) || (slash >= 0 && owned?.includes(`*${wanted.slice(slash)}`) === true)
}

function coversNames(owner: PolicyRule, part: PolicyRule): boolean {
  if (!owner.resourceNames?.length) return true
  return part.resourceNames !== undefined && part.resourceNames.every((name) => owner.resourceNames!.includes(name))
}
