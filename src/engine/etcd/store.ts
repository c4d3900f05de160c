import { collectionOfKey, lowerBound, merged } from '../api/orderedKeys.ts'
import type { RevisionCounter } from '../kernel/kernel.ts'

/**
 * A multi-version key-value store, as etcd's mvcc: it only appends. Every write has a revision of its
 * own; a delete writes a tombstone; any past moment is a read at a revision.
 *
 * Worked example. The counter stands at 5.
 *
 *   put('pods/default/web', A)   -> revision 6
 *   put('pods/default/web', B)   -> revision 7
 *   delete('pods/default/web')   -> revision 8   (tombstone)
 *   put('pods/default/web', C)   -> revision 9   (a new life: version 1 again, createRevision 9)
 *
 *   key index:  pods/default/web -> [6, 7, 8x, 9]
 *   get at 5: nothing   at 6: A   at 7: B   at 8: nothing   at 9 and later: C
 *
 * The same class serves etcd and each machine's own store. All share one revision counter, so "the world
 * at revision r" is one number; a store simply has no entry for revisions that another store wrote.
 */

/** One write. `value` is undefined for a delete; values are immutable. */
export interface Entry<V> {
  readonly revision: number
  readonly key: string
  readonly value: V | undefined
  /** What the key held just before, if it lived. */
  readonly previous: V | undefined
  /** Revision in which the present life of the key began (etcd: create_revision). */
  readonly createRevision: number
}

/** What readers get: the past is a query. */
export interface ReadView<V> {
  get(key: string): V | undefined
  /** Values of all keys that begin with `prefix`, in the order of their keys. */
  range(prefix: string): V[]
}

/** Told of each write, in order, in the same task. */
export type WriteListener<V> = (entry: Entry<V>) => void

export class RevisionStore<V> implements ReadView<V> {
  /** All writes, in order of revision. */
  readonly log: Entry<V>[] = []
  /** Keys that ranges have looked at so far: work, counted instead of timed. */
  keysVisited = 0
  private readonly counter: RevisionCounter
  /** What was written to each key. */
  private readonly history = new Map<string, History<V>>()
  /** Keys by their first segment, so that a range visits one collection and not all keys. */
  private readonly collections = new Map<string, SortedKeys>()
  private readonly listeners: WriteListener<V>[] = []
  private compactedAt = 0

  constructor(counter: RevisionCounter) {
    this.counter = counter
  }

  /** The shared counter: the revision of the last write in any store. */
  get revision(): number {
    return this.counter.current
  }

  /** Clients can ask for nothing older. */
  get compactedRevision(): number {
    return this.compactedAt
  }

  onWrite(listener: WriteListener<V>): void {
    this.listeners.push(listener)
  }

  /** The latest entry of a live key. */
  entry(key: string): Entry<V> | undefined {
    const entry = lastOf(this.history.get(key))
    return entry?.value === undefined ? undefined : entry
  }

  get(key: string): V | undefined {
    return lastOf(this.history.get(key))?.value
  }

  range(prefix: string): V[] {
    return this.rangeAt(prefix, this.counter.current)
  }

  put(key: string, value: V): Entry<V> {
    return this.append(key, value)
  }

  /** Writes a tombstone; undefined when the key does not live. */
  delete(key: string): Entry<V> | undefined {
    return this.entry(key) === undefined ? undefined : this.append(key, undefined)
  }

  getAt(key: string, revision: number): V | undefined {
    return entryAt(this.history.get(key), revision)?.value
  }

  rangeAt(prefix: string, revision: number): V[] {
    const values: V[] = []
    const keys = this.keys(prefix)
    this.keysVisited += keys.length
    for (const key of keys) {
      const value = entryAt(this.history.get(key), revision)?.value
      if (value !== undefined) values.push(value)
    }
    return values
  }

  /** How many keys with this prefix live now. */
  count(prefix: string): number {
    let n = 0
    for (const key of this.keys(prefix)) if (this.entry(key) !== undefined) n++
    return n
  }

  /** The store as it was, for clients; undefined when that is compacted, or has not come yet. */
  at(revision: number): { revision: number; get(key: string): V | undefined; range(prefix: string): V[] } | undefined {
    if (revision < this.compactedAt || revision > this.revision) return undefined
    return { revision, get: (key) => this.getAt(key, revision), range: (prefix) => this.rangeAt(prefix, revision) }
  }

  /** Entries after `revision`, in order. */
  since(revision: number): Entry<V>[] {
    return this.log.slice(firstAfter(this.log, revision))
  }

  /** From now on no client is told of what was before `revision`. Nothing is forgotten: the film is made of it. */
  compact(revision: number): void {
    this.compactedAt = Math.max(this.compactedAt, revision)
  }

  /** Keeps of each key only what it holds now: nothing older can be read any more. */
  forget(): void {
    const gone = new Set<string>()
    for (const { key } of this.log) {
      const last = lastOf(this.history.get(key))
      if (last === undefined) continue
      if (last.value !== undefined) this.history.set(key, { ...last, previous: undefined })
      else {
        this.history.delete(key)
        gone.add(key)
      }
    }
    this.log.length = 0
    for (const name of new Set([...gone].map(collectionOfKey))) this.collections.get(name)!.remove(gone)
    this.compact(this.revision)
  }

  /** Once the past is forgotten, what lives is what a film begins with: it stands in the log as if nothing had been before. */
  begin(): void {
    this.log.push(...([...this.history.values()] as Entry<V>[]).sort((a, b) => a.revision - b.revision))
  }

  private append(key: string, value: V | undefined): Entry<V> {
    const revision = ++this.counter.current
    const history = this.history.get(key)
    const before = lastOf(history)
    const lived = before !== undefined && before.value !== undefined
    const entry: Entry<V> = {
      revision,
      key,
      value,
      previous: before?.value,
      createRevision: lived ? before.createRevision : revision,
    }
    if (history === undefined) this.collection(collectionOfKey(key)).add(key)
    if (Array.isArray(history)) history.push(entry)
    else this.history.set(key, history === undefined ? entry : [history, entry])
    this.log.push(entry)
    for (const listener of this.listeners) listener(entry)
    return entry
  }

  private collection(name: string): SortedKeys {
    let keys = this.collections.get(name)
    if (keys === undefined) this.collections.set(name, (keys = new SortedKeys()))
    return keys
  }

  private keys(prefix: string): readonly string[] {
    if (prefix.includes('/')) return this.collections.get(collectionOfKey(prefix))?.startingWith(prefix) ?? []
    return [...this.collections.keys()].filter((name) => name.startsWith(prefix)).sort()
      .flatMap((name) => this.collections.get(name)!.startingWith(prefix))
  }
}

/**
 * All entries of one key, tombstones included, in order of revision. Most keys (lines of logs, events) are written once: they
 * cost no list.
 */
type History<V> = Entry<V> | Entry<V>[]

function lastOf<V>(history: History<V> | undefined): Entry<V> | undefined {
  return Array.isArray(history) ? history[history.length - 1] : history
}

/** Keys of one collection; put in order when somebody asks, not at every write. */
class SortedKeys {
  private sorted: string[] = []
  /** Come since the last question, in any order. */
  private added: string[] = []

  /** A key that is not there yet. */
  add(key: string): void {
    this.added.push(key)
  }

  remove(keys: ReadonlySet<string>): void {
    this.takeIn()
    this.sorted = this.sorted.filter((key) => !keys.has(key))
  }

  startingWith(prefix: string): readonly string[] {
    if (this.added.length > 0) this.takeIn()
    const { sorted } = this
    const start = lowerBound(sorted, prefix)
    const end = lowerBound(sorted, prefix + '\uffff')
    return start === 0 && end === sorted.length ? sorted : sorted.slice(start, end)
  }

  private takeIn(): void {
    const added = this.added.sort()
    this.added = []
    const { sorted } = this
    if (sorted.length === 0 || sorted[sorted.length - 1]! < added[0]!) for (const key of added) sorted.push(key)
    else this.sorted = merged(sorted, added)
  }
}

function entryAt<V>(history: History<V> | undefined, revision: number): Entry<V> | undefined {
  if (history === undefined) return undefined
  if (Array.isArray(history)) return history[firstAfter(history, revision) - 1]
  return history.revision <= revision ? history : undefined
}

/** Index of the first entry whose revision is greater. */
function firstAfter(log: readonly { revision: number }[], revision: number): number {
  let low = 0
  let high = log.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (log[middle]!.revision <= revision) low = middle + 1
    else high = middle
  }
  return low
}
