import { type HttpRequest, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { lookUp, parseUrl, request } from '../tools/http-client.ts'
import { sample } from './samples.ts'
import { type Answer, serveOrFail, stopsOn } from './serve.ts'

/** The servers of "Kubernetes in Action" that keep something, or say more than who they are. */

const dataFile = '/var/data/kubia.txt'
const peers = 'kubia.default.svc.cluster.local'

const host = (p: Process): string => p.machine.config.hostname
const stored = (p: Process): string => p.machine.files.readText(dataFile, p.access) ?? 'No data posted yet'

function store(p: Process, r: HttpRequest): Answer {
  p.machine.files.writeText(dataFile, r.body)
  return { response: textResponse(200, `Data stored on pod ${host(p)}\n`), log: `New data has been received and stored.\n` }
}

/** Keeps what is posted, and tells it. */
export const kubiaPet = sample({
  port: 8080,
  startMs: 300,
  stops: 'never',
  handler: (p) => (r) => (r.method === 'POST' ? store(p, r) : textResponse(200, `You've hit ${host(p)}\nData stored on this pod: ${stored(p)}\n`)),
})

/** Tells what all of the StatefulSet keep. */
export const kubiaPetPeers = sample({
  port: 8080,
  startMs: 300,
  stops: 'never',
  handler: (p) => (r) => {
    if (r.method === 'POST') return store(p, r)
    return r.path === '/data' ? textResponse(200, stored(p)) : everybody(p)
  },
})

function* everybody(p: Process): Run<Answer> {
  const found = yield* lookUp(p, peers)
  const lines = [`You've hit ${host(p)}`, 'Data stored in the cluster:']
  if ('error' in found) return { response: textResponse(200, `${lines.join('\n')}\nCould not look up DNS SRV records: Error: querySrv ENOTFOUND ${peers}`) }
  const waiting = new Set(found.addresses)
  // What an SRV record names: members are numbered, and one that is not ready is left out.
  for (let i = 0; waiting.size > 0 && i < 100; i++) {
    const name = `kubia-${i}.${peers}`
    const peer = yield* lookUp(p, name)
    if ('error' in peer || !waiting.delete(peer.addresses[0]!)) continue
    const answer = yield* request(p, parseUrl(`http://${name}:8080/data`)!, { method: 'GET', headers: {}, body: '', timeoutMs: 10_000 })
    lines.push(`- ${name}: ${'error' in answer ? `Error: connect ECONNREFUSED ${peer.addresses[0]}:8080` : answer.body}`)
  }
  return { response: textResponse(200, `${lines.join('\n')}\n`) }
}

/** Kiada 0.1 to 0.9: says who it is, as text; from 0.2 on it ends on TERM, and from 0.5 on knows its pod. */
export function* kiada(p: Process): Run<number> {
  const version = /:(\d\.\d)/.exec(p.machine.config.image.reference)?.[1] ?? '0.1'
  const at = Number(version.slice(2))
  const port = p.argv.includes('--listen-port') ? Number(p.argv[p.argv.indexOf('--listen-port') + 1]) : 8080
  const status = at < 2 ? undefined : p.env.get('INITIAL_STATUS_MESSAGE')
  const stopped = at < 2 ? undefined : stopsOn(p, ['TERM'], 0)
  const stamp = (): string => (at < 2 ? '' : `${formatTime('%FT%T.000Z', p.machine.now())} `)
  const say = (...lines: string[]): Run<void> => print(p, lines.map((line) => `${stamp()}${line}\n`).join(''))
  yield* sleep(p, 300, at >= 2)
  yield* say('Kiada - Kubernetes in Action Demo Application', '---------------------------------------------', `Kiada ${version} starting...`)
  if (at >= 4) yield* say(`Pod name is ${p.env.get('POD_NAME') ?? 'unknown-pod'}`)
  yield* say(`Local hostname is ${host(p)}`)
  if (at >= 4) yield* say(`Local IP is ${p.env.get('POD_IP') ?? '0.0.0.0'}`, `Running on node ${p.env.get('NODE_NAME') ?? 'unknown-node'}`, `Node IP is ${p.env.get('NODE_IP') ?? '0.0.0.0'}`)
  if (at >= 3) yield* say(`Status message is ${status ?? ''}`)
  yield* say(`Listening on port ${port}`)
  const handle = (r: HttpRequest): Answer => {
    const client = `::ffff:${r.source ?? '127.0.0.1'}`
    const known = ['/', '/text', '/html'].includes(r.path)
    const greeting = `Kiada version ${version}. Request processed by "${host(p)}". Client IP: ${client}\n${status === undefined ? '' : `${status}\n`}`
    const response = r.path === '/healthz/ready' ? textResponse(200, 'Ready') : known ? textResponse(200, greeting) : textResponse(404, `${r.path} not found`)
    return { response, log: `${stamp()}Received request for ${r.path} from ${client}\n` }
  }
  const code = yield* serveOrFail(p, [port], handle, stopped)
  yield* say('Received SIGTERM. Server shutting down...')
  return code
}

export function* ssdMonitor(p: Process): Run<number> {
  for (;;) {
    yield* print(p, 'SSD OK\n')
    yield* sleep(p, 5000)
  }
}
