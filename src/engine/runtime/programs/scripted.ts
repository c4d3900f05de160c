import { grpcHealthResponse, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { parseDuration } from '../tools/time.ts'
import { parseSize } from '../tools/files.ts'
import { nothingAgainst } from './reviews.ts'
import { cannotListen, guessedPorts, type Handler, listenOn, serve, stopsOn, TASK_MS } from './serve.ts'

/**
 * Annotations of a pod that script what its containers do. They work with every image; behind a dot
 * stands the container's name when they are meant for one only (podreel.dev/exit-after.app).
 *
 *   podreel.dev/exit-after: 30s         process 1 ends after so long
 *   podreel.dev/exit-code: "3"          ... with this code (0 when left out)
 *   podreel.dev/ignore-term: "true"     process 1 does not mind TERM (nor the image's stop signal)
 *   podreel.dev/start-after: 5s         an image that nobody knows listens only after so long
 *   podreel.dev/probe-fail-after: 20s   HTTP and gRPC requests fail (500) after so long
 *   podreel.dev/response-time: 2s       HTTP requests are answered after so long
 *   podreel.dev/memory: 64Mi            process 1 occupies so much
 *   podreel.dev/memory-after: 10s       ... from then on (at once when left out)
 *   podreel.dev/cpu: 500m               process 1 uses so much CPU all the time
 *   podreel.dev/log: hello              printed once by an image that nobody knows
 *   podreel.dev/log-every: 5s           ... again and again
 */
export interface Script {
  exitAfterMs: number | undefined
  exitCode: number
  ignoresTerm: boolean
  startAfterMs: number
  probeFailAfterMs: number | undefined
  responseMs: number
  memoryBytes: number | undefined
  memoryAfterMs: number
  cpuMillis: number
  log: string | undefined
  logEveryMs: number | undefined
}

export function parseAnnotations(annotations: Readonly<Record<string, string>>, container: string): Script {
  const get = (name: string): string | undefined =>
    annotations[`podreel.dev/${name}.${container}`] ?? annotations[`podreel.dev/${name}`]
  const duration = (name: string): number | undefined => parseDuration(get(name) ?? '')
  const memory = parseSize(get('memory') ?? '')
  return {
    exitAfterMs: duration('exit-after'),
    exitCode: Number(get('exit-code') ?? 0) & 0xff,
    ignoresTerm: get('ignore-term') === 'true',
    startAfterMs: duration('start-after') ?? 0,
    probeFailAfterMs: duration('probe-fail-after'),
    responseMs: duration('response-time') ?? 0,
    memoryBytes: Number.isNaN(memory) ? undefined : memory,
    memoryAfterMs: duration('memory-after') ?? 0,
    cpuMillis: parseCpu(get('cpu') ?? '0'),
    log: get('log'),
    logEveryMs: duration('log-every'),
  }
}

/** What it occupies when nothing says otherwise. */
const usualBytes = 12 * 1024 ** 2

function parseCpu(text: string): number {
  const value = text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text) * 1000
  return Number.isFinite(value) && value > 0 ? value : 0
}

/** An image that nobody knows: it serves where its pod says that it does, or sleeps; a task comes to its end. */
export function* scripted(p: Process): Run<number> {
  const { config } = p.machine
  // Nobody knows what it is called; that of the image is what people look for (pgrep -f kafka).
  if (p.argv[0] === '/usr/local/bin/app') p.argv = [config.image.repository.slice(config.image.repository.lastIndexOf('/') + 1), ...p.argv.slice(1)]
  const script = parseAnnotations(config.annotations, config.name)
  // Whoever has set a limit that small knows that it fits.
  const { memoryLimitBytes: limit = Infinity } = config
  if (script.memoryBytes === undefined) p.machine.setMemory(p, Math.min(usualBytes, limit / 2))
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 0)
  yield* sleep(p, 50 + script.startAfterMs, true)
  if (script.log !== undefined && script.logEveryMs === undefined) yield* print(p, `${script.log}\n`)
  if (script.log !== undefined && script.logEveryMs !== undefined) startLogger(p, script.log, script.logEveryMs)
  if (config.guesses?.ends === true && stopped() === undefined) {
    yield* sleep(p, TASK_MS, true)
    return stopped() ?? 0
  }
  const ports = guessedPorts(p)
  if (ports.length > 0 && stopped() === undefined) {
    const listeners = yield* listenOn(p, ports, cannotListen)
    if (listeners === undefined) return 1
    // It is taken to speak as it is spoken to.
    for (const listener of listeners) listener.secure = true
    const handle: Handler = (r) => (r.method === 'GRPC' ? grpcHealthResponse('SERVING') : (nothingAgainst(r) ?? textResponse(200, `${config.hostname}\n`)))
    return yield* serve(p, { listeners, handle, stopped })
  }
  for (;;) {
    const code = stopped()
    if (code !== undefined) return code
    yield* sleep(p, Infinity, true)
  }
}

function startLogger(p: Process, text: string, everyMs: number): void {
  p.machine.spawn({
    parent: p,
    argv: [...p.argv, '(log)'],
    costUs: 0,
    program: function* (q) {
      for (;;) {
        yield* print(q, `${text}\n`)
        yield* sleep(q, Math.max(10, everyMs))
      }
    },
  })
}
