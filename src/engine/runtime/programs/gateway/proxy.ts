import { sha256 } from '../../../api/digest.ts'
import { jsonOf } from '../../../api/json.ts'
import { type HttpRequest, type HttpResponse, textResponse } from '../../http.ts'
import { COST } from '../../process/cpu.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { connect, parseUrl, request } from '../../tools/http-client.ts'
import { errorBody } from '../nginx-worker.ts'
import { type Answer, cannotListen, listenOn, serve, stopsOn } from '../serve.ts'
import { chosen, type Filter, type Gate, modified, redirected, rewritten, type Rule, ruleOf } from './rules.ts'

/** The proxies of a gateway: they know nothing until their controller has told them, and go by what they were told last. */

/** Where the controller tells them; it is they who ask, of an nginx-agent or over xDS, but what is said is the same. */
export const toldPort = 10_245
/** Of proxies in pods of their own: they say themselves whether they are ready. */
export const alonePath = '/alone'
const connectTimeoutMs = 5_000
const readTimeoutMs = 60_000

/** What one product's proxies have of their own. */
interface Make {
  /** Answers whether there is something to serve. */
  readyPort: number
  readyPath: string
  /** Ports below 1024 are somewhere else in the pod. */
  inPod: (port: number) => number
  page: (status: number) => HttpResponse
  /** What it adds to a request that it passes on. */
  adds: (p: Process, r: HttpRequest, source: string) => Record<string, string>
  log: (done: { p: Process; r: HttpRequest; response: HttpResponse; startedAt: number; by: string }) => string
}

const nginx: Make = {
  readyPort: 8081,
  readyPath: '/readyz',
  inPod: (port) => port,
  page: (status) => ({ ...textResponse(status, errorBody(status, 'nginx'), 'text/html'), headers: { server: 'nginx', 'content-type': 'text/html' } }),
  adds: (_, { headers, port }, source) => ({ 'x-real-ip': source, 'x-forwarded-host': (headers['host'] ?? '').replace(/:\d+$/, ''), 'x-forwarded-port': String(port) }),
  log: ({ r: { source, method, path, headers }, response: { status, body }, startedAt }) =>
    `${source ?? '127.0.0.1'} - - [${formatTime('%d/%b/%Y:%T %z', startedAt)}] "${method} ${path} HTTP/1.1" ${status} ${body.length} "${headers['referer'] ?? '-'}" "${headers['user-agent'] ?? '-'}"\n`,
}

/** So far above themselves Envoy Gateway has ports that only root may have. */
export const envoyPort = (port: number): number => (port < 1024 ? port + 10_000 : port)

const envoyWords: Readonly<Record<number, string>> = { 503: 'no healthy upstream', 502: 'upstream connect error or disconnect/reset before headers. reset reason: connection failure', 504: 'upstream request timeout' }

const envoy: Make = {
  readyPort: 19_003,
  readyPath: '/ready',
  inPod: envoyPort,
  page: (status) => textResponse(status === 502 ? 503 : status, envoyWords[status] ?? '', 'text/plain'),
  adds: (p, _, source) => ({ 'x-envoy-external-address': source, 'x-request-id': sha256(`${p.machine.now()} ${p.machine.random(2 ** 32)}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5') }),
  log: ({ p, r: { source, method, path, headers, body: sent }, response: { status, body }, startedAt, by }) =>
    `${JSON.stringify({ ':authority': headers['host'] ?? null, 'bytes_received': sent.length, 'bytes_sent': body.length, 'downstream_remote_address': source ?? null, 'duration': Math.round(p.machine.now() - startedAt), method, protocol: 'HTTP/1.1', 'response_code': status, 'start_time': `${formatTime('%FT%T', startedAt)}.${String(Math.floor(startedAt % 1000)).padStart(3, '0')}Z`, 'upstream_host': by === '' ? null : by, 'user-agent': headers['user-agent'] ?? null, 'x-envoy-origin-path': path })}\n`,
}

export const gatewayNginx = (p: Process): Run<number> => proxies(p, nginx, [
  `${formatTime('%Y/%m/%d %T', p.machine.now())} [notice] ${p.pid}#${p.pid}: using the "epoll" event method\n`,
  `${formatTime('%Y/%m/%d %T', p.machine.now())} [notice] ${p.pid}#${p.pid}: nginx/1.29.3\n`,
  `${formatTime('%Y/%m/%d %T', p.machine.now())} [notice] ${p.pid}#${p.pid}: start worker processes\n`,
])

export const gatewayEnvoy = (p: Process): Run<number> => proxies(p, envoy, [
  `[${formatTime('%F %T', p.machine.now())}.000][${p.pid}][info][main] [source/server/server.cc:1] starting main dispatch loop\n`,
])

function* proxies(p: Process, make: Make, greeting: readonly string[]): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 0)
  yield* sleep(p, 300, true)
  for (const line of greeting) yield* print(p, line, 2)
  const told = yield* listenOn(p, [toldPort], cannotListen)
  if (told === undefined) return 1
  p.machine.setMemory(p, 40 * 1024 ** 2)
  let gates: readonly Gate[] = []
  const open = new Set<number>()
  /** A port is opened when there is first something behind it; what is no longer meant answers that it knows nothing. */
  const beside = (port: number, handle: (r: HttpRequest) => Answer | { aside: (child: Process) => Run<Answer> }, secure: boolean): void => {
    if (open.has(port)) return
    open.add(port)
    p.machine.spawn({
      parent: p, argv: p.argv, costUs: COST.fork, memoryBytes: 0,
      *program(child) {
        const listeners = yield* listenOn(child, [port], cannotListen)
        if (listeners === undefined) return 1
        for (const listener of listeners) listener.secure = secure
        return yield* serve(child, { listeners, handle, stopped })
      },
    })
  }
  const take = (body: string, isAlone: boolean): void => {
    gates = (jsonOf(body) as Gate[] | undefined) ?? []
    if (isAlone) beside(make.readyPort, (r) => ({ response: r.path === make.readyPath ? textResponse(200, make === envoy ? 'LIVE\n' : '') : textResponse(404, '') }), false)
    for (const { port, secure } of gates) beside(make.inPod(port), (r) => ({ aside: (child) => passed(child, gates.find((gate) => gate.port === port), { ...r, port }, make) }), secure)
  }
  return yield* serve(p, {
    listeners: told,
    stopped,
    handle: ({ body, path }) => {
      take(body, path === alonePath)
      return textResponse(200, '')
    },
  })
}

function* passed(p: Process, gate: Gate | undefined, r: HttpRequest, make: Make): Run<Answer> {
  const startedAt = p.machine.now()
  const rule = gate === undefined ? undefined : ruleOf(gate.rules, r)
  const { response, by } = rule === undefined ? { response: make.page(404), by: '' } : yield* followed(p, rule, r, gate!.secure, make)
  return { response, log: make.log({ p, r, response, startedAt, by }) }
}

interface Passed {
  response: HttpResponse
  by: string
}

function* followed(p: Process, rule: Rule, r: HttpRequest, secure: boolean, make: Make): Run<Passed> {
  const redirect = rule.filters.find(({ type }) => type === 'RequestRedirect')
  if (redirect !== undefined) {
    const { status, location } = redirected(redirect, rule, r, secure)
    const page = make.page(status)
    return { response: { ...page, headers: { ...page.headers, location } }, by: '' }
  }
  const backend = chosen(rule.backends, (below) => p.machine.random(below))
  if (backend === undefined || backend.service === '') return { response: make.page(500), by: '' }
  if (backend.endpoints.length === 0) return { response: make.page(503), by: '' }
  const first = p.machine.random(backend.endpoints.length)
  const { headers, path } = prepared(p, rule, r, secure, make)
  let isTimeout = false
  for (let i = 0; i < Math.min(3, backend.endpoints.length); i++) {
    const { ip, port } = backend.endpoints[(first + i) % backend.endpoints.length]!
    const way = yield* connect(p, ip, port, connectTimeoutMs)
    isTimeout = 'error' in way && way.error === 'timeout'
    if ('error' in way) continue
    const answer = yield* request(p, parseUrl(`http://${ip}:${port}${path}`)!, { method: r.method, headers, body: r.body, timeoutMs: readTimeoutMs })
    if ('error' in answer) return { response: make.page(answer.error === 'timeout' ? 504 : 502), by: `${ip}:${port}` }
    const changes = rule.filters.filter(({ type }) => type === 'ResponseHeaderModifier')
    return { response: { ...answer, headers: changes.reduce((all, filter: Filter) => modified(all, filter['responseHeaderModifier'] ?? {}), answer.headers as Record<string, string>) }, by: `${ip}:${port}` }
  }
  return { response: make.page(isTimeout ? 504 : 502), by: '' }
}

/** The request as the backend gets it. */
function prepared(p: Process, rule: Rule, r: HttpRequest, secure: boolean, make: Make): { headers: Record<string, string>; path: string } {
  const source = r.source ?? ''
  let headers: Record<string, string> = { ...r.headers, 'x-forwarded-for': source, 'x-forwarded-proto': secure ? 'https' : 'http', ...make.adds(p, r, source) }
  let { path } = r
  for (const filter of rule.filters) {
    if (filter['type'] === 'RequestHeaderModifier') headers = modified(headers, filter['requestHeaderModifier'] ?? {})
    if (filter['type'] !== 'URLRewrite') continue
    path = rewritten(filter['urlRewrite']?.path, rule, path)
    if (filter['urlRewrite']?.hostname !== undefined) headers = { ...headers, host: filter['urlRewrite'].hostname }
  }
  return { headers, path }
}
