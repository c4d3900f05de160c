import { conversionWebhook } from './agnhost/conversion.ts'
import { guestbook } from './agnhost/guestbook.ts'
import { issuerDiscovery } from './agnhost/issuer-discovery.ts'
import { webhook } from './agnhost/webhook.ts'
import { grpcHealthResponse, type HttpRequest, type HttpResponse, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { parseOptions } from '../../text/options.ts'
import { formatTime } from '../tools/calendar.ts'
import { connect } from '../tools/http-client.ts'
import { livenessHandler, pauseProgram } from './samples.ts'
import { type Answer, type Handler, serveOrFail, stopsLikeGo, stopsOn } from './serve.ts'
import { readBelow } from './static-files.ts'

type Subcommand = (p: Process, args: readonly string[]) => Run<number>

const subcommands: Record<string, Subcommand> = {
  pause: function* (p) {
    yield* print(p, 'Paused\n')
    return yield* pauseProgram(p)
  },
  liveness: (p) => serveGo(p, 8080, livenessHandler(p)),
  netexec,
  'serve-hostname': serveHostname,
  'entrypoint-tester': function* (p) {
    yield* print(p, `[${p.argv.join(' ')}]\n`)
    return 0
  },
  'test-webserver': (p, args) =>
    serveGo(p, Number(parseOptions(args, { short: '', long: ['port'] }).value('port') ?? 80), (r) => staticFile(p, r)),
  'logs-generator': logsGenerator,
  connect: connectTo,
  'etc-hosts': (p) => printFile(p, '/etc/hosts'),
  'dns-suffix': (p) => printFile(p, '/etc/resolv.conf', /^search (.*)$/m),
  'dns-server-list': (p) => printFile(p, '/etc/resolv.conf', /^nameserver (.*)$/m),
  'grpc-health-checking': (p, args) => grpcHealth(p, args),
  porter: (p) => porter(p),
  'crd-conversion-webhook': conversionWebhook,
  guestbook,
  'test-service-account-issuer-discovery': issuerDiscovery,
  webhook,
}

/** The Swiss army knife of Kubernetes' own tests. */
export function* agnhost(p: Process): Run<number> {
  const [, name, ...args] = p.argv
  if (name === '--help' || name === 'help' || name === undefined) {
    yield* print(p, 'Usage:\n  app [command]\n')
    return 0
  }
  const run = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined
  if (run !== undefined) return yield* run(p, args)
  yield* print(p, `Error: unknown command "${name}" for "app"\nRun 'app --help' for usage.\n`, 2)
  return 1
}

function* serveGo(p: Process, port: number, handler: Handler): Run<number> {
  const stopped = stopsLikeGo(p)
  yield* sleep(p, 10, true)
  return yield* serveOrFail(p, [port], handler, stopped)
}

function staticFile(p: Process, r: HttpRequest): HttpResponse {
  const found = readBelow(p, '/', r.path, ['index.html'])
  return typeof found === 'object' && 'status' in found ? found : textResponse(404, '404 page not found\n')
}

function* netexec(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, {
    short: '',
    long: ['http-port', 'udp-port', 'delay-shutdown', 'http-override', 'tls-cert-file', 'tls-private-key-file'],
  })
  const port = o.number(8080, 'http-port')
  const delayMs = o.number(0, 'delay-shutdown') * 1000
  const started = p.machine.now()
  yield* sleep(p, 20)
  yield* print(p, `${formatTime('%Y/%m/%d %T', p.machine.now())} Started HTTP server on port ${port}\n`, 2)
  let stopAt: number | undefined
  const stopped =
    delayMs === 0 ? stopsLikeGo(p) : () => (stopAt !== undefined && p.machine.now() >= stopAt ? 0 : undefined)
  if (delayMs > 0) p.onSignal('TERM', () => (stopAt = p.machine.now() + delayMs))
  return yield* serveOrFail(p, [port], (r) => netexecAnswer(p, r, started), stopped)
}

function netexecAnswer(p: Process, r: HttpRequest, started: number): Answer {
  const [path = '/', query = ''] = r.path.split('?')
  const parameter = (name: string) => decodeURIComponent(new RegExp(`(?:^|&)${name}=([^&]*)`).exec(query)?.[1] ?? '')
  const log = `${formatTime('%Y/%m/%d %T', p.machine.now())} GET ${r.path}\n`
  const text = (body: string, status = 200): Answer => ({ response: textResponse(status, body), log, logTo: 2 })
  switch (path) {
    case '/':
      return text(`NOW: ${formatTime('%F %T', p.machine.now())} +0000 UTC`)
    case '/hostname':
    case '/hostName':
      return text(p.machine.config.hostname)
    case '/clientip':
      return text(`${r.source ?? '127.0.0.1'}:40000`)
    case '/healthz':
      return text('')
    case '/echo':
      return text(parameter('msg'), Number(parameter('code') || 200))
    case '/exit':
      return { response: textResponse(200, ''), log, logTo: 2, exit: Number(parameter('code') || 0) }
    case '/shutdown':
      return { response: textResponse(200, ''), log, logTo: 2, exit: 0 }
    case '/header':
      return text(r.headers[parameter('key').toLowerCase()] ?? '')
    case '/started':
      return text(formatTime('%FT%TZ', started))
    case '/redirect':
      return {
        response: { status: Number(parameter('code') || 302), headers: { location: parameter('loc') }, body: '' },
        log,
        logTo: 2,
      }
    default:
      return text('404 page not found\n', 404)
  }
}

function* serveHostname(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: '', long: ['port'] })
  const port = o.number(9376, 'port')
  yield* print(p, `I${formatTime('%m%d %T', p.machine.now())}.000000       1 log.go:198] Serving on port ${port}.\n`, 2)
  return yield* serveGo(p, port, () => textResponse(200, p.machine.config.hostname))
}

function* logsGenerator(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: 'd:t:', long: ['log-lines-total', 'run-duration'] })
  const total = o.number(10, 'log-lines-total', 't')
  const seconds = Number(/^(\d+)/.exec(o.value('run-duration', 'd') ?? '60')?.[1] ?? 60)
  for (let i = 0; i < total; i++) {
    yield* print(
      p,
      `I${formatTime('%m%d %T', p.machine.now())}.000000       1 logs_generator.go:76] ${i} GET /api/v1/namespaces/default/pods/pod${i % 7} ${200 + (i % 3) * 100}\n`,
    )
    yield* sleep(p, (seconds * 1000) / total)
  }
  return 0
}

function* connectTo(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: '', long: ['timeout', 'protocol'] })
  const [host = '', port = '80'] = (o.operands[0] ?? '').split(':')
  const answer = yield* connect(
    p,
    host,
    Number(port),
    Number(/^(\d+)/.exec(o.value('timeout') ?? '30')?.[1] ?? 30) * 1000,
  )
  if (!('error' in answer)) return 0
  yield* print(
    p,
    `${{ refused: 'REFUSED', timeout: 'TIMEOUT', unresolved: 'DNS', reset: 'OTHER', closed: 'OTHER', plain: 'OTHER', unreachable: 'OTHER' }[answer.error]}\n`,
    2,
  )
  return 1
}

function* printFile(p: Process, path: string, pattern = /([\s\S]*)/): Run<number> {
  yield* print(p, `${pattern.exec(p.machine.files.readText(path) ?? '')?.[1] ?? ''}\n`)
  return 0
}

/** Well until somebody asks /make-not-serving on the other port. */
function* grpcHealth(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: '', long: ['port', 'http-port', 'service', 'delay-unhealthy-sec'] })
  const [port, httpPort] = [o.number(5000, 'port'), o.number(8080, 'http-port')]
  const limit = o.number(-1, 'delay-unhealthy-sec')
  const started = p.machine.now()
  let serving = true
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  yield* print(p, `Http server starting to listen on :${httpPort}\ngRPC server starting to listen on :${port}\n`)
  return yield* serveOrFail(
    p,
    [port, httpPort],
    (r) => {
      if (r.method !== 'GRPC') {
        serving = !r.path.includes('make-not-serving') && (serving || r.path.includes('make-serving'))
        return textResponse(200, '')
      }
      const isWell = serving && (limit < 0 || p.machine.now() - started < limit * 1000)
      return grpcHealthResponse(isWell ? 'SERVING' : 'NOT_SERVING')
    },
    stopped,
  )
}

/** Serves on every port that an environment variable SERVE_PORT_n names. */
function* porter(p: Process): Run<number> {
  const ports = [...p.env].flatMap(([name, body]) => {
    const port = /^SERVE_PORT_(\d+)$/.exec(name)?.[1]
    return port === undefined ? [] : [{ port: Number(port), body }]
  })
  return yield* serveOrFail(
    p,
    ports.map((s) => s.port),
    (r) => textResponse(200, ports.find((s) => s.port === r.port)?.body ?? ''),
    stopsLikeGo(p),
  )
}
