import { exposition } from '../api/resourceMetrics.ts'
import type { ContainerUsage } from '../api/machine.ts'
import { type HttpRequest, type HttpResponse, textResponse } from '../runtime/http.ts'

export interface KubeletState {
  usage: () => readonly ContainerUsage[]
  now: () => number
  /** What the bearer of a token may do here: undefined when the token is worth nothing (webhook authentication and authorization). */
  judge: (token: string, subresource: string) => { allowed: boolean; refusal: string } | undefined
  /** Whether the certificate is one that the kubelet has made for itself, as kubeadm leaves it. */
  isSelfSigned: boolean
}

/** Port 10250 of a kubelet, for who asks it directly (pkg/kubelet/server/server.go, server/auth.go). */
export function kubeletAnswer({ path, headers }: HttpRequest, { usage, now, judge, isSelfSigned }: KubeletState): HttpResponse {
  const shown = (response: HttpResponse): HttpResponse => (isSelfSigned ? { ...response, certificate: 'self-signed' } : response)
  const token = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1]
  const at = path.replace(/\?.*$/, '')
  const judged = token === undefined ? undefined : judge(token, at.startsWith('/metrics') ? 'metrics' : at.startsWith('/stats') ? 'stats' : 'proxy')
  if (judged === undefined) return shown(textResponse(401, 'Unauthorized'))
  if (!judged.allowed) return shown(textResponse(403, judged.refusal))
  if (at === '/healthz') return shown(textResponse(200, 'ok'))
  return shown(at === '/metrics/resource' ? textResponse(200, exposition(usage(), now())) : textResponse(404, '404 page not found\n'))
}
