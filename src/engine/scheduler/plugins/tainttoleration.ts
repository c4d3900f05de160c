import type { Node, Pod, Taint, Toleration } from '../../api/types.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { Add, UpdateNodeTaint, UpdatePodToleration } from '../framework/events.ts'
import type { Change } from '../../api/scheduling.ts'
import { pointer } from '../framework/change.ts'
import { unresolvable } from '../framework/status.ts'
import type { Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'
import { defaultNormalize } from './normalize.ts'
import { firstUntolerated, isHard, isTolerated } from '../../api/tolerations.ts'

const refusal = unresolvable(names.TaintToleration, 'node(s) had untolerated taint(s)')

const hardTaints = (node: Node): readonly Taint[] => (node.spec.taints ?? []).filter(isHard)

function hasUntolerated(node: Node | undefined, pod: Pod): boolean {
  return node === undefined || firstUntolerated(hardTaints(node), pod.spec.tolerations) !== undefined
}

/** Tolerations that can cover a PreferNoSchedule taint. */
function softTolerations(pod: Pod): readonly Toleration[] {
  return (pod.spec.tolerations ?? []).filter((t) => !t.effect || t.effect === 'PreferNoSchedule')
}

/**
 * NoSchedule and NoExecute taints that the pod does not tolerate exclude a node; PreferNoSchedule taints
 * make it less welcome.
 */
export const taintToleration = (): Plugin<null, readonly Toleration[]> => ({
  name: names.TaintToleration,
  events: [
    {
      resource: 'Node',
      action: Add | UpdateNodeTaint,
      hint: (pod, old, next) =>
        hasUntolerated(old as Node | undefined, pod) && !hasUntolerated(next as Node, pod) ? 'Queue' : 'Skip',
    },
    {
      resource: 'UnschedulablePod',
      action: UpdatePodToleration,
      hint: (pod, _old, next) => (next!.metadata.uid === pod.metadata.uid ? 'Queue' : 'Skip'),
    },
  ],
  filter: (_state, { pod }, node) =>
    node.hardTaints.length > 0 && firstUntolerated(node.hardTaints, pod.spec.tolerations) !== undefined ? refusal : undefined,
  preScore: ({ pod }) => ({ state: softTolerations(pod) }),
  score: (tolerations, _pod, nodes, scores) => {
    for (let i = 0; i < nodes.length; i++) scores[i] = countUntolerated(nodes[i]!.softTaints, tolerations)
  },
  normalize: (_state, _pod, _nodes, scores) => defaultNormalize(scores, true),
  changes: ({ pod }, node) => changes(pod, node),
})

function countUntolerated(taints: readonly Taint[], tolerations: readonly Toleration[]): number {
  if (taints.length === 0) return 0
  let count = 0
  for (const taint of taints) if (!isTolerated(tolerations, taint)) count++
  return count
}

/** Take the taints away, or tolerate them. */
function changes(pod: Pod, node: NodeInfo): Change[] {
  const all = node.node?.spec.taints ?? []
  const untolerated = all.filter((taint) => isHard(taint) && !isTolerated(pod.spec.tolerations, taint))
  if (untolerated.length === 0) return []
  const facts = { node: node.name, taints: untolerated }
  const present = pod.spec.tolerations
  const tolerations = untolerated.map(({ key, value, effect }) =>
    value ? { key, operator: 'Equal', value, effect } : { key, operator: 'Exists', effect },
  )
  return [
    {
      target: 'node', type: 'RemoveTaints', facts,
      // From the end, so that the places of the others stay true.
      patch: untolerated.toReversed().map((taint) => ({ op: 'remove', path: pointer('spec', 'taints', all.indexOf(taint)) })),
    },
    {
      target: 'pod', type: 'AddTolerations', facts,
      patch: present === undefined
        ? [{ op: 'add', path: '/spec/tolerations', value: tolerations }]
        : tolerations.map((value) => ({ op: 'add', path: '/spec/tolerations/-', value })),
    },
  ]
}
