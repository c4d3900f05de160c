import type { Entry, RevisionStore } from '../etcd/store.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Latency } from '../latency.ts'
import type { KubeObject, Status, Table, WatchEventType } from '../api/types.ts'

/** One event of a watch, as it travels: plain data, shared by all who get it. */
export interface WatchEvent {
  readonly type: WatchEventType
  readonly object: KubeObject
  /** Of the write that it tells of. */
  readonly revision: number
}

/** The same for a watcher that is shown it in another way, or is told something else than a write. */
export interface ShownEvent {
  readonly type: WatchEventType
  readonly object: KubeObject | Table | Status
  readonly revision: number
}

/** Delivered as a task to the watcher's target. */
export interface WatchTask {
  readonly type: 'watch'
  readonly watch: number
  readonly event: WatchEvent
}

export interface WatchClosedTask {
  readonly type: 'watch-closed'
  readonly watch: number
}

export interface WatchOptions {
  /** Kernel target of the watcher. */
  target: string
  /** Plural of the watched resource. */
  resource: string
  /** Only keys with this prefix. */
  prefix: string
  /** Set when the field selector says spec.nodeName=X: the watch then costs nothing for other nodes' pods. */
  nodeName?: string
  /** Label and field selector; left out when everything matches. */
  matches?: (object: KubeObject) => boolean
  /** Only of writes after this revision: a watch may begin in the future. */
  after?: number
  /** What the watcher gets instead of the stored object, as of the virtual time of its arrival: a table, or the object in another version. */
  show?: (object: KubeObject, nowMs: number) => KubeObject | Table
}

/** What a watcher is told before what comes. */
export interface Beginning {
  /** What is there, each told as ADDED. */
  objects?: readonly KubeObject[]
  /** Writes since the revision from which it wants to know. */
  missed?: readonly Entry<KubeObject>[]
  /** The last word of the beginning. */
  bookmark?: KubeObject
}

interface Watcher extends WatchOptions {
  id: number
  /** Delivery time of the last event: a later one never overtakes it. */
  lastAt: number
}

/** The watchers of one resource. Those of one node are found by its name, not by asking them all. */
interface ResourceWatchers {
  general: Map<number, Watcher>
  byNode: Map<string, Map<number, Watcher>>
}

/**
 * Tells watchers of writes. Each watcher gets its events in the order of the writes, late perhaps,
 * never overtaken. An object that begins to match a selector is ADDED to that watcher, one that
 * ceases to match is DELETED, as in upstream's watch cache.
 */
export class WatchCache {
  /** Deliveries so far: work, counted instead of timed. */
  delivered = 0
  /** Virtual ms added to deliveries for a target. */
  private readonly lag = new Map<string, number>()
  private readonly kernel: Kernel
  private readonly latency: Latency
  private readonly resources = new Map<string, ResourceWatchers>()
  private readonly byId = new Map<number, Watcher>()
  private nextId = 1

  constructor(kernel: Kernel, latency: Latency, etcd: RevisionStore<KubeObject>) {
    this.kernel = kernel
    this.latency = latency
    etcd.onWrite((entry) => this.tell(entry))
  }

  /** A fault: the target hears everything so much later. */
  setLag(target: string, ms: number): void {
    if (ms === 0) this.lag.delete(target)
    else this.lag.set(target, ms)
  }

  /** An id that no watch has: for other streams (logs) that reach a client in the same way. */
  newStream(): number {
    return this.nextId++
  }

  /** Watches from now on. `answered`: the watcher learns the watch's id by an answer that is on its way, and nothing may overtake that. */
  open(options: WatchOptions, { objects = [], missed = [], bookmark }: Beginning = {}, answered = false): number {
    const lastAt = answered ? this.kernel.now + this.latency.longest('response') + 1 : 0
    const watcher: Watcher = { id: this.nextId++, lastAt, ...options }
    this.byId.set(watcher.id, watcher)
    this.setOf(watcher).set(watcher.id, watcher)
    for (const object of objects) {
      if (visible(watcher, object)) this.tellObject(watcher, { type: 'ADDED', object, revision: Number(object.metadata.resourceVersion) })
    }
    for (const entry of missed) if (collection(entry.key) === options.resource) this.offer(watcher, entry)
    if (bookmark !== undefined) this.send(watcher, { type: 'BOOKMARK', object: bookmark, revision: Number(bookmark.metadata.resourceVersion) })
    return watcher.id
  }

  /** Tells one watcher how far it has seen; false when it watches no more. */
  bookmark(id: number, object: KubeObject): boolean {
    const watcher = this.byId.get(id)
    if (watcher === undefined) return false
    this.send(watcher, { type: 'BOOKMARK', object, revision: Number(object.metadata.resourceVersion) })
    return true
  }

  /** Ends one watch from the server's side: its time is over, or there is an error that ends it. */
  end(id: number, error?: Status): void {
    const watcher = this.byId.get(id)
    if (watcher === undefined) return
    if (error !== undefined) this.send(watcher, { type: 'ERROR', object: error, revision: 0 })
    this.drop(watcher)
  }

  close(id: number): void {
    const watcher = this.byId.get(id)
    if (watcher === undefined) return
    this.byId.delete(id)
    this.setOf(watcher).delete(id)
  }

  /** Ends all watches, as a server that goes down does. */
  closeAll(): void {
    for (const watcher of [...this.byId.values()]) this.drop(watcher)
  }

  /** Ends the watches of one target, whose line is cut. */
  closeOf(target: string): void {
    for (const watcher of [...this.byId.values()]) if (watcher.target === target) this.drop(watcher)
  }

  private drop(watcher: Watcher): void {
    this.close(watcher.id)
    this.kernel.scheduleAt(watcher.target, Math.max(this.kernel.now + 1, watcher.lastAt), { type: 'watch-closed', watch: watcher.id } as WatchClosedTask)
  }

  private setOf(watcher: Watcher): Map<number, Watcher> {
    const watchers = this.watchersOf(watcher.resource)
    if (watcher.nodeName === undefined) return watchers.general
    let ofNode = watchers.byNode.get(watcher.nodeName)
    if (ofNode === undefined) watchers.byNode.set(watcher.nodeName, (ofNode = new Map()))
    return ofNode
  }

  private watchersOf(resource: string): ResourceWatchers {
    let watchers = this.resources.get(resource)
    if (watchers === undefined) this.resources.set(resource, (watchers = { general: new Map(), byNode: new Map() }))
    return watchers
  }

  private tell(entry: Entry<KubeObject>): void {
    const watchers = this.resources.get(collection(entry.key))
    if (watchers === undefined) return
    for (const watcher of watchers.general.values()) this.offer(watcher, entry)
    if (watchers.byNode.size === 0) return
    const before = entry.previous?.spec?.nodeName as string | undefined
    const after = entry.value?.spec?.nodeName as string | undefined
    if (after !== undefined) for (const watcher of watchers.byNode.get(after)?.values() ?? []) this.offer(watcher, entry)
    if (before !== undefined && before !== after) {
      for (const watcher of watchers.byNode.get(before)?.values() ?? []) this.offer(watcher, entry)
    }
  }

  private offer(watcher: Watcher, entry: Entry<KubeObject>): void {
    if (!entry.key.startsWith(watcher.prefix) || (watcher.after !== undefined && entry.revision <= watcher.after)) return
    const event = watchEvent(entry, (object) => visible(watcher, object))
    if (event !== undefined) this.tellObject(watcher, event)
  }

  private tellObject(watcher: Watcher, event: WatchEvent): void {
    const at = this.nextAt(watcher)
    this.schedule(watcher, watcher.show === undefined ? event : { ...event, object: watcher.show(event.object, at) })
  }

  private send(watcher: Watcher, event: ShownEvent): void {
    this.nextAt(watcher)
    this.schedule(watcher, event)
  }

  /** When the next event arrives. */
  private nextAt(watcher: Watcher): number {
    const lag = this.lag.get(watcher.target) ?? 0
    watcher.lastAt = Math.max(watcher.lastAt, this.kernel.now + this.latency.of('watch') + lag)
    return watcher.lastAt
  }

  private schedule(watcher: Watcher, event: WatchEvent | ShownEvent): void {
    this.delivered++
    this.kernel.scheduleAt(watcher.target, watcher.lastAt, { type: 'watch', watch: watcher.id, event } as WatchTask)
  }
}

function visible(watcher: Watcher, object: KubeObject): boolean {
  if (watcher.nodeName !== undefined && object.spec?.nodeName !== watcher.nodeName) return false
  return watcher.matches === undefined || watcher.matches(object)
}

/** What a write means to somebody who sees only the objects that `matches`; undefined: nothing. */
export function watchEvent(
  entry: Entry<KubeObject>,
  matches: (object: KubeObject) => boolean,
): WatchEvent | undefined {
  const { revision, value, previous } = entry
  const before = previous !== undefined && matches(previous)
  const after = value !== undefined && matches(value)
  if (after) return { type: before ? 'MODIFIED' : 'ADDED', object: value, revision }
  if (!before) return undefined
  // The last state, with the resourceVersion of its end: a client that goes on from there misses nothing.
  const last = value ?? previous
  return { type: 'DELETED', object: { ...last, metadata: { ...last.metadata, resourceVersion: String(revision) } }, revision }
}

function collection(key: string): string {
  return key.slice(0, key.indexOf('/'))
}
