/** How the API server reaches a webhook (apiserver/pkg/util/webhook client.go, kube-aggregator's cluster IP resolver, net/http). */
import { goQuote } from '../../api/field.ts'
import type { HttpAnswer, ProxyTarget } from '../proxying.ts'
import type { AdmissionContext } from './plugin.ts'

export interface ClientConfig {
  url?: string
  service?: { namespace: string; name: string; path?: string; port?: number }
  caBundle?: string
}

/** Where it is asked, or why nobody there would answer. */
export function webhookTarget({ url, service, caBundle }: ClientConfig, timeoutSeconds: number, context: Pick<AdmissionContext, 'get' | 'dial'>): ProxyTarget | { why: string } {
  const at = url ?? `https://${service!.name}.${service!.namespace}.svc:${service!.port ?? 443}${service!.path ?? ''}`
  const [, host = '', path = ''] = /^https:\/\/([^/]*)(.*)$/i.exec(at) ?? []
  const asked = `${path === '' ? '/' : path}?timeout=${timeoutSeconds}s`
  const failed = (why: string): { why: string } => ({ why: `Post ${goQuote(`https://${host}${asked}`)}: ${why}` })
  if (service === undefined) return failed(lookupFailure(host))
  const found = addressOf(service, context)
  if ('why' in found) return failed(found.why)
  const { ip, port } = found
  const spoken = context.dial(ip, port)
  if (spoken === 'TLS' || (spoken === 'private TLS' && caBundle)) {
    return { ip, port, path: asked, secure: true, goal: `service/${service.namespace}/${service.name}`, patienceMs: timeoutSeconds * 1000 }
  }
  if (spoken === 'private TLS') return failed('tls: failed to verify certificate: x509: certificate signed by unknown authority')
  return failed(spoken === 'timeout' ? 'context deadline exceeded' : spoken === 'plain' ? plain : `dial tcp ${ip}:${port}: connect: ${spoken}`)
}

const plain = 'http: server gave HTTP response to HTTPS client'

/** The world outside is not there. */
const lookupFailure = (host: string): string => `dial tcp: lookup ${host.replace(/:\d+$/, '')}: no such host`

function addressOf({ namespace, name, port = 443 }: NonNullable<ClientConfig['service']>, context: Pick<AdmissionContext, 'get'>): { ip: string; port: number } | { why: string } {
  const service = context.get('services', namespace, name)
  if (service === undefined) return { why: `service ${goQuote(name)} not found` }
  const { type, clusterIP, externalName, ports = [] } = service['spec']
  if (type === 'ExternalName') return { why: lookupFailure(externalName) }
  if (clusterIP === 'None') return { why: 'cannot route to service with ClusterIP "None"' }
  if (!(ports as { port: number }[]).some((entry) => entry.port === port)) return { why: `no service port ${port} found for service ${goQuote(name)}` }
  return { ip: clusterIP, port }
}

/** The JSON of an answer, or why it is none (client-go rest.Result.Into). */
export function jsonOf(answer: HttpAnswer, { ip, port, path, goal }: ProxyTarget): { value: unknown } | { why: string } {
  if ('error' in answer) {
    const [, namespace, name] = goal.split('/')
    return { why: `Post ${goQuote(`https://${name}.${namespace}.svc:${port}${path}`)}: ${failures[answer.error].replace('ADDRESS', `${ip}:${port}`)}` }
  }
  if (answer.status < 200 || answer.status > 206) return { why: refusals[answer.status] ?? (answer.status >= 500 ? serverError(answer.body) : 'unknown') }
  try {
    return { value: JSON.parse(answer.body) }
  } catch {
    return { why: `couldn't get version/kind; json parse error: invalid character '${answer.body.trimStart()[0] ?? ' '}' looking for beginning of value` }
  }
}

const failures: Readonly<Record<Extract<HttpAnswer, { error: string }>['error'], string>> = {
  refused: 'dial tcp ADDRESS: connect: connection refused', timeout: 'context deadline exceeded', unreachable: 'dial tcp ADDRESS: connect: no route to host',
  unresolved: 'no such host', reset: 'read: connection reset by peer', closed: 'EOF', plain,
}

/** apimachinery/pkg/api/errors NewGenericServerResponse. */
const refusals: Readonly<Record<number, string>> = {
  400: 'the server rejected our request for an unknown reason', 401: 'the server has asked for the client to provide credentials', 403: 'forbidden',
  404: 'the server could not find the requested resource', 405: 'the server does not allow this method on the requested resource',
}

const serverError = (body: string): string => `an error on the server (${goQuote(body.trim() === '' ? 'unknown' : body.trim())}) has prevented the request from succeeding`
