import { parse } from 'yaml'
import { type HttpRequest, type HttpResponse, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { parseUrl, request } from '../tools/http-client.ts'
import { type Answer, listenOn, serve, stopsOn } from './serve.ts'

/** Envoy -c FILE: what listeners of a static configuration take, clusters get; its administration says whether it is live. */

type Fields = Record<string, unknown>

interface Target {
  host: string
  port: number
}

interface Route {
  prefix: string
  cluster: string | undefined
  /** What it answers by itself. */
  direct: { status: number; body: string } | undefined
  rewrite: string | undefined
}

interface Gate {
  port: number
  secure: boolean
  routes: readonly Route[]
}

const usual = '/etc/envoy/envoy.yaml'

export function* envoy(p: Process): Run<number> {
  const at = p.argv.findIndex((arg) => arg === '-c' || arg === '--config-path')
  const path = at > 0 ? (p.argv[at + 1] ?? usual) : usual
  const say = (level: string, words: string): Run<void> => print(p, `[${formatTime('%F %T', p.machine.now())}.000][${p.pid}][${level}][main] [source/server/server.cc:1] ${words}\n`, 2)
  if (p.argv.includes('--version')) {
    yield* print(p, '\nenvoy  version: 0/1.35.0/Clean/RELEASE/BoringSSL\n\n')
    return 0
  }
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  const text = p.machine.files.readText(path, p.access)
  const config = text === undefined ? `unable to read file: ${path}` : configured(text, path)
  yield* say('info', 'initializing epoch 0 (base id=0, hot restart version=11.104)')
  if (typeof config === 'string') {
    yield* say('critical', `error initializing configuration '${path}': ${config}`)
    return 1
  }
  yield* sleep(p, 200, true)
  const administration = portOf(config['admin'] as Fields | undefined)
  const gates = listOf(config['static_resources'], 'listeners').map(gateOf)
  const clusters = new Map(listOf(config['static_resources'], 'clusters').map((cluster) => [String(cluster['name']), targetsOf(cluster)]))
  const ports = [...(administration === undefined ? [] : [administration]), ...gates.map((gate) => gate.port)]
  const listeners = yield* listenOn(p, ports, (port, why) => `cannot bind '0.0.0.0:${port}': ${why}`)
  if (listeners === undefined) return 1
  for (const [i, gate] of [...(administration === undefined ? [undefined] : []), ...gates].entries()) listeners[i]!.secure = gate?.secure === true
  if (administration !== undefined) yield* say('info', `admin address: 0.0.0.0:${administration}`)
  yield* say('info', 'all clusters initialized. initializing init manager')
  yield* say('info', 'all dependencies initialized. starting workers')
  const state = { isLive: true }
  const turns = new Map<string, number>()
  const handle = (r: HttpRequest): Answer | Run<Answer> => {
    if (r.port === administration) return { response: administer(state, r) }
    return passedOn(p, gates.find((gate) => gate.port === r.port)!, clusters, turns, r)
  }
  const code = yield* serve(p, { listeners, handle, stopped })
  yield* say('warning', 'caught ENVOY_SIGTERM')
  yield* say('info', 'exiting')
  return code
}

function configured(text: string, path: string): Fields | string {
  try {
    const read: unknown = parse(text)
    return typeof read === 'object' && read !== null ? (read as Fields) : `Unable to parse ${path}`
  } catch {
    return `Unable to convert YAML as JSON: ${path}`
  }
}

const listOf = (of: unknown, name: string): Fields[] => (((of as Fields | undefined)?.[name] as Fields[] | undefined) ?? []).filter((one) => typeof one === 'object' && one !== null)

/** address: { socket_address: { address, port_value } } */
function socketOf(of: Fields | undefined): Fields | undefined {
  return ((of?.['address'] as Fields | undefined)?.['socket_address'] as Fields | undefined)
}

function portOf(of: Fields | undefined): number | undefined {
  const port = Number(socketOf(of)?.['port_value'])
  return Number.isInteger(port) ? port : undefined
}

function gateOf(listener: Fields): Gate {
  const chains = listOf(listener, 'filter_chains')
  const settings = chains.flatMap((chain) => listOf(chain, 'filters')).map((filter) => (filter['typed_config'] ?? filter['config'] ?? {}) as Fields)
  const routes = settings.flatMap((one) => (typeof one['cluster'] === 'string' ? [{ prefix: '/', cluster: one['cluster'], direct: undefined, rewrite: undefined }] : listOf(one['route_config'], 'virtual_hosts').flatMap((host) => listOf(host, 'routes').map(routeOf))))
  return { port: portOf(listener) ?? 0, secure: chains.some((chain) => chain['transport_socket'] !== undefined || chain['tls_context'] !== undefined), routes }
}

function routeOf(route: Fields): Route {
  const match = (route['match'] ?? {}) as Fields
  const to = (route['route'] ?? {}) as Fields
  const direct = route['direct_response'] as Fields | undefined
  return {
    prefix: String(match['prefix'] ?? match['path'] ?? '/'),
    cluster: to['cluster'] === undefined ? undefined : String(to['cluster']),
    direct: direct === undefined ? undefined : { status: Number(direct['status'] ?? 200), body: String((direct['body'] as Fields | undefined)?.['inline_string'] ?? '') },
    rewrite: to['prefix_rewrite'] === undefined ? undefined : String(to['prefix_rewrite']),
  }
}

function targetsOf(cluster: Fields): Target[] {
  const assigned = listOf(cluster['load_assignment'], 'endpoints').flatMap((group) => listOf(group, 'lb_endpoints')).map((one) => socketOf(one['endpoint'] as Fields | undefined))
  const hosts = listOf(cluster, 'hosts').map((one) => one['socket_address'] as Fields | undefined)
  return [...assigned, ...hosts].flatMap((socket) => (socket === undefined ? [] : [{ host: String(socket['address']), port: Number(socket['port_value']) }]))
}

/** /ready, and what is done by POST: to say that it is not well, and that it is again. */
function administer(state: { isLive: boolean }, r: HttpRequest): HttpResponse {
  const path = r.path.split('?')[0]!
  const isPost = r.method === 'POST'
  if (path === '/ready') return state.isLive ? textResponse(200, 'LIVE\n') : textResponse(503, 'DRAINING\n')
  if (path === '/healthcheck/fail' || path === '/healthcheck/ok') {
    if (!isPost) return textResponse(405, `Method ${r.method} not allowed, POST required.`)
    state.isLive = path.endsWith('ok')
    return textResponse(200, 'OK\n')
  }
  if (path === '/') return textResponse(200, '<head>\n  <title>Envoy Admin</title>\n</head>\n', 'text/html; charset=UTF-8')
  if (path === '/server_info') return textResponse(200, `{\n "version": "0/1.35.0/Clean/RELEASE/BoringSSL",\n "state": "${state.isLive ? 'LIVE' : 'DRAINING'}"\n}\n`, 'application/json')
  if (path === '/stats' || path === '/clusters' || path === '/listeners') return textResponse(200, '')
  return textResponse(404, 'invalid path. admin commands are:\n  /: Admin home page\n  /healthcheck/fail (POST): cause the server to fail health checks\n  /healthcheck/ok (POST): cause the server to pass health checks\n  /ready: print server state, return 200 if LIVE, otherwise return 503\n  /server_info: print server version/status information\n')
}

function* passedOn(p: Process, gate: Gate, clusters: ReadonlyMap<string, readonly Target[]>, turns: Map<string, number>, r: HttpRequest): Run<Answer> {
  const route = gate.routes.find(({ prefix }) => r.path.startsWith(prefix))
  if (route?.direct !== undefined) return { response: textResponse(route.direct.status, route.direct.body) }
  const name = route?.cluster
  const targets = name === undefined ? undefined : clusters.get(name)
  if (route === undefined || name === undefined || targets === undefined) return { response: textResponse(404, '') }
  if (targets.length === 0) return { response: textResponse(503, 'no healthy upstream') }
  const turn = turns.get(name) ?? 0
  turns.set(name, turn + 1)
  const { host, port } = targets[turn % targets.length]!
  const path = route.rewrite === undefined ? r.path : `${route.rewrite}${r.path.slice(route.prefix.length)}`
  const answer = yield* request(p, { ...parseUrl(`http://${host}:${port}/`)!, path }, { method: r.method, headers: { ...r.headers, 'x-forwarded-proto': gate.secure ? 'https' : 'http' }, body: r.body, timeoutMs: 15_000 })
  if ('error' in answer) return { response: textResponse(503, `upstream connect error or disconnect/reset before headers. reset reason: ${answer.error === 'timeout' ? 'connection timeout' : 'remote connection failure, transport failure reason: delayed connect error: Connection refused'}`) }
  return { response: { ...answer, headers: { ...answer.headers, server: 'envoy' } } }
}
