/** What would make a node match a pod's node affinity: labels for the node, or fewer wishes of the pod. */
import type { Change, PatchOperation } from '../../api/scheduling.ts'
import { pointer } from '../framework/change.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { fieldHolds, requirementHolds, type NodeRequirement, type NodeSelectorTerm, type RequiredNodeAffinity, type Selectable } from '../../api/nodeSelector.ts'

/** Label -> its new value, or undefined to take it away. */
type Labels = Map<string, string | undefined>

export function nodeAffinityChanges(required: RequiredNodeAffinity, node: NodeInfo): Change[] {
  const labels = labelChange(required, node)
  const parts = selectorChange(required, node)
  return labels === undefined ? [parts] : labels.patch.length <= parts.patch.length ? [labels, parts] : [parts, labels]
}

/** The fewest labels with which the node would match; undefined when labels alone do not help. */
export function labelsToMatch(required: RequiredNodeAffinity, node: Selectable): ReadonlyMap<string, string | undefined> | undefined {
  let best: Labels | undefined
  for (const term of required.affinity?.nodeSelectorTerms ?? [undefined]) {
    const labels = labelsFor(required.nodeSelector, term, node)
    if (labels !== undefined && (best === undefined || labels.size < best.size)) best = labels
  }
  return best
}

function labelChange(required: RequiredNodeAffinity, node: NodeInfo): Change | undefined {
  const best = labelsToMatch(required, node)
  if (best === undefined) return undefined
  return {
    target: 'node', type: 'AddNodeLabels', patch: labelPatch(node, best),
    facts: { node: node.name, labels: Object.fromEntries([...best].map(([key, value]) => [key, value ?? null])) },
  }
}

export function labelPatch(node: NodeInfo, labels: ReadonlyMap<string, string | undefined>): PatchOperation[] {
  if (node.node?.metadata.labels === undefined) {
    return [{ op: 'add', path: '/metadata/labels', value: Object.fromEntries([...labels].filter(([, value]) => value !== undefined)) }]
  }
  return [...labels].map(([key, value]) => {
    const path = pointer('metadata', 'labels', key)
    return value === undefined ? { op: 'remove', path } : { op: 'add', path, value }
  })
}

/** What the kubelet says of its node and says again when somebody writes over it (kubelet_node_status.go updateDefaultLabels). */
const ownLabels: ReadonlySet<string> = new Set(['kubernetes.io/hostname', 'kubernetes.io/os', 'kubernetes.io/arch'])

/** Whether somebody may give a node other values of these labels. */
export function mayBeLabelled(keys: Iterable<string>): boolean {
  for (const key of keys) if (ownLabels.has(key)) return false
  return true
}

/** Labels that make the selector and this term hold; undefined when labels alone cannot. */
function labelsFor(selector: RequiredNodeAffinity['nodeSelector'], term: NodeSelectorTerm | undefined, node: Selectable): Labels | undefined {
  const labels: Labels = new Map()
  for (const [key, value] of Object.entries(selector ?? {})) if (node.labels[key] !== value) labels.set(key, value)
  if (term === undefined) return mayBeLabelled(labels.keys()) ? labels : undefined
  for (const requirement of term.matchFields ?? []) if (!fieldHolds(requirement, node.name)) return undefined
  const expressions = term.matchExpressions ?? []
  if (expressions.length === 0 && (term.matchFields?.length ?? 0) === 0) return undefined
  for (const requirement of expressions) {
    if (requirementHolds(requirement, withChanges(node.labels, labels))) continue
    const value = valueFor(requirement)
    if (value === impossible) return undefined
    labels.set(requirement.key, value)
  }
  if (!mayBeLabelled(labels.keys())) return undefined
  // Two wishes for one label may contradict each other.
  const after = withChanges(node.labels, labels)
  const holds = expressions.every((r) => requirementHolds(r, after)) && Object.entries(selector ?? {}).every(([k, v]) => after[k] === v)
  return holds ? labels : undefined
}

const impossible = Symbol('impossible')

function valueFor({ operator, values = [] }: NodeRequirement): string | undefined | typeof impossible {
  switch (operator) {
    case 'In':
      return values[0] ?? impossible
    case 'Exists':
      return ''
    case 'NotIn':
    case 'DoesNotExist':
      return undefined
    case 'Gt':
    case 'Lt':
      if (!/^[+-]?\d+$/.test(values[0] ?? '')) return impossible
      return String(BigInt(values[0]!) + (operator === 'Gt' ? 1n : -1n))
    default:
      return impossible
  }
}

function withChanges(labels: Readonly<Record<string, string>>, changes: Labels): Record<string, string> {
  const after: Record<string, string> = { ...labels }
  for (const [key, value] of changes) {
    if (value === undefined) delete after[key]
    else after[key] = value
  }
  return after
}

/** The wishes that fail, taken away; of several terms the one with the fewest of them. */
function selectorChange({ nodeSelector, affinity }: RequiredNodeAffinity, node: NodeInfo): Change {
  const removed: string[] = []
  const patch: PatchOperation[] = []
  for (const [key, value] of Object.entries(nodeSelector ?? {})) {
    if (node.labels[key] === value) continue
    removed.push(key)
    patch.push({ op: 'remove', path: pointer('spec', 'nodeSelector', key) })
  }
  if (affinity !== undefined) patch.push(...termPatch(affinity.nodeSelectorTerms ?? [], node, removed))
  return { target: 'pod', type: 'RemoveSelectorParts', patch, facts: { node: node.name, keys: removed } }
}

const termsAt = ['spec', 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution'] as const

interface Failing {
  readonly term: number
  readonly expressions: readonly number[]
  readonly fields: readonly number[]
  /** Nothing of the term would be left. */
  readonly whole: boolean
}

function termPatch(terms: readonly NodeSelectorTerm[], node: NodeInfo, removed: string[]): PatchOperation[] {
  const failing = terms.map((term, i) => failingParts(term, i, node)).sort((a, b) => count(a) - count(b))[0]
  if (failing === undefined) return [{ op: 'remove', path: pointer(...termsAt) }]
  if (count(failing) === 0 && !failing.whole) return []
  for (const i of failing.expressions) removed.push(terms[failing.term]!.matchExpressions![i]!.key)
  for (const i of failing.fields) removed.push(terms[failing.term]!.matchFields![i]!.key)
  // A term without any part matches nothing, so that then the whole requirement goes.
  if (failing.whole) return [{ op: 'remove', path: pointer(...termsAt) }]
  const remove = (list: string) => (i: number): PatchOperation =>
    ({ op: 'remove', path: pointer(...termsAt, 'nodeSelectorTerms', failing.term, list, i) })
  return [...failing.expressions.toReversed().map(remove('matchExpressions')), ...failing.fields.toReversed().map(remove('matchFields'))]
}

const count = (f: Failing): number => f.expressions.length + f.fields.length

function failingParts({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, term: number, node: NodeInfo): Failing {
  const expressions = indexes(matchExpressions, (r) => !requirementHolds(r, node.labels))
  const fields = indexes(matchFields, (r) => !fieldHolds(r, node.name))
  return { term, expressions, fields, whole: expressions.length + fields.length === matchExpressions.length + matchFields.length }
}

function indexes<T>(list: readonly T[], chosen: (item: T) => boolean): number[] {
  return list.flatMap((item, i) => (chosen(item) ? [i] : []))
}
