import type { HttpResponse, NetworkError } from '../http.ts'
import type { Process } from './process.ts'

export type Reply = (r: HttpResponse | NetworkError) => void

/** Requests that processes have not answered yet: each is answered once, by its process, or by the kernel when that has gone. */
export class PendingAnswers {
  private readonly byServer = new Map<Process, Set<Reply>>()

  track(server: Process, reply: Reply): Reply {
    let pending = this.byServer.get(server)
    if (pending === undefined) this.byServer.set(server, (pending = new Set()))
    const once: Reply = (r) => {
      if (pending.delete(once)) reply(r)
    }
    pending.add(once)
    return once
  }

  /** The process has ended: its connections are reset. */
  reset(server: Process): void {
    for (const reply of this.byServer.get(server) ?? []) reply({ error: 'reset' })
    this.byServer.delete(server)
  }
}
