import { fieldsOf } from '../../api/fieldsOf.ts'
import { jsonOf } from '../../api/json.ts'
import { type HttpRequest, type HttpResponse, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { parseUrl, request } from '../tools/http-client.ts'
import { digitsOfPi } from './languages.ts'
import { sample } from './samples.ts'
import { type Answer, serveOrFail, stopsOn } from './serve.ts'

/** The applications of "Learn Kubernetes in a Month of Lunches", most of which are written for .NET. */

/** What .NET reads: a file of the image's, one on top of it, and variables in which __ stands between the parts of a name. */
function setting(p: Process, name: string, file = ''): string | undefined {
  const variable = p.env.get(name.replaceAll(':', '__'))
  if (variable !== undefined) return variable
  let at = jsonOf(p.machine.files.readText(file) ?? '')
  for (const part of name.split(':')) at = fieldsOf(at)[part]
  return at === undefined ? undefined : String(at)
}

const json = (status: number, body: unknown): HttpResponse => textResponse(status, JSON.stringify(body), 'application/json; charset=utf-8')

/** A random number a call, and with FailAfterCallCount none after so many. */
export const numbersApi = sample({
  port: 80,
  startMs: 900,
  stops: 'exits',
  handler: (p) => {
    const failsAfter = Number(setting(p, 'FailAfterCallCount') ?? 0)
    let calls = 0
    let isHealthy = true
    return (r) => {
      const path = r.path.split('?')[0]!.toLowerCase()
      if (path === '/healthz' || path === '/health') return isHealthy ? textResponse(200, 'Ok') : json(500, { message: 'Unhealthy' })
      if (path === '/reset') {
        isHealthy = true
        calls = 0
        return textResponse(200, 'Ok')
      }
      if (path !== '/rng' && path !== '/sixeyed/kiamol/master/ch03/numbers/rng') return textResponse(404, '')
      calls++
      if (!isHealthy) return { response: json(500, { message: 'Unhealthy' }), log: 'warn: Numbers.Api.Controllers.RngController[0]\n      Unhealthy!\n' }
      if (failsAfter > 0 && calls >= failsAfter) isHealthy = false
      return json(200, p.machine.random(100))
    }
  },
})

/** Asks the one above when its button is pressed. */
export const numbersWeb = sample({
  port: 80,
  startMs: 900,
  stops: 'exits',
  handler: (p) => (r) => (r.path.split('?')[0] === '/' ? numbersPage(p, r) : textResponse(404, '')),
})

function* numbersPage(p: Process, r: HttpRequest): Run<Answer> {
  let told = '    <form method="post">\n        <p>Get a random number</p>\n        <input type="submit" value="Go!"/>\n    </form>\n'
  if (r.method === 'POST') {
    const number = yield* askThrough(p, setting(p, 'RngApi:Url') ?? 'http://numbers-api/sixeyed/kiamol/master/ch03/numbers/rng')
    told = number === undefined ? '    <p>RNG service unavailable!</p>\n' : `    <p>Here it is: ${number}</p>\n`
  }
  return { response: textResponse(200, `<!DOCTYPE html>\n<html lang="en">\n<head>\n    <title>KIAMOL</title>\n</head>\n<body>\n    <h1>KIAMOL Random Number Generator</h1>\n${told}</body>\n</html>\n`, 'text/html; charset=utf-8') }
}

/** A proxy that the environment names is asked instead, under the name that was meant. */
function* askThrough(p: Process, target: string): Run<string | undefined> {
  const url = parseUrl(target)
  if (url === undefined) return undefined
  const proxy = parseUrl(p.env.get('http_proxy') ?? '')
  const host = url.port === 80 ? url.host : `${url.host}:${url.port}`
  const answer = yield* request(p, proxy === undefined ? url : { ...proxy, path: url.path }, { method: 'GET', headers: { host }, body: '', timeoutMs: 10_000 })
  return 'error' in answer || answer.status !== 200 ? undefined : answer.body
}

/** Passes on what it is asked, one address as another. */
export function* simpleProxy(p: Process): Run<number> {
  const port = Number(setting(p, 'Proxy:Port') ?? 1080)
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 0)
  yield* sleep(p, 500, true)
  yield* print(p, `** Logging proxy listening on port: ${port} **\n`)
  return yield* serveOrFail(p, [port], (r) => passedOn(p, r), stopped)
}

function* passedOn(p: Process, r: HttpRequest): Run<Answer> {
  const asked = `http://${r.headers['host'] ?? ''}${r.path}`
  const isMapped = asked === setting(p, 'Proxy:Request:UriMap:Source')
  const target = isMapped ? (setting(p, 'Proxy:Request:UriMap:Target') ?? asked) : asked
  if (!isMapped && setting(p, 'Proxy:Request:RejectUnknown')?.toLowerCase() === 'true') return { response: textResponse(200, ''), log: `${r.method} ${asked} [BLOCKED]\n` }
  const log = `${r.method} ${asked}${isMapped ? ` -> ${target}` : ''}\n`
  const url = parseUrl(target)
  const answer = url === undefined ? { error: 'unresolved' as const } : yield* request(p, url, { method: r.method, headers: {}, body: r.body, timeoutMs: 10_000 })
  return { response: 'error' in answer ? textResponse(502, '') : answer, log }
}

/** Pi.Web.dll -m web|console -dp PLACES */
export function* kiamolPi(p: Process): Run<number> {
  const option = (name: string): string | undefined => p.argv[p.argv.indexOf(name) + 1 || p.argv.length]
  const places = Number(option('-dp') ?? 6)
  if (option('-m') !== 'web') {
    p.cpu.charge(400_000 + places * 2500)
    yield { wait: 'cpu' }
    yield* print(p, `${digitsOfPi(Math.min(places, 5000))}\n`)
    return 0
  }
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 0)
  yield* sleep(p, 900, true)
  yield* print(p, 'info: Microsoft.Hosting.Lifetime[0]\n      Now listening on: http://[::]:80\ninfo: Microsoft.Hosting.Lifetime[0]\n      Application started. Press Ctrl+C to shut down.\n')
  return yield* serveOrFail(p, [80], (r) => {
    const asked = Number(/[?&]dp=(\d+)/.exec(r.path)?.[1] ?? places)
    return { response: textResponse(200, `<!DOCTYPE html>\n<html lang="en">\n<head>\n    <title>Pi</title>\n</head>\n<body>\n    <h1>Pi to ${asked} d.p.</h1>\n    <p>${digitsOfPi(Math.min(asked, 5000))}</p>\n    <p>From: ${p.machine.config.hostname}</p>\n</body>\n</html>\n`, 'text/html; charset=utf-8'), cpuUs: asked * 2500 }
  }, stopped)
}

/** Writes the time into a file, and nothing to its output. */
export function* timecheck(p: Process): Run<number> {
  const read = (name: string, otherwise: string): string => setting(p, name, '/config/appsettings.json') ?? otherwise
  const seconds = Math.max(1, Number(read('Timer:IntervalSeconds', '5')) || 5)
  const [version, environment] = [read('Application:Version', '1.0'), read('Application:Environment', 'DEV')]
  const log = (words: string): void => p.machine.files.writeText('/logs/timecheck.log', `${formatTime('%F %T', p.machine.now())}.000 +00:00 [INF] ${words}\n`, { append: true })
  p.machine.files.writeText('/logs/timecheck.log', '', { append: true })
  if (read('Metrics:Enabled', 'false').toLowerCase() === 'true') {
    const port = Number(read('Metrics:Port', '8080'))
    p.machine.spawn({ parent: p, argv: [...p.argv, '(metrics)'], costUs: 0, program: (q) => serveOrFail(q, [port], () => textResponse(200, '# HELP timecheck_total Number of timechecks\n# TYPE timecheck_total counter\ntimecheck_total 1\n')) })
    log(`Metrics server listening on port: ${port}`)
  }
  for (;;) {
    yield* sleep(p, seconds * 1000)
    log(`Environment: ${environment}; version: ${version}; time check: ${formatTime('%H:%M.%S', p.machine.now())}`)
  }
}

const MIB = 1024 ** 2

/** Takes ten more MiB every five seconds, until somebody minds. */
export function* memoryAllocator(p: Process): Run<number> {
  const [step, seconds] = [Number(p.env.get('KIAMOL_ALLOCATION') ?? 10), Number(p.env.get('KIAMOL_INTERVAL') ?? 5)]
  for (let count = 1; ; count++) {
    p.machine.setMemory(p, p.memoryBytes + step * MIB)
    yield* print(p, `Allocated ~${count * step}MiB\n`)
    yield* sleep(p, seconds * 1000)
  }
}
