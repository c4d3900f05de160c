import { isKubeletLabel } from '../../api/kubeletLabels.ts'
import type { Node } from '../../api/types.ts'

/** A node as its kubelet registers it: of what it once had, that which is the kubelet's to say (kubelet_node_status.go initialNode). */
export function newNode({ metadata: { name, labels = {} }, spec: { taints = [], providerID }, status: machine }: Node, status: Partial<Node['status']>) {
  const { capacity, allocatable, addresses, daemonEndpoints } = machine
  const registered = taints.filter(({ key }) => !key.startsWith('node.kubernetes.io/'))
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: Object.fromEntries(Object.entries(labels).filter(([label]) => isKubeletLabel(label))),
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: { ...(registered.length > 0 && { taints: registered }), ...(providerID !== undefined && { providerID }) },
    status: { capacity, allocatable, addresses, daemonEndpoints, ...status, nodeInfo: { ...machine.nodeInfo, ...status.nodeInfo } },
  }
}
