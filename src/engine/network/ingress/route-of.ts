import { match, type Server } from './routes.ts'

/** Where a controller's process asks what to do with a request, in its own pod; nginx itself has a port there, for its own. */
export const routePort = 10_246

/** What a proxy is to do with one request: where it goes, or how it is answered at once. */
export interface Route {
  status?: 301 | 308 | 404 | 503
  location?: string
  /** As nginx's log names the Service: 'default-web-80'. */
  upstream?: string
  /** The whole path as the pod is asked for it. */
  path?: string
  secure?: boolean
  backends?: readonly { ip: string; port: number }[]
}

/** The answer to the question that is put as a path: /https/host/the/path?query. */
export function routeOf(servers: ReadonlyMap<string, Server>, question: string, redirect: 301 | 308 | undefined): Route {
  const [, scheme = '', host = '', path = ''] = /^\/([^/]*)\/([^/]*)(\/.*)$/.exec(question) ?? []
  const found = match(servers, host, path)
  if (found === undefined) return { status: 404 }
  if (found.server.tls && scheme === 'http' && redirect !== undefined) return { status: redirect, location: `https://${host}${path}` }
  const { upstream, secure } = found.location
  const name = upstream.service.replace('/', '-')
  if (upstream.backends.length === 0) return { status: 503, upstream: name }
  return { upstream: `${name}-${upstream.port}`, path: found.path, secure, backends: upstream.backends.map(({ ip, port }) => ({ ip, port })) }
}
