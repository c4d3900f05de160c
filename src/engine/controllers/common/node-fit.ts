import { matches, type Requirement, type Selector } from '../../api/selector.ts'
import type { Node, PodSpec, Taint, Toleration } from '../../api/types.ts'

/** component-helpers scheduling/corev1: what nodes a pod's own words allow, without looking at what else runs there. */

export function tolerates({ key, operator = 'Equal', value = '', effect }: Toleration, taint: Taint): boolean {
  if (effect && effect !== taint.effect) return false
  if (key && key !== taint.key) return false
  return operator === 'Exists' || (Boolean(key) && value === (taint.value ?? ''))
}

/** The first taint of these effects that nothing tolerates. */
export function untolerated(taints: readonly Taint[], tolerations: readonly Toleration[], effects: readonly string[]): Taint | undefined {
  return taints.find((taint) => effects.includes(taint.effect) && !tolerations.some((toleration) => tolerates(toleration, taint)))
}

interface Term {
  matchExpressions?: Expression[]
  matchFields?: Expression[]
}

interface Expression {
  key: string
  operator: string
  values?: string[]
}

/** nodeSelector and required node affinity (GetRequiredNodeAffinity.Match). */
export function matchesNodeAffinity(spec: PodSpec, node: Node): boolean {
  const { labels = {}, name } = node.metadata
  if (!Object.entries(spec.nodeSelector ?? {}).every(([key, value]) => labels[key] === value)) return false
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms as Term[] | undefined
  if (terms === undefined) return true
  return terms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false
    return matches(selectorOfExpressions(matchExpressions), labels) && matches(selectorOfExpressions(matchFields), { 'metadata.name': name })
  })
}

const operators: Readonly<Record<string, Requirement['operator']>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!', Gt: 'gt', Lt: 'lt' }

function selectorOfExpressions(expressions: readonly Expression[]): Selector {
  return { requirements: expressions.map(({ key, operator, values = [] }) => ({ key, operator: operators[operator] ?? 'in', values })) }
}
