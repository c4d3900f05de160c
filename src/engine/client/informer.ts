import type { ObjectList, Response } from '../api/request.ts'
import type { KubeObject } from '../api/types.ts'
import type { WatchEvent } from '../apiserver/watch.ts'
import type { Client, ResourceRef, SeenEvent, WatchSink } from './client.ts'

export type Change<T> =
  | { type: 'add'; object: T; old: undefined }
  | { type: 'update'; object: T; old: T }
  | { type: 'delete'; object: T; old: T }

/** What is stored as the film begins: what components that have been up for a while know already. */
export interface InitialObjects {
  range(prefix: string): KubeObject[]
}

export interface InformerOptions<T> {
  fieldSelector?: string
  labelSelector?: string
  /** Only objects of this namespace. */
  namespace?: string
  /** Only for components whose sight of an object is a node of a flowchart. */
  milestone?: (change: Change<T>) => string | undefined
  /** Changes that are routine (heartbeats). */
  background?: (change: Change<T>) => boolean
}

/** What an event means to this copy. */
interface Seen<T> extends SeenEvent {
  key: string
  /** undefined: nothing. */
  change: Change<T> | undefined
}

/** Name -> the values under which an object is found. */
export type Indexers<T> = Record<string, (object: T) => readonly string[]>

/**
 * A local copy of one resource, kept up to date by a watch.
 *
 * The contract: what is here is late, perhaps; the changes of one object come in order; states may be
 * skipped (after a disconnection only the present one is seen); a listener is told after the copy has
 * changed. So a reconciler reads what is, and never asks which event woke it.
 */
export class Informer<T extends KubeObject> implements WatchSink<Seen<T>> {
  readonly plural: string
  /** Set once the first list is in. */
  synced = false
  /** Virtual ms of the last list, while the watch that followed it is open. */
  watchingSince: number | undefined
  private readonly client: Client
  private readonly info: ResourceRef
  private readonly options: InformerOptions<T>
  private readonly query: Record<string, string> = {}
  private readonly objects = new Map<string, T>()
  private readonly indexers: Indexers<T>
  private readonly indexes = new Map<string, Map<string, Map<string, T>>>()
  private readonly listeners: ((change: Change<T>) => void)[] = []
  private readonly onceSynced: (() => void)[] = []
  private relistDelayMs = minRelistDelayMs
  private stopped = false

  constructor(client: Client, info: ResourceRef, options: InformerOptions<T> = {}, indexers: Indexers<T> = {}) {
    this.client = client
    this.info = info
    this.plural = info.plural
    this.options = options
    this.indexers = indexers
    for (const name in indexers) this.indexes.set(name, new Map())
    if (options.fieldSelector !== undefined) this.query['fieldSelector'] = options.fieldSelector
    if (options.labelSelector !== undefined) this.query['labelSelector'] = options.labelSelector
  }

  onChange(listener: (change: Change<T>) => void): void {
    this.listeners.push(listener)
  }

  /** Begins with objects that are known already and watches from now on: for what was up before the film. */
  startWith(objects: readonly T[]): void {
    this.client.attach(this.info, this.scope(this.query), this)
    this.replace(objects)
  }

  /** Lists and watches by requests. */
  start(): void {
    this.list()
  }

  /** Hears of nothing any more. */
  stop(): void {
    this.stopped = true
    this.client.unwatch(this)
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.objects.get(namespace === undefined ? name : `${namespace}/${name}`)
  }

  /** By the key of `keyOf`. */
  byKey(key: string): T | undefined {
    return this.objects.get(key)
  }

  all(): IterableIterator<T> {
    return this.objects.values()
  }

  get size(): number {
    return this.objects.size
  }

  /** Objects found under `value` by the named indexer. */
  byIndex(name: string, value: string): Iterable<T> {
    return this.indexes.get(name)?.get(value)?.values() ?? []
  }

  look(event: WatchEvent): Seen<T> {
    const key = keyOf(event.object)
    const change = this.changeOf(key, event)
    const { milestone, background } = this.options
    return {
      key,
      change,
      milestone: change === undefined ? undefined : milestone?.(change),
      background: change !== undefined && background?.(change) === true,
    }
  }

  take({ key, change }: Seen<T>): void {
    if (change !== undefined) this.apply(key, change)
  }

  /** The server has dropped the watch: list again and go on from there. */
  closed(): void {
    this.watchingSince = undefined
    this.list()
  }

  private list(): void {
    if (this.stopped) return
    this.client.send('list', this.info, this.scope(this.query), (response) => this.listed(response))
  }

  private scope(query: Record<string, string>): { query: Record<string, string>; namespace?: string } {
    const { namespace } = this.options
    return namespace === undefined ? { query } : { query, namespace }
  }

  private listed(response: Response): void {
    if (this.stopped) return
    if (response.code !== 200) return this.relistLater()
    this.relistDelayMs = minRelistDelayMs
    const list = response.body as ObjectList<T>
    this.replace(list.items)
    const query = { ...this.query, resourceVersion: list.metadata.resourceVersion }
    this.client.watch(this.info, this.scope(query), this, () => this.relistLater())
  }

  private relistLater(): void {
    const delay = this.relistDelayMs
    this.relistDelayMs = Math.min(this.relistDelayMs * 2, maxRelistDelayMs)
    this.client.later(delay, () => this.list())
  }

  private replace(objects: readonly T[]): void {
    const gone = new Set(this.objects.keys())
    for (const object of objects) {
      const key = keyOf(object)
      gone.delete(key)
      let old = this.objects.get(key)
      // The same name and another object: the end of the old one was missed.
      if (old !== undefined && old.metadata.uid !== object.metadata.uid) {
        this.apply(key, { type: 'delete', object: old, old })
        old = undefined
      }
      if (old === undefined) this.apply(key, { type: 'add', object, old: undefined })
      else if (old !== object) this.apply(key, { type: 'update', object, old })
    }
    for (const key of gone) {
      const old = this.objects.get(key)!
      this.apply(key, { type: 'delete', object: old, old })
    }
    this.synced = true
    this.watchingSince = this.client.kernel.now
    for (const listener of this.onceSynced.splice(0)) listener()
  }

  /** Runs once the first list is in; at once when it is. */
  whenSynced(listener: () => void): void {
    if (this.synced) listener()
    else this.onceSynced.push(listener)
  }

  private changeOf(key: string, event: WatchEvent): Change<T> | undefined {
    const object = event.object as T
    const old = this.objects.get(key)
    if (event.type === 'DELETED') return old === undefined ? undefined : { type: 'delete', object, old }
    return old === undefined ? { type: 'add', object, old: undefined } : { type: 'update', object, old }
  }

  private apply(key: string, change: Change<T>): void {
    const next = change.type === 'delete' ? undefined : change.object
    for (const name in this.indexers) this.reindex(name, key, change.old, next)
    if (next === undefined) this.objects.delete(key)
    else this.objects.set(key, next)
    for (const listener of this.listeners) listener(change)
  }

  /** An object that has changed is the last of those with its values. */
  private reindex(name: string, key: string, old: T | undefined, next: T | undefined): void {
    const index = this.indexes.get(name)!
    const indexer = this.indexers[name]!
    const before = old === undefined ? none : indexer(old)
    const after = next === undefined ? none : indexer(next)
    for (const value of before) {
      const found = index.get(value)
      found?.delete(key)
      // Most updates leave it where it was.
      if (found?.size === 0 && !after.includes(value)) index.delete(value)
    }
    for (const value of after) {
      let found = index.get(value)
      if (found === undefined) index.set(value, (found = new Map()))
      found.set(key, next!)
    }
  }
}

const none: readonly string[] = []

/** Reflector's back-off (client-go tools/cache): 800 ms doubling to 30 s. */
const minRelistDelayMs = 800
const maxRelistDelayMs = 30_000

/** 'namespace/name', or 'name' for what has no namespace (cache.MetaNamespaceKeyFunc). */
export function keyOf(object: KubeObject): string {
  const { namespace, name } = object.metadata
  return namespace === undefined ? name : `${namespace}/${name}`
}
