import { extended } from '../../api/extended.ts'
import type { HttpRequest, HttpResponse, NetworkError } from '../../runtime/container-os.ts'
import type { Network, Sender } from '../network.ts'
import type { RequestStory } from '../request-steps.ts'
import type { Backend } from '../service-rules.ts'
import { match, type Server, type Upstream } from './routes.ts'

/** nginx as ingress-nginx configures it (proxy-connect-timeout, proxy-read-timeout, proxy-next-upstream-tries). */
const connectTimeoutMs = 5_000
const readTimeoutMs = 60_000
const tries = 3
/** Requests that may not be done twice are not sent again once they have been sent. */
const notIdempotent: ReadonlySet<string> = new Set(['POST', 'LOCK', 'PATCH'])

export const proxyName = 'ingress-nginx'

/** The proxy: a server for each host, and what it does with one request. */
export class Proxy {
  private readonly routes: { servers: ReadonlyMap<string, Server> }
  private readonly network: Network
  private readonly self: Sender
  /** Whose turn it is, by Service. */
  private readonly turns = new Map<string, number>()

  constructor(network: Network, self: Sender, routes: { servers: ReadonlyMap<string, Server> }) {
    this.routes = routes
    this.network = network
    this.self = self
  }

  handle(request: HttpRequest, secure: boolean, reply: (r: HttpResponse) => void, told: RequestStory | undefined): void {
    const own = (r: HttpResponse): void => {
      told?.answeredBy(proxyName)
      reply(r)
    }
    const host = (request.headers['host'] ?? '').replace(/:\d+$/, '')
    const found = match(this.routes.servers, host, request.path)
    if (found === undefined) return own(errorPage(404))
    if (found.server.tls && !secure) return own({ ...errorPage(308), headers: { ...errorPage(308).headers, location: `https://${host}${request.path}` } })
    const { upstream } = found.location
    if (upstream.backends.length === 0) return own(errorPage(503))
    const source = request.source ?? ''
    const headers = extended(request.headers, { 'x-real-ip': source, 'x-forwarded-for': source, 'x-forwarded-host': host, 'x-forwarded-proto': secure ? 'https' : 'http', 'x-scheme': secure ? 'https' : 'http' })
    this.pass({ ...request, path: found.path, headers }, upstream, Math.min(tries, upstream.backends.length), told, reply, own)
  }

  /** To one of the backends after another, until one answers or there have been tries enough. */
  private pass(request: HttpRequest, upstream: Upstream, left: number, told: RequestStory | undefined, reply: (r: HttpResponse) => void, own: (r: HttpResponse) => void): void {
    const backend = this.next(upstream)
    told?.routed(upstream.service, backend, proxyName)
    const failed = (error: NetworkError['error'], isSent: boolean): void => {
      const again = left > 1 && !(isSent && notIdempotent.has(request.method))
      if (again) this.pass(request, upstream, left - 1, told, reply, own)
      else own(errorPage(error === 'timeout' ? 504 : 502))
    }
    const { network, self } = this
    network.tcp(self, backend.ip, backend.port, connectTimeoutMs, (connection) => {
      if ('error' in connection) return failed(connection.error, false)
      network.http(self, backend.ip, { ...request, port: backend.port, secure: false }, readTimeoutMs, (answer) => ('error' in answer ? failed(answer.error, true) : reply(answer)))
    })
  }

  /** Round robin. */
  private next({ service, backends }: Upstream): Backend {
    const turn = this.turns.get(service) ?? 0
    this.turns.set(service, turn + 1)
    return backends[turn % backends.length]!
  }
}

const titles: Readonly<Record<number, string>> = {
  308: '308 Permanent Redirect',
  404: '404 Not Found',
  502: '502 Bad Gateway',
  503: '503 Service Temporarily Unavailable',
  504: '504 Gateway Time-out',
}

/** As nginx words it. */
export function errorPage(status: number): HttpResponse {
  const title = titles[status]!
  const body = ['<html>', `<head><title>${title}</title></head>`, '<body>', `<center><h1>${title}</h1></center>`, '<hr><center>nginx</center>', '</body>', '</html>', '']
  return { status, headers: { 'content-type': 'text/html' }, body: body.join('\r\n') }
}
