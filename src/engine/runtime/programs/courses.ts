import { Errno } from '../filesystem/errno.ts'
import { type HttpRequest, type HttpResponse, type NetworkError, textResponse } from '../http.ts'
import { tagOf } from '../images.ts'
import { print, sleep } from '../process/io.ts'
import { uuid } from '../process/proc-files.ts'
import type { Process, Program, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { connect, parseUrl, request as httpRequest } from '../tools/http-client.ts'
import { sample } from './samples.ts'
import { type Answer, serveOrFail, stopsOn } from './serve.ts'
import { askMysql } from './sql-server.ts'
import type { SqlResult } from './sql.ts'

/** The servers that courses and other books than "Kubernetes in Action" bring along. */

/** github.com/guangzhengli/k8s-tutorials: v1 to v4, one whose health ends after 15 s, and one that is never well. */
export const hellok8s = sample({
  port: 3000,
  startMs: 20,
  stops: 'go',
  handler: (p) => {
    const started = p.machine.now()
    const version = tagOf(p.machine.config.image).replace(/_.*/, '')
    return (r) => {
      if (r.path === '/healthz' && (version === 'bad' || version === 'readiness')) return textResponse(500, '')
      if (r.path === '/healthz' && version === 'liveness') {
        const seconds = (p.machine.now() - started) / 1000
        return seconds > 15 ? textResponse(500, `error: ${seconds}`) : textResponse(200, 'ok')
      }
      return textResponse(200, helloOf(p, version))
    }
  },
})

function helloOf(p: Process, version: string): string {
  const { hostname } = p.machine.config
  switch (version) {
    case 'v1':
      return '[v1] Hello, Kubernetes!'
    case 'v3':
      return `[v3] Hello, Kubernetes!, From host: ${hostname}`
    case 'v4':
      return `[v4] Hello, Kubernetes! From host: ${hostname}, Get Database Connect URL: ${p.env.get('DB_URL') ?? ''}`
    case 'v5':
      return `[v5] Hello, Kubernetes! From host: ${hostname}, Get Database Connect Password: ${p.env.get('DB_PASSWORD') ?? ''}`
    default:
      return '[v2] Hello, Kubernetes!'
  }
}

/** Says what a variable of its environment says. */
export const miniHttpServer = sample({ port: 8080, startMs: 100, stops: 'never', handler: (p) => () => textResponse(200, `${p.env.get('MESSAGE') ?? ''}\n`) })

export const nodejsHelloWorld = sample({ port: 3000, startMs: 300, says: 'Magic happens on port 3000', stops: 'never', handler: () => () => textResponse(200, 'Hello World', 'text/html; charset=utf-8') })

/** bmuschko/web-app, of the study guides for CKA and CKAD: whether it gets to its MySQL, by the words of Node's client. */
export const databaseWebApp = sample({
  port: 3000,
  startMs: 300,
  stops: 'never',
  handler: () => () => ({
    *aside(p) {
      const { env } = p
      const host = env.get('DB_HOST') ?? 'localhost'
      const found = yield* connect(p, host, 3306, 10_000)
      const why = 'error' in found ? unreachable(found, host) : refusal(yield* askMysql(p, { host, database: '', user: env.get('DB_USER') ?? '', password: env.get('DB_PASSWORD') ?? '' }, ''))
      return { response: textResponse(200, why === undefined ? 'Successfully connected to database!' : `Failed to connect to database: ${why}`, 'text/html; charset=utf-8') }
    },
  }),
})

function unreachable({ error }: NetworkError, host: string): string {
  if (error === 'unresolved') return `getaddrinfo ENOTFOUND ${host}`
  return error === 'refused' ? `connect ECONNREFUSED ${host}:3306` : error === 'reset' ? 'read ECONNRESET' : 'connect ETIMEDOUT'
}

function refusal(result: SqlResult | 'unreachable'): string | undefined {
  if (result === 'unreachable') return 'Connection lost: The server closed the connection.'
  return 'error' in result ? result.error.replace(/^ERROR 1045 \(28000\): /, 'ER_ACCESS_DENIED_ERROR: ') : undefined
}

export const helloKubernetes = sample({
  port: 8080,
  startMs: 300,
  says: 'Listening on: http://%s:8080',
  stops: 'never',
  handler: (p) => () => textResponse(200, `<!DOCTYPE html>\n<html>\n<head>\n    <title>Hello Kubernetes!</title>\n</head>\n<body>\n<div class="main">\n  <div id="message">\n  ${p.env.get('MESSAGE') ?? 'Hello world!'}\n</div>\n<div id="info">\n  <table>\n    <tr>\n      <th>pod:</th>\n      <td>${p.machine.config.hostname}</td>\n    </tr>\n  </table>\n</div>\n</div>\n</body>\n</html>\n`, 'text/html'),
})

/** kodekloud/webapp-color: a page in a colour that it is told. */
export const webappColor = sample({
  port: 8080,
  startMs: 500,
  says: ' * Running on http://0.0.0.0:8080/ (Press CTRL+C to quit)',
  stops: 'never',
  handler: (p) => (r) => {
    const given = p.argv.findIndex((arg) => arg === '--color')
    const color = given >= 0 ? p.argv[given + 1] : (p.env.get('APP_COLOR') ?? 'red')
    const response = r.path === '/' ? textResponse(200, `<!doctype html>\n<title>Hello from Flask</title>\n<body style="background: ${color};"></body>\n<div style="color: #e4e4e4;\n    text-align:  center;\n    height: 90px;\n    vertical-align:  middle;">\n\n  <h1>Hello from ${p.machine.config.hostname}!</h1>\n\n</div>\n`, 'text/html; charset=utf-8') : textResponse(404, '404 Not Found\n', 'text/html')
    return { response, log: `${r.source ?? '-'} - - [${formatTime('%d/%b/%Y %T', p.machine.now())}] "${r.method} ${r.path} HTTP/1.1" ${response.status} -\n` }
  },
})

const actions = ['is viewing page1', 'is viewing page2', 'is viewing page3', 'logged in', 'logged out']

/** kodekloud/event-simulator: what users of a shop do, one line after another. */
export function* eventSimulator(p: Process): Run<number> {
  for (let i = 1; ; i++) {
    const now = p.machine.now()
    const line = (level: string, text: string): string => `[${formatTime('%F %T', now)},${String(now % 1000).padStart(3, '0')}] ${level} in event-simulator: ${text}\n`
    yield* print(p, line('INFO', `USER${1 + p.machine.random(4)} ${actions[p.machine.random(actions.length)]}`))
    if (i % 5 === 0) yield* print(p, line('WARNING', 'USER5 Failed to Login as the account is locked due to MANY FAILED ATTEMPTS.'))
    if (i % 8 === 0) yield* print(p, line('WARNING', 'USER7 Order failed as the item is OUT OF STOCK.'))
    yield* sleep(p, 1000)
  }
}

/** Servers that say back in JSON what they were asked. */
export const jsonEcho = (port: number): Program => sample({ port, startMs: 300, says: `Listening on port ${port}.`, stops: 'exits', handler: (p) => (r) => echoed(p, r) })

function echoed(p: Process, r: HttpRequest): HttpResponse {
  const [path = '/', query = ''] = r.path.split('?')
  const asked = { path, headers: r.headers, method: r.method, body: r.body, hostname: r.headers['host'] ?? '', ip: r.source ?? '127.0.0.1', protocol: 'http', query: Object.fromEntries(query.split('&').filter((pair) => pair !== '').map((pair) => pair.split('=', 2))), os: { hostname: p.machine.config.hostname }, connection: {} }
  return textResponse(200, `${JSON.stringify(asked, null, 2)}\n`, 'application/json')
}

const readyFile = '/tmp/random-generator-ready'

/** k8spatterns/random-generator ("Kubernetes Patterns"): a Spring Boot service for most examples of the book, and a batch program. */
export function* randomGenerator(p: Process): Run<number> {
  const runner = p.argv.indexOf('RandomRunner')
  if (runner >= 0) return yield* randomRunner(p, p.argv.slice(runner + 1))
  const says = (text: string, level = 'INFO'): Run<void> => print(p, `${formatTime('%F %T', p.machine.now())}.${String(p.machine.now() % 1000).padStart(3, '0')}  ${level} 1 --- [           main] i.k.examples.RandomGeneratorApplication  : ${text}\n`)
  const stopped = stopsOn(p, ['TERM', 'INT'], 143)
  yield* sleep(p, 300, true)
  if (p.env.get('WAIT_FOR_POST_START') === 'true') {
    while (!p.machine.files.exists('/postStart_done') && stopped() === undefined) {
      yield* says('Waiting for postStart to be finished ....')
      yield* sleep(p, 10_000, true)
    }
    yield* says(`postStart Message: ${p.machine.files.readText('/postStart_done')?.trim() ?? ''}`)
  } else yield* says('No WAIT_FOR_POST_START configured')
  yield* sleep(p, Number(p.env.get('DELAY_STARTUP') ?? 0) * 1000 + 3000, true)
  if (stopped() !== undefined) return 143
  const state: State = { id: uuid(p.machine), live: true, info: infoOf(p) }
  yield* says('Started RandomGeneratorApplication in 3.214 seconds (JVM running for 3.65)')
  for (const [name, value] of [['Max Heap Memory:  ', `${state.info['memory.max']} MB`], ['Used Heap Memory: ', `${state.info['memory.used']} MB`], ['Free Memory:      ', `${state.info['memory.free']} MB`], ['Processors:       ', String(state.info['cpu.procs'])]] as const) yield* says(`=== ${name}${value}`)
  if (!setReady(p, true)) yield* says(`Can't create 'ready' file ${readyFile} used in readiness check. Possibly running locally, so ignoring it`, 'WARN')
  const code = yield* serveOrFail(p, [8080], (r) => answered(p, state, r), stopped)
  yield* says('>>>> SHUTDOWN HOOK called. Possibly because of a SIGTERM from Kubernetes')
  return code
}

interface State {
  id: string
  live: boolean
  info: Record<string, unknown>
}

const MIB = 1024 ** 2

/** A JVM takes a quarter of what it may have for its heap, and half where that is little. */
function infoOf(p: Process): Record<string, unknown> {
  const limit = p.machine.config.memoryLimitBytes ?? p.machine.nodeMemoryBytes
  const max = Math.floor(limit / MIB / (limit <= 256 * MIB ? 2 : 4))
  const cpu = p.machine.config.cpuLimitMillis
  const version = tagOf(p.machine.config.image)
  return { 'memory.max': max, 'memory.used': Math.min(37, max), 'memory.free': Math.min(13, max), 'cpu.procs': cpu === undefined ? 4 : Math.max(1, Math.ceil(cpu / 1000)), version: version === 'latest' ? '1.0' : version, pattern: p.env.get('PATTERN') ?? 'None' }
}

function setReady(p: Process, ready: boolean): boolean {
  try {
    if (ready) p.machine.files.writeText(readyFile, '', { uid: p.who.uid })
    else if (p.machine.files.exists(readyFile)) p.machine.files.remove(readyFile)
    return true
  } catch (e) {
    if (e instanceof Errno) return false
    throw e
  }
}

function* answered(p: Process, state: State, r: HttpRequest): Run<Answer> {
  const json = (value: unknown, status = 200): Answer => ({ response: textResponse(status, JSON.stringify(value), 'application/json') })
  const [path, query = ''] = r.path.split('?')
  switch (path) {
    case '/':
      return json(yield* randomNumber(p, state))
    case '/info':
      return json({ ...state.info, id: state.id, ...(p.env.has('LOG_FILE') ? { logFile: p.env.get('LOG_FILE') } : {}), ...(p.env.has('SEED') ? { seed: Number(p.env.get('SEED')) } : {}), ...ofPod(p), env: Object.fromEntries(p.env) })
    case '/toggle-live':
      state.live = !state.live
      return { response: textResponse(200, '') }
    case '/toggle-ready':
      setReady(p, !p.machine.files.exists(readyFile))
      return { response: textResponse(200, '') }
    case '/actuator/health':
      return json({ status: state.live ? 'UP' : 'DOWN' }, state.live ? 200 : 503)
    case '/logs':
      return { response: textResponse(200, p.machine.files.readText(p.env.get('LOG_FILE') ?? '') ?? '') }
    case '/memory-eater':
      p.machine.setMemory(p, p.memoryBytes + Number(/mb=(\d+)/.exec(query)?.[1] ?? 0) * MIB)
      return { response: textResponse(200, '') }
    case '/shutdown':
      return { response: textResponse(200, ''), exit: 0, log: `${formatTime('%F %T', p.machine.now())}.000  INFO 1 --- [nio-8080-exec-1] i.k.examples.RandomGeneratorApplication  : SHUTDOWN NOW\n` }
    default:
      return json({ timestamp: formatTime('%FT%T.000+00:00', p.machine.now()), status: 404, error: 'Not Found', path }, 404)
  }
}

/** What the Downward API has told. */
function ofPod(p: Process): Record<string, string> {
  const told: Record<string, string> = {}
  for (const name of ['POD_IP', 'NODE_NAME']) if (p.env.has(name)) told[name] = p.env.get(name)!
  for (const name of ['labels', 'annotations']) {
    const text = p.machine.files.readText(`/pod-info/${name}`)
    if (text !== undefined) told[name] = text
  }
  return told
}

function* randomNumber(p: Process, { id, info }: State): Run<Record<string, unknown>> {
  const random = p.machine.random(2 ** 31)
  const duration = 10_000 + p.machine.random(30_000)
  const file = p.env.get('LOG_FILE')
  if (file !== undefined) p.machine.files.writeText(file, `${formatTime('%T', p.machine.now())}.000,${id},${duration},${random}\n`, { append: true })
  const url = parseUrl(p.env.get('LOG_URL') ?? '')
  if (url !== undefined) yield* httpRequest(p, url, { method: 'POST', headers: {}, body: `{ "id": "${id}", "random": "${random}", "duration": "${duration}" }`, timeoutMs: 5000 })
  return { random, pattern: info['pattern'], id, version: info['version'] }
}

/** Writes so many lines of random numbers into a file. */
function* randomRunner(p: Process, [file = '/tmp/random.txt', count = '0', pause]: readonly string[]): Run<number> {
  const id = uuid(p.machine)
  for (;;) {
    const begun = p.machine.now()
    yield* print(p, `Starting to create ${count} random numbers and store in ${file}\n`)
    for (let left = Number(count); left > 0; left -= 1000) {
      const lines = Array.from({ length: Math.min(1000, left) }, () => `${formatTime('%T', p.machine.now())}.000,${id},${10_000 + p.machine.random(30_000)},${p.machine.random(2 ** 31)}\n`)
      p.machine.files.writeText(file, lines.join(''), { append: true })
      yield* sleep(p, 2000)
    }
    yield* print(p, `Finished after ${p.machine.now() - begun} ms\n`)
    if (pause === undefined) return 0
    yield* sleep(p, Number(pause) * 1000)
  }
}

/** k8spatterns/random-generator-log-ambassador: writes down what its neighbour sends. */
export const logAmbassador = sample({
  port: 9009,
  startMs: 300,
  says: '==========================================\nStarting up random-generator Ambassador\nListening at http://localhost:9009\n==========================================',
  stops: 'never',
  handler: () => (r) => {
    if (r.method !== 'POST') return { response: textResponse(200, ''), log: `!!! Method ${r.method} is not supported\n` }
    const field = (name: string): string => new RegExp(`"${name}": ?"?([^",}]+)`).exec(r.body)?.[1]?.trim() ?? 'undefined'
    return { response: textResponse(200, ''), log: `Message received for processing:\n>>> ID: ${field('id')} -- Duration: ${field('duration')} -- Random: ${field('random')}\n` }
  },
})
