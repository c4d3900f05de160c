import { isSelectorError, matches, selectorOf } from './selector.ts'
import type { KubeObject } from './types.ts'

/** rbac/v1 PolicyRule. */
export interface PolicyRule {
  verbs: readonly string[]
  apiGroups?: readonly string[]
  resources?: readonly string[]
  resourceNames?: readonly string[]
  nonResourceURLs?: readonly string[]
}

/** Whom a binding gives a role to. */
export interface Subject {
  kind: string
  name: string
  namespace?: string
}

/** The role that a binding gives. */
export interface RoleRef {
  kind: string
  name: string
}

/**
 * The rules of a ClusterRole that is put together from others: all rules of the roles that its selectors choose, in the order of their
 * names, each once (pkg/controller/clusterroleaggregation).
 */
export function aggregatedRules(role: KubeObject, all: readonly KubeObject[]): PolicyRule[] {
  const selectors = ((role['aggregationRule']?.clusterRoleSelectors ?? []) as Parameters<typeof selectorOf>[0][]).map((selector) => selectorOf(selector))
  const rules = new Map<string, PolicyRule>()
  for (const selector of selectors) {
    if (isSelectorError(selector)) continue
    for (const other of all) {
      if (other.metadata.name === role.metadata.name || !matches(selector, other.metadata.labels)) continue
      for (const rule of (other['rules'] ?? []) as PolicyRule[]) {
        const text = JSON.stringify(rule)
        if (!rules.has(text)) rules.set(text, rule)
      }
    }
  }
  return [...rules.values()]
}
