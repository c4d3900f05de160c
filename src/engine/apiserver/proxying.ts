import { apiServerClient, kubeletPort } from '../api/kubeletServer.ts'
import type { Response, Verb } from '../api/request.ts'
import { badRequest, notFound, serviceUnavailable } from '../api/status.ts'
import type { KubeObject, Status } from '../api/types.ts'
import type { ForwardedRequest } from '../api/stream.ts'
import { uriEncoded } from '../api/uri.ts'
import { objectKey } from './keys.ts'
import { rewriteLink, rewritePage } from './proxied-pages.ts'
import { refusal } from './read.ts'
import type { ApiRequest } from './request-info.ts'

/** Where a request goes that a client asks the API server to pass on. */
export interface ProxyTarget {
  ip: string
  port: number
  /** With the query. */
  path: string
  secure: boolean
  /** As steps name it: 'pod/default/web'. */
  goal: string
  /** The name in the certificate that the API server shows there. */
  clientCertificate?: string
  /** How long the answer is waited for, when not as long as for others. */
  patienceMs?: number
}

export type ProxiedRequest = ForwardedRequest & { port: number; secure?: boolean; clientCertificate?: string }

export type HttpAnswer = { status: number; headers: Readonly<Record<string, string>>; body: string } | { error: keyof typeof causes }

/** The API server's way to what it passes requests on to. */
export type Forward = (to: ProxyTarget, request: ProxiedRequest, reply: (answer: HttpAnswer) => void) => void

interface Endpoints extends KubeObject {
  subsets?: { addresses?: { ip: string; targetRef?: { kind?: string; namespace?: string; name?: string } }[]; ports?: { name?: string; port: number }[] }[]
}

export interface Place {
  get: (key: string) => KubeObject | undefined
  /** Below `bound`: which of several it is. */
  draw: (bound: number) => number
}

/** What lies behind the subresource proxy of pods, Services and nodes; a Status when nothing does (ResourceLocation of pkg/registry/core/pod, service/storage and node). */
export function proxyTarget(request: ApiRequest, place: Place): ProxyTarget | Status {
  const { info, namespace = '', name = '' } = request
  const kind = info!.plural
  const parts = splitName(name)
  if (parts === undefined) return badRequest(`invalid ${info!.singular} request "${name}"`)
  const object = place.get(objectKey(info!, namespace, parts.name))
  if (object === undefined) return notFound(info!, parts.name)
  if (kind === 'nodes') return nodePlace(object, parts, pathBehind(request))
  const found = kind === 'pods' ? podPlace(object, parts.port, parts.scheme) : endpointOf(object, name, parts.port, place)
  if ('kind' in found) return found
  return { ...found, path: pathBehind(request), secure: parts.scheme === 'https' }
}

/** `name`, `name:port`, `scheme:name:port` (apimachinery/pkg/util/net SplitSchemeNamePort). */
function splitName(text: string): { scheme: string; name: string; port: string } | undefined {
  const parts = text.split(':')
  const [scheme, name, port] = parts.length === 1 ? ['', parts[0]!, ''] : parts.length === 2 ? ['', ...(parts as [string, string])] : (parts as [string, string, string])
  return parts.length > 3 || name === '' || !['', 'http', 'https'].includes(scheme) ? undefined : { scheme, name, port }
}

type Found = Pick<ProxyTarget, 'ip' | 'port' | 'goal'>

function podPlace({ metadata, spec, status }: KubeObject, wanted: string, scheme: string): Found | Status {
  const declared = (spec?.containers ?? []).find((c: { ports?: unknown[] }) => (c.ports ?? []).length > 0)?.ports[0].containerPort
  const port = Number(wanted === '' ? (declared ?? (scheme === 'https' ? 443 : 80)) : wanted)
  if (!status?.podIP) return badRequest('address not allowed')
  if (Number.isNaN(port)) return noPort(status.podIP, wanted)
  return { ip: status.podIP, port, goal: `pod/${metadata.namespace}/${metadata.name}` }
}

/** What is no number is taken for a part of the host's name. */
const noPort = (ip: string, port: string): Status => serviceUnavailable(`error trying to reach service: dial tcp: lookup ${ip}:${port}: no such host`)

/** The kubelet, unless another port of the node is asked for. */
function nodePlace({ metadata: { name }, status }: KubeObject, { scheme, port }: { scheme: string; port: string }, path: string): ProxyTarget | Status {
  const ip = (status?.addresses as { type: string; address: string }[] | undefined)?.find(({ type }) => type === 'InternalIP')?.address
  if (ip === undefined) return badRequest('address not allowed')
  const kubelet = String(status?.daemonEndpoints?.kubeletEndpoint?.Port ?? kubeletPort)
  if (!/^\d*$/.test(port)) return noPort(ip, port)
  if (port !== '' && port !== kubelet) return { ip, port: Number(port), path, secure: scheme === 'https', goal: `address/${ip}:${port}` }
  return { ip, port: Number(kubelet), path, secure: true, goal: `kubelet/${name}`, clientCertificate: apiServerClient }
}

/** One of those behind a Service. */
export function endpointOf({ metadata, spec }: KubeObject, asked: string, wanted: string, { get, draw }: Place): Found | Status {
  const { namespace = '', name } = metadata
  let portName = wanted
  if (/^\d+$/.test(wanted)) {
    const port = (spec?.ports ?? []).find((p: { port: number }) => p.port === Number(wanted))
    if (port === undefined) return serviceUnavailable(`no service port ${wanted} found for service "${name}"`)
    portName = port.name ?? ''
  }
  const endpoints = get(`endpoints/${namespace}/${name}`) as Endpoints | undefined
  if (endpoints === undefined) return notFound({ group: '', plural: 'endpoints' }, name)
  const subsets = endpoints.subsets ?? []
  if (subsets.length === 0) return serviceUnavailable(`no endpoints available for service "${name}"`)
  const first = draw(subsets.length)
  for (let i = 0; i < subsets.length; i++) {
    const { addresses = [], ports = [] } = subsets[(first + i) % subsets.length]!
    const port = ports.find((p) => (p.name ?? '') === portName)
    if (addresses.length === 0 || port === undefined) continue
    const { ip, targetRef } = addresses[draw(addresses.length)]!
    const goal = targetRef?.kind === 'Pod' ? `pod/${targetRef.namespace}/${targetRef.name}` : `address/${ip}:${port.port}`
    return { ip, port: port.port, goal }
  }
  return serviceUnavailable(`no endpoints available for service "${asked}"`)
}

/** The parts of a subresource know nothing of a slash at the end. */
function pathBehind({ path, subresource, query }: ApiRequest): string {
  const rest = subresource!.slice('proxy'.length)
  return `${rest}${rest === '' || path.endsWith('/') ? '/' : ''}${queryText(query)}`
}

/** The place itself is a directory; whoever only looks is told so (util/proxy/upgradeaware.go). */
export function proxyRedirect({ verb, method, path, subresource, query }: ApiRequest): Response | undefined {
  if (verb !== 'get' || method === 'OPTIONS' || subresource !== 'proxy' || path.endsWith('/')) return undefined
  const text = queryText(query)
  return { code: 301, body: '', location: `${path}/${text}` }
}

export const queryText = (query: ApiRequest['query']): string => {
  const text = Object.entries(query).map((pair) => pair.map(uriEncoded).join('=')).join('&')
  return text === '' ? '' : `?${text}`
}

const methods: Readonly<Partial<Record<Verb, string>>> = { get: 'GET', create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE' }

/** The request as it is passed on. */
export function proxiedRequest({ verb, method, body }: ApiRequest, { path, port, secure, clientCertificate }: ProxyTarget): ProxiedRequest {
  return { method: method ?? methods[verb] ?? 'GET', port, path, headers: {}, body: textOf(body), ...(secure ? { secure } : {}), ...(clientCertificate === undefined ? {} : { clientCertificate }) }
}

const textOf = (body: unknown): string => (typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body))

/** What comes back goes to the client as it is, but for links and redirections to the same server (apimachinery/pkg/util/proxy/transport.go). */
export function proxiedAnswer(answer: HttpAnswer, { ip, port }: ProxyTarget, { path, subresource }: ApiRequest): Response {
  if (!('error' in answer)) {
    const { status, headers, body } = answer
    const behind = path.indexOf('/proxy', path.length - subresource!.length - 2)
    const rewrite = (link: string): string => rewriteLink(link, `${ip}:${port}`, path.slice(0, behind + '/proxy'.length))
    const contentType = headers['content-type'] ?? 'text/plain'
    if (headers['location']) return { code: status, body, contentType, location: rewrite(headers['location']) }
    return { code: status, body: contentType.split(';')[0]!.trim() === 'text/html' ? rewritePage(body, rewrite) : body, contentType }
  }
  const cause = causes[answer.error]
  return refusal(serviceUnavailable(`error trying to reach service: ${cause.replace('ADDRESS', `${ip}:${port}`)}`))
}

const causes = {
  refused: 'dial tcp ADDRESS: connect: connection refused',
  timeout: 'dial tcp ADDRESS: i/o timeout',
  unreachable: 'dial tcp ADDRESS: connect: no route to host',
  unresolved: 'dial tcp: lookup ADDRESS: no such host',
  reset: 'read tcp ADDRESS: read: connection reset by peer',
  closed: 'EOF',
  plain: 'http: server gave HTTP response to HTTPS client',
}
