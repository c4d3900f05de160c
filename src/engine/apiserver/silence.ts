import { parseDuration } from '../api/time.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Exchange } from './exchange.ts'

/** Virtual ms until a connection on which nothing comes is given up: HTTP/2's ReadIdleTimeout and PingTimeout (apimachinery util/net/http.go). */
const connectionLostMs = 30_000 + 15_000
/** Virtual ms that whoever dials waits for the server's part of the handshake (client-go transport/cache.go). */
const handshakeMs = 10_000

const target = 'kube-apiserver/silence'

type SilenceTask = { type: 'tired'; id: number; message: string } | { type: 'lost'; since: number }

export interface SilenceHooks {
  kernel: Kernel
  /** The client of this exchange waits no more; `message`: what Go's HTTP client says of it. */
  giveUp: (id: number, message: string) => void
  /** Whoever was connected has dropped the connection, and its watches with it. */
  dropWatches: () => void
}

/**
 * A server process that stands still (SIGSTOP): the machine keeps its connections and takes new ones, and nothing comes back on them.
 * How long each client puts up with that, and in which words it gives up.
 */
export class Silence {
  private readonly hooks: SilenceHooks
  private since: number | undefined

  constructor(hooks: SilenceHooks) {
    this.hooks = hooks
    hooks.kernel.register(target, (task: SilenceTask) => this.handle(task))
  }

  /** `open`: requests that the server has not answered. */
  begin(open: Iterable<Exchange>): void {
    const { kernel } = this.hooks
    this.since = kernel.now
    for (const exchange of open) this.wait(exchange)
    kernel.schedule(target, connectionLostMs, { type: 'lost', since: this.since } as SilenceTask)
  }

  get isOn(): boolean {
    return this.since !== undefined
  }

  end(): void {
    this.since = undefined
  }

  /** A request that the server has been sent. */
  wait(exchange: Exchange): void {
    if (this.since === undefined) return
    const { kernel } = this.hooks
    const lostAt = this.since + connectionLostMs
    const dials = isNewcomer(exchange) || kernel.now >= lostAt
    const limitMs = dials ? handshakeMs : lostAt - kernel.now
    const ownMs = parseDuration(exchange.request.query['timeout'] ?? '0') || Infinity
    const message = ownMs < limitMs ? `${dials ? 'net/http: request canceled while waiting for connection' : 'context deadline exceeded'} (Client.Timeout exceeded while awaiting headers)`
      : dials ? 'net/http: TLS handshake timeout' : 'http2: client connection lost'
    kernel.schedule(target, Math.min(ownMs, limitMs), { type: 'tired', id: exchange.id, message } as SilenceTask)
  }

  private handle(task: SilenceTask): void {
    if (this.since === undefined) return
    if (task.type === 'tired') this.hooks.giveUp(task.id, task.message)
    else if (task.since === this.since) this.hooks.dropWatches()
  }
}

/** A program of a person's, or of a pod's, connects for each request; components have been connected for long. */
function isNewcomer({ replyTo }: Exchange): boolean {
  return replyTo.target === 'outside' || replyTo.target.startsWith('program/')
}
