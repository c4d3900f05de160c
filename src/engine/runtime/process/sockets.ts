import { handshakeMethod, type HttpRequest, type HttpResponse, type NetworkError, textResponse } from '../http.ts'
import { Listener } from './listener.ts'
import type { Process } from './process.ts'

export type Protocol = 'TCP' | 'UDP'
export type Reply = (r: HttpResponse | NetworkError) => void

export interface Socket {
  readonly listener: Listener
  readonly process: Process
}

/** The ports that a container's processes listen on, and the requests they have not answered yet. */
export class Sockets {
  private readonly open: Socket[] = []
  private readonly pending = new Map<Process, Set<Reply>>()

  all(): readonly Socket[] {
    return this.open
  }

  at(port: number, protocol: Protocol): Socket | undefined {
    return this.open.find(({ listener }) => listener.port === port && listener.protocol === protocol)
  }

  listen(process: Process, port: number, protocol: Protocol): Listener {
    const listener = new Listener(port, protocol)
    process.listeners.push(listener)
    this.open.push({ listener, process })
    return listener
  }

  /** `reply` is called once: by the process, at the earliest `later` than it answers, or by the kernel when it has gone. */
  arrive({ listener, process }: Socket, request: HttpRequest, reply: Reply, later: (action: () => void) => void): void {
    if (request.method === handshakeMethod) return reply(textResponse(200, ''))
    const once = this.track(process, reply)
    listener.arrive({ request, reply: (r) => later(() => once(r)) })
  }

  /** The process has ended: it listens no more, and its connections are reset. */
  close(process: Process): void {
    for (let i = this.open.length - 1; i >= 0; i--) if (this.open[i]!.process === process) this.open.splice(i, 1)
    for (const reply of this.pending.get(process) ?? []) reply({ error: 'reset' })
    this.pending.delete(process)
  }

  private track(server: Process, reply: Reply): Reply {
    let pending = this.pending.get(server)
    if (pending === undefined) this.pending.set(server, (pending = new Set()))
    const once: Reply = (r) => {
      if (pending.delete(once)) reply(r)
    }
    pending.add(once)
    return once
  }
}
