import { parseDuration } from '../api/time.ts'
import { plainError, timeout } from '../api/status.ts'
import type { Status } from '../api/types.ts'
import type { ApiRequest } from './request-info.ts'

/** Virtual ms that a request may take (kube-apiserver --request-timeout) and that a write may (requestTimeoutUpperBound of endpoints/handlers). */
const requestMs = 60_000
const writeMs = 34_000
/** Virtual ms after which a health check takes etcd for gone (storagebackend DefaultHealthcheckTimeout). */
const healthMs = 2000

/** Virtual ms that a read is tried again while nobody listens (etcd's client/v3: 100 tries, 25 ms apart); a transaction is not, it might have been made. */
const readRetriesMs = 2500

/** Where an exchange stands and waits: before it reads, before its transaction, before it says how the server is. */
export type WaitingStage = 'serve' | 'commit' | 'describe'

const refusedConnection = plainError('rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:2379: connect: connection refused"')

/**
 * An etcd that is of no use: it stands still (SIGSTOP), so that the connections to it stay open and nothing comes back on them, or it is gone and
 * connections are refused. A request gets as far as it does without etcd - what the watch cache can answer is answered - and waits there until etcd
 * is back, or until its time is up.
 */
export class EtcdOutage {
  /** By exchange. */
  readonly waiting = new Map<number, WaitingStage>()
  isGone = false

  /** How many virtual ms the exchange waits at this stage, Infinity for a stream; undefined: it needs nothing of etcd. */
  wait(id: number, stage: WaitingStage, request: ApiRequest): number | undefined {
    if (stage === 'serve' && isCached(request)) return undefined
    this.waiting.set(id, stage)
    return Math.min(this.serverPatienceMs(request, stage), clientPatienceMs(request))
  }

  /** What comes of it when the time is up: the answer of a write's handler or of the filter before all handlers, or why the client gives up before. */
  refusal(request: ApiRequest, stage: WaitingStage): Status | string {
    if (clientPatienceMs(request) <= this.serverPatienceMs(request, stage)) return 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
    if (this.isGone) return refusedConnection
    return stage === 'commit' ? timeout('request did not complete within requested timeout - context deadline exceeded') : timedOut(request)
  }

  private serverPatienceMs({ subresource }: ApiRequest, stage: WaitingStage): number {
    if (stage === 'describe') return healthMs
    if (this.isGone) return stage === 'commit' ? 0 : readRetriesMs
    if (longRunning.has(subresource?.split('/', 1)[0] ?? '')) return Infinity
    return stage === 'commit' ? writeMs : requestMs
  }
}

/** A client says how long it waits: its own clock has begun a little earlier than the server's. */
const clientPatienceMs = ({ query }: ApiRequest): number => parseDuration(query['timeout'] ?? '') || Infinity

const longRunning: ReadonlySet<string> = new Set(['log', 'exec', 'attach', 'portforward', 'proxy'])

/** Watches, and reads that do not ask for what is newest. */
function isCached({ verb, query, subresource }: ApiRequest): boolean {
  if (verb === 'watch') return true
  return (verb === 'get' || verb === 'list') && subresource === undefined && !!query['resourceVersion'] && !query['continue'] && query['resourceVersionMatch'] !== 'Exact'
}

/** In the words of clients: the filter's own answer (apiserver/pkg/server/filters/timeout.go) names no kind, and they make one of its code (NewGenericServerResponse). */
function timedOut({ verb, info, name }: ApiRequest): Status {
  const { group, plural } = info!
  const about = [verb === 'list' ? 'get' : verb, group === '' ? plural : `${plural}.${group}`, ...(name === undefined ? [] : [name])].join(' ')
  return { ...timeout(''), message: `the server was unable to return a response in the time allotted, but may still be processing the request (${about})` }
}
