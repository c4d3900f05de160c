import type { HttpRequest, HttpResponse } from '../http.ts'
import type { DnsServer } from './network.ts'
import { OpenFile } from './open-file.ts'

/** A request that waits for its answer. */
export interface Exchange {
  request: HttpRequest
  reply: (r: HttpResponse | { error: 'reset' }) => void
}

/** Of what a process has to write down: no request. */
export const noteMethod = 'NOTE'

/** Usual ports of databases and their like, which speak no HTTP. */
const otherProtocols: ReadonlySet<number> = new Set([2181, 3306, 5432, 6379, 9042, 11211, 26379, 27017])

/** A listening socket: requests queue up until the process accepts them. */
export class Listener extends OpenFile {
  readonly port: number
  readonly protocol: 'TCP' | 'UDP'
  /** Whether it understands TLS; what listens on the usual port of it does. */
  secure: boolean
  /** It makes something of what is no request. */
  takesText = false
  readonly speaksHttp: boolean
  /** Whether its certificate is known to be one that no public authority has signed. */
  isPrivate = false
  /** Set by a DNS server. */
  answers: DnsServer | undefined
  private backlog: Exchange[] = []
  isOpen = true

  constructor(port: number, protocol: 'TCP' | 'UDP') {
    super(`socket:[${port}]`)
    this.port = port
    this.protocol = protocol
    this.secure = port % 1000 === 443
    this.speaksHttp = !otherProtocols.has(port)
  }

  arrive(exchange: Exchange): void {
    this.backlog.push(exchange)
    this.wakeWaiters()
  }

  /** Wakes its process to write down what it has said. */
  note(lines: readonly string[]): void {
    this.arrive({ request: { method: noteMethod, port: this.port, path: '', headers: {}, body: lines.join('\n') }, reply: () => {} })
  }

  accept(): Exchange | undefined {
    return this.backlog.shift()
  }

  /** Its process has gone: who still waits gets a reset connection. */
  shut(): void {
    this.isOpen = false
    const left = this.backlog
    this.backlog = []
    for (const { reply } of left) reply({ error: 'reset' })
  }
}
