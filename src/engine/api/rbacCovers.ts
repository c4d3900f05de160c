/** Which rules give what others give. */
import type { PolicyRule } from './rbac.ts'

export const hasOrAll = (list: readonly string[] | undefined, wanted: string): boolean => list !== undefined && (list.includes('*') || list.includes(wanted))

export const coversPath = (url: string, path: string): boolean => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')))

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
