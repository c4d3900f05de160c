import { jsonOf } from '../../api/json.ts'
import { type HttpRequest, textResponse } from '../http.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { parseUrl, request } from '../tools/http-client.ts'
import { sample } from './samples.ts'
import type { Answer } from './serve.ts'

const emojis = ['🏃', '💔', '🍫', '🧁', '🙅', '💇', '🇫🇮', '🌤', '🐳', '🚲', '🎈', '🦉', '🌵', '🍉', '🥁', '🧭']

/** What its variables tell it of its pod, and what it says where one is not there. */
const told: readonly [variable: string, key: string, missing: string][] = [
  ['NODE_NAME', 'node_name', 'node name'], ['POD_NAMESPACE', 'pod_namespace', 'pod namespace'], ['POD_IP', 'pod_ip', 'pod IP address'], ['POD_SERVICE_ACCOUNT', 'pod_service_account', 'pod KSA'], ['METADATA', 'metadata', 'metadata'],
]

/** Headers that go on to the service behind it. */
const forwarded = ['x-request-id', 'x-b3-traceid', 'x-b3-spanid', 'x-b3-parentspanid', 'x-b3-sampled', 'x-b3-flags', 'x-ot-span-context', 'x-cloud-trace-context', 'traceparent', 'grpc-trace-bin']

function logLine(p: Process, level: string, module: string, text: string): string {
  const now = p.machine.now()
  return `[${formatTime('%F %T', now)},${String(now % 1000).padStart(3, '0')}] ${level} in ${module}: ${text}\n`
}

/** GKE's example that says where it runs (GoogleCloudPlatform/kubernetes-engine-samples quickstarts/whereami); no cloud tells it more than its pod. */
export const whereami = sample({
  port: (p) => Number(p.env.get('PORT') ?? 8080),
  startMs: 1500,
  says: (p) => {
    const port = p.env.get('PORT') ?? '8080'
    return ` * Serving Flask app 'app'\n * Debug mode: off\n${logLine(p, 'INFO', '_internal', `WARNING: This is a development server. Do not use it in a production deployment. Use a production WSGI server instead.\n * Running on all addresses (0.0.0.0)\n * Running on http://127.0.0.1:${port}\n * Running on http://${p.machine.config.ip()}:${port}`)}${logLine(p, 'INFO', '_internal', 'Press CTRL+C to quit')}`.trimEnd()
  },
  stops: 'never',
  handler: (p) => (r) => answer(p, r),
})

function* answer(p: Process, r: HttpRequest): Run<Answer> {
  const path = r.path.split('?')[0]!
  const done = (log: string, body: string, type = 'text/html; charset=utf-8'): Answer => ({ response: textResponse(200, body, type), log: `${log}${logLine(p, 'INFO', '_internal', `${r.source ?? '127.0.0.1'} - - [${formatTime('%d/%b/%Y %T', p.machine.now())}] "${r.method} ${r.path} HTTP/1.1" 200 -`)}` })
  if (path === '/healthz') return done('', 'OK')
  const { hostname } = p.machine.config
  let log = logLine(p, 'WARNING', 'whereami_payload', 'Unable to access GCE metadata endpoint.')
  const payload: Record<string, unknown> = { host_header: r.headers['host'] ?? null, pod_name: hostname, pod_name_emoji: emojis[[...hostname].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 65_521, 7) % emojis.length], timestamp: formatTime('%FT%T', p.machine.now()) }
  for (const [variable, key, missing] of told) {
    const value = p.env.get(variable)
    if (value) payload[key] = value
    else log += logLine(p, 'WARNING', 'whereami_payload', `Unable to capture ${missing}.`)
  }
  if (p.env.get('BACKEND_ENABLED') === 'True') {
    const service = p.env.get('BACKEND_SERVICE') ?? ''
    log += logLine(p, 'INFO', 'whereami_payload', `Attempting to call ${service}`)
    payload['backend_result'] = yield* backend(p, service, r)
    if (payload['backend_result'] === null) log += logLine(p, 'WARNING', 'whereami_payload', "<class 'requests.exceptions.ConnectionError'>")
  }
  if (p.env.get('ECHO_HEADERS') === 'True') payload['headers'] = Object.fromEntries(Object.entries(r.headers).map(([name, value]) => [name.replaceAll(/(?:^|-)[a-z]/g, (c) => c.toUpperCase()), value]))
  const one = payload[path.split('/').at(-1)!]
  return typeof one === 'string' ? done(log, one) : done(log, `${JSON.stringify(sorted(payload), null, 2)}\n`, 'application/json')
}

function* backend(p: Process, service: string, r: HttpRequest): Run<unknown> {
  const url = parseUrl(service)
  if (url === undefined) return null
  const headers = Object.fromEntries(Object.entries(r.headers).filter(([name]) => forwarded.includes(name)))
  const got = yield* request(p, url, { method: 'GET', headers, body: '', timeoutMs: 30_000 })
  return 'error' in got || got.status >= 400 ? null : (jsonOf(got.body) ?? null)
}

const sorted = (value: object): object => Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
