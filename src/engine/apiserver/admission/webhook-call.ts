/** How the API server reaches a webhook (apiserver/pkg/util/webhook client.go, kube-aggregator's cluster IP resolver, net/http). */
import { goQuote } from '../../api/field.ts'
import type { AdmissionContext } from './plugin.ts'

export interface ClientConfig {
  url?: string
  service?: { namespace: string; name: string; path?: string; port?: number }
}

/**
 * Why nobody there answers. Whoever speaks TLS does: what a webhook's image checks or changes nobody knows, and it is taken to have nothing
 * against a request.
 */
export function callFailure({ url, service }: ClientConfig, timeoutSeconds: number, context: AdmissionContext): string | undefined {
  const at = url ?? `https://${service!.name}.${service!.namespace}.svc:${service!.port ?? 443}${service!.path ?? ''}`
  const [, host = '', path = ''] = /^https:\/\/([^/]*)(.*)$/i.exec(at) ?? []
  const why = service === undefined ? lookupFailure(host) : serviceFailure(service, context)
  return why === undefined ? undefined : `Post ${goQuote(`https://${host}${path === '' ? '/' : path}?timeout=${timeoutSeconds}s`)}: ${why}`
}

/** The world outside is not there. */
const lookupFailure = (host: string): string => `dial tcp: lookup ${host.replace(/:\d+$/, '')}: no such host`

function serviceFailure({ namespace, name, port = 443 }: NonNullable<ClientConfig['service']>, context: AdmissionContext): string | undefined {
  const service = context.get('services', namespace, name)
  if (service === undefined) return `service ${goQuote(name)} not found`
  const { type, clusterIP, externalName, ports = [] } = service['spec']
  if (type === 'ExternalName') return lookupFailure(externalName)
  if (clusterIP === 'None') return 'cannot route to service with ClusterIP "None"'
  if (!(ports as { port: number }[]).some((entry) => entry.port === port)) return `no service port ${port} found for service ${goQuote(name)}`
  const fault = context.dial(clusterIP, port)
  if (fault === 'TLS') return undefined
  return fault === 'timeout' ? 'context deadline exceeded' : fault === 'plain' ? 'http: server gave HTTP response to HTTPS client' : `dial tcp ${clusterIP}:${port}: connect: ${fault}`
}
