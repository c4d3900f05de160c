import type { Node, Pod } from '../../api/types.ts'
import { Add, UpdateNodeTaint, UpdatePodToleration } from '../framework/events.ts'
import { skip, unresolvable } from '../framework/status.ts'
import type { Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'
import { isTolerated, unschedulableTaint } from '../../api/tolerations.ts'

const refusal = unresolvable(names.NodeUnschedulable, 'node(s) were unschedulable')

const toleratesCordon = (pod: Pod): boolean => isTolerated(pod.spec.tolerations, unschedulableTaint)

/** No new pods for a cordoned node, except those that tolerate its taint. */
export const nodeUnschedulable = (): Plugin<null> => ({
  name: names.NodeUnschedulable,
  events: [
    {
      resource: 'Node',
      action: Add | UpdateNodeTaint,
      hint: (_pod, old, next) => {
        const was = old === undefined || (old as Node).spec.unschedulable === true
        return was && (next as Node).spec.unschedulable !== true ? 'Queue' : 'Skip'
      },
    },
    {
      resource: 'UnschedulablePod',
      action: UpdatePodToleration,
      hint: (pod, _old, next) => (next!.metadata.uid === pod.metadata.uid && toleratesCordon(next as Pod) ? 'Queue' : 'Skip'),
    },
  ],
  preFilter: ({ pod }) => (toleratesCordon(pod) ? skip(names.NodeUnschedulable) : { state: null }),
  filter: (_state, _pod, node) => (node.unschedulable ? refusal : undefined),
  changes: ({ pod }, node) =>
    !node.unschedulable || toleratesCordon(pod)
      ? []
      : [{
          target: 'node', type: 'Uncordon', patch: [{ op: 'remove', path: '/spec/unschedulable' }], facts: { node: node.name },
        }],
})
