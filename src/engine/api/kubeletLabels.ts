/** Labels in the name of Kubernetes that a kubelet sets of itself (k8s.io/kubelet/pkg/apis/well_known_labels.go). */
const wellKnown = new Set([
  'kubernetes.io/hostname', 'kubernetes.io/os', 'kubernetes.io/arch', 'beta.kubernetes.io/os', 'beta.kubernetes.io/arch',
  'topology.kubernetes.io/zone', 'topology.kubernetes.io/region', 'failure-domain.beta.kubernetes.io/zone', 'failure-domain.beta.kubernetes.io/region',
  'node.kubernetes.io/instance-type', 'beta.kubernetes.io/instance-type',
])

const within = (namespace: string, domain: string): boolean => namespace === domain || namespace.endsWith(`.${domain}`)

/** Whether a kubelet may set it on its node: not what keeps pods away from nodes, and of Kubernetes' own only what is a kubelet's to say. */
export function isKubeletLabel(label: string): boolean {
  const namespace = label.includes('/') ? label.slice(0, label.indexOf('/')) : ''
  if (within(namespace, 'node-restriction.kubernetes.io')) return false
  if (!within(namespace, 'kubernetes.io') && !within(namespace, 'k8s.io')) return true
  return wellKnown.has(label) || within(namespace, 'kubelet.kubernetes.io') || within(namespace, 'node.kubernetes.io')
}
