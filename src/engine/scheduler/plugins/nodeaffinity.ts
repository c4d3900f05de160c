import type { Node, Pod } from '../../api/types.ts'
import { Add, UpdateNodeLabel } from '../framework/events.ts'
import { skip, unresolvable } from '../framework/status.ts'
import type { Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'
import { nodeAffinityChanges } from './nodeaffinitychanges.ts'
import {
  affinityHolds, isEmptyTerm, preferredTerms, requiredNodeAffinity, selectorHolds, termHolds,
  type NodeSelector, type PreferredTerm, type RequiredNodeAffinity, type Selectable,
} from '../../api/nodeSelector.ts'
import { defaultNormalize } from './normalize.ts'

const refusal = unresolvable(names.NodeAffinity, "node(s) didn't match Pod's node affinity/selector")
const enforcedRefusal = unresolvable(names.NodeAffinity, "node(s) didn't match scheduler-enforced node affinity")
const conflict = unresolvable(names.NodeAffinity, 'pod affinity terms conflict')

export interface NodeAffinityArgs {
  /** Affinity that the profile adds to every pod's own. */
  readonly addedAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector
    readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly PreferredTerm[]
  }
}

/** nodeSelector and node affinity: required ones exclude nodes, preferred ones score them. */
export function nodeAffinity({ addedAffinity }: NodeAffinityArgs = {}): Plugin<RequiredNodeAffinity, readonly PreferredTerm[]> {
  const enforced = addedAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const added = addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  return {
    name: names.NodeAffinity,
    events: [{
      resource: 'Node',
      action: Add | UpdateNodeLabel,
      hint: (pod, old, next) => (helps(pod, old as Node | undefined, next as Node, enforced) ? 'Queue' : 'Skip'),
    }],
    preFilter: ({ pod }) => {
      const required = requiredNodeAffinity(pod.spec)
      if (required.affinity === undefined && required.nodeSelector === undefined && enforced === undefined) return skip(names.NodeAffinity)
      const nodeNames = namedNodes(required.affinity)
      if (nodeNames === undefined) return { state: required }
      return nodeNames.size === 0 ? conflict : { state: required, nodeNames }
    },
    filter: (required, _pod, node) => {
      if (enforced !== undefined && !selectorHolds(enforced, node)) return enforcedRefusal
      return affinityHolds(required, node) ? undefined : refusal
    },
    preScore: ({ pod }) => {
      const terms = [...added, ...preferredTerms(pod)].filter((t) => t.weight !== 0 && !isEmptyTerm(t.preference))
      return added.length === 0 && preferredTerms(pod).length === 0 ? skip(names.NodeAffinity) : { state: terms }
    },
    score: (terms, _pod, nodes, scores) => {
      for (let i = 0; i < nodes.length; i++) {
        let sum = 0
        for (const { weight, preference } of terms) if (termHolds(preference, nodes[i]!)) sum += weight
        scores[i] = sum
      }
    },
    normalize: (_state, _pod, _nodes, scores) => defaultNormalize(scores, false),
    changes: ({ pod }, node) => {
      const required = requiredNodeAffinity(pod.spec)
      if (affinityHolds(required, node)) return []
      return nodeAffinityChanges(required, node)
    },
  }
}

/** When every term names nodes by metadata.name, only these come into question. */
function namedNodes(affinity: NodeSelector | undefined): Set<string> | undefined {
  const terms = affinity?.nodeSelectorTerms ?? []
  if (terms.length === 0) return undefined
  const all = new Set<string>()
  for (const term of terms) {
    let ofTerm: string[] | undefined
    for (const { key, operator, values = [] } of term.matchFields ?? []) {
      if (key !== 'metadata.name' || operator !== 'In') continue
      ofTerm = ofTerm === undefined ? [...values] : ofTerm.filter((name) => values.includes(name))
    }
    if (ofTerm === undefined) return undefined
    for (const name of ofTerm) all.add(name)
  }
  return all
}

const selectable = ({ metadata }: Node): Selectable => ({ name: metadata.name, labels: metadata.labels ?? {} })

function helps(pod: Pod, old: Node | undefined, next: Node, enforced: NodeSelector | undefined): boolean {
  if (enforced !== undefined && !selectorHolds(enforced, selectable(next))) return false
  const required = requiredNodeAffinity(pod.spec)
  if (!affinityHolds(required, selectable(next))) return false
  return old === undefined || !affinityHolds(required, selectable(old))
}
