import { hash32 } from '../../../kernel/random.ts'
import { textResponse, type HttpRequest, type HttpResponse } from '../../http.ts'
import { tagOf } from '../../images.ts'
import { pay, print } from '../../process/io.ts'
import { noteMethod, type Listener } from '../../process/listener.ts'
import type { Process, Run } from '../../process/process.ts'
import { resolverConfig } from '../../tools/dns/resolver.ts'
import { parseDuration } from '../../tools/time.ts'
import { begin, type Opening } from '../kubernetes/begin.ts'
import { listenOn, stopsOn } from '../serve.ts'
import { parseCorefile, pluginOf, type Corefile } from './corefile.ts'
import { respond } from './respond.ts'
import { setupError, unsimulated } from './setup.ts'

/** A configuration that a server runs with, or may. */
interface Configuration {
  text: string
  file: Corefile
}

/** A server that runs: what it does is what its last good file says. */
interface Server {
  path: string
  configuration: Configuration
  listeners: Listener[]
}

/** CoreDNS: `coredns -conf FILE`. */
export function* coredns(p: Process): Run<number> {
  const at = p.argv.indexOf('-conf')
  const path = at < 0 ? 'Corefile' : (p.argv[at + 1] ?? '')
  const first = read(p, path)
  if ('error' in first) {
    yield* print(p, `${first.error}\n`, 2)
    return 1
  }
  const stopped = stopsOn(p, ['TERM', 'INT'], 0)
  yield* begin(p, opening(p, first))
  const listeners = yield* listenOn(
    p,
    portsOf(first.file),
    (port, why) => `Listen: listen tcp :${port}: bind: ${why.toLowerCase()}`,
  )
  if (listeners === undefined) return 1
  p.machine.setMemory(p, memoryBytes)
  const server: Server = { path, configuration: first, listeners }
  listenForQuestions(p, server)
  yield* serveUntil(p, server, () => (stopped() === undefined ? undefined : 0))
  yield* print(p, '[INFO] SIGTERM: Shutting down servers then terminating\n')
  const { file } = server.configuration
  yield* print(p, lameduckNote(file))
  const endsAt = p.machine.now() + lameduckMs(file)
  yield* serveUntil(p, server, () => endsAt)
  return 0
}

const memoryBytes = 14 * 1024 ** 2

/** How long a new file waits until it is seen (plugin/reload): 30 s, and up to a quarter more or less. */
const reloadMs = 30_000

/** Answers those who ask how it is, writes down what it was asked, and looks at its file now and then. `until`: virtual ms at which it ends, once that is known. */
function* serveUntil(p: Process, server: Server, until: () => number | undefined): Run<void> {
  const { listeners, path } = server
  let seen = server.configuration.text
  const periodMs = reloadMs * 0.75 + p.machine.random(reloadMs / 2)
  let nextLook = p.machine.now() + periodMs
  for (;;) {
    const ends = until() ?? Infinity
    if (p.machine.now() >= ends) return
    const reloads = ends === Infinity && pluginOf(server.configuration.file, 'reload') !== undefined
    const wakesAt = Math.min(ends, reloads ? nextLook : Infinity)
    if (reloads && p.machine.now() >= nextLook) {
      nextLook += periodMs
      const text = p.machine.files.readText(path)
      if (text === undefined || text === seen) continue
      seen = text
      yield* reload(p, server)
      continue
    }
    const exchange = listeners.map((listener) => listener.accept()).find((one) => one !== undefined)
    if (exchange?.request.method === noteMethod) yield* print(p, `${exchange.request.body}\n`)
    else if (exchange !== undefined) exchange.reply(health(exchange.request, server.configuration.file))
    else
      yield {
        wait: 'accept',
        listeners,
        interruptible: true,
        ...(wakesAt === Infinity ? {} : { timeoutMs: wakesAt - p.machine.now() }),
      }
    yield* pay(p)
  }
}

/** A file that it cannot run with leaves it running with the one before. */
function* reload(p: Process, server: Server): Run<void> {
  const { path, listeners } = server
  const next = read(p, path)
  yield* print(p, '[INFO] Reloading\n')
  yield* print(p, lameduckNote(server.configuration.file))
  if ('error' in next) {
    yield* print(
      p,
      `[ERROR] Restart failed: ${next.error}\n[ERROR] plugin/reload: Corefile changed but reload failed: ${next.error}\n`,
    )
    return
  }
  const added = portsOf(next.file).filter((port) => !listeners.some((listener) => listener.port === port))
  listeners.push(
    ...((yield* listenOn(p, added, (port, why) => `[ERROR] listen tcp :${port}: bind: ${why.toLowerCase()}`)) ?? []),
  )
  yield* print(p, `${[...notes(next), '[INFO] Reloading complete'].join('\n')}\n`)
  server.configuration = next
}

/** At the ports for questions, on UDP. */
function listenForQuestions(p: Process, server: Server): void {
  const around = { resolvers: resolverConfig(p).servers, readFile: (path: string) => p.machine.files.readText(path) }
  for (const port of new Set(server.configuration.file.servers.map((one) => one.port))) {
    const listener = p.machine.listen(p, port, 'UDP')
    listener.answers = (asked, from, sources) => respond(server.configuration.file, { asked, port, from }, { ...around, ...sources }, (bound) => p.machine.random(bound))
    server.listeners.push(listener)
  }
}

function read(p: Process, path: string): Configuration | { error: string } {
  const text = p.machine.files.readText(path)
  if (text === undefined) return { error: `open ${path}: no such file or directory` }
  const file = parseCorefile(text, path)
  if ('error' in file) return file
  const error = setupError(file, path, resolverConfig(p).servers)
  return error === undefined ? { text, file } : { error }
}

function opening(p: Process, configuration: Configuration): Opening {
  const lines = [
    'maxprocs: Leaving GOMAXPROCS=4: CPU quota undefined',
    ...configuration.file.servers.map(({ zones, port }) => `${zones[0] === '' ? '.' : `${zones[0]}.`}:${port}`),
    ...notes(configuration),
    `CoreDNS-${tagOf(p.machine.config.image).replace(/^v/, '')}`,
    'linux/amd64, go1.24.1, 707c7c1',
  ]
  return lines.map((line) => [0, () => line])
}

/** What is told of a configuration that begins to hold. */
function notes({ text, file }: Configuration): string[] {
  const sum = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    .map((seed) => (hash32(text, seed) >>> 0).toString(16).padStart(8, '0'))
    .join('')
  return [
    ...(pluginOf(file, 'reload') === undefined ? [] : [`[INFO] plugin/reload: Running configuration SHA512 = ${sum}`]),
    ...unsimulated(file).map((name) => `[WARNING] plugin/${name}: not simulated here: it has no effect`),
    ...file.imports.map((pattern) => `[WARNING] import ${pattern}: not simulated here: nothing is taken in`),
  ]
}

function lameduckMs(file: Corefile): number {
  const given = pluginOf(file, 'health')?.block.find(({ name }) => name === 'lameduck')?.args[0]
  return given === undefined ? 0 : (parseDuration(given) ?? 0)
}

function lameduckNote(file: Corefile): string {
  const ms = lameduckMs(file)
  return ms > 0 ? `[INFO] plugin/health: Going into lameduck mode for ${ms / 1000}s\n` : ''
}

const ports: Readonly<Record<string, number>> = { health: 8080, ready: 8181, prometheus: 9153 }

/** Where it listens on TCP: for questions, and for those who ask how it is. */
function portsOf(file: Corefile): number[] {
  const others = Object.entries(ports).flatMap(([name, usual]) => {
    const plugin = pluginOf(file, name)
    return plugin === undefined ? [] : [Number(/:(\d+)$/.exec(plugin.args[0] ?? '')?.[1] ?? usual)]
  })
  return [...new Set([...file.servers.map(({ port }) => port), ...others])]
}

function health({ port, path }: HttpRequest, file: Corefile): HttpResponse | { error: 'reset' } {
  if (!portsOf(file).includes(port) || file.servers.some((server) => server.port === port)) return { error: 'reset' }
  if (path === '/health' || path === '/ready') return textResponse(200, 'OK')
  return path === '/metrics'
    ? textResponse(
        200,
        "# HELP coredns_build_info A metric with a constant '1' value labeled by version, revision, and goversion from which CoreDNS was built.\n# TYPE coredns_build_info gauge\n",
      )
    : textResponse(404, '404 page not found\n')
}
