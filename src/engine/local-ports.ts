import type { Accepted, ForwardedRequest, LocalAnswer } from './api/stream.ts'

/** The ports of the machine that a person sits at: programs listen there (`kubectl port-forward`), others connect (`curl localhost:8080`). */
export class LocalPorts {
  private readonly listening = new Map<number, { owner: number; accept: (accepted: Accepted) => void }>()
  private readonly open = new Map<number, { owner: number; reply: (answer: LocalAnswer) => void }>()
  private connections = 0

  /** Returns those of `ports` on which somebody listens already. */
  listen(owner: number, ports: readonly number[], accept: (accepted: Accepted) => void): number[] {
    const taken = ports.filter((port) => this.listening.has(port))
    for (const port of ports) if (!taken.includes(port)) this.listening.set(port, { owner, accept })
    return taken
  }

  isListening(port: number): boolean {
    return this.listening.has(port)
  }

  connect(port: number, request: ForwardedRequest, reply: (answer: LocalAnswer) => void): void {
    const listener = this.listening.get(port)
    if (listener === undefined) return reply({ error: 'refused' })
    const connection = ++this.connections
    this.open.set(connection, { owner: listener.owner, reply })
    listener.accept({ connection, port, request })
  }

  reply(connection: number, answer: LocalAnswer): void {
    const open = this.open.get(connection)
    this.open.delete(connection)
    open?.reply(answer)
  }

  /** A program has ended: nobody listens for it any more, and what it has not answered is closed. */
  release(owner: number): void {
    for (const [port, listener] of this.listening) if (listener.owner === owner) this.listening.delete(port)
    for (const [connection, open] of this.open) if (open.owner === owner) this.reply(connection, { error: 'closed' })
  }
}
