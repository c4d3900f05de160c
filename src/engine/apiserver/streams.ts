import type { Kernel, Task } from '../kernel/kernel.ts'
import type { Latency } from '../latency.ts'
import type { StreamInput } from '../api/stream.ts'
import type { Exchange } from './exchange.ts'
import { apiServerName } from './exchange-steps.ts'

/** Something on a stream that the server passes on when it goes on. */
export interface Relay {
  type: 'relay'
  target: string
  delayMs: number
  task: Task
}

interface Stream {
  kubelet: string
  client: string
  about: Pick<Exchange['request'], 'subresource' | 'namespace' | 'name'>
  /** When the last of what the client has sent arrives: nothing overtakes it. */
  lastAt: number
}

/** What the streams have to know of the server that carries them. */
export interface Carrier {
  /** An id that neither a stream nor a watch has: both reach a client in the same way. */
  newId(): number
  /** The process stands still: what is sent waits in front of it. */
  isFrozen(): boolean
  reaches(author: string): boolean
}

/** Streams that a kubelet serves (logs, exec, attach, port-forward); both ends name one by its number, and the server carries it. */
export class Streams {
  private readonly open = new Map<number, Stream>()
  private readonly kernel: Kernel
  private readonly latency: Latency
  private readonly carrier: Carrier

  constructor(kernel: Kernel, latency: Latency, carrier: Carrier) {
    this.kernel = kernel
    this.latency = latency
    this.carrier = carrier
  }

  /** Between who has asked and the kubelet that serves it; returns its number. */
  begin({ request: { subresource, namespace, name }, replyTo }: Exchange, kubelet: string): number {
    const stream = this.carrier.newId()
    this.open.set(stream, { kubelet, client: replyTo.target, about: { subresource, namespace, name }, lastAt: 0 })
    return stream
  }

  /** A client sends something on a stream of its own. */
  send(stream: number, author: string, input: StreamInput): void {
    const open = this.open.get(stream)
    if (open === undefined) return
    this.kernel.record({ kind: 'network', from: author, to: apiServerName, resource: 'pods', ...open.about, detail: { type: 'Input' } })
    open.lastAt = Math.max(open.lastAt, this.kernel.now + this.latency.of('request'))
    this.pass({ target: open.kubelet, delayMs: open.lastAt - this.kernel.now, task: { type: 'kubelet-input', stream, input } as Task })
  }

  /** The kubelet says something on a stream; of one that is gone, or over a line that is cut, nobody hears. */
  sendBack(stream: number, event: Task, delayMs: number): void {
    const open = this.open.get(stream)
    if (open === undefined || !this.carrier.reaches(open.kubelet)) return
    if (event.type === 'CLOSED') this.open.delete(stream)
    this.pass({ target: open.client, delayMs, task: { type: 'watch', watch: stream, event } as Task })
  }

  isOpen(stream: number): boolean {
    return this.open.has(stream)
  }

  /** The client has hung up. */
  close(stream: number): void {
    this.open.delete(stream)
  }

  /** The server has gone: every client finds its stream broken. */
  breakAll(): void {
    for (const [stream, { client }] of this.open) this.kernel.schedule(client, 1, { type: 'watch', watch: stream, event: { type: 'CLOSED', lost: true } } as Task)
    this.open.clear()
  }

  private pass({ target, delayMs, task }: Omit<Relay, 'type'>): void {
    if (this.carrier.isFrozen()) this.kernel.schedule(apiServerName, 0, { type: 'relay', target, delayMs, task } satisfies Relay as Task)
    else this.kernel.scheduleAt(target, this.kernel.now + delayMs, task)
  }
}
