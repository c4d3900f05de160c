import { type HttpRequest, type HttpResponse, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { parseUrl, request } from '../tools/http-client.ts'
import { parseOptions } from '../../text/options.ts'
import { type Answer, serveOrFail, stopsLikeGo } from './serve.ts'
import { readBelow } from './static-files.ts'

/** A key of 4096 bits takes so long. */
const keyUs = 1_500_000

const patienceMs = 10_000

interface Settings {
  enabled: boolean
  exits: boolean
  exitCode: number
  /** 0: without end. */
  keys: number
  seconds: number
  queue: string | undefined
}

/** kuard of "Kubernetes: Up and Running": a page, probes that fail on demand, files and environment, keys as work, a queue in memory. */
export function* kuard(p: Process): Run<number> {
  const settings = settingsOf(p)
  const stopped = stopsLikeGo(p)
  yield* sleep(p, 20, true)
  const star = '*'.repeat(70)
  for (const line of [`Starting kuard version: v0.10.0-${versionOf(p)}`, star, '* WARNING: This server may expose sensitive', '* and secret information. Be careful.', star, 'Could not find certificates to serve TLS', 'Serving on HTTP on :8080'])
    yield* say(p, line)
  let exit: number | undefined
  p.onSignal('CHLD', () => (exit = settings.exits ? settings.exitCode : undefined))
  if (settings.enabled) p.machine.spawn({ parent: p, argv: p.argv, costUs: 0, program: (q) => work(q, settings) })
  return yield* serveOrFail(p, [8080], handler(p), () => exit ?? stopped())
}

function settingsOf(p: Process): Settings {
  const numbers = ['keygen-exit-code', 'keygen-num-to-gen', 'keygen-time-to-run'] as const
  const o = parseOptions(p.argv.slice(1), { short: '', long: [...numbers, 'keygen-memq-server', 'keygen-memq-queue', 'address', 'debug'] })
  const server = o.value('keygen-memq-server')
  return {
    enabled: o.has('keygen-enable'),
    exits: o.has('keygen-exit-on-complete'),
    exitCode: o.number(0, 'keygen-exit-code'),
    keys: o.number(0, 'keygen-num-to-gen'),
    seconds: o.number(0, 'keygen-time-to-run'),
    queue: server === undefined ? undefined : `${server}/queues/${o.value('keygen-memq-queue') ?? ''}/dequeue`,
  }
}

const versionOf = (p: Process): string => /(?:-|:)(\w+)$/.exec(p.machine.config.image.reference)?.[1] ?? '1'

const say = (p: Process, text: string): Run<void> => print(p, `${formatTime('%Y/%m/%d %T', p.machine.now())} ${text}\n`, 2)

/** Keys until there are enough of them, or the time is over, or the queue is empty. */
function* work(p: Process, { keys, seconds, queue }: Settings): Run<number> {
  const end = seconds === 0 ? Infinity : p.machine.now() + seconds * 1000
  yield* say(p, '(ID 0) Workload starting')
  for (let made = 1; p.machine.now() < end && (keys === 0 || made <= keys); made++) {
    const item = queue === undefined ? '' : yield* dequeued(p, queue)
    if (item === undefined) break
    p.cpu.charge(keyUs)
    yield { wait: 'cpu' }
    yield* say(p, `(ID 0 ${made}/${keys === 0 ? 'Inf' : keys}) Item done: SHA256:${fingerprint(p)}`)
  }
  yield* say(p, '(ID 0) Workload exiting')
  return 0
}

/** Undefined when there is nothing more to do; a server that is not there yet is asked again. */
function* dequeued(p: Process, url: string): Run<string | undefined> {
  for (;;) {
    const answer = yield* request(p, parseUrl(url)!, { method: 'POST', headers: {}, body: '', timeoutMs: patienceMs })
    if (!('error' in answer)) return answer.status === 200 ? answer.body : undefined
    yield* say(p, `(ID 0) Error getting work item: ${answer.error}`)
    yield* sleep(p, 1000)
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const fingerprint = (p: Process): string => Array.from({ length: 43 }, () => alphabet[p.machine.random(alphabet.length)]).join('')

type Route = (r: HttpRequest) => HttpResponse | undefined

function handler(p: Process): (r: HttpRequest) => Answer {
  const queues = new Queues(p)
  const routes: Route[] = [probe('/healthy'), probe('/ready'), (r) => environment(p, r), (r) => files(p, r), (r) => queues.answer(r), (r) => (r.path === '/' ? page(p, r) : undefined)]
  return (r) => {
    let response: HttpResponse | undefined
    for (const route of routes) response ??= route(r)
    return {
      response: response ?? textResponse(404, '404 page not found\n'),
      log: `${formatTime('%Y/%m/%d %T', p.machine.now())} ${r.source ?? '127.0.0.1'}:40000 ${r.method} ${r.path}\n`,
      logTo: 2,
    }
  }
}

/** Well until somebody PUTs {"failNext": n} at its /api: so many times, or for ever when n is below 0. */
function probe(base: string): Route {
  let failNext = 0
  return ({ method, path, body }) => {
    if (path === `${base}/api`) {
      const asked = method === 'PUT' ? /"failNext"\s*:\s*(-?\d+)/.exec(body)?.[1] : undefined
      if (asked !== undefined) failNext = Number(asked)
      return json(200, { probePath: base, failNext, history: [] })
    }
    if (path !== base) return undefined
    if (failNext === 0) return textResponse(200, 'ok')
    if (failNext > 0) failNext--
    return textResponse(500, failNext < 0 ? 'fail, permanent' : `fail, ${failNext} left`)
  }
}

const json = (status: number, value: unknown): HttpResponse => textResponse(status, `${JSON.stringify(value)}\n`, 'application/json')

const environment = (p: Process, { path }: HttpRequest): HttpResponse | undefined =>
  path === '/env/api' ? json(200, { commandLine: p.argv, env: Object.fromEntries(p.env.entries()) }) : undefined

function files(p: Process, { path }: HttpRequest): HttpResponse | undefined {
  if (!path.startsWith('/fs/')) return undefined
  const below = path.slice('/fs'.length)
  const found = readBelow(p, '/', below, ['index.html'])
  if (found === 404) return textResponse(404, '404 page not found\n')
  if (typeof found !== 'number') return 'status' in found ? found : { ...textResponse(301, ''), headers: { location: `/fs${found.redirect}` } }
  const names = p.machine.files.list(below, p.access) ?? []
  return textResponse(200, `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${names.map((name) => `<a href="${name}">${name}</a>\n`).join('')}</pre>\n`, 'text/html; charset=utf-8')
}

function page(p: Process, { source = '127.0.0.1' }: HttpRequest): HttpResponse {
  const { hostname } = p.machine.config
  const facts = JSON.stringify({ hostname, addrs: [p.machine.config.ip()], version: `v0.10.0-${versionOf(p)}`, requestAddr: `${source}:40000` })
  return textResponse(200, `<!doctype html>\n\n<html lang="en">\n<head>\n  <meta charset="utf-8">\n\n  <title>KUAR Demo</title>\n</head>\n<body>\n<script>\nvar pageContext = ${facts}\n</script>\n</body>\n</html>\n`, 'text/html')
}

interface Queue {
  messages: string[]
  enqueued: number
  dequeued: number
  drained: number
}

/** /memq/server: queues of texts. */
class Queues {
  private readonly queues = new Map<string, Queue>()
  private readonly p: Process
  private made = 0

  constructor(p: Process) {
    this.p = p
  }

  answer({ method, path, body }: HttpRequest): HttpResponse | undefined {
    if (path === '/memq/server/stats') return json(200, { kind: 'stats', queues: [...this.queues].map(([name, { messages, ...counts }]) => ({ name, depth: messages.length, ...counts })) })
    const asked = /^\/memq\/server\/queues\/([^/]+)(?:\/(enqueue|dequeue|drain))?$/.exec(path)
    if (asked === null) return undefined
    const [, name = '', verb] = asked
    const queue = this.queues.get(name)
    if (method === 'PUT') {
      if (queue === undefined) this.queues.set(name, { messages: [], enqueued: 0, dequeued: 0, drained: 0 })
      return textResponse(200, '')
    }
    if (queue === undefined) return textResponse(404, 'queue not found\n')
    if (method === 'DELETE') this.queues.delete(name)
    if (verb === 'enqueue') return this.enqueue(queue, body)
    if (verb === 'dequeue') return dequeue(queue)
    queue.drained += queue.messages.splice(0).length
    return textResponse(200, '')
  }

  private enqueue(queue: Queue, body: string): HttpResponse {
    const message = { kind: 'message', id: `${++this.made}`.padStart(32, '0'), body, creationTimestamp: formatTime('%FT%TZ', this.p.machine.now()) }
    queue.messages.push(JSON.stringify(message))
    queue.enqueued++
    return json(200, message)
  }
}

function dequeue(queue: Queue): HttpResponse {
  const message = queue.messages.shift()
  if (message === undefined) return textResponse(204, '')
  queue.dequeued++
  return textResponse(200, `${message}\n`, 'application/json')
}
