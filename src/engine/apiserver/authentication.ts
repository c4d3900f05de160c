import { extended } from '../api/extended.ts'
import type { Request, UserInfo } from '../api/request.ts'
import { special } from './authorization/special.ts'
import type { ObjectReader } from './read.ts'
import type { ApiRequest } from './request-info.ts'

/** Who the administrator's kubeconfig says you are (kubeadm's default). */
export const admin: UserInfo = {
  name: 'kubernetes-admin',
  groups: ['kubeadm:cluster-admins', 'system:authenticated'],
  extra: { 'authentication.kubernetes.io/credential-id': ['X509SHA256=3f0a9c6be1d2475886a3d94c51e07bfa28d6c09e71b45f3ad8027c6e94b1f5d0'] },
}

export const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] }

/** Who says nothing about it shows the administrator's certificate. */
export function asAdmin(r: Request): Request {
  return r.user === undefined && r.token === undefined && r.certificate === undefined ? extended(r, { user: admin }) : r
}

/** Users of the components, as kubeadm's certificates name them. */
export function componentUser(component: string): UserInfo {
  if (component.startsWith('kubelet/')) {
    return { name: `system:node:${component.slice('kubelet/'.length)}`, groups: ['system:nodes', 'system:authenticated'] }
  }
  if (component.startsWith('kube-proxy/')) return { name: 'system:kube-proxy', groups: ['system:authenticated'] }
  if (component === 'coredns' || component === 'kindnet') return serviceAccountUser(component)
  if (component === 'ingress-nginx') return serviceAccountUser(component, component)
  const [process = '', controller] = component.split('/')
  if (process === 'kube-apiserver') return loopback
  // Starts before the others, with the rights of the process itself.
  if (controller === 'tokens-controller') return { name: `system:${process}`, groups: ['system:authenticated'] }
  // They come with their driver, which brings the rights they need.
  if (controller === 'external-attacher' || controller === 'external-resizer') return { name: `system:serviceaccount:kube-system:${controller}`, groups: loopback.groups }
  if (controller !== undefined && controllerManagers.has(process)) return serviceAccountUser(controller)
  return { name: `system:${component}`, groups: ['system:authenticated'] }
}

/** The server itself, when it asks itself (apiserver/pkg/authentication/user APIServerUser). */
const loopback: UserInfo = { name: 'system:apiserver', groups: ['system:authenticated', 'system:masters'] }

const controllerManagers: ReadonlySet<string> = new Set(['kube-controller-manager', 'cloud-controller-manager'])

export function serviceAccountUser(name: string, namespace = 'kube-system'): UserInfo {
  return {
    name: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  }
}

/** First stage: who is it? A request without credentials is anonymous, which the next stage may refuse; a token or a certificate that is worth nothing is 401. */
export function authenticate({ user, token, certificate }: ApiRequest, reader: ObjectReader, nowMs: number): UserInfo | undefined {
  if (user !== undefined) return user
  if (certificate !== undefined) return special.get().certified(certificate, nowMs)
  if (token === undefined) return anonymous
  const bearer = special.get().bearerOf(token, reader, nowMs)
  return 'user' in bearer ? bearer.user : undefined
}
