export { controlPlaneName } from '../api/pki/kubeadm.ts'
/** Labels and taint by which it is known (cmd/kubeadm/app/constants). */
export const controlPlaneLabel = 'node-role.kubernetes.io/control-plane'
