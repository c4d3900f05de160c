import { type HttpRequest, type HttpResponse, reasonPhrase, textResponse } from '../http.ts'
import type { Exchange, Listener } from '../process/listener.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { request as httpRequest, parseUrl } from '../tools/http-client.ts'
import { chooseLocation, type Directive, type NginxServer } from './nginx-config.ts'
import { ACCESS_LOG, ERROR_LOG, NginxLogs, stamp } from './nginx-logs.ts'
import { nginxVersionText as version } from './nginx-version.ts'
import type { Answer } from './serve.ts'
import { readBelow } from './static-files.ts'

/** What the configuration says of one address: the same for every request for it. */
interface Route {
  server: NginxServer | undefined
  prefix: string
  directives: readonly Directive[]
}

/** More addresses than this are not remembered. */
const MAX_ROUTES = 100

/** The process of nginx that answers; its master alone decides about its end. */
export class Worker {
  private readonly routes = new Map<string, Route>()
  private readonly p: Process
  private readonly servers: readonly NginxServer[]
  private readonly listeners: readonly Listener[]
  private readonly state: { ready: boolean }
  private readonly logs: NginxLogs
  /** What the error log is told of the request that is answered. */
  private complaint: string | undefined
  private connections = 0

  constructor(p: Process, servers: readonly NginxServer[], listeners: readonly Listener[], state: { ready: boolean }) {
    this.p = p
    this.logs = new NginxLogs(p)
    this.servers = servers
    this.listeners = listeners
    this.state = state
  }

  *run(): Run<number> {
    const { p } = this
    // The master alone decides about the end.
    for (const signal of ['QUIT', 'TERM', 'INT', 'HUP'] as const) p.onSignal(signal, 'ignore')
    for (;;) {
      const exchange = this.accept()
      if (exchange === undefined) {
        yield { wait: 'accept', listeners: this.listeners, interruptible: false }
        continue
      }
      p.cpu.charge(100)
      const { request } = exchange
      this.connections++
      this.complaint = undefined
      const answer = yield* this.answer(request)
      const response = 'error' in answer.response ? textResponse(502, errorPage(this.p, 502), 'text/html') : answer.response
      yield* this.log(request, response)
      const { status, headers, body } = response
      exchange.reply({ status, headers: { server: `nginx/${version(p)}`, ...headers }, body })
    }
  }

  /** One at a time: what has come to other ports waits there. */
  private accept(): Exchange | undefined {
    for (const listener of this.listeners) {
      const exchange = listener.accept()
      if (exchange !== undefined) return exchange
    }
    return undefined
  }

  private routeOf(request: HttpRequest, path: string): Route {
    const asked = request.headers['host'] ?? ''
    const key = `${request.port} ${asked} ${path}`
    const known = this.routes.get(key)
    if (known !== undefined) return known
    const host = asked.replace(/:\d+$/, '')
    const onPort = this.servers.filter((s) => s.ports.includes(request.port))
    const server = onPort.find((s) => s.names.includes(host)) ?? onPort[0]
    const location = server === undefined ? undefined : chooseLocation(server, path)
    const directives = [...(location?.directives ?? []), ...(server?.directives ?? [])]
    const route: Route = { server, prefix: location?.path ?? '/', directives }
    if (this.routes.size >= MAX_ROUTES) this.routes.clear()
    this.routes.set(key, route)
    return route
  }

  private *log(request: HttpRequest, response: HttpResponse): Run<void> {
    const { server, directives } = this.routeOf(request, pathOf(request))
    if (this.complaint !== undefined) {
      const { p } = this
      const about = `client: ${request.source ?? '127.0.0.1'}, server: ${server?.names[0] ?? ''}, request: "${request.method} ${request.path} HTTP/1.1"`
      yield* this.logs.write(ERROR_LOG, `${stamp(p)} [error] ${p.pid}#${p.pid}: *${this.connections} ${this.complaint.replace('CLIENT', about)}, host: "${request.headers['host'] ?? ''}"\n`)
    }
    const [path = ACCESS_LOG] = directives.find((d) => d.name === 'access_log')?.args ?? []
    if (path !== 'off') yield* this.logs.write(path, accessLine(this.p, request, response))
  }

  private *answer(request: HttpRequest): Run<Answer> {
    const path = pathOf(request)
    const { server, prefix, directives } = this.routeOf(request, path)
    if (server === undefined) return { response: { error: 'reset' } }
    const get = (name: string) => directives.find((d) => d.name === name)
    const returned = get('return')
    if (returned !== undefined) return { response: this.returned(returned, request) }
    const proxied = get('proxy_pass')
    if (proxied !== undefined)
      return { response: yield* this.proxy(proxied.args[0] ?? '', prefix, request) }
    if (get('stub_status') !== undefined)
      return {
        response: textResponse(
          200,
          'Active connections: 1 \nserver accepts handled requests\n 1 1 1 \nReading: 0 Writing: 1 Waiting: 0 \n',
        ),
      }
    return { response: this.file(get, prefix, path, request.method) ?? this.builtIn(path) }
  }

  private returned(d: Directive, request: HttpRequest): HttpResponse {
    const code = /^\d{3}$/.test(d.args[0] ?? '') ? Number(d.args[0]) : 302
    const text = (/^\d{3}$/.test(d.args[0] ?? '') ? d.args.slice(1) : d.args).join(' ').replaceAll('\\n', '\n')
    const facts: Record<string, string> = {
      hostname: this.p.machine.config.hostname,
      host: request.headers['host'] ?? '',
      request_uri: request.path,
      uri: request.path.split('?')[0]!,
      remote_addr: request.source ?? '',
      server_addr: this.p.machine.config.ip(),
      http_user_agent: request.headers['user-agent'] ?? '',
      request_method: request.method,
    }
    const body = text.replaceAll(/\$\{?(\w+)\}?/g, (all, name: string) => facts[name] ?? all)
    if (code >= 300 && code < 400)
      return { ...textResponse(code, errorPage(this.p, code), 'text/html'), headers: { location: body } }
    return textResponse(code, body === '' && code >= 400 ? errorPage(this.p, code) : body, 'text/plain')
  }

  private *proxy(target: string, prefix: string, request: HttpRequest): Run<HttpResponse> {
    const url = parseUrl(target)
    if (url === undefined) return textResponse(502, errorPage(this.p, 502), 'text/html')
    const withPath = /^https?:\/\/[^/]+\//.test(target)
    const path = withPath
      ? url.path.replace(/\/$/, '') +
        (request.path.slice(prefix.length).startsWith('/') || prefix.endsWith('/') ? '/' : '') +
        request.path.slice(prefix.length).replace(/^\//, '')
      : request.path
    const r = yield* httpRequest(
      this.p,
      { ...url, path: path === '' ? '/' : path },
      {
        method: request.method,
        headers: { ...request.headers, host: url.host },
        body: request.body,
        timeoutMs: 60_000,
      },
    )
    if ('error' in r) {
      const why = r.error === 'timeout' ? 'upstream timed out (110: Operation timed out)' : r.error === 'unreachable' ? 'connect() failed (113: Host is unreachable)' : 'connect() failed (111: Connection refused)'
      this.complaint = `${why} while connecting to upstream, CLIENT, upstream: "${url.scheme}://${url.host}:${url.port}${path === '' ? '/' : path}"`
      const status = r.error === 'timeout' ? 504 : 502
      return textResponse(status, errorPage(this.p, status), 'text/html')
    }
    return r
  }

  /** Files are only read: POST is refused where one is, other methods everywhere (ngx_http_static_module). */
  private file(get: (name: string) => Directive | undefined, prefix: string, path: string, method: string): HttpResponse | undefined {
    const refused = (): HttpResponse => textResponse(405, errorPage(this.p, 405), 'text/html')
    if (!['GET', 'HEAD', 'POST'].includes(method)) return refused()
    const index = get('index')?.args ?? ['index.html']
    const alias = get('alias')?.args[0]
    const root = alias ?? get('root')?.args[0] ?? '/etc/nginx/html'
    const below = (at: string) =>
      readBelow(this.p, root.replace(/\/$/, ''), alias === undefined ? at : at.slice(prefix.length) || '/', index)
    const tries = get('try_files')?.args.map((t) => t.replaceAll('$uri', path)) ?? [path]
    for (const [i, attemptPath] of tries.entries()) {
      if (attemptPath.startsWith('='))
        return textResponse(Number(attemptPath.slice(1)), errorPage(this.p, Number(attemptPath.slice(1))), 'text/html')
      const found = below(attemptPath)
      if (typeof found === 'object' && 'redirect' in found)
        return { ...textResponse(301, errorPage(this.p, 301), 'text/html'), headers: { location: found.redirect } }
      if (typeof found === 'object') return method === 'POST' ? refused() : found
      if (i < tries.length - 1) continue
      const at = `${root.replace(/\/$/, '')}${attemptPath}`
      this.complaint = found === 404 ? `open() "${at}" failed (2: No such file or directory), CLIENT` : attemptPath.endsWith('/') ? `directory index of "${at}" is forbidden, CLIENT` : `open() "${at}" failed (13: Permission denied), CLIENT`
      if (found === 403) return textResponse(403, errorPage(this.p, 403), 'text/html')
    }
    return undefined
  }

  private builtIn(path: string): HttpResponse {
    if (path === '/unready' || path === '/makeready') this.state.ready = path === '/makeready'
    if (path === '/ready' || path === '/unready' || path === '/makeready') {
      this.complaint = undefined
      return textResponse(path !== '/ready' || this.state.ready ? 200 : 503, '')
    }
    return textResponse(404, errorPage(this.p, 404), 'text/html')
  }
}

function pathOf({ path }: HttpRequest): string {
  const question = path.indexOf('?')
  return question < 0 ? path : path.slice(0, question)
}

/** Where nginx has words of its own. */
const ownPhrases: Readonly<Record<number, string>> = { 405: 'Not Allowed', 408: 'Request Time-out', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out' }

const errorPage = (p: Process, status: number): string => errorBody(status, `nginx/${version(p)}`)

/** As nginx words it, in the name of what it says that it is. */
export function errorBody(status: number, product: string): string {
  const title = `${status} ${ownPhrases[status] ?? reasonPhrase(status)}`
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>${product}</center>\r\n</body>\r\n</html>\r\n`
}

function accessLine(p: Process, r: HttpRequest, response: HttpResponse): string {
  return `${r.source ?? '-'} - - [${formatTime('%d/%b/%Y:%T %z', p.machine.now())}] "${r.method} ${r.path} HTTP/1.1" ${response.status} ${response.body.length} "${r.headers['referer'] ?? '-'}" "${r.headers['user-agent'] ?? '-'}" "-"\n`
}
