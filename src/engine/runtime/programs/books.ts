import { type HttpRequest, textResponse } from '../http.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { lookUp, parseUrl, request } from '../tools/http-client.ts'
import { sample } from './samples.ts'
import type { Answer } from './serve.ts'

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

export function* ssdMonitor(p: Process): Run<number> {
  for (;;) {
    yield* print(p, 'SSD OK\n')
    yield* sleep(p, 5000)
  }
}
