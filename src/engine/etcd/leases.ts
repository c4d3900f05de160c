import { lastSeen } from '../api/eventTimes.ts'
import { parseTime } from '../api/time.ts'
import type { Event, KubeObject } from '../api/types.ts'
import type { Kernel, Task } from '../kernel/kernel.ts'
import type { Entry, RevisionStore } from './store.ts'

/** How long an Event is kept after it was last written (kube-apiserver --event-ttl). */
const eventTtlMs = 3_600_000

/** How long a lease is given to more keys, and to how many (apiserver/pkg/storage/etcd3/lease_manager.go); it lives as much longer. */
const reuseMs = 60_000
const maxKeys = 1000

interface Lease {
  readonly grantedAt: number
  readonly keys: Set<string>
}

interface ExpireTask {
  type: 'expire'
  id: number
}

const lessor = 'etcd/lessor'
const prefix = 'events/'

/**
 * Events end by leases: what was written within a minute shares one, and a key belongs to the lease of its last write. So there is one timer a
 * minute in which events are written, not one an event.
 */
export function expireEvents(kernel: Kernel, etcd: RevisionStore<KubeObject>): void {
  const leases = new EventLeases(kernel, etcd)
  etcd.onWrite((entry) => leases.note(entry))
}

class EventLeases {
  private readonly kernel: Kernel
  private readonly etcd: RevisionStore<KubeObject>
  private readonly leases = new Map<number, Lease>()
  private readonly leaseOf = new Map<string, Lease>()
  private current: Lease | undefined
  private nextId = 1

  constructor(kernel: Kernel, etcd: RevisionStore<KubeObject>) {
    this.kernel = kernel
    this.etcd = etcd
    kernel.register(lessor, ({ id }: ExpireTask) => this.expire(id))
    this.takeUp(etcd.range(prefix) as unknown as readonly Event[])
  }

  /** What another cluster has told before: by leases that were granted then. One that is still there beyond its time begins anew: more was granted there. */
  private takeUp(events: readonly Event[]): void {
    const { now } = this.kernel
    const told = events.map((event) => {
      const at = parseTime(lastSeen(event)) ?? now
      return { key: `${prefix}${event.metadata.namespace}/${event.metadata.name}`, at: at > now - eventTtlMs && at < now ? at : now }
    })
    for (const { key, at } of told.toSorted((a, b) => a.at - b.at)) this.attach(key, at)
  }

  note({ key, value }: Entry<KubeObject>): void {
    if (!key.startsWith(prefix)) return
    this.leaseOf.get(key)?.keys.delete(key)
    if (value === undefined) this.leaseOf.delete(key)
    else this.attach(key)
  }

  private attach(key: string, at = this.kernel.now): void {
    if (this.current === undefined || at >= this.current.grantedAt + reuseMs || this.current.keys.size >= maxKeys) {
      const id = this.nextId++
      this.leases.set(id, (this.current = { grantedAt: at, keys: new Set() }))
      this.kernel.schedule(lessor, at - this.kernel.now + eventTtlMs + reuseMs, { type: 'expire', id } satisfies ExpireTask as Task)
    }
    this.current.keys.add(key)
    this.leaseOf.set(key, this.current)
  }

  private expire(id: number): void {
    const keys = this.leases.get(id)?.keys ?? []
    this.leases.delete(id)
    for (const key of [...keys]) this.remove(key)
  }

  private remove(key: string): void {
    const event = this.etcd.get(key)
    if (event === undefined) return
    const { namespace, name, uid } = event.metadata
    this.kernel.causedByNext(() => this.etcd.delete(key))
    this.kernel.record({
      kind: 'write', from: 'etcd', to: 'etcd', verb: 'delete', resource: 'events', subresource: undefined, namespace, name, code: 200, revision: this.etcd.revision,
      milestone: undefined, uid, background: true, detail: { type: 'Committed' },
    })
  }
}
