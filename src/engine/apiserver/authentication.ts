import type { UserInfo } from '../api/request.ts'

/** Who the administrator's kubeconfig says you are (kubeadm's default). */
export const admin: UserInfo = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] }

const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

/** Users of the components, as kubeadm's certificates name them. */
export function componentUser(component: string): UserInfo {
  if (component.startsWith('kubelet/')) {
    return { name: `system:node:${component.slice('kubelet/'.length)}`, groups: ['system:nodes', 'system:authenticated'] }
  }
  const controller = component.startsWith('kube-controller-manager/') ? component.slice('kube-controller-manager/'.length) : undefined
  if (controller !== undefined) {
    return {
      name: `system:serviceaccount:kube-system:${controller}`,
      groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
    }
  }
  return { name: `system:${component}`, groups: ['system:authenticated'] }
}

/** First stage: who is it? A request without credentials is anonymous, which the next stage may refuse. */
export function authenticate(user: UserInfo | undefined): UserInfo {
  return user ?? anonymous
}
