import { formValue, type HttpRequest, type HttpResponse, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Program, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { type Answer, type Handler, serveOrFail, stopsLikeGo, stopsOn } from './serve.ts'

/** The small servers that books, courses and the documentation use as examples. */

/** A program that starts, listens and answers. node and Python have no handler for TERM: as process 1 they outlive it. */
export function sample(o: {
  port: number | ((p: Process) => number)
  startMs: number
  says?: string | ((p: Process) => string)
  stops: 'go' | 'never' | 'exits'
  handler: (p: Process) => Handler
}): Program {
  return function* (p): Run<number> {
    const stopped =
      o.stops === 'go'
        ? stopsLikeGo(p)
        : o.stops === 'exits'
          ? stopsOn(p, ['TERM', 'INT', 'QUIT', 'WINCH'], 0)
          : undefined
    yield* sleep(p, o.startMs, o.stops !== 'never')
    if (o.says !== undefined) yield* print(p, `${typeof o.says === 'string' ? o.says : o.says(p)}\n`)
    return yield* serveOrFail(p, [typeof o.port === 'number' ? o.port : o.port(p)], o.handler(p), stopped)
  }
}

/** "Kubernetes in Action": You've hit <host>. A tag v2 says so. */
export const kubia = sample({
  port: 8080,
  startMs: 300,
  says: 'Kubia server starting...',
  stops: 'never',
  handler: (p) => {
    const version = /:v(\d)/.exec(p.machine.config.image.reference)?.[1]
    const { hostname } = p.machine.config
    let requests = 0
    return (r) => {
      // The third version is the one whose rollout is to be stopped.
      const fails = ++requests >= 5 && version === '3'
      const body = fails
        ? `Some internal error has occurred! This is pod ${hostname}\n`
        : version === undefined
          ? `You've hit ${hostname}\n`
          : `This is v${version} running in pod ${hostname}\n`
      return {
        response: textResponse(fails ? 500 : 200, body, 'text/plain'),
        log: `Received request from ::ffff:${r.source ?? '127.0.0.1'}\n`,
      }
    }
  },
})

/** Well for five requests, then 500 for ever. */
export const kubiaUnhealthy = sample({
  port: 8080,
  startMs: 300,
  says: 'Kubia server starting...',
  stops: 'never',
  handler: (p) => {
    let requests = 0
    return (r) => {
      const isWell = ++requests <= 5
      const body = isWell ? `You've hit ${p.machine.config.hostname}\n` : "I'm not well. Please restart me!"
      return {
        response: textResponse(isWell ? 200 : 500, body, 'text/plain'),
        log: `Received request from ::ffff:${r.source ?? '127.0.0.1'}\n`,
      }
    }
  },
})

/** The demo of Chinese courses; POST livez=FAIL or readyz=FAIL makes its probes fail. */
export const demoapp = sample({
  port: 80,
  startMs: 500,
  says: ' * Running on http://0.0.0.0:80/ (Press CTRL+C to quit)',
  stops: 'never',
  handler: (p) => {
    const health: Record<string, string> = { livez: 'OK', readyz: 'OK' }
    return (r) => {
      const response = demoappResponse(p, r, health)
      return {
        response,
        log: `${r.source ?? '-'} - - [${formatTime('%d/%b/%Y %T', p.machine.now())}] "${r.method} ${r.path} HTTP/1.1" ${response.status} -\n`,
      }
    }
  },
})

function demoappResponse(p: Process, r: HttpRequest, health: Record<string, string>): HttpResponse {
  const { config } = p.machine
  const name = r.path.split('?')[0]!.slice(1)
  if (name === 'livez' || name === 'readyz') {
    if (r.method === 'POST') health[name] = new RegExp(`${name}=([^&]*)`).exec(r.body)?.[1] ?? 'OK'
    const isWell = health[name] === 'OK'
    return textResponse(isWell || r.method === 'POST' ? 200 : name === 'livez' ? 506 : 507, health[name]!, 'text/html')
  }
  const version = /:(v[\d.]+)/.exec(config.image.reference)?.[1] ?? 'v1.0'
  if (name === '')
    return textResponse(
      200,
      `iKubernetes demoapp ${version} !! ClientIP: ${r.source ?? '127.0.0.1'}, ServerName: ${config.hostname}, ServerIP: ${config.ip()}!\n`,
      'text/html',
    )
  if (name === 'hostname') return textResponse(200, `ServerName: ${config.hostname}\n`, 'text/html')
  if (name === 'user-agent') return textResponse(200, `User-Agent: ${r.headers['user-agent'] ?? ''}\n`, 'text/html')
  if (name === 'configs')
    return textResponse(
      200,
      `DEPLOYENV: ${p.env.get('DEPLOYENV') ?? ''}\nRELEASE: ${p.env.get('RELEASE') ?? ''}\n`,
      'text/html',
    )
  return textResponse(404, '404 Not Found\n', 'text/html')
}

export const helloApp = sample({
  port: 8080,
  startMs: 20,
  says: 'Server listening on port 8080',
  stops: 'go',
  handler: (p) => (r) => {
    const version = `${/:(\d+)/.exec(p.machine.config.image.reference)?.[1] ?? '1'}.0.0`
    return {
      response: textResponse(200, `Hello, world!\nVersion: ${version}\nHostname: ${p.machine.config.hostname}\n`),
      log: `${formatTime('%Y/%m/%d %T', p.machine.now())} Serving request: ${r.path}\n`,
    }
  },
})

/** The backend that a frontend is connected to. */
export const helloGo = sample({ port: 80, startMs: 20, stops: 'go', handler: () => () => textResponse(200, '{"message":"Hello"}\n', 'application/json') })

export const nodeHello = sample({
  port: 8080,
  startMs: 300,
  stops: 'never',
  handler: () => () => textResponse(200, 'Hello Kubernetes!'),
})

const isoTime = (p: Process): string => formatTime('%FT%T.000Z', p.machine.now())

export const bootcamp = sample({
  port: 8080,
  startMs: 300,
  says: (p) => `Kubernetes Bootcamp App Started At: ${isoTime(p)} | Running On:  ${p.machine.config.hostname} \n`,
  stops: 'never',
  handler: (p) => {
    const { image, hostname } = p.machine.config
    const startedAt = p.machine.now()
    let requests = 0
    return () => ({
      response: textResponse(200, `Hello Kubernetes bootcamp! | Running on: ${hostname} | v=${/:v(\d)/.exec(image.reference)?.[1] ?? '1'}\n`),
      log: `Running On: ${hostname} | Total Requests: ${++requests} | App Uptime: ${(p.machine.now() - startedAt) / 1000} seconds | Log Time: ${isoTime(p)}\n`,
    })
  },
})

export const goproxy = sample({
  port: 8080,
  startMs: 20,
  stops: 'go',
  handler: () => () => textResponse(404, 'This is a proxy server. Does not respond to non-proxy requests.\n'),
})

export const whoamiServer = sample({
  port: 80,
  startMs: 20,
  says: 'Starting up on port 80',
  stops: 'go',
  handler: (p) => (r) =>
    textResponse(
      200,
      `Hostname: ${p.machine.config.hostname}\nIP: 127.0.0.1\nIP: ${p.machine.config.ip()}\nRemoteAddr: ${r.source ?? '127.0.0.1'}:40000\n${r.method} ${r.path} HTTP/1.1\n${asGoWrites(r.headers)}\n`,
    ),
})

/** A request's headers as net/http writes them: two of them first, the others in order. */
function asGoWrites(headers: HttpRequest['headers']): string {
  const first = ['host', 'user-agent'].filter((name) => headers[name] !== undefined)
  const others = Object.keys(headers).filter((name) => !first.includes(name)).toSorted()
  return [...first, ...others].map((name) => `${canonical(name)}: ${headers[name]}\n`).join('')
}

/** A request costs a third of a second of CPU time: what the HPA walkthrough counts on. */
export const hpaExample = sample({
  port: 80,
  startMs: 300,
  stops: 'exits',
  handler: () => () => ({ response: textResponse(200, 'OK!', 'text/html'), cpuUs: 300_000 }),
})

export const echoserver = sample({
  port: 8080,
  startMs: 50,
  says: 'Generating self-signed cert',
  stops: 'exits',
  handler: (p) => (r) =>
    textResponse(
      200,
      `\n\nHostname: ${p.machine.config.hostname}\n\nPod Information:\n\t-no pod information available-\n\nServer values:\n\tserver_version=nginx: 1.14.2 - lua: 10015\n\nRequest Information:\n\tclient_address=${r.source ?? '127.0.0.1'}\n\tmethod=${r.method}\n\treal path=${r.path}\n\trequest_version=1.1\n\nRequest Headers:\n${Object.entries(
        r.headers,
      )
        .map(([k, v]) => `\t${k}=${v}\n`)
        .join('')}\nRequest Body:\n\t${r.body === '' ? '-no body in request-' : r.body}\n\n`,
    ),
})

/** A header's name as Go writes it. */
export const canonical = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())

/** The backend of the Gateway API's own tests and of guides: what it was asked, and in which pod (gateway-api conformance/echo-basic). */
export const echoBasic = sample({
  port: (p) => Number(p.env.get('HTTP_PORT') ?? 3000),
  startMs: 20,
  says: (p) => `Starting server, listening on port ${p.env.get('HTTP_PORT') ?? 3000} (http)`,
  stops: 'go',
  handler: (p) => (r) => {
    const { host = '', ...others } = r.headers
    const headers = Object.fromEntries(Object.entries(others).map(([name, value]) => [canonical(name), [value]] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    const env = (name: string): string => p.env.get(name) ?? ''
    const told = { path: r.path, host, method: r.method, proto: 'HTTP/1.1', headers, namespace: env('NAMESPACE'), ingress: env('INGRESS_NAME'), service: env('SERVICE_NAME'), pod: env('POD_NAME') }
    return { response: textResponse(200, JSON.stringify(told, null, 1), 'application/json'), log: `Echoing back request made to ${r.path} to client (${r.source ?? '127.0.0.1'}:40000)\n` }
  },
})

export const serveHostname = sample({
  port: 9376,
  startMs: 20,
  says: 'Serving on port 9376.',
  stops: 'go',
  handler: (p) => () => textResponse(200, p.machine.config.hostname),
})

/** /healthz is well for ten seconds: the documentation's HTTP liveness example. */
export function livenessHandler(p: Process): Handler {
  const started = p.machine.now()
  return (r) => {
    const [path, query = ''] = r.path.split('?')
    const of = (name: string): string => formValue(query, name) ?? ''
    if (path === '/started') return textResponse(200, formatTime('%FT%TZ', started))
    if (path === '/redirect') return { status: 302, headers: { location: of('loc') }, body: '' }
    if (path === '/sleep-headers') return { response: textResponse(Number(of('code') || 500), `Slept for ${Number(of('time'))} secs\n`), afterMs: Number(of('time')) * 1000 }
    if (path !== '/healthz') return textResponse(404, '404 page not found\n')
    const seconds = (p.machine.now() - started) / 1000
    return seconds > 10 ? textResponse(500, `error: ${seconds}`) : textResponse(200, 'ok')
  }
}

export const liveness = sample({ port: 8080, startMs: 10, stops: 'go', handler: livenessHandler })

/** hashicorp/http-echo -text=... -listen=:5678 */
export function* httpEcho(p: Process): Run<number> {
  const option = (name: string): string | undefined => {
    const at = p.argv.findIndex((a) => new RegExp(`^--?${name}(=|$)`).test(a))
    return at < 0
      ? undefined
      : p.argv[at]!.includes('=')
        ? p.argv[at]!.slice(p.argv[at]!.indexOf('=') + 1)
        : p.argv[at + 1]
  }
  const text = option('text') ?? p.env.get('ECHO_TEXT') ?? ''
  const port = Number(/:(\d+)$/.exec(option('listen') ?? ':5678')?.[1] ?? 5678)
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  yield* sleep(p, 20, true)
  yield* print(p, `${formatTime('%Y/%m/%d %T', p.machine.now())} [INFO] server is listening on :${port}\n`)
  return yield* serveOrFail(
    p,
    [port],
    (r): Answer => ({
      response: textResponse(200, `${text}\n`),
      log: `${formatTime('%Y/%m/%d %T', p.machine.now())} ${r.headers['host'] ?? ''} ${r.source ?? ''}:40000 "${r.method} ${r.path} HTTP/1.1" 200 ${text.length + 1} "${r.headers['user-agent'] ?? ''}" 20µs\n`,
    }),
    stopped,
  )
}

/** /pause: reaps, waits, and ends well on TERM and INT. */
export function* pauseProgram(p: Process): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  while (stopped() === undefined) yield* sleep(p, Infinity, true)
  yield* print(p, 'Shutting down, got signal: Terminated\n', 2)
  return 0
}

export function* helloWorld(p: Process): Run<number> {
  yield* print(
    p,
    '\nHello from Docker!\nThis message shows that your installation appears to be working correctly.\n\n',
  )
  return 0
}

/** luksa/batch-job: two minutes of work. */
export function* batchJob(p: Process): Run<number> {
  yield* print(p, `${formatTime('%a %b %e %T UTC %Y', p.machine.now())} Batch job starting\n`)
  yield* sleep(p, 120_000)
  yield* print(p, `${formatTime('%a %b %e %T UTC %Y', p.machine.now())} Finished succesfully\n`)
  return 0
}

const fortunes = [
  'You will be surprised by a loud noise.',
  'Tomorrow will be cancelled due to lack of interest.',
  'You have the body of a 19 year old. Please return it before it gets wrinkled.',
]

/** fortune [FILE]: one saying of many; in a file they stand between lines of a % sign. */
export function* fortune(p: Process): Run<number> {
  const path = p.argv.slice(1).find((arg) => !arg.startsWith('-'))
  const text = path === undefined ? undefined : p.machine.files.readText(path.startsWith('/') ? path : `${p.cwd}/${path}`, p.access)
  if (path !== undefined && text === undefined) {
    yield* print(p, `${path}: No such file or directory\n`, 2)
    return 1
  }
  const all = text?.split(/^%\n/m).filter((one) => one.trim() !== '') ?? fortunes
  yield* print(p, `${(all[p.machine.random(all.length)] ?? '').trimEnd()}\n`)
  return 0
}

/** luksa/fortune: a new page every ten seconds (or as the argument says). */
export function* fortuneLoop(p: Process): Run<number> {
  const seconds = Number(p.argv[1] ?? p.env.get('INTERVAL') ?? 10)
  const stopped = stopsOn(p, ['INT'], 130)
  yield* print(p, `Configured to generate new fortune every ${seconds} seconds\n`)
  while (stopped() === undefined) {
    yield* print(p, `${formatTime('%a %b %e %T UTC %Y', p.machine.now())} Writing fortune to /var/htdocs/index.html\n`)
    p.machine.files.writeText('/var/htdocs/index.html', `${fortunes[p.machine.random(fortunes.length)]}\n`)
    yield* sleep(p, seconds * 1000, true)
  }
  return 130
}
