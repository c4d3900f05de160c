/** What a kubelet has told of its node before the film begins. */
import { migratedPlugins } from '../../api/migratedPlugins.ts'
import { formatMicroTime, formatTime } from '../../api/time.ts'
import type { Node, NodeCondition } from '../../api/types.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { Random } from '../../kernel/random.ts'

/** Virtual ms: the lease is renewed every 10 s (KEP-589). */
export const leasePeriodMs = 10_000
export const leaseDurationSeconds = 40

export const heartbeats = (kernel: Kernel, nodeName: string): Random => kernel.random(`heartbeat of ${nodeName}`)

/** Virtual ms until the lease is renewed for the first time: the first number of the node's heartbeats. */
export function firstRenewalMs(kernel: Kernel, nodeName: string): number {
  return heartbeats(kernel, nodeName).int(leasePeriodMs)
}

/** The conditions of a node that is well (pkg/kubelet/nodestatus/setters.go). */
export function readyConditions(nowMs: number, sinceMs = nowMs): NodeCondition[] {
  const [time, since] = [formatTime(nowMs), formatTime(sinceMs)]
  const condition = (type: string, status: NodeCondition['status'], reason: string, message: string): NodeCondition => ({
    type, status, lastHeartbeatTime: time, lastTransitionTime: since, reason, message,
  })
  return [
    condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
  ]
}

const ownedBy = ({ metadata: { name, uid } }: Node) => [{ apiVersion: 'v1', kind: 'Node', name, uid }]

export function newLease(node: Node, nowMs: number) {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: node.metadata.name,
      namespace: 'kube-node-lease',
      ownerReferences: ownedBy(node),
    },
    spec: { holderIdentity: node.metadata.name, leaseDurationSeconds, renewTime: formatMicroTime(nowMs) },
  }
}

/** Which drivers are on the node, as far as they have registered: none has (pkg/volume/csi/nodeinfomanager). */
export function newCSINode(node: Node) {
  const annotations = { 'storage.alpha.kubernetes.io/migrated-plugins': Object.keys(migratedPlugins).join(',') }
  return { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name: node.metadata.name, annotations, ownerReferences: ownedBy(node) }, spec: { drivers: null } }
}
