import type { Pod } from '../../api/types.ts'
import { Add } from '../framework/events.ts'
import { skip, unresolvable } from '../framework/status.ts'
import type { Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'

const refusal = unresolvable(names.NodeName, "node(s) didn't match the requested node name")

const wanted = (pod: Pod): string => pod.spec.nodeName ?? ''

/** Only the node that the pod names. Such a pod normally by-passes the scheduler. */
export const nodeName = (): Plugin<string> => ({
  name: names.NodeName,
  events: [{ resource: 'Node', action: Add }],
  preFilter: ({ pod }) => (wanted(pod) === '' ? skip(names.NodeName) : { state: wanted(pod) }),
  filter: (wantedName, _pod, node) => (wantedName === node.name ? undefined : refusal),
  changes: ({ pod }, node) =>
    wanted(pod) === '' || wanted(pod) === node.name
      ? []
      : [{
          target: 'pod', type: 'RemoveNodeName', patch: [{ op: 'remove', path: '/spec/nodeName' }],
          facts: { wanted: wanted(pod), node: node.name },
        }],
})
