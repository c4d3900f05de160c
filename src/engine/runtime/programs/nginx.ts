import { kernelRelease } from '../../api/node-system.ts'
import { glob } from '../shell/glob.ts'
import { attempt, Errno, strerror } from '../filesystem/errno.ts'
import { type Node, permits } from '../filesystem/node.ts'
import { normalize } from '../filesystem/path.ts'
import { COST } from '../process/cpu.ts'
import { print, sleep } from '../process/io.ts'
import type { Listener } from '../process/listener.ts'
import { INTERRUPTED, type Process, type Run } from '../process/process.ts'
import { sendSignal } from '../tools/kill.ts'
import { ConfigError, errorLevel, type IncludedFile, type NginxServer, nginxServers } from './nginx-config.ts'
import { ACCESS_LOG, ERROR_LOG, NginxLogs, stamp } from './nginx-logs.ts'
import { resolveUpstreams, type Upstreams } from './nginx-upstream.ts'
import { Worker } from './nginx-worker.ts'
import { nginxVersion, nginxVersionText as version } from './nginx-version.ts'
import { listenOn } from './serve.ts'

const CONFIG = '/etc/nginx/nginx.conf'
const WORKER_BYTES = 3 * 1024 * 1024

/** What the image serves when it has no configuration of its own. */
const DEFAULT_CONFIG =
  'events {} http { server { listen 80; location / { root /usr/share/nginx/html; index index.html index.htm; } } }'

/**
 * nginx: a master that reads the configuration and looks after its worker, which serves. Configured
 * are listen, server_name, location, root, alias, index, try_files, return, rewrite, proxy_pass, upstream, add_header, error_page, stub_status.
 * Where nothing else is configured or lies there, /ready answers 200 until somebody asks for /unready, as the server
 * does that stands in for nginx where clusters were recorded.
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
  const isTest = args.includes('-t') || args.includes('-T')
  if (servers instanceof ConfigError) return yield* configFailed(p, servers, path, isTest)
  const upstreams = yield* resolveUpstreams(p, servers)
  if (upstreams instanceof ConfigError) return yield* configFailed(p, upstreams, path, isTest)
  if (isTest) {
    yield* print(
      p,
      `nginx: the configuration file ${path} syntax is ok\nnginx: configuration file ${path} test is successful\n`,
      2,
    )
    if (args.includes('-T')) for (const file of configFiles(p, path)) yield* print(p, `# configuration file ${file}:\n${p.machine.files.readText(file) ?? ''}\n`)
    return 0
  }
  const text = `${args.join(' ')} ${p.machine.files.readText(path) ?? ''}`
  if (/daemon\s+off/.test(text)) return yield* master(p, { servers, upstreams }, path)
  // Without "daemon off" it goes into the background, and a container that has only it ends.
  p.machine.spawn({
    parent: p,
    argv: p.argv,
    program: (q) => master(q, { servers, upstreams }, path),
    costUs: COST.fork,
    memoryBytes: WORKER_BYTES,
  })
  yield* sleep(p, 20)
  return 0
}

const placeOf = (e: ConfigError, path: string): string => (e.line > 0 ? ` in ${e.file ?? path}:${e.line}` : '')

function* configFailed(p: Process, e: ConfigError, path: string, isTest: boolean): Run<number> {
  const where = placeOf(e, path)
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
  const include = (given: string): IncludedFile[] => {
    const pattern = given.startsWith('/') ? given : `${CONFIG_FOLDER}/${given}`
    leavesFolder ||= !normalize(pattern).startsWith(`${CONFIG_FOLDER}/`)
    return glob(files, pattern, p.access)
      .filter((f) => !f.endsWith('mime.types'))
      .map((f) => ({ path: f, text: files.readText(f) ?? '' }))
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

/** The file itself, and those that it includes, in their order. */
function configFiles(p: Process, path: string): string[] {
  const included = [...(p.machine.files.readText(path) ?? '').matchAll(/^\s*include\s+([^\s;]+)\s*;/gm)].map((m) => m[1]!)
  return [path, ...included.flatMap((pattern) => glob(p.machine.files, pattern.startsWith('/') ? pattern : `${CONFIG_FOLDER}/${pattern}`, p.access))]
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

/** A configuration that was read, with what its names led to. */
interface Configuration {
  servers: NginxServer[]
  upstreams: Upstreams
}

function* master(p: Process, configuration: Configuration, path: string): Run<number> {
  const { servers } = configuration
  const logs = new NginxLogs(p)
  const unwritable = unwritablePath(p) ?? accessLogs(servers).map((log) => logs.problem(log)).find((problem) => problem !== undefined)
  if (unwritable !== undefined) {
    yield* print(p, `${stamp(p)} [emerg] ${p.pid}#${p.pid}: ${unwritable}\nnginx: [emerg] ${unwritable}\n`, 2)
    return 1
  }
  const listeners = yield* bind(p, [...new Set(servers.flatMap((s) => s.ports))])
  if (listeners === undefined) return 1
  const secure = new Set(servers.flatMap((s) => s.securePorts))
  for (const listener of listeners) {
    listener.secure = secure.has(listener.port)
    listener.takesText = servers.some((s) => s.isStream === true && s.ports.includes(listener.port))
  }
  const pidFile = pidFileOf(p, path)
  p.argv = [`nginx: master process ${p.argv.join(' ')}`]
  // Where it may not be written, nginx has ended by now or does without.
  attempt(() => p.machine.files.writeText(pidFile, `${p.pid}\n`))
  const code = yield* new Master(p, configuration, path, listeners, logs).run()
  attempt(() => p.machine.files.remove(pidFile))
  return code
}

/** As the options have it, else the configuration, else how nginx was built. */
function pidFileOf(p: Process, path: string): string {
  const text = `${p.argv.join(' ')}\n${p.machine.files.readText(path) ?? ''}`
  return /(?:^|[\s;])pid\s+([^\s;]+)\s*;/.exec(text)?.[1] ?? '/run/nginx.pid'
}

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
  private configuration: Configuration
  private signal: 'quit' | 'terminated' | 'interrupted' | undefined
  private reloads = false
  private worker: Process | undefined
  private readonly logs: NginxLogs
  private readonly isChatty: boolean

  constructor(p: Process, configuration: Configuration, path: string, listeners: readonly Listener[], logs: NginxLogs) {
    this.p = p
    this.configuration = configuration
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
    const { configuration, state } = this
    this.worker = this.p.machine.spawn({
      parent: this.p,
      argv: ['nginx: worker process'],
      program: (q) => new Worker(q, configuration, this.listeners, state).run(),
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
    const upstreams = servers instanceof ConfigError ? servers : yield* resolveUpstreams(this.p, servers)
    if (servers instanceof ConfigError || upstreams instanceof ConfigError) {
      const e = upstreams as ConfigError
      return yield* print(this.p, `${stamp(this.p)} [emerg] ${this.p.pid}#${this.p.pid}: ${e.message}${placeOf(e, this.path)}\n`, 2)
    }
    this.configuration = { servers, upstreams }
    const old = this.worker
    this.startWorker()
    if (old !== undefined) {
      this.p.machine.kill(old, 'KILL')
      this.p.machine.reap(old)
    }
  }
}
