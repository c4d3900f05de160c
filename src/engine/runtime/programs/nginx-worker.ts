import { byteLength } from '../filesystem/data.ts'
import { type HttpRequest, type HttpResponse, reasonPhrase, textResponse } from '../http.ts'
import type { Exchange, Listener } from '../process/listener.ts'
import type { Process, Run } from '../process/process.ts'
import { msFromCivil } from '../../api/time.ts'
import { formatTime, httpDate, monthNumber } from '../tools/calendar.ts'
import { request as httpRequest, resolveByDns } from '../tools/http-client.ts'
import { isIPv4 } from '../../api/names.ts'
import { chooseLocation, type NginxServer } from './nginx-config.ts'
import type { Directive } from './nginx-syntax.ts'
import { ACCESS_LOG, ERROR_LOG, NginxLogs, stamp } from './nginx-logs.ts'
import { addressIn, groupOf, type Peer, targetOf, type Upstreams } from './nginx-upstream.ts'
import { fastCgiMethod } from './fast-cgi.ts'
import { expandVariables } from './nginx-variables.ts'
import { nginxVersionText as version } from './nginx-version.ts'
import { passOn } from './pass-on.ts'
import type { Answer } from './serve.ts'
import { readBelow } from './static-files.ts'

/** What the configuration says of one address: the same for every request for it. */
interface Route {
  server: NginxServer | undefined
  prefix: string
  directives: readonly Directive[]
  /** Those of the location alone. */
  location: readonly Directive[]
  /** All of a name at the nearest place that has any: nothing is taken over from further out then. */
  own: (name: string) => readonly Directive[]
}

/** More addresses than this are not remembered. */
const MAX_ROUTES = 100

/** The process of nginx that answers; its master alone decides about its end. */
export class Worker {
  private readonly routes = new Map<string, Route>()
  private readonly p: Process
  private readonly servers: readonly NginxServer[]
  private readonly upstreams: Upstreams
  private readonly listeners: readonly Listener[]
  private readonly state: { ready: boolean }
  private readonly logs: NginxLogs
  /** What the error log is told of the request that is answered. */
  private complaint: string | undefined
  private connections = 0
  /** The answer is somebody else's. */
  private isPassedOn = false

  constructor(p: Process, { servers, upstreams }: { servers: readonly NginxServer[]; upstreams: Upstreams }, listeners: readonly Listener[], state: { ready: boolean }) {
    this.p = p
    this.logs = new NginxLogs(p)
    this.servers = servers
    this.upstreams = upstreams
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
      const stream = this.servers.find((server) => server.isStream === true && server.ports.includes(request.port))
      if (stream !== undefined) {
        exchange.reply(yield* this.passedThrough(stream, request))
        continue
      }
      this.complaint = undefined
      this.isPassedOn = false
      const answer = yield* this.answer(request)
      const response = 'error' in answer.response ? textResponse(502, errorPage(this.p, 502), 'text/html') : answer.response
      yield* this.log(request, response)
      const { status, headers, body } = response
      exchange.reply({ status, headers: sentHeaders(p, headers, body), body })
    }
  }

  /** A connection, to one server of the group after another. */
  private *passedThrough({ directives }: NginxServer, request: HttpRequest): Run<HttpResponse | { error: 'reset' }> {
    const { p } = this
    const target = targetOf(`http://${directives.find((d) => d.name === 'proxy_pass')?.args[0] ?? ''}`)
    const peers = target === undefined ? [] : (this.upstreams.peersOf(target.host) ?? this.upstreams.peersOf(groupOf(target.host, target.port ?? 80)) ?? [])
    for (const { address, port } of peers) {
      const answer = yield* passOn(p, { host: address, port }, request, { timeoutMs: 600_000 })
      if (!('error' in answer)) return answer
      yield* this.logs.write(ERROR_LOG, `${stamp(p)} [error] ${p.pid}#${p.pid}: *${this.connections} connect() failed (111: Connection refused) while connecting to upstream, client: ${request.source ?? '127.0.0.1'}, server: 0.0.0.0:${request.port}, upstream: "${address}:${port}", bytes from/to client:0/0, bytes from/to upstream:0/0\n`)
    }
    return { error: 'reset' }
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
    const onPort = this.servers.filter((s) => s.ports.includes(request.port) && s.isStream !== true)
    const server = onPort.find((s) => s.names.includes(host)) ?? onPort.find((s) => s.names.some((name) => isWildcardOf(name, host))) ?? onPort.find((s) => s.defaultPorts.includes(request.port)) ?? onPort[0]
    const location = server === undefined ? undefined : chooseLocation(server, path)
    const [near, far] = [location?.directives ?? [], server?.directives ?? []]
    const own = (name: string): Directive[] => [near, far].map((some) => some.filter((d) => d.name === name)).find((some) => some.length > 0) ?? []
    const route: Route = { server, prefix: location?.path ?? '/', directives: [...near, ...far], location: near, own }
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

  private *answer(given: HttpRequest): Run<Answer> {
    const route = this.routeOf(given, pathOf(given))
    const { response } = yield* this.found(given)
    return { response: 'error' in response ? response : this.dressed(route, given, response) }
  }

  private *found(given: HttpRequest, turns = 0): Run<Answer> {
    const route = this.routeOf(given, pathOf(given))
    const { server, prefix, directives } = route
    if (server === undefined) return { response: { error: 'reset' } }
    const get = (name: string) => directives.find((d) => d.name === name)
    const rewritten = this.rewritten(route.location, given)
    if (rewritten !== undefined && 'status' in rewritten) return { response: rewritten }
    const request = rewritten === undefined ? given : { ...given, path: rewritten.path }
    if (rewritten?.isLast === true) return turns >= 10 ? { response: this.failed(500, 'rewrite or internal redirection cycle while processing "/", CLIENT') } : yield* this.found(request, turns + 1)
    const path = pathOf(request)
    const returned = get('return')
    if (returned !== undefined) return { response: this.returned(returned, request) }
    const proxied = get('proxy_pass')
    if (proxied !== undefined) return { response: yield* this.proxy(proxied, route, request) }
    const fast = get('fastcgi_pass')
    if (fast !== undefined) return { response: yield* this.proxy(fast, route, { ...request, headers: { ...request.headers, 'script-filename': this.scriptOf(get, request), 'request-method': request.method } }) }
    const elsewhere = turns < 10 ? this.redirectedInside(get, prefix, request) : undefined
    if (elsewhere !== undefined) return yield* this.found({ ...request, path: elsewhere }, turns + 1)
    if (get('stub_status') !== undefined)
      return {
        response: textResponse(
          200,
          'Active connections: 1 \nserver accepts handled requests\n 1 1 1 \nReading: 0 Writing: 1 Waiting: 0 \n',
        ),
      }
    return { response: this.file(get, prefix, path, request.method) ?? this.builtIn(path) }
  }

  private expand(text: string, request: HttpRequest, more?: Readonly<Record<string, string>>): string {
    return expandVariables(this.p, text, request, more)
  }

  private returned(d: Directive, request: HttpRequest): HttpResponse {
    const code = /^\d{3}$/.test(d.args[0] ?? '') ? Number(d.args[0]) : 302
    const text = (/^\d{3}$/.test(d.args[0] ?? '') ? d.args.slice(1) : d.args).join(' ').replaceAll('\\n', '\n')
    const body = this.expand(text, request)
    if (code >= 300 && code < 400) return this.redirected(code, body)
    return textResponse(code, body === '' && code >= 400 ? errorPage(this.p, code) : body, 'text/plain')
  }

  private redirected(code: number, location: string): HttpResponse {
    return { ...textResponse(code, errorPage(this.p, code), 'text/html'), headers: { location } }
  }

  /** What a location's rewrites make of a path: another one, to be looked at anew unless it is to stay here, or an answer. */
  private rewritten(directives: readonly Directive[], request: HttpRequest): { path: string; isLast: boolean } | HttpResponse | undefined {
    for (const { args: [pattern = '', target = '', flag] } of directives.filter((d) => d.name === 'rewrite')) {
      const match = attemptMatch(pattern, pathOf(request))
      if (match === null) continue
      const captures = Object.fromEntries(match.map((text, i) => [String(i), text ?? '']))
      const query = request.path.slice(pathOf(request).length)
      const path = `${this.expand(target, request, captures)}${target.includes('?') ? '' : query}`
      if (flag === 'redirect' || flag === 'permanent' || /^https?:/.test(target)) return this.redirected(flag === 'permanent' ? 301 : 302, path)
      return { path, isLast: flag !== 'break' }
    }
    return undefined
  }

  /** The file that is to be run, as SCRIPT_FILENAME is written everywhere. */
  private scriptOf(get: (name: string) => Directive | undefined, request: HttpRequest): string {
    const path = pathOf(request)
    return `${(get('root')?.args[0] ?? '/etc/nginx/html').replace(/\/$/, '')}${path.endsWith('/') ? `${path}${get('fastcgi_index')?.args[0] ?? ''}` : path}`
  }

  /** An index that is no page by itself, and the last of what try_files names: they are looked for like any address. */
  private redirectedInside(get: (name: string) => Directive | undefined, prefix: string, request: HttpRequest): string | undefined {
    const path = pathOf(request)
    const alias = get('alias')?.args[0]
    const root = (alias ?? get('root')?.args[0] ?? '/etc/nginx/html').replace(/\/$/, '')
    const type = (at: string): string | undefined => this.p.machine.files.stat(`${root}${alias === undefined ? at : at.slice(prefix.length)}`)?.type
    const index = (at: string): string | undefined => (get('index')?.args ?? []).map((name) => `${at}${name}`).find((one) => type(one) === 'file')
    const tries = get('try_files')?.args.map((one) => this.expand(one, request)) ?? [path]
    for (const one of tries.slice(0, get('try_files') === undefined ? undefined : -1)) {
      if (type(one) === 'file') return undefined
      const found = one.endsWith('/') && type(one) === 'directory' ? index(one) : undefined
      if (found !== undefined) return found.endsWith('.php') ? found : undefined
    }
    const last = get('try_files') === undefined ? undefined : tries.at(-1)
    return last?.startsWith('/') === true && last !== request.path ? last : undefined
  }

  /** To one server of the group after another, until one can be reached. */
  private *proxy(d: Directive, route: Route, request: HttpRequest): Run<HttpResponse> {
    const given = addressIn(d)
    const isFast = d.name === 'fastcgi_pass'
    const target = targetOf(this.expand(given, request))
    if (target === undefined) return this.failed(500, `invalid URL prefix in "${given}" while sending to client, CLIENT`)
    const port = target.port ?? (target.scheme === 'https' ? 443 : 80)
    const peers = this.upstreams.peersOf(target.host) ?? this.upstreams.peersOf(groupOf(target.host, port)) ?? (yield* this.lookedUp(target.host, port, route))
    if (peers === undefined) return this.failed(502, `no resolver defined to resolve ${target.host}, CLIENT`)
    const path = passedPath(target.uri, given.includes('$'), route.prefix, request.path)
    const headers = this.passedHeaders(route, request, target.port === undefined ? target.host : `${target.host}:${target.port}`)
    let failure: HttpResponse | undefined
    for (const { address, port: at } of peers) {
      const r = yield* httpRequest(this.p, { scheme: target.scheme, host: address, port: at, isPortGiven: true, path, user: undefined }, { method: isFast ? fastCgiMethod : request.method, headers, body: request.body, timeoutMs: 1000 * seconds(route.own('proxy_read_timeout')[0], 60) })
      if (!('error' in r)) {
        this.isPassedOn = true
        const { server: _, ...kept } = r.headers
        return { ...r, headers: kept }
      }
      const why = r.error === 'timeout' ? 'upstream timed out (110: Operation timed out)' : r.error === 'unreachable' ? 'connect() failed (113: Host is unreachable)' : 'connect() failed (111: Connection refused)'
      failure = this.failed(r.error === 'timeout' ? 504 : 502, `${why} while connecting to upstream, CLIENT, upstream: "${target.scheme}://${address}:${at}${path}"`)
    }
    return failure ?? this.failed(502, `no live upstreams while connecting to upstream, CLIENT, upstream: "${given}"`)
  }

  private failed(status: number, complaint: string): HttpResponse {
    this.complaint = complaint
    return textResponse(status, errorPage(this.p, status), 'text/html')
  }

  /** Of a name that only a variable has brought: a server for it has to be named. */
  private *lookedUp(host: string, port: number, route: Route): Run<Peer[] | undefined> {
    if (isIPv4(host)) return [{ address: host, port, backup: false }]
    if (route.own('resolver').length === 0) return undefined
    const found = yield* resolveByDns(this.p, host)
    return 'error' in found ? [] : found.addresses.map((address) => ({ address, port, backup: false }))
  }

  private passedHeaders(route: Route, request: HttpRequest, proxyHost: string): Record<string, string> {
    const headers: Record<string, string> = { ...request.headers, host: proxyHost }
    for (const { args: [name = '', value = ''] } of route.own('proxy_set_header')) {
      const text = this.expand(value, request, { proxy_host: proxyHost })
      if (text === '') delete headers[name.toLowerCase()]
      else headers[name.toLowerCase()] = text
    }
    return headers
  }

  /** What the configuration adds to an answer, and the page that it has for a failure. */
  private dressed(route: Route, request: HttpRequest, response: HttpResponse): HttpResponse {
    const page = this.isPassedOn ? undefined : route.own('error_page').find((d) => d.args.slice(0, -1).includes(String(response.status)))
    const shown = page === undefined ? response : this.errorPageOf(page, request, response)
    const added = route.own('add_header').filter((d) => d.args[2] === 'always' || [200, 201, 204, 206, 301, 302, 303, 304, 307, 308].includes(shown.status))
    return added.length === 0 ? shown : { ...shown, headers: { ...shown.headers, ...Object.fromEntries(added.map(({ args: [name = '', value = ''] }) => [name.toLowerCase(), this.expand(value, request)])) } }
  }

  private errorPageOf({ args }: Directive, request: HttpRequest, response: HttpResponse): HttpResponse {
    const uri = args.at(-1)!
    const code = Number(args.find((arg) => /^=\d{3}$/.test(arg))?.slice(1) ?? response.status)
    if (/^https?:/.test(uri)) return this.redirected(302, uri)
    if (!uri.startsWith('/')) return response
    const { directives, prefix } = this.routeOf(request, uri)
    const complaint = this.complaint
    const found = this.file((name) => directives.find((d) => d.name === name), prefix, uri, 'GET')
    this.complaint = complaint
    return found?.status === 200 ? { ...found, status: code } : response
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

/** `*.example.com` and `.example.com`. */
const isWildcardOf = (name: string, host: string): boolean => /^\*?\./.test(name) && (host.endsWith(name.replace(/^\*/, '')) || (name.startsWith('.') && host === name.slice(1)))

function attemptMatch(pattern: string, text: string): RegExpExecArray | null {
  try {
    return new RegExp(pattern).exec(text)
  } catch {
    return null
  }
}

const seconds = (d: Directive | undefined, otherwise: number): number => Number(/^\d+/.exec(d?.args[0] ?? '')?.[0] ?? otherwise)

/** A path behind the name takes the place of what the location is called; one that a variable has made is all. */
function passedPath(uri: string | undefined, isVariable: boolean, prefix: string, path: string): string {
  if (uri === undefined) return path
  if (isVariable) return uri
  const rest = path.slice(prefix.length)
  return `${uri}${rest}` || '/'
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

/** In nginx's order (ngx_http_header_filter_module); a file has its time, and a tag made of that and its size. */
function sentHeaders(p: Process, given: Readonly<Record<string, string>>, body: string): Record<string, string> {
  const { 'content-type': type, 'content-length': length = String(byteLength(body)), 'last-modified': modified, location, ...more } = given
  const size = Number(length).toString(16)
  const tag: Record<string, string> = modified === undefined || more['etag'] !== undefined ? {} : { etag: `"${secondsOf(modified).toString(16)}-${size}"`, 'accept-ranges': 'bytes' }
  return { server: `nginx/${version(p)}`, date: httpDate(p.machine.now()), ...(type === undefined ? {} : { 'content-type': type }), 'content-length': length, ...(modified === undefined ? {} : { 'last-modified': modified }), ...(location === undefined ? {} : { location }), connection: 'keep-alive', ...tag, ...more }
}

/** Of a time as HTTP writes it. */
function secondsOf(text: string): number {
  const [, day, month, year, hour, minute, second] = /^\w+, (\d+) (\w+) (\d+) (\d+):(\d+):(\d+) GMT$/.exec(text) ?? []
  return month === undefined ? 0 : Math.floor(msFromCivil(Number(year), monthNumber(month), Number(day), Number(hour), Number(minute), Number(second)) / 1000)
}
