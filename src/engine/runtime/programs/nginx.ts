import { kernelRelease } from '../../api/node-system.ts'
import { glob } from '../shell/glob.ts'
import { type HttpRequest, type HttpResponse, reasonPhrase, textResponse } from '../http.ts'
import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { type Node, permits } from '../filesystem/node.ts'
import { normalize } from '../filesystem/path.ts'
import { COST } from '../process/cpu.ts'
import { print, sleep } from '../process/io.ts'
import type { Exchange, Listener } from '../process/listener.ts'
import { INTERRUPTED, type Process, type Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { sendSignal } from '../tools/kill.ts'
import { request as httpRequest, parseUrl } from '../tools/http-client.ts'
import { chooseLocation, ConfigError, type Directive, errorLevel, type NginxServer, nginxServers } from './nginx-config.ts'
import { LOG_FOLDER, NginxLogs } from './nginx-logs.ts'
import { nginxVersion, nginxVersionText as version } from './nginx-version.ts'
import { type Answer, listenOn } from './serve.ts'
import { readBelow } from './static-files.ts'

const CONFIG = '/etc/nginx/nginx.conf'
const WORKER_BYTES = 3 * 1024 * 1024

/** What the image serves when it has no configuration of its own. */
const DEFAULT_CONFIG =
  'events {} http { server { listen 80; location / { root /usr/share/nginx/html; index index.html index.htm; } } }'

/**
 * nginx: a master that reads the configuration and looks after its worker, which serves. Configured
 * are listen, server_name, location, root, alias, index, try_files, return, proxy_pass, stub_status.
 * Where nothing else is configured or lies there, /healthz and /ready answer 200 (the latter until
 * somebody asks for /unready), so that probes have something to ask.
 */
export function* nginx(p: Process): Run<number> {
  const args = p.argv.slice(1)
  const signal = args[args.indexOf('-s') + 1]
  if (args.includes('-v') || args.includes('-V')) {
    yield* print(p, `nginx version: nginx/${version(p)}\n`, 2)
    return 0
  }
  if (args.includes('-s')) return yield* signalMaster(p, signal ?? '')
  const path = args.includes('-c') ? (args[args.indexOf('-c') + 1] ?? CONFIG) : CONFIG
  const servers = readConfig(p, path)
  if (servers instanceof ConfigError) return yield* configFailed(p, servers, path, args.includes('-t'))
  if (args.includes('-t')) {
    yield* print(
      p,
      `nginx: the configuration file ${path} syntax is ok\nnginx: configuration file ${path} test is successful\n`,
      2,
    )
    return 0
  }
  const text = `${args.join(' ')} ${p.machine.files.readText(path) ?? ''}`
  if (/daemon\s+off/.test(text)) return yield* master(p, servers, path)
  // Without "daemon off" it goes into the background, and a container that has only it ends.
  p.machine.spawn({
    parent: p,
    argv: p.argv,
    program: (q) => master(q, servers, path),
    costUs: COST.fork,
    memoryBytes: WORKER_BYTES,
  })
  yield* sleep(p, 20)
  return 0
}

function* configFailed(p: Process, e: ConfigError, path: string, isTest: boolean): Run<number> {
  const where = e.line > 0 ? ` in ${path}:${e.line}` : ''
  yield* print(
    p,
    `${isTest ? '' : `${stamp(p)} [emerg] ${p.pid}#${p.pid}: ${e.message}${where}\n`}nginx: [emerg] ${e.message}${where}\n${isTest ? `nginx: configuration file ${path} test failed\n` : ''}`,
    2,
  )
  return 1
}

const CONFIG_FOLDER = '/etc/nginx'

/** Thousands of pods have the configuration of the image: it is read once. By the folder, as the image has it. */
const readConfigs = new WeakMap<Node, NginxServer[]>()

function readConfig(p: Process, path: string): NginxServer[] | ConfigError {
  const { files } = p.machine
  const folder = path === CONFIG && p.who.uid === 0 ? files.shipped(CONFIG_FOLDER) : undefined
  const servers = (folder === undefined ? undefined : readConfigs.get(folder)) ?? parseConfig(p, path, folder)
  // As the small servers that stand in for nginx in labs, so that two of them fit into one pod.
  const port = Number(p.env.get('PORT') ?? 80)
  if (port === 80 || !Number.isInteger(port) || port < 1 || port > 65535 || servers instanceof ConfigError) return servers
  return servers.map((s) => ({ ...s, ports: s.ports.map((n) => (n === 80 ? port : n)) }))
}

function parseConfig(p: Process, path: string, folder: Node | undefined): NginxServer[] | ConfigError {
  const { files } = p.machine
  const text = files.readText(path)
  if (text === undefined && path !== CONFIG)
    return new ConfigError(`open() "${path}" failed (2: No such file or directory)`, 0)
  let leavesFolder = false
  const include = (given: string): string[] => {
    const pattern = given.startsWith('/') ? given : `${CONFIG_FOLDER}/${given}`
    leavesFolder ||= !normalize(pattern).startsWith(`${CONFIG_FOLDER}/`)
    return glob(files, pattern, p.access)
      .filter((f) => !f.endsWith('mime.types'))
      .map((f) => files.readText(f) ?? '')
  }
  try {
    const servers = nginxServers(text ?? DEFAULT_CONFIG, include)
    if (folder !== undefined && !leavesFolder) readConfigs.set(folder, servers)
    return servers
  } catch (e) {
    if (e instanceof ConfigError) return e
    throw e
  }
}

function* signalMaster(p: Process, name: string): Run<number> {
  const signals = { quit: 'QUIT', stop: 'TERM', reload: 'HUP', reopen: 'USR1' } as const
  if (!Object.hasOwn(signals, name)) {
    yield* print(p, `nginx: invalid option: "-s ${name}"\n`, 2)
    return 1
  }
  const running = p.machine
    .visibleProcesses()
    .find((q) => q !== p && q.exit === undefined && q.argv[0]?.startsWith('nginx: master') === true)
  if (running === undefined) {
    yield* print(p, `nginx: [error] open() "/run/nginx.pid" failed (2: No such file or directory)\n`, 2)
    return 1
  }
  yield* print(p, `${stamp(p)} [notice] ${p.pid}#${p.pid}: signal process started\n`, 2)
  sendSignal(p, running.pid, signals[name as keyof typeof signals])
  return 0
}

function stamp(p: Process): string {
  return formatTime('%Y/%m/%d %T', p.machine.now())
}

function* master(p: Process, servers: NginxServer[], path: string): Run<number> {
  const logs = new NginxLogs(p)
  const unwritable = unwritablePath(p) ?? accessLogs(servers).map((log) => logs.problem(log)).find((problem) => problem !== undefined)
  if (unwritable !== undefined) {
    yield* print(p, `${stamp(p)} [emerg] ${p.pid}#${p.pid}: ${unwritable}\nnginx: [emerg] ${unwritable}\n`, 2)
    return 1
  }
  const listeners = yield* bind(p, [...new Set(servers.flatMap((s) => s.ports))])
  if (listeners === undefined) return 1
  const secure = new Set(servers.flatMap((s) => s.securePorts))
  for (const listener of listeners) listener.secure = secure.has(listener.port)
  p.argv = [`nginx: master process ${p.argv.join(' ')}`]
  return yield* new Master(p, servers, path, listeners, logs).run()
}

const ACCESS_LOG = `${LOG_FOLDER}/access.log`
const ERROR_LOG = `${LOG_FOLDER}/error.log`

/** Files that a configuration logs requests to. */
function accessLogs(servers: readonly NginxServer[]): string[] {
  const named = servers.flatMap((server) => [server.directives, ...server.locations.map(({ directives }) => directives)].flat()).filter((d) => d.name === 'access_log')
  return [...new Set([ACCESS_LOG, ...named.map((d) => d.args[0] ?? 'off')])].filter((path) => path !== 'off' && !path.startsWith('syslog:') && !path.includes('$'))
}

/** Whether it tells what it does: the file of newer images wants that, and one without a word of it does not. */
function tellsNotices(p: Process, path: string): boolean {
  const text = p.machine.files.shipped(CONFIG_FOLDER) === undefined || path !== CONFIG ? p.machine.files.readText(path) : undefined
  if (text === undefined) return nginxVersion(p) >= 21
  // An unchanged file in a folder that a volume has changed is still the image's.
  const isOwn = p.machine.files.shipped(path) !== undefined
  return isOwn ? nginxVersion(p) >= 21 : ['notice', 'info', 'debug'].includes(errorLevel(text))
}

const bindTries = 5
const bindDelayMs = 500

/** A port that is taken may become free: it tries a few times (ngx_open_listening_sockets). */
function* bind(p: Process, ports: readonly number[]): Run<Listener[] | undefined> {
  const told = (level: string, text: string): string => `${stamp(p)} [${level}] ${p.pid}#${p.pid}: ${text}`
  let refused = false
  const words = (port: number, why: string): string => {
    refused = why === 'Permission denied'
    const text = `bind() to 0.0.0.0:${port} failed (${refused ? 13 : 98}: ${why})`
    return `${told('emerg', text)}\nnginx: [emerg] ${text}`
  }
  for (let tries = 1; ; tries++) {
    const listeners = yield* listenOn(p, ports, words)
    if (listeners !== undefined || refused) return listeners
    if (tries === bindTries) break
    yield* print(p, `${told('notice', `try again to bind() after ${bindDelayMs}ms`)}\n`, 2)
    yield* sleep(p, bindDelayMs)
  }
  yield* print(p, `${told('emerg', 'still could not bind()')}\nnginx: [emerg] still could not bind()\n`, 2)
  return undefined
}

const CAP_CHOWN = 1n << 0n

/** As another user, or with a read-only root, the official image cannot make its directories; without CAP_CHOWN it cannot give them away. */
function unwritablePath(p: Process): string | undefined {
  const place = attempt(() => p.machine.files.locate('/var/cache/nginx', p.access))
  if (place instanceof Errno || place.node === undefined) return undefined
  const failed = place.readOnly
    ? new Errno('EROFS')
    : permits(place.node, p.who, 'write')
      ? undefined
      : new Errno('EACCES')
  if (failed === undefined && p.who.uid === 0 && (p.machine.capabilities & CAP_CHOWN) === 0n)
    return 'chown("/var/cache/nginx/client_temp", 101) failed (1: Operation not permitted)'
  return failed === undefined
    ? undefined
    : `mkdir() "/var/cache/nginx/client_temp" failed (${failed.code === 'EROFS' ? 30 : 13}: ${strerror(failed)})`
}

class Master {
  private readonly p: Process
  private readonly path: string
  private readonly listeners: readonly Listener[]
  private readonly state = { ready: true }
  private servers: NginxServer[]
  private signal: 'quit' | 'terminated' | 'interrupted' | undefined
  private reloads = false
  private worker: Process | undefined
  private readonly logs: NginxLogs
  private readonly isChatty: boolean

  constructor(p: Process, servers: NginxServer[], path: string, listeners: readonly Listener[], logs: NginxLogs) {
    this.p = p
    this.servers = servers
    this.path = path
    this.listeners = listeners
    this.logs = logs
    this.isChatty = tellsNotices(p, path)
  }

  /** Of several processes: [pid, words]. */
  private *notices(...told: readonly (readonly [pid: number, words: string])[]): Run<void> {
    if (!this.isChatty) return
    const at = stamp(this.p)
    yield* this.logs.write(ERROR_LOG, told.map(([pid, words]) => `${at} [notice] ${pid}#${pid}: ${words}\n`).join(''))
  }

  *run(): Run<number> {
    const { p } = this
    p.onSignal('QUIT', () => (this.signal = 'quit'))
    p.onSignal('TERM', () => (this.signal = 'terminated'))
    p.onSignal('INT', () => (this.signal = 'interrupted'))
    p.onSignal('HUP', () => (this.reloads = true))
    p.onSignal('USR1', () => {})
    p.onSignal('WINCH', () => {})
    this.startWorker()
    const says = (words: string) => [p.pid, words] as const
    const compiler = p.machine.config.image.userland === 'alpine' ? 'gcc 14.2.0 (Alpine 14.2.0) ' : 'gcc 12.2.0 (Debian 12.2.0-14+deb12u1) '
    yield* this.notices(
      ...['using the "epoll" event method', `nginx/${version(p)}`, `built by ${compiler}`, `OS: Linux ${kernelRelease}`, 'getrlimit(RLIMIT_NOFILE): 1048576:1048576', 'start worker processes', `start worker process ${this.worker!.pid}`].map(says),
    )
    while (this.signal === undefined) {
      if (this.reloads) yield* this.reload()
      const ended = yield { wait: 'child', interruptible: true }
      if (ended !== INTERRUPTED) yield* this.replaceWorker()
    }
    const worker = this.worker?.pid ?? p.pid
    const isQuit = this.signal === 'quit'
    yield* this.notices(
      says(isQuit ? 'signal 3 (SIGQUIT) received, shutting down' : `signal ${this.signal === 'interrupted' ? '2 (SIGINT)' : '15 (SIGTERM)'} received, exiting`),
      ...(isQuit ? ['gracefully shutting down'] : []).map((words) => [worker, words] as const),
      [worker, 'exiting'],
      [worker, 'exit'],
      says(`signal 17 (SIGCHLD) received from ${worker}`),
      says(`worker process ${worker} exited with code 0`),
      says('exit'),
    )
    if (this.worker !== undefined && this.worker.exit === undefined) p.machine.kill(this.worker, 'KILL')
    return 0
  }

  private startWorker(): void {
    const { servers, state } = this
    this.worker = this.p.machine.spawn({
      parent: this.p,
      argv: ['nginx: worker process'],
      program: (q) => new Worker(q, servers, this.listeners, state).run(),
      costUs: COST.fork,
      memoryBytes: WORKER_BYTES,
    })
  }

  private *replaceWorker(): Run<void> {
    if (this.worker?.exit === undefined) return
    const { pid, exit } = this.worker
    this.p.machine.reap(this.worker)
    yield* print(
      this.p,
      `${stamp(this.p)} [alert] ${this.p.pid}#${this.p.pid}: worker process ${pid} exited${exit.signal === undefined ? ` with code ${exit.code}` : ` on signal`}\n`,
      2,
    )
    this.startWorker()
  }

  private *reload(): Run<void> {
    this.reloads = false
    const servers = readConfig(this.p, this.path)
    if (servers instanceof ConfigError)
      return yield* print(this.p, `${stamp(this.p)} [emerg] ${this.p.pid}#${this.p.pid}: ${servers.message}\n`, 2)
    this.servers = servers
    const old = this.worker
    this.startWorker()
    if (old !== undefined) {
      this.p.machine.kill(old, 'KILL')
      this.p.machine.reap(old)
    }
  }
}

/** What the configuration says of one address: the same for every request for it. */
interface Route {
  server: NginxServer | undefined
  prefix: string
  directives: readonly Directive[]
}

/** More addresses than this are not remembered. */
const MAX_ROUTES = 100

class Worker {
  private readonly routes = new Map<string, Route>()
  private readonly p: Process
  private readonly servers: readonly NginxServer[]
  private readonly listeners: readonly Listener[]
  private readonly state: { ready: boolean }
  private readonly logs: NginxLogs

  constructor(p: Process, servers: readonly NginxServer[], listeners: readonly Listener[], state: { ready: boolean }) {
    this.p = p
    this.logs = new NginxLogs(p)
    this.servers = servers
    this.listeners = listeners
    this.state = state
  }

  *run(): Run<number> {
    const { p } = this
    // The master alone decides about the end.
    for (const signal of ['QUIT', 'TERM', 'INT', 'HUP'] as const) p.onSignal(signal, 'ignore')
    for (;;) {
      const exchange = this.accept()
      if (exchange === undefined) {
        yield { wait: 'accept', listeners: this.listeners, interruptible: false }
        continue
      }
      p.cpu.charge(100)
      const { request } = exchange
      const answer = yield* this.answer(request)
      const response = 'error' in answer.response ? textResponse(502, errorPage(this.p, 502), 'text/html') : answer.response
      yield* this.log(request, response)
      const { status, headers, body } = response
      exchange.reply({ status, headers: { server: `nginx/${version(p)}`, ...headers }, body })
    }
  }

  /** One at a time: what has come to other ports waits there. */
  private accept(): Exchange | undefined {
    for (const listener of this.listeners) {
      const exchange = listener.accept()
      if (exchange !== undefined) return exchange
    }
    return undefined
  }

  private routeOf(request: HttpRequest, path: string): Route {
    const asked = request.headers['host'] ?? ''
    const key = `${request.port} ${asked} ${path}`
    const known = this.routes.get(key)
    if (known !== undefined) return known
    const host = asked.replace(/:\d+$/, '')
    const onPort = this.servers.filter((s) => s.ports.includes(request.port))
    const server = onPort.find((s) => s.names.includes(host)) ?? onPort[0]
    const location = server === undefined ? undefined : chooseLocation(server, path)
    const directives = [...(location?.directives ?? []), ...(server?.directives ?? [])]
    const route: Route = { server, prefix: location?.path ?? '/', directives }
    if (this.routes.size >= MAX_ROUTES) this.routes.clear()
    this.routes.set(key, route)
    return route
  }

  private *log(request: HttpRequest, response: HttpResponse): Run<void> {
    const { directives } = this.routeOf(request, pathOf(request))
    const [path = ACCESS_LOG] = directives.find((d) => d.name === 'access_log')?.args ?? []
    if (path !== 'off') yield* this.logs.write(path, accessLine(this.p, request, response))
  }

  private *answer(request: HttpRequest): Run<Answer> {
    const path = pathOf(request)
    const { server, prefix, directives } = this.routeOf(request, path)
    if (server === undefined) return { response: { error: 'reset' } }
    const get = (name: string) => directives.find((d) => d.name === name)
    const returned = get('return')
    if (returned !== undefined) return { response: this.returned(returned, request) }
    const proxied = get('proxy_pass')
    if (proxied !== undefined)
      return { response: yield* this.proxy(proxied.args[0] ?? '', prefix, request) }
    if (get('stub_status') !== undefined)
      return {
        response: textResponse(
          200,
          'Active connections: 1 \nserver accepts handled requests\n 1 1 1 \nReading: 0 Writing: 1 Waiting: 0 \n',
        ),
      }
    return { response: this.file(get, prefix, path) ?? this.builtIn(path) }
  }

  private returned(d: Directive, request: HttpRequest): HttpResponse {
    const code = /^\d{3}$/.test(d.args[0] ?? '') ? Number(d.args[0]) : 302
    const text = (/^\d{3}$/.test(d.args[0] ?? '') ? d.args.slice(1) : d.args).join(' ').replaceAll('\\n', '\n')
    const facts: Record<string, string> = {
      hostname: this.p.machine.config.hostname,
      host: request.headers['host'] ?? '',
      request_uri: request.path,
      uri: request.path.split('?')[0]!,
      remote_addr: request.source ?? '',
      server_addr: this.p.machine.config.ip(),
      http_user_agent: request.headers['user-agent'] ?? '',
      request_method: request.method,
    }
    const body = text.replaceAll(/\$\{?(\w+)\}?/g, (all, name: string) => facts[name] ?? all)
    if (code >= 300 && code < 400)
      return { ...textResponse(code, errorPage(this.p, code), 'text/html'), headers: { location: body } }
    return textResponse(code, body === '' && code >= 400 ? errorPage(this.p, code) : body, 'text/plain')
  }

  private *proxy(target: string, prefix: string, request: HttpRequest): Run<HttpResponse> {
    const url = parseUrl(target)
    if (url === undefined) return textResponse(502, errorPage(this.p, 502), 'text/html')
    const withPath = /^https?:\/\/[^/]+\//.test(target)
    const path = withPath
      ? url.path.replace(/\/$/, '') +
        (request.path.slice(prefix.length).startsWith('/') || prefix.endsWith('/') ? '/' : '') +
        request.path.slice(prefix.length).replace(/^\//, '')
      : request.path
    const r = yield* httpRequest(
      this.p,
      { ...url, path: path === '' ? '/' : path },
      {
        method: request.method,
        headers: { ...request.headers, host: url.host },
        body: request.body,
        timeoutMs: 60_000,
      },
    )
    if ('error' in r)
      return textResponse(r.error === 'timeout' ? 504 : 502, errorPage(this.p, r.error === 'timeout' ? 504 : 502), 'text/html')
    return r
  }

  private file(get: (name: string) => Directive | undefined, prefix: string, path: string): HttpResponse | undefined {
    const index = get('index')?.args ?? ['index.html']
    const alias = get('alias')?.args[0]
    const root = alias ?? get('root')?.args[0] ?? '/etc/nginx/html'
    const below = (at: string) =>
      readBelow(this.p, root.replace(/\/$/, ''), alias === undefined ? at : at.slice(prefix.length) || '/', index)
    const tries = get('try_files')?.args.map((t) => t.replaceAll('$uri', path)) ?? [path]
    for (const [i, attemptPath] of tries.entries()) {
      if (attemptPath.startsWith('='))
        return textResponse(Number(attemptPath.slice(1)), errorPage(this.p, Number(attemptPath.slice(1))), 'text/html')
      const found = below(attemptPath)
      if (typeof found === 'object' && 'redirect' in found)
        return { ...textResponse(301, errorPage(this.p, 301), 'text/html'), headers: { location: found.redirect } }
      if (typeof found === 'object') return found
      if (found === 403 && i === tries.length - 1) return textResponse(403, errorPage(this.p, 403), 'text/html')
    }
    return undefined
  }

  /** For probes of examples that name no file. */
  private builtIn(path: string): HttpResponse {
    if (path === '/healthz') return textResponse(200, '')
    if (path === '/ready') return textResponse(this.state.ready ? 200 : 503, '')
    if (path === '/unready' || path === '/makeready') {
      this.state.ready = path === '/makeready'
      return textResponse(200, '')
    }
    return textResponse(404, errorPage(this.p, 404), 'text/html')
  }
}

function pathOf({ path }: HttpRequest): string {
  const question = path.indexOf('?')
  return question < 0 ? path : path.slice(0, question)
}

function errorPage(p: Process, status: number): string {
  const title = `${status} ${reasonPhrase(status)}`
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx/${version(p)}</center>\r\n</body>\r\n</html>\r\n`
}

function accessLine(p: Process, r: HttpRequest, response: HttpResponse): string {
  return `${r.source ?? '-'} - - [${formatTime('%d/%b/%Y:%T %z', p.machine.now())}] "${r.method} ${r.path} HTTP/1.1" ${response.status} ${response.body.length} "${r.headers['referer'] ?? '-'}" "${r.headers['user-agent'] ?? '-'}" "-"\n`
}
