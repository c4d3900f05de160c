import { extended } from '../api/extended.ts'
import { askingPod, asksClusterDns, defaultLoadTimeoutMs, type Load, type LoadRecord, type LoadStart } from '../api/load.ts'
import type { Pod } from '../api/types.ts'
import type { RevisionStore } from '../etcd/store.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { HttpExchange, HttpResponse, NetworkError, NetworkPort } from '../runtime/container-os.ts'
import type { Network } from './network.ts'

export interface LoadOptions {
  kernel: Kernel
  network: Network
  store: RevisionStore<LoadRecord>
  podAt: (namespace: string, name: string) => Pod | undefined
}

interface Running {
  readonly load: LoadStart
  readonly exchange: HttpExchange
  /** Tells this run from one that had the name before. */
  readonly run: number
  readonly startedAt: number
  readonly until: number
  /** What it asked through last: as long as it is the same pod with the same address, or somebody outside. */
  through: { asking: string; port: NetworkPort } | undefined
}

interface SendTask {
  readonly type: 'send'
  readonly name: string
  readonly run: number
  /** Number of the request, from 0. */
  readonly n: number
}

/**
 * Who asks all the time: each load sends its requests evenly, whatever has become of those before, and counts how they end.
 * A load whose pod is not there does not send.
 */
export class LoadGenerators {
  private readonly o: LoadOptions
  private readonly running = new Map<string, Running>()
  private runs = 0

  constructor(options: LoadOptions) {
    this.o = options
    options.kernel.register('load', (task: SendTask) => this.send(task))
  }

  perform(load: Load): void {
    const { store, kernel } = this.o
    const { now } = kernel
    const before = store.get(key(load.name))
    if (this.running.delete(load.name)) store.put(key(load.name), { ...before!, endedAt: now })
    if ('stop' in load) return
    const { name, url, perSecond, from, method = 'GET', headers = {}, timeoutMs = defaultLoadTimeoutMs, forMs = Infinity } = load
    const run = ++this.runs
    const exchange = { url, method, headers, body: '', timeoutMs }
    this.running.set(name, { load, exchange, run, startedAt: now, until: now + forMs, through: undefined })
    store.put(key(name), {
      name, url, perSecond, from, startedAt: now, endedAt: undefined, sent: 0, inFlight: 0, outcomes: {}, tookMs: { sum: 0, most: 0, last: 0 },
    })
    kernel.schedule('load', 0, { type: 'send', name, run, n: 0 } as SendTask)
  }

  private send({ name, run, n }: SendTask): void {
    const found = this.running.get(name)
    if (found?.run !== run) return
    const { kernel } = this.o
    const { load: { perSecond }, startedAt, until, exchange } = found
    if (kernel.now >= until) return this.perform({ name, stop: true })
    // Nothing but the clock makes it ask: the next request is no consequence of this one.
    kernel.cause = undefined
    const nextAt = startedAt + Math.floor(((n + 1) * 1000) / perSecond)
    kernel.scheduleAt('load', nextAt, { type: 'send', name, run, n: n + 1 } as SendTask)
    const port = this.portOf(found)
    if (port === undefined) return
    this.count(found, ({ sent, inFlight, ...rest }) => extended(rest, { sent: sent + 1, inFlight: inFlight + 1 }))
    const sentAt = kernel.now
    port.http(exchange, (answer) => this.count(found, (record) => ended(record, outcomeOf(answer), kernel.now - sentAt)))
  }

  private portOf(running: Running): NetworkPort | undefined {
    const { network, podAt } = this.o
    const { load, through } = running
    const asking = askingPod(load)
    if (asking === undefined) return (running.through ??= { asking: '', port: network.outside(load.name) }).port
    const pod = podAt(asking.namespace, asking.name)
    const ip = pod?.status.podIP
    if (pod === undefined || ip === undefined || !network.has(ip)) return undefined
    const { namespace, name, uid } = pod.metadata
    const who = `${uid} ${ip}`
    if (through?.asking === who) return through.port
    const port = network.portOf({ namespace: namespace!, name, uid, node: pod.spec.nodeName!, ip: () => ip, clusterDns: asksClusterDns(pod), load: load.name })
    running.through = { asking: who, port }
    return port
  }

  /** What comes back after a newer load has taken the name is nobody's any more. */
  private count({ load, startedAt }: Running, change: (record: LoadRecord) => LoadRecord): void {
    const { store } = this.o
    const record = store.get(key(load.name))!
    if (record.startedAt === startedAt) store.put(key(load.name), change(record))
  }
}

const key = (name: string): string => `loads/${name}`

const outcomeOf = (answer: HttpResponse | NetworkError): string => ('error' in answer ? answer.error : String(answer.status))

function ended(record: LoadRecord, outcome: string, ms: number): LoadRecord {
  const { inFlight, outcomes, tookMs } = record
  const counted = { ...record, inFlight: inFlight - 1, outcomes: { ...outcomes, [outcome]: (outcomes[outcome] ?? 0) + 1 } }
  if (!/^\d/.test(outcome)) return counted
  return { ...counted, tookMs: { sum: tookMs.sum + ms, most: Math.max(tookMs.most, ms), last: ms } }
}
