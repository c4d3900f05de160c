/** The machine on which `kubeadm init` was run. */
export const controlPlaneName = 'control-plane'
/** Labels and taint by which it is known (cmd/kubeadm/app/constants). */
export const controlPlaneLabel = 'node-role.kubernetes.io/control-plane'
