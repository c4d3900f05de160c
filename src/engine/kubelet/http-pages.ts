import { exposition } from '../api/resourceMetrics.ts'
import type { ContainerUsage } from '../api/machine.ts'
import { apiServerClient } from '../api/kubeletServer.ts'
import type { KubeletFile } from '../api/kubeletConfiguration.ts'
import type { Pod } from '../api/types.ts'
import { type HttpRequest, type HttpResponse, jsonResponse, textResponse } from '../runtime/http.ts'
import { cadvisorMetrics, runningPods } from './cadvisor.ts'
import { configz } from './configz.ts'
import { summaryOf, type NodeFigures } from './summary.ts'

export interface KubeletState {
  usage: () => readonly ContainerUsage[]
  pods: () => readonly Pod[]
  node: () => NodeFigures
  configuration: KubeletFile
  now: () => number
  /** What the bearer of a token may do here: undefined when the token is worth nothing (webhook authentication and authorization). */
  judge: (shown: Credentials, subresource: string) => { allowed: boolean; refusal: string } | undefined
  /** Whether the certificate is one that the kubelet has made for itself, as kubeadm leaves it. */
  isSelfSigned: boolean
}

/** What whoever asks has shown. */
export type Credentials = { token: string } | { certificate: string }

/** Port 10250 of a kubelet, for who asks it directly (pkg/kubelet/server/server.go, server/auth.go). */
export function kubeletAnswer(request: HttpRequest, state: KubeletState): HttpResponse {
  const shown = (response: HttpResponse): HttpResponse => (state.isSelfSigned ? { ...response, certificate: 'self-signed' } : response)
  const at = request.path.replace(/\?.*$/, '')
  return shown(refused(request, at, state) ?? page(at, state))
}

function refused({ headers, clientCertificate, clientPem }: HttpRequest, at: string, { judge, configuration: { authentication, authorization } }: KubeletState): HttpResponse | undefined {
  if (clientCertificate === apiServerClient) return undefined
  const subresource = at.startsWith('/metrics') ? 'metrics' : at.startsWith('/stats') ? 'stats' : 'proxy'
  const token = /^Bearer (.+)$/.exec(headers['authorization'] ?? '')?.[1]
  const judged = clientPem !== undefined ? judge({ certificate: clientPem }, subresource) : token === undefined ? undefined : judge({ token }, subresource)
  if (judged === undefined && authentication?.anonymous?.enabled !== true) return textResponse(401, 'Unauthorized')
  // Where anybody may come in, nobody of that name has any rights of his own.
  if (authorization?.mode === 'AlwaysAllow') return undefined
  if (judged === undefined) return textResponse(403, `Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource(s)=[${subresource}])`)
  return judged.allowed ? undefined : textResponse(403, judged.refusal)
}

/** Of its own metrics those that tell what runs (pkg/kubelet/metrics/metrics.go). */
function counts(node: string, usages: readonly ContainerUsage[]): string {
  const pods = new Set(usages.map(({ namespace, pod }) => `${namespace}/${pod}`)).size
  const gauge = (name: string, help: string, labels: string, value: number): string => `# HELP ${name} [ALPHA] ${help}\n# TYPE ${name} gauge\n${name}${labels} ${value}\n`
  return [
    gauge('kubelet_node_name', 'The node\'s name. The count is always 1.', `{node="${node}"}`, 1),
    gauge('kubelet_running_containers', 'Number of containers currently running', '{container_state="running"}', usages.length),
    gauge('kubelet_running_pods', 'Number of pods that have a running pod sandbox', '', pods),
  ].join('')
}

function page(at: string, { usage, pods, node, configuration, now }: KubeletState): HttpResponse {
  switch (at.replace(/(?<=.)\/$/, '')) {
    case '/healthz':
    case '/healthz/ping':
    case '/healthz/log':
    case '/healthz/syncloop':
      return textResponse(200, 'ok')
    case '/pods':
      return jsonResponse(200, { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods().map(({ kind: _, apiVersion: __, ...pod }) => pod) })
    case '/configz':
      return jsonResponse(200, configz(configuration))
    case '/stats/summary':
      return textResponse(200, JSON.stringify(summaryOf(node(), pods(), usage(), now()), undefined, 1), 'application/json')
    case '/metrics':
      return textResponse(200, counts(node().name, usage()))
    case '/runningpods':
      return jsonResponse(200, runningPods(pods(), usage()))
    case '/metrics/cadvisor':
      return textResponse(200, cadvisorMetrics(node(), pods(), usage(), now()))
    case '/metrics/resource':
      return textResponse(200, exposition(usage(), now()))
    default:
      return textResponse(404, '404 page not found\n')
  }
}
