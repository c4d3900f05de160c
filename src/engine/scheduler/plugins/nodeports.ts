import { anyIP, collide, type HostPort } from '../../api/hostPorts.ts'
import type { Pod } from '../../api/types.ts'
import type { NodeInfo } from '../cache/nodeinfo.ts'
import { podInfo, type PodInfo } from '../cache/podinfo.ts'
import { Add, Delete } from '../framework/events.ts'
import type { Change, PatchOperation } from '../../api/scheduling.ts'
import { pointer } from '../framework/change.ts'
import { skip, unschedulable } from '../framework/status.ts'
import type { Plugin } from '../framework/plugin.ts'
import { names } from './names.ts'

const refusal = unschedulable(names.NodePorts, "node(s) didn't have free ports for the requested pod ports")

/** Host ports that are free on the node. */
export const nodePorts = (): Plugin<readonly HostPort[]> => ({
  name: names.NodePorts,
  events: [
    {
      resource: 'Pod',
      action: Delete,
      hint: (pod, old) => {
        const gone = old as Pod
        if (!gone.spec.nodeName && !gone.status.nominatedNodeName) return 'Skip'
        const freed = podInfo(gone).hostPorts
        return podInfo(pod).hostPorts.some((port) => freed.some((other) => collide(port, other))) ? 'Queue' : 'Skip'
      },
    },
    { resource: 'Node', action: Add },
  ],
  preFilter: (pod) => (pod.hostPorts.length === 0 ? skip(names.NodePorts) : { state: pod.hostPorts }),
  filter: (ports, _pod, node) => {
    for (const port of ports) if (node.portTaken(port)) return refusal
    return undefined
  },
  changes,
})

/** Each taken port gives way to the next free one. */
function changes(pod: PodInfo, node: NodeInfo): Change[] {
  const patch: PatchOperation[] = []
  const moved: { from: number; to: number }[] = []
  const chosen = [...pod.hostPorts]
  const replace = (list: 'containers' | 'initContainers') => {
    for (const [c, container] of (pod.pod.spec[list] ?? []).entries()) {
      if (list === 'initContainers' && (container as { restartPolicy?: string }).restartPolicy !== 'Always') continue
      for (const [p, { hostPort, hostIP, protocol }] of (container.ports ?? []).entries()) {
        if (!hostPort) continue
        const port = { ip: hostIP || anyIP, protocol: protocol || 'TCP', port: hostPort }
        if (!node.portTaken(port)) continue
        const to = nextFree(port, node, chosen)
        if (to === undefined) continue
        chosen.push({ ...port, port: to })
        moved.push({ from: hostPort, to })
        patch.push({ op: 'replace', path: pointer('spec', list, c, 'ports', p, 'hostPort'), value: to })
      }
    }
  }
  replace('initContainers')
  replace('containers')
  return patch.length === 0 ? [] : [{ target: 'pod', type: 'ChangeHostPorts', patch, facts: { node: node.name, ports: moved } }]
}

const maxPort = 65_535

function nextFree(port: HostPort, node: NodeInfo, chosen: readonly HostPort[]): number | undefined {
  for (let step = 1; step < maxPort; step++) {
    const candidate = { ...port, port: ((port.port - 1 + step) % maxPort) + 1 }
    if (!node.portTaken(candidate) && !chosen.some((other) => collide(candidate, other))) return candidate.port
  }
  return undefined
}
