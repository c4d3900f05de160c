/** The machine on which `kubeadm init` was run, and what it was told of the networks (--pod-network-cidr). */
export const controlPlaneName = 'control-plane'
export const podNetwork = '10.244.0.0/16'
export const serviceNetwork = '10.96.0.0/12'
/** Labels and taint by which it is known (cmd/kubeadm/app/constants). */
export const controlPlaneLabel = 'node-role.kubernetes.io/control-plane'
