import { connectTo } from './agnhost/connect.ts'
import { mounttest } from './agnhost/mounttest.ts'
import { nettest } from './agnhost/nettest.ts'
import { netexec } from './agnhost/netexec.ts'
import { porter } from './agnhost/porter.ts'
import { serveHostname } from './agnhost/serve-hostname.ts'
import { conversionWebhook } from './agnhost/conversion.ts'
import { guestbook } from './agnhost/guestbook.ts'
import { issuerDiscovery } from './agnhost/issuer-discovery.ts'
import { webhook } from './agnhost/webhook.ts'
import { grpcHealthResponse, type HttpRequest, type HttpResponse, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { parseOptions } from '../../text/options.ts'
import { formatTime } from '../tools/calendar.ts'
import { livenessHandler, pauseProgram } from './samples.ts'
import { type Handler, serveOrFail, stopsLikeGo, stopsOn } from './serve.ts'
import { readBelow } from './static-files.ts'

type Subcommand = (p: Process, args: readonly string[]) => Run<number>

const subcommands: Record<string, Subcommand> = {
  pause: function* (p) {
    yield* print(p, 'Paused\n')
    return yield* pauseProgram(p)
  },
  liveness: (p) => serveGo(p, 8080, livenessHandler(p)),
  mounttest,
  netexec,
  nettest,
  nonewprivs,
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
  porter,
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

export function* nonewprivs(p: Process): Run<number> {
  yield* print(p, `Effective uid: ${p.who.uid}\n`)
  return 0
}

function* serveGo(p: Process, port: number, handler: Handler): Run<number> {
  const stopped = stopsLikeGo(p)
  yield* sleep(p, 10, true)
  return yield* serveOrFail(p, [port], handler, stopped)
}

function staticFile(p: Process, r: HttpRequest): HttpResponse {
  const found = readBelow(p, '/', r.path, ['index.html'])
  if (typeof found !== 'object') return found === 403 ? listing(p, r.path) : textResponse(404, '404 page not found\n')
  return 'status' in found ? found : { status: 301, headers: { location: found.redirect }, body: '' }
}

/** A directory, as Go's FileServer shows it; of one that may not be read nothing is said. */
function listing(p: Process, path: string): HttpResponse {
  const names = p.machine.files.list(path.split('?')[0]!, p.access)
  if (names === undefined) return textResponse(403, '403 Forbidden\n')
  const shown = names.map((name) => `${name}${p.machine.files.stat(`${path}${name}`)?.type === 'directory' ? '/' : ''}`)
  const body = shown.map((name) => `<a href="${name}">${name}</a>\n`).join('')
  return textResponse(200, `<!doctype html>\n<meta name="viewport" content="width=device-width">\n<pre>\n${body}</pre>\n`, 'text/html; charset=utf-8')
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
