/** Which nodes a selector chooses (k8s.io/component-helpers/scheduling/corev1/nodeaffinity). */
import type { Labels } from './selector.ts'
import type { Pod, PodSpec } from './types.ts'

export interface NodeRequirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt'
  readonly values?: readonly string[]
}

export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly NodeRequirement[]
  readonly matchFields?: readonly NodeRequirement[]
}

export interface NodeSelector {
  readonly nodeSelectorTerms?: readonly NodeSelectorTerm[]
}

export interface PreferredTerm {
  readonly weight: number
  readonly preference: NodeSelectorTerm
}

/** What of a node can be selected. */
export interface Selectable {
  readonly name: string
  readonly labels: Labels
}

const integer = /^[+-]?\d+$/

export function requirementHolds({ key, operator, values = [] }: NodeRequirement, labels: Labels): boolean {
  const has = Object.hasOwn(labels, key)
  const value = has ? labels[key]! : ''
  switch (operator) {
    case 'In':
      return has && values.includes(value)
    case 'NotIn':
      return !has || !values.includes(value)
    case 'Exists':
      return has
    case 'DoesNotExist':
      return !has
    case 'Gt':
    case 'Lt': {
      const bound = values[0]
      if (!has || bound === undefined || !integer.test(value) || !integer.test(bound)) return false
      return operator === 'Gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound)
    }
    default:
      return false
  }
}

/** Only metadata.name can be selected as a field. */
export function fieldHolds(requirement: NodeRequirement, name: string): boolean {
  return requirement.key === 'metadata.name' && requirementHolds({ ...requirement, key: 'name' }, { name })
}

export function isEmptyTerm(term: NodeSelectorTerm): boolean {
  return (term.matchExpressions?.length ?? 0) === 0 && (term.matchFields?.length ?? 0) === 0
}

/** All parts of a term must hold; a term without any matches nothing. */
export function termHolds(term: NodeSelectorTerm, node: Selectable): boolean {
  if (isEmptyTerm(term)) return false
  for (const requirement of term.matchExpressions ?? []) if (!requirementHolds(requirement, node.labels)) return false
  for (const requirement of term.matchFields ?? []) if (!fieldHolds(requirement, node.name)) return false
  return true
}

/** Terms are alternatives. */
export function selectorHolds(selector: NodeSelector, node: Selectable): boolean {
  return (selector.nodeSelectorTerms ?? []).some((term) => termHolds(term, node))
}

/** nodeSelector and required node affinity of a pod: both must hold. */
export interface RequiredNodeAffinity {
  readonly nodeSelector: Readonly<Record<string, string>> | undefined
  readonly affinity: NodeSelector | undefined
}

export function requiredNodeAffinity(spec: PodSpec): RequiredNodeAffinity {
  const affinity = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return { nodeSelector: spec.nodeSelector, affinity: affinity as NodeSelector | undefined }
}

export function preferredTerms(pod: Pod): readonly PreferredTerm[] {
  return (pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) as readonly PreferredTerm[]
}

export function nodeSelectorHolds(nodeSelector: Readonly<Record<string, string>> | undefined, labels: Labels): boolean {
  for (const key in nodeSelector) if (labels[key] !== nodeSelector[key]) return false
  return true
}

export function affinityHolds({ nodeSelector, affinity }: RequiredNodeAffinity, node: Selectable): boolean {
  if (nodeSelector !== undefined && !nodeSelectorHolds(nodeSelector, node.labels)) return false
  return affinity === undefined || selectorHolds(affinity, node)
}
