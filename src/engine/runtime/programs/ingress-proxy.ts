import { jsonOf } from '../../api/json.ts'
import { type Route, routePort } from '../../network/ingress/route-of.ts'
import { type HttpRequest, type HttpResponse, textResponse } from '../http.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { connect, parseUrl, request } from '../tools/http-client.ts'
import { errorBody } from './nginx-worker.ts'
import type { Answer } from './serve.ts'

/** How nginx is configured: proxy-connect-timeout, proxy-read-timeout, proxy-next-upstream-tries. */
const connectTimeoutMs = 5_000
const readTimeoutMs = 60_000
const tries = 3
/** Requests that may not be done twice are not sent again once they have been sent. */
const notIdempotent: ReadonlySet<string> = new Set(['POST', 'LOCK', 'PATCH'])

/** What a proxy says by itself, and what it writes down. */
export interface Front {
  page: (status: number) => HttpResponse
  log: (done: Done) => string
}

interface Done {
  p: Process
  request: HttpRequest
  response: HttpResponse
  startedAt: number
  upstream: string
  by: string
}

const commonLog = ({ request: { source, method, path, headers }, response: { status, body }, startedAt }: Done): string =>
  `${source ?? '127.0.0.1'} - - [${formatTime('%d/%b/%Y:%T %z', startedAt)}] "${method} ${path} HTTP/1.1" ${status} ${body.length} "${headers['referer'] ?? '-'}" "${headers['user-agent'] ?? '-'}"`

/** ingress-nginx (log-format-upstream), or F5's, which says which nginx it is. */
export const nginxFront = (product: string): Front => ({
  page: (status) => textResponse(status, errorBody(status, product), 'text/html'),
  log: (done) => {
    if (product !== 'nginx') return `${commonLog(done)} "-"\n`
    const { p, request: { path }, response: { status, body }, startedAt, upstream, by } = done
    const seconds = ((p.machine.now() - startedAt) / 1000).toFixed(3)
    const behind = by === '-' ? '- - - -' : `${by} ${body.length} ${seconds} ${status}`
    return `${commonLog(done)} ${70 + path.length} ${seconds} [${upstream}] [] ${behind} ${requestId(p)}\n`
  },
})

/** Traefik writes requests down only where it is told to. */
export const traefikFront: Front = {
  page: (status) => textResponse(status === 503 ? 404 : status, { 502: 'Bad Gateway', 504: 'Gateway Timeout' }[status] ?? '404 page not found\n'),
  log: () => '',
}

const requestId = (p: Process): string => p.machine.random(2 ** 48).toString(16).padStart(32, '0')

/** A request to the proxy in this pod: the controller says where it goes. */
export function* proxied(p: Process, r: HttpRequest, secure: boolean, front: Front): Run<Answer> {
  const startedAt = p.machine.now()
  const host = (r.headers['host'] ?? '').replace(/:\d+$/, '')
  const told = yield* request(p, parseUrl(`http://${p.machine.config.ip()}:${routePort}/${secure ? 'https' : 'http'}/${host}${r.path}`)!, { method: 'GET', headers: {}, body: '', timeoutMs: 1000, quiet: true })
  const route: Route = 'error' in told ? { status: 404 } : (jsonOf(told.body) as Route)
  const { response, by } = route.status === undefined ? yield* pass(p, r, route, { host, secure, front }) : { response: front.page(route.status), by: '-' }
  const shown = route.location === undefined ? response : { ...response, headers: { ...response.headers, location: route.location } }
  const upstream = route.upstream ?? (route.status === 404 ? 'upstream-default-backend' : '')
  return { response: shown, log: front.log({ p, request: r, response: shown, startedAt, upstream, by }) }
}

/** To one of the backends after another, until one answers or there have been tries enough. */
function* pass(p: Process, r: HttpRequest, { backends = [], path = '/', secure: inTls = false }: Route, { host, secure, front }: { host: string; secure: boolean; front: Front }): Run<{ response: HttpResponse; by: string }> {
  const first = p.machine.random(backends.length)
  const source = r.source ?? ''
  const scheme = secure ? 'https' : 'http'
  const headers = { ...r.headers, 'x-request-id': requestId(p), 'x-real-ip': source, 'x-forwarded-for': source, 'x-forwarded-host': host, 'x-forwarded-port': secure ? '443' : '80', 'x-forwarded-proto': scheme, 'x-scheme': scheme }
  let isTimeout = false
  for (let i = 0; i < Math.min(tries, backends.length); i++) {
    const { ip, port } = backends[(first + i) % backends.length]!
    const connection = yield* connect(p, ip, port, connectTimeoutMs)
    isTimeout = 'error' in connection && connection.error === 'timeout'
    if ('error' in connection) continue
    const answer = yield* request(p, parseUrl(`${inTls ? 'https' : 'http'}://${ip}:${port}${path}`)!, { method: r.method, headers, body: r.body, timeoutMs: readTimeoutMs })
    if (!('error' in answer)) return { response: answer, by: `${ip}:${port}` }
    isTimeout = answer.error === 'timeout'
    if (notIdempotent.has(r.method)) break
  }
  return { response: front.page(isTimeout ? 504 : 502), by: backends.map(({ ip, port }) => `${ip}:${port}`).join(', ') }
}
