import type { Response } from '../api/request.ts'
import { aggregated, type ResourceInfo } from '../api/resources.ts'
import { resourceNotFound, serviceUnavailable } from '../api/status.ts'
import type { KubeObject, Status } from '../api/types.ts'
import { jsonOf } from '../api/json.ts'
import type { Exchange } from './exchange.ts'
import { endpointOf, type HttpAnswer, type Place, type ProxiedRequest, proxiedRequest, type ProxyTarget, queryText } from './proxying.ts'
import { refusal } from './read.ts'
import type { ApiRequest } from './request-info.ts'

/** APIServices of which somebody behind this server serves an API (kube-aggregator pkg/apiserver/handler_proxy.go). */
const followed = 'apiservices/v1beta1.metrics.k8s.io'

const isAvailable = (service: KubeObject | undefined): boolean =>
  ((service?.['status']?.conditions ?? []) as { type: string; status: string }[]).some(({ type, status }) => type === 'Available' && status === 'True')

/** What is served by other servers just now. */
export const servedBehind = (etcd: Pick<Place, 'get'>): readonly ResourceInfo[] => (isAvailable(etcd.get(followed)) ? aggregated : [])

/** Where such a request goes; a Status when it goes nowhere. */
export function aggregatedTarget({ info, namespace, name, query }: ApiRequest, place: Place): ProxyTarget | Status {
  const found = place.get(followed)
  if (found === undefined) return resourceNotFound()
  const { service } = found['spec'] as { service?: { namespace: string; name: string; port?: number } }
  const object = service === undefined ? undefined : place.get(`services/${service.namespace}/${service.name}`)
  if (!isAvailable(found) || object === undefined) return unable
  const endpoint = endpointOf(object, service!.name, String(service!.port ?? 443), place)
  if ('kind' in endpoint) return unable
  const path = [`/apis/${info!.group}/${info!.version}`, ...(namespace === undefined ? [] : ['namespaces', namespace]), info!.plural, ...(name === undefined ? [] : [name])].join('/')
  return { ...endpoint, path: `${path}${queryText(query)}`, secure: true }
}

export const aggregatedRequest = ({ request, background }: Exchange, target: ProxyTarget): ProxiedRequest =>
  ({ ...proxiedRequest(request, target), headers: request.accept === 'table' ? { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } : {}, quiet: background })

export function aggregatedAnswer(answer: HttpAnswer): Response {
  if ('error' in answer) return refusal(unable)
  const body = jsonOf(answer.body) as KubeObject | undefined
  return body === undefined ? { code: answer.status, body: answer.body, contentType: 'text/plain' } : { code: answer.status, body }
}

const unable = serviceUnavailable('the server is currently unable to handle the request')
