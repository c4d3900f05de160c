import { type HttpRequest, type HttpResponse, textResponse } from '../../http.ts'
import { versionOf } from '../../images/versions.ts'
import { print, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { formatTime } from '../../tools/calendar.ts'
import { resolve } from '../../tools/http-client.ts'
import { passOn } from '../pass-on.ts'
import { type Answer, type Aside, listenOn, serve, stopsOn } from '../serve.ts'
import { Conditions } from './conditions.ts'
import { allOf, bindsOf, HaproxyError, lastOf, modeOf, optionsOf, parseHaproxy, type Proxy, type Server, serversOf } from './config.ts'
import { asked, ownAnswer, responded } from './rules.ts'

const usualFile = '/usr/local/etc/haproxy/haproxy.cfg'

/** haproxy -f FILE: what arrives at its frontends goes to the servers of a backend, by turns. */
export function* haproxy(p: Process): Run<number> {
  const version = versionOf('haproxy', p.machine.config.image)
  if (/^-v+$/.test(p.argv[1] ?? '')) {
    yield* print(p, `HAProxy version ${version} 2025/11/21 - https://haproxy.org/\n`)
    return 0
  }
  const { paths, checks } = optionsOf(p.argv.slice(1))
  const say = (level: string, words: string): Run<void> => print(p, `${`[${level}]`.padEnd(10)} (${p.pid}) : ${words}\n`, 2)
  const alert = (words: string): Run<void> => say('ALERT', `config : ${words}`)
  yield* say('NOTICE', `haproxy version is ${version}`)
  const read = filesOf(p, paths.length === 0 ? [usualFile] : paths)
  if (typeof read === 'string') {
    yield* alert(read)
    return 1
  }
  const proxies: (Proxy & { file: string })[] = []
  for (const { path, text } of read) {
    const found = parseHaproxy(text, (name) => p.env.get(name) ?? '')
    if (found instanceof HaproxyError) {
      yield* alert(`parsing [${path}:${found.line}]${found.message.startsWith('Missing') ? ':' : ' :'} ${found.message}`)
      yield* alert(`Error(s) found in configuration file : ${path}`)
      yield* alert('Fatal errors found in configuration.')
      return 1
    }
    proxies.push(...found.map((proxy) => ({ ...proxy, file: path })))
  }
  for (const proxy of proxies) {
    const wanted = lastOf(proxy, 'default_backend')?.words[1]
    if (wanted === undefined || proxies.some(({ kind, name }) => kind !== 'frontend' && name === wanted)) continue
    yield* alert(`Proxy '${proxy.name}': unable to find required default_backend: '${wanted}'.`)
    yield* alert('Fatal errors found in configuration.')
    return 1
  }
  const addresses = yield* lookedUp(p, proxies)
  if (typeof addresses === 'string') {
    yield* alert(addresses)
    yield* alert('Failed to initialize server(s) addr.')
    return 1
  }
  if (checks) {
    yield* print(p, 'Configuration file is valid\n')
    return 0
  }
  const fronts = proxies.filter(({ kind }) => kind !== 'backend')
  const binds = fronts.flatMap((front) => bindsOf(front).map((bind) => ({ ...bind, front })))
  yield* sleep(p, 100)
  p.machine.setMemory(p, 20 * 1024 ** 2)
  const stopped = stopsOn(p, ['TERM', 'INT', 'USR1'], 0)
  const listeners = yield* listenOn(p, [...new Set(binds.map(({ port }) => port))], (port, why) => `[ALERT]    (${p.pid}) : Binding [${read[0]?.path}] for frontend: cannot bind socket (${why}) [0.0.0.0:${port}]`)
  if (listeners === undefined) return 1
  for (const listener of listeners) {
    const bind = binds.find(({ port }) => port === listener.port)!
    if (bind.secure) listener.secure = true
    listener.takesText = modeOf(bind.front) === 'tcp'
  }
  yield* say('NOTICE', 'New worker (8) forked')
  yield* say('NOTICE', 'Loading success.')
  const turns = new Turns(proxies, addresses)
  return yield* serve(p, { listeners, stopped, handle: (r) => handled(p, binds.find(({ port }) => port === r.port)!.front, turns, r) })
}

function filesOf(p: Process, paths: readonly string[]): { path: string; text: string }[] | string {
  const found: { path: string; text: string }[] = []
  for (const path of paths) {
    const stat = p.machine.files.stat(path, { access: p.access })
    const within = stat?.type === 'directory' ? (p.machine.files.list(path) ?? []).filter((name) => name.endsWith('.cfg')).toSorted().map((name) => `${path.replace(/\/$/, '')}/${name}`) : [path]
    for (const one of within) {
      const text = p.machine.files.readText(one, p.access)
      if (text === undefined) return `Cannot open configuration file/directory ${one} : No such file or directory`
      found.push({ path: one, text })
    }
  }
  return found
}

/** What all names of servers led to as it began; without a resolver one that nobody knows ends it. */
function* lookedUp(p: Process, proxies: readonly (Proxy & { file: string })[]): Run<Map<string, readonly string[]> | string> {
  const known = new Map<string, readonly string[]>()
  for (const proxy of proxies)
    for (const { name, host, line } of serversOf(proxy)) {
      if (known.has(host)) continue
      const found = yield* resolve(p, host)
      const mayWait = proxy.lines.some(({ words }) => words.includes('init-addr') && /none/.test(words[words.indexOf('init-addr') + 1] ?? ''))
      if ('error' in found && !mayWait) return `[${proxy.file}:${line}] : 'server ${proxy.name}/${name}' : could not resolve address '${host}'.`
      known.set(host, 'error' in found ? [] : found.addresses)
    }
  return known
}

/** Whose turn it is at each backend. */
class Turns {
  readonly proxies: readonly Proxy[]
  private readonly addresses: ReadonlyMap<string, readonly string[]>
  private readonly taken = new Map<Proxy, number>()

  constructor(proxies: readonly Proxy[], addresses: ReadonlyMap<string, readonly string[]>) {
    this.proxies = proxies
    this.addresses = addresses
  }

  /** In the order in which they are tried; by `balance source` and its like the same client has the same. */
  of(backend: Proxy, r: HttpRequest): (Server & { address: string })[] {
    const all = serversOf(backend).flatMap((server) => (this.addresses.get(server.host) ?? []).slice(0, 1).map((address) => ({ ...server, address })))
    const usual = all.filter(({ isBackup }) => !isBackup).flatMap((server) => Array.from({ length: Math.min(256, server.weight) }, () => server))
    const algorithm = lastOf(backend, 'balance')?.words[1] ?? 'roundrobin'
    const turn = algorithm === 'source' ? (r.source ?? '').split('.').reduce((n, part) => n * 31 + Number(part), 7) : algorithm === 'uri' ? [...r.path].reduce((n, c) => (n * 31 + c.charCodeAt(0)) % 65_521, 7) : algorithm === 'first' ? 0 : (this.taken.get(backend) ?? 0)
    this.taken.set(backend, (this.taken.get(backend) ?? 0) + 1)
    const first = usual.length === 0 ? 0 : turn % usual.length
    return [...new Set([...usual.slice(first), ...usual.slice(0, first), ...all.filter(({ isBackup }) => isBackup)])]
  }
}

function handled(p: Process, front: Proxy, turns: Turns, r: HttpRequest): Answer | Aside {
  const conditions = new Conditions(front)
  const at = p.machine.now()
  const own = modeOf(front) === 'http' ? ownAnswer(front, conditions, r) : undefined
  if (own !== undefined) return { response: own, ...logged(p, front, `${front.name}/<NOSRV>`, r, own, at) }
  const chosen = allOf(front, 'use_backend').find(({ words }) => conditions.hold(words, r))?.words[1] ?? lastOf(front, 'default_backend')?.words[1]
  const backend = chosen === undefined ? front : turns.proxies.find(({ kind, name }) => kind !== 'frontend' && name === chosen)
  return { aside: (child) => passed(child, front, backend, turns, r, at) }
}

const noServer = '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n'

function* passed(p: Process, front: Proxy, backend: Proxy | undefined, turns: Turns, r: HttpRequest, at: number): Run<Answer> {
  const isHttp = modeOf(front) === 'http'
  const own = backend === undefined || backend === front || !isHttp ? undefined : ownAnswer(backend, new Conditions(backend), r)
  if (own !== undefined) return { response: own, ...logged(p, front, `${backend!.name}/<NOSRV>`, r, own, at) }
  const sent = isHttp ? asked([front, ...(backend === undefined || backend === front ? [] : [backend])], r) : r
  for (const server of backend === undefined ? [] : turns.of(backend, r)) {
    const answer = yield* passOn(p, { host: server.address, port: server.port === 0 ? r.port : server.port }, sent, { timeoutMs: 50_000 })
    if ('error' in answer && answer.error !== 'timeout') continue
    const response: HttpResponse | { error: 'reset' } = 'error' in answer ? failedWith(504, isHttp) : isHttp ? responded([front, backend!], r, answer) : answer
    return { response, ...logged(p, front, `${backend!.name}/${server.name}`, r, response, at) }
  }
  const response = failedWith(503, isHttp)
  return { response, ...logged(p, front, `${backend?.name ?? front.name}/<NOSRV>`, r, response, at) }
}

const failedWith = (status: 503 | 504, isHttp: boolean): HttpResponse | { error: 'reset' } =>
  isHttp ? textResponse(status, status === 503 ? noServer : "<html><body><h1>504 Gateway Time-out</h1>\nThe server didn't respond in time.\n</body></html>\n", 'text/html') : { error: 'reset' }

/** `log stdout ...` with `option httplog` or `option tcplog`, as far as a container shows it. */
function logged(p: Process, front: Proxy, by: string, r: HttpRequest, response: HttpResponse | { error: string }, at: number): { log?: string } {
  if (lastOf(front, 'log', 'stdout') === undefined && lastOf(front, 'log', 'global') === undefined) return {}
  const start = `${r.source ?? '127.0.0.1'}:${40_000 + (at % 20_000)} [${formatTime('%d/%b/%Y:%T', at)}.${String(at % 1000).padStart(3, '0')}] ${front.name} ${by}`
  const took = p.machine.now() - at
  const size = 'body' in response ? response.body.length : 0
  if (lastOf(front, 'option', 'httplog') !== undefined) return { log: `${start} 0/0/0/${took}/${took} ${'status' in response ? response.status : -1} ${size} - - ---- 1/1/0/0/0 0/0 "${r.method} ${r.path} HTTP/1.1"\n` }
  return lastOf(front, 'option', 'tcplog') === undefined ? {} : { log: `${start} 1/0/${took} ${size} -- 1/1/0/0/0 0/0\n` }
}
