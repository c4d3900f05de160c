import { sha256 } from '../../api/digest.ts'
import { textResponse } from '../http.ts'
import { tagOf } from '../images.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Program, Run } from '../process/process.ts'
import { parseUrl, request } from '../tools/http-client.ts'
import { ownNamespace } from './in-cluster.ts'
import { askRedis } from './redis/client.ts'
import { canonical, sample } from './samples.ts'
import { cannotListen, listenOn, serve, stopsLikeGo, stopsOn } from './serve.ts'

/** Servers of trainings and getting-started guides that only say something: minikube's echo server, what container.training runs, Argo Rollouts' demo. */

/** kicbase/echo-server, jmalloc/echo-server: the request as it came. */
const echoed = sample({
  port: (p) => Number(p.env.get('PORT') ?? 8080),
  startMs: 20,
  says: (p) => `Echo server listening on port ${p.env.get('PORT') ?? 8080}.`,
  stops: 'go',
  handler: (p) => (r) => {
    const { host = '', ...others } = r.headers
    const headers = Object.entries(others).map(([name, value]) => `${canonical(name)}: ${value}\n`).toSorted().join('')
    const body = `Request served by ${p.machine.config.hostname}\n\nHTTP/1.1 ${r.method} ${r.path}\n\nHost: ${host}\n${headers}${r.body === '' ? '' : `\n${r.body}`}`
    return { response: textResponse(200, body, 'text/plain'), log: `${r.source ?? '127.0.0.1'}:40000 | ${r.method} ${r.path}\n` }
  },
})

const lights: Readonly<Record<string, string>> = { blue: '🔵', green: '🟢', red: '🔴', yellow: '🟡', purple: '🟣', orange: '🟠', brown: '🟤', black: '⚫', white: '⚪' }

/** jpetazzo/color: in the colour that its Deployment is called by. */
const coloured = sample({
  port: 80,
  startMs: 20,
  says: '🎨 Listening on :80',
  stops: 'go',
  handler: (p) => (r) => {
    const { hostname } = p.machine.config
    const namespace = p.env.get('NAMESPACE') ?? ownNamespace(p, '')
    return textResponse(200, `${lights[hostname.split('-')[0]!] ?? ''}This is pod ${namespace === '' ? '' : `${namespace}/`}${hostname} on linux/amd64, serving ${r.path} for ${r.source ?? '127.0.0.1'}:40000.\n`)
  },
})

/** jpetazzo/httpenv: its environment. */
const environment = sample({ port: 8888, startMs: 20, says: 'Listening on port 8888.', stops: 'go', handler: (p) => () => textResponse(200, JSON.stringify(Object.fromEntries([...p.env].toSorted(([a], [b]) => (a < b ? -1 : 1)))), 'application/json') })

/** argoproj/rollouts-demo: the colour of its tag, which may be a bad or a slow one. */
const rolloutsDemo = sample({
  port: 8080,
  startMs: 50,
  says: 'Started server on 0.0.0.0:8080',
  stops: 'exits',
  handler: (p) => (r) => {
    const tag = tagOf(p.machine.config.image)
    const color = tag.replace(/^(bad|slow)-/, '')
    if (r.path === '/color') return { response: textResponse(tag.startsWith('bad-') ? 500 : 200, `"${color}"`), ...(tag.startsWith('slow-') ? { afterMs: 2000 } : {}) }
    return r.path === '/' ? textResponse(200, '<!DOCTYPE html>\n<html><head><title>Argo Rollouts Demo</title></head><body></body></html>\n', 'text/html; charset=utf-8') : textResponse(404, '404 page not found\n')
  },
})

/** A line of text about itself. */
const says = (port: number, line: (p: Process) => string, listening?: string): Program =>
  sample({ port, startMs: 50, ...(listening === undefined ? {} : { says: listening }), stops: 'go', handler: (p) => () => textResponse(200, line(p)) })

/** nigelpoulton/k8sbook ("The Kubernetes Book"): a page, or a line that names the namespace that its tag is meant for. */
const bookPage = says(8080, (p) => {
  const [, where] = /^text-(\w+)$/.exec(tagOf(p.machine.config.image)) ?? []
  const { hostname } = p.machine.config
  if (where !== undefined) return `Hello from the ${where.toUpperCase()} Namespace!\nHostname: ${hostname}\n`
  return `<html><head><title>K8s rocks!</title><link rel="stylesheet" href="http://netdna.bootstrapcdn.com/bootstrap/3.1.1/css/bootstrap.min.css"/></head><body><div class="container"><div class="jumbotron"><h1>Kubernetes Rocks!</h1><p>Check out my K8s Big Picture course!</p><p>This page was served by: ${hostname}</p></div></div></body></html>\n`
})

/** containersol/k8s-deployment-strategies: which version of itself it is; it is well at another port. */
const versioned: Program = function* (p) {
  const stopped = stopsLikeGo(p)
  const listeners = yield* listenOn(p, [8080, 8086, 9101], cannotListen)
  if (listeners === undefined) return 1
  return yield* serve(p, { listeners, stopped, handle: ({ port, path }) => (port === 8080 ? textResponse(200, `Host: ${p.machine.config.hostname}, Version: ${p.env.get('VERSION') ?? ''}\n`) : port === 8086 && (path === '/live' || path === '/ready') ? textResponse(200, '{}\n', 'application/json') : textResponse(404, '404 page not found\n')) })
}

// DockerCoins (jpetazzo/container.training dockercoins/): a worker takes random bytes from rng, has them hashed by hasher, and keeps in redis what begins with a 0.

const rng = sample({
  port: 80,
  startMs: 500,
  says: ' * Running on http://0.0.0.0:80/ (Press CTRL+C to quit)',
  stops: 'exits',
  handler: (p) => (r) => {
    const wanted = /^\/(\d+)$/.exec(r.path)?.[1]
    if (wanted === undefined) return r.path === '/' ? textResponse(200, `RNG running on ${p.machine.config.hostname}\n`, 'text/html; charset=utf-8') : textResponse(404, 'Not Found')
    const bytes = Array.from({ length: Math.min(Number(wanted), 65_536) }, () => String.fromCharCode(p.machine.random(256))).join('')
    return { response: textResponse(200, bytes, 'application/octet-stream'), afterMs: 100 }
  },
})

const hasher = sample({
  port: 80,
  startMs: 800,
  says: '== Sinatra (v1.4.8) has taken the stage on 80 for development with backup from Thin',
  stops: 'exits',
  handler: (p) => (r) => (r.method === 'POST' ? { response: textResponse(200, sha256(r.body), 'text/plain'), afterMs: 100 } : textResponse(200, `HASHER running on ${p.machine.config.hostname}\n`, 'text/plain')),
})

const number = (body: string): number => Number(/-?\d+/.exec(body)?.[0] ?? 0)

const webui = sample({
  port: 80,
  startMs: 400,
  says: 'WEBUI running on port 80',
  stops: 'never',
  handler: () => (r) => ({
    *aside(p) {
      if (r.path === '/') return { response: { ...textResponse(302, 'Found. Redirecting to /index.html'), headers: { location: '/index.html', 'content-type': 'text/plain; charset=utf-8' } } }
      if (r.path === '/index.html') return { response: textResponse(200, '<html>\n<head>\n<title>DockerCoin Miner WebUI</title>\n</head>\n<body></body>\n</html>\n', 'text/html; charset=utf-8') }
      if (r.path !== '/json') return { response: textResponse(404, `Cannot GET ${r.path}\n`) }
      const [coins, hashes] = [yield* askRedis(p, 'redis', 6379, ['HLEN', 'wallet']), yield* askRedis(p, 'redis', 6379, ['GET', 'hashes'])]
      if ('error' in coins || 'error' in hashes) return { response: { error: 'reset' as const } }
      return { response: textResponse(200, JSON.stringify({ coins: number(coins.body), hashes: number(hashes.body), now: Math.round(p.machine.now()) / 1000 }), 'application/json; charset=utf-8') }
    },
  }),
})

function* worker(p: Process): Run<number> {
  const stopped = stopsOn(p, ['TERM', 'INT'], 143)
  const log = (text: string, level = 'INFO'): Run<void> => print(p, `${level}:__main__:${text}\n`, 2)
  let [deadline, done] = [0, 0]
  while (stopped() === undefined) {
    if (p.machine.now() > deadline) {
      yield* log(`${done} units of work done, updating hash counter`)
      const counted = yield* askRedis(p, 'redis', 6379, ['INCRBY', 'hashes', String(done)], '', true)
      if ('error' in counted) {
        yield* failed(p, log, counted.error === 'unresolved' ? 'ConnectionError: Error -2 connecting to redis:6379. Name or service not known.' : 'ConnectionError: Error 111 connecting to redis:6379. Connection refused.')
        continue
      }
      ;[done, deadline] = [0, p.machine.now() + 1000]
    }
    const wrong = yield* workOnce(p, log)
    if (wrong !== undefined) yield* failed(p, log, `ConnectionError: HTTPConnectionPool(host='${wrong}', port=80): Max retries exceeded`)
    else done++
  }
  return stopped()!
}

/** The host that did not answer, if one did not. */
function* workOnce(p: Process, log: (text: string) => Run<void>): Run<string | undefined> {
  yield* sleep(p, 100, true)
  const bytes = yield* request(p, parseUrl('http://rng/32')!, { method: 'GET', headers: {}, body: '', timeoutMs: 30_000, quiet: true })
  if ('error' in bytes) return 'rng'
  const hash = yield* request(p, parseUrl('http://hasher/')!, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: bytes.body, timeoutMs: 30_000, quiet: true })
  if ('error' in hash) return 'hasher'
  if (!hash.body.startsWith('0')) return undefined
  yield* log(`Coin found: ${hash.body.slice(0, 8)}...`)
  yield* askRedis(p, 'redis', 6379, ['HSET', 'wallet', hash.body, '1'], '', true)
  return undefined
}

function* failed(p: Process, log: (text: string, level: string) => Run<void>, why: string): Run<void> {
  yield* log(`In work loop:\nTraceback (most recent call last):\n${why}`, 'ERROR')
  yield* log('Waiting 10s and restarting.', 'ERROR')
  yield* sleep(p, 10_000, true)
}

/** By the repository of the image. */
export const training: Readonly<Record<string, Program>> = {
  'kicbase/echo-server': echoed, 'jmalloc/echo-server': echoed, 'jpetazzo/color': coloured, 'jpetazzo/httpenv': environment, 'argoproj/rollouts-demo': rolloutsDemo,
  'nigelpoulton/k8sbook': bookPage, 'nigelpoulton/getting-started-k8s': bookPage, 'containersol/k8s-deployment-strategies': versioned,
  'jwilder/whoami': says(8000, (p) => `I'm ${p.machine.config.hostname}\n`, 'Listening on :8000'),
  'cloudnativelabs/whats-my-ip': says(8080, (p) => `HOSTNAME:${p.machine.config.hostname} IP:${p.machine.config.ip()}\n`),
  'training/webapp': says(5000, (p) => `Hello ${p.env.get('PROVIDER') ?? 'world'}!`),
  'dockercoins/rng': rng, 'dockercoins/hasher': hasher, 'dockercoins/webui': webui, 'dockercoins/worker': worker,
}
