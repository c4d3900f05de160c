/**
 * What becomes of a role or a binding that shall give what a file says (component-helpers/auth/rbac/reconciliation): rules and
 * subjects are compared by what they mean, not by how they are written.
 */
import type { PolicyRule, RoleRef, Subject } from '../../../engine/api/rbac.ts'
import { uncovered } from '../../../engine/api/rbacCovers.ts'
import type { KubeObject } from '../../../engine/api/types.ts'

export interface Reconciled<Item> {
  operation: 'none' | 'create' | 'update' | 'recreate'
  /** As it is when that is done. */
  object: KubeObject
  missing: readonly Item[]
  extra: readonly Item[]
  /** Somebody has taken it out of this by an annotation. */
  protected: boolean
}

const autoupdateKey = 'rbac.authorization.kubernetes.io/autoupdate'

/** `existing`: undefined when there is none yet. */
export function reconciledRole(existing: KubeObject | undefined, expected: KubeObject, removeExtra: boolean): Reconciled<PolicyRule> {
  const wanted = (expected['rules'] ?? []) as PolicyRule[]
  if (existing === undefined) return { operation: 'create', object: expected, missing: wanted, extra: [], protected: false }
  const merged = withMetadataOf(existing, expected)
  const found = { operation: merged === existing ? 'none' : 'update', object: merged, missing: [] as PolicyRule[], extra: [] as PolicyRule[], protected: isProtected(existing) } as const
  // Rules of an aggregated role are its controller's.
  if (expected['aggregationRule'] !== undefined) return reconciledSelectors(found, expected, removeExtra)
  const present = (existing['rules'] ?? []) as PolicyRule[]
  const missing = uncovered(present, wanted)
  const extra = uncovered(wanted, present)
  if (removeExtra && missing.length + extra.length > 0) return { ...found, operation: 'update', object: { ...merged, rules: wanted }, missing, extra }
  if (missing.length > 0) return { ...found, operation: 'update', object: { ...merged, rules: [...present, ...missing] }, missing, extra }
  return { ...found, missing, extra }
}

function reconciledSelectors(found: Reconciled<PolicyRule>, expected: KubeObject, removeExtra: boolean): Reconciled<PolicyRule> {
  const selectors = (object: KubeObject): unknown[] => object['aggregationRule']?.clusterRoleSelectors ?? []
  const wanted = selectors(expected)
  const present = selectors(found.object)
  const missing = except(wanted, present)
  const extra = except(present, wanted)
  const next = removeExtra && missing.length + extra.length > 0 ? wanted : missing.length > 0 ? [...present, ...missing] : undefined
  return next === undefined ? found : { ...found, operation: 'update', object: { ...found.object, aggregationRule: { clusterRoleSelectors: next } } }
}

export function reconciledBinding(existing: KubeObject | undefined, expected: KubeObject, removeExtra: boolean): Reconciled<Subject> {
  const wanted = (expected['subjects'] ?? []) as Subject[]
  if (existing === undefined) return { operation: 'create', object: expected, missing: wanted, extra: [], protected: false }
  const protectedByName = isProtected(existing)
  if (!sameRole(existing['roleRef'], expected['roleRef'])) return { operation: 'recreate', object: expected, missing: [], extra: [], protected: protectedByName }
  const merged = withMetadataOf(existing, expected)
  const present = (existing['subjects'] ?? []) as Subject[]
  const missing = except(wanted, present)
  const extra = except(present, wanted)
  const next = removeExtra && missing.length + extra.length > 0 ? wanted : missing.length > 0 ? [...present, ...missing] : undefined
  const isChanged = merged !== existing || next !== undefined
  return { operation: isChanged ? 'update' : 'none', object: next === undefined ? merged : { ...merged, subjects: next }, missing, extra, protected: protectedByName }
}

/** A group that is left out is that of RBAC. */
const sameRole = (a: RoleRef | undefined, b: RoleRef | undefined): boolean => a?.kind === b?.kind && a?.name === b?.name

function except<T>(all: readonly T[], some: readonly T[]): T[] {
  const known = new Set(some.map((one) => JSON.stringify(sorted(one))))
  return all.filter((one) => !known.has(JSON.stringify(sorted(one))))
}

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]) : value

const isProtected = ({ metadata }: KubeObject): boolean => metadata.annotations?.[autoupdateKey] === 'false'

/** Labels and annotations of the file are added; where both have one, what is there stays. The same object where nothing is new. */
function withMetadataOf(existing: KubeObject, expected: KubeObject): KubeObject {
  const labels = { ...expected.metadata.labels, ...existing.metadata.labels }
  const annotations = { ...expected.metadata.annotations, ...existing.metadata.annotations }
  const isNew = (now: object, before: object = {}): boolean => Object.keys(now).length > Object.keys(before).length
  if (!isNew(labels, existing.metadata.labels) && !isNew(annotations, existing.metadata.annotations)) return existing
  return { ...existing, metadata: { ...existing.metadata, labels, annotations } }
}
