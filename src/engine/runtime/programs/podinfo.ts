import { grpcHealthResponse, type HttpRequest, type HttpResponse, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { connect, parseUrl, request } from '../tools/http-client.ts'
import { parseDuration } from '../tools/time.ts'
import { type Answer, cannotListen, listenOn, serve, stopsOn } from './serve.ts'

const json = (status: number, value: unknown): HttpResponse => textResponse(status, `${JSON.stringify(value, undefined, 2)}`, 'application/json; charset=utf-8')

/**
 * stefanprodan/podinfo: tells of itself, of its environment and headers, waits, fails, panics, and is well or not as it is told.
 * --port, --port-metrics, --grpc-port, --random-error, --unhealthy, --unready, --level.
 */
export function* podinfo(p: Process): Run<number> {
  const option = (name: string): string | undefined => {
    const given = flagOf(p, name)
    return given === undefined ? p.env.get(`PODINFO_${name.replaceAll('-', '_').toUpperCase()}`) : (given.value ?? 'true')
  }
  // A Service of its name leaves an address in $PODINFO_PORT.
  const port = Number(option('port')) || 9898
  const ports = [port, ...['port-metrics', 'grpc-port'].map((name) => Number(option(name)) || 0)].filter((one) => one > 0)
  const state = { ready: option('unready') !== 'true', healthy: option('unhealthy') !== 'true' }
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  const log = (message: string, fields: Record<string, unknown> = {}): string => logLine(p, 'podinfo/main.go:153', message, fields)
  yield* sleep(p, 40, true)
  yield* print(p, log('Starting podinfo', { version: version(p), revision: 'unknown', port: String(port) }), 2)
  const listeners = yield* listenOn(p, [...new Set(ports)], cannotListen)
  if (listeners === undefined) return 1
  yield* print(p, log('Starting HTTP Server.', { addr: `:${port}` }), 2)
  const handle = (r: HttpRequest): Answer => (r.method === 'GRPC' ? { response: grpcHealthResponse(state.healthy ? 'SERVING' : 'NOT_SERVING') } : answer(p, r, state, option))
  const code = yield* serve(p, { listeners, handle, stopped })
  yield* print(p, `${log('Shutting down HTTP/HTTPS server', { timeout: 5 })}`, 2)
  return code
}

/** As zap writes it. */
function logLine(p: Process, caller: string, msg: string, fields: Record<string, unknown> = {}, level: 'info' | 'error' = 'info'): string {
  return `${JSON.stringify({ level, ts: formatTime('%FT%T.000Z', p.machine.now()), caller, msg, ...fields })}\n`
}

/** `--name=value`, `--name value`, or `--name` at the end, which has none; undefined: it is not given. */
function flagOf({ argv }: Process, name: string): { value: string | undefined } | undefined {
  const at = argv.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`))
  if (at < 0) return undefined
  const equals = argv[at]!.indexOf('=')
  return { value: equals < 0 ? argv[at + 1] : argv[at]!.slice(equals + 1) }
}

const version = (p: Process): string => /:v?(\d+\.\d+\.\d+)/.exec(p.machine.config.image.reference)?.[1] ?? '6.9.2'

function information(p: Process, option: (name: string) => string | undefined): Record<string, string> {
  const own = version(p)
  return {
    hostname: p.machine.config.hostname, version: own, revision: 'unknown', color: p.env.get('PODINFO_UI_COLOR') ?? option('ui-color') ?? '#34577c',
    logo: 'https://raw.githubusercontent.com/stefanprodan/podinfo/gh-pages/cuddle_clap.gif', message: option('ui-message') ?? `greetings from podinfo v${own}`,
    goos: 'linux', goarch: 'amd64', runtime: 'go1.25.0', num_goroutine: '8', num_cpu: '4',
  }
}

function answer(p: Process, r: HttpRequest, state: { ready: boolean; healthy: boolean }, option: (name: string) => string | undefined): Answer {
  const [path = '/'] = r.path.split('?')
  const [, first = '', second = ''] = path.split('/')
  const status = (ok: boolean): HttpResponse => (ok ? json(200, { status: 'OK' }) : textResponse(503, ''))
  switch (first) {
    case '':
      return { response: json(200, information(p, option)) }
    case 'api':
      return { response: second === 'info' ? json(200, information(p, option)) : r.method === 'POST' && second === 'echo' ? textResponse(202, r.body, 'application/json; charset=utf-8') : textResponse(404, '404 page not found\n') }
    case 'version':
      return { response: json(200, { commit: 'unknown', version: version(p) }) }
    case 'healthz':
      return { response: status(state.healthy) }
    case 'readyz':
      if (r.method !== 'POST') return { response: status(state.ready) }
      state.ready = second === 'enable'
      return { response: textResponse(202, '') }
    case 'env':
      return { response: json(200, [...p.env].map(([name, value]) => `${name}=${value}`)) }
    case 'headers':
      return { response: json(200, Object.fromEntries(Object.entries(r.headers).map(([name, value]) => [name.replaceAll(/(^|-)[a-z]/g, (c) => c.toUpperCase()), [value]]))) }
    case 'delay':
      return { response: json(200, { delay: Number(second) }), afterMs: (Number(second) || 0) * 1000 }
    case 'status':
      return { response: /^\d{3}$/.test(second) ? json(Number(second), { status: Number(second) }) : textResponse(400, '') }
    case 'echo':
      return { response: textResponse(202, r.body, 'application/json; charset=utf-8') }
    case 'metrics':
      return { response: textResponse(200, `# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.\n# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds ${Math.floor(p.startedAt / 1000)}\n`) }
    case 'panic':
      return { response: { error: 'reset' }, log: logLine(p, 'http/panic.go:15', 'Panic command received'), logTo: 2, exit: 255 }
    default:
      return { response: textResponse(404, '404 page not found\n') }
  }
}

/** podcli check http|grpc|tcp ADDRESS [--retry 0 --delay 1s --timeout 2s]: what podinfo's probes run. */
export function* podcli(p: Process): Run<number> {
  const [, command = '', kind = '', address = ''] = p.argv
  const valueOf = (name: string): string | undefined => flagOf(p, name)?.value
  if (command === 'version') {
    yield* print(p, `${version(p)}\n`)
    return 0
  }
  if (command !== 'check' || address === '') {
    yield* print(p, `Error: unknown command ${JSON.stringify(command)} for "podcli"\n`, 2)
    return 1
  }
  const timeoutMs = parseDuration(valueOf('timeout') ?? '2s') ?? 2000
  const url = parseUrl(address.includes('://') ? address : `http://${address}`)
  if (url === undefined) return 1
  for (let left = Number(valueOf('retry') ?? 0); ; left--) {
    const found = kind === 'http' ? yield* request(p, url, { method: valueOf('method') ?? 'GET', headers: {}, body: '', timeoutMs }) : yield* connect(p, url.host, url.port, timeoutMs)
    const isWell = !('error' in found) && (!('status' in found) || found.status < 400)
    const why = 'error' in found ? `dial tcp ${url.host}:${url.port}: connect: ${found.error === 'refused' ? 'connection refused' : 'i/o timeout'}` : 'status' in found ? `${found.status}` : 'ok'
    const facts = { address, ...(isWell ? { 'status code': 'status' in found ? found.status : 0 } : { error: why }) }
    yield* print(p, logLine(p, `podcli/check.go:${isWell ? 139 : 127}`, isWell ? 'check succeed' : 'check failed', facts, isWell ? 'info' : 'error'), 2)
    if (isWell) return 0
    if (left <= 0) return 1
    yield* sleep(p, parseDuration(valueOf('delay') ?? '1s') ?? 1000)
  }
}
