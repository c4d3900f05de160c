import { fromBase64 } from '../../api/base64.ts'
import { type CertificateRequest, readRequest } from '../../api/pki/x509.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource } from '../../client/client.ts'
import type { Call } from '../../client/controller.ts'

export const requests = resource('certificatesigningrequests', 'certificates.k8s.io')

export const signers = {
  user: 'kubernetes.io/kube-apiserver-client',
  kubelet: 'kubernetes.io/kube-apiserver-client-kubelet',
  serving: 'kubernetes.io/kubelet-serving',
} as const

interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastUpdateTime?: string
}

export const conditionsOf = ({ status }: KubeObject): readonly Condition[] => status?.conditions ?? []
export const has = (request: KubeObject, type: string): boolean => conditionsOf(request).some((condition) => condition.type === type)

/** Nothing, where nothing can be read. */
export const contentOf = ({ spec }: KubeObject): CertificateRequest => readRequest(fromBase64(spec.request as string)) ?? { subject: [], alternatives: [], publicKey: [] }

export function withStatus(request: KubeObject, status: object, subresource: 'approval' | 'status'): Call {
  return { verb: 'update', info: requests, subresource, name: request.metadata.name, body: { ...request, status: { ...request['status'], ...status } }, tolerate: [404] }
}
