import { collectionOfKey, lowerBound, merged } from '../engine/api/orderedKeys.ts'
import { kindOfKey, type Change } from '../worker/protocol.ts'
import { patched } from './patched.ts'
import { countUpTo } from './search.ts'

/**
 * The page's copy of one versioned store (etcd, or what lies on one machine): it only appends, except
 * when a fork cuts the future off. Reading any moment is a binary search per key; a deleted key has an
 * entry without a value.
 *
 *   put web@6, put web@7, delete web@8      web: [6, 7, 8x]      at 5: nothing, 6, 7: the value, 8: nothing
 */
export interface Entry {
  readonly revision: number
  readonly key: string
  /** undefined: deleted. */
  readonly value: unknown
  /** The entry of the same key just before; undefined when there was none. */
  readonly previous: Entry | undefined
}

/** What changed between two moments, per key. Swapping `from` and `to`, and the sides, gives the way back. */
export interface Diff {
  readonly added: ReadonlyMap<string, unknown>
  readonly updated: ReadonlyMap<string, readonly [from: unknown, to: unknown]>
  readonly removed: ReadonlyMap<string, unknown>
}

export class History {
  /** Every write, in order of revision. */
  readonly log: Entry[] = []
  private readonly byKey = new Map<string, Entry[]>()
  private readonly collections = new Map<string, Collection>()
  private readonly ranges = new Map<string, RangeMemo[]>()
  /** By `kindOfKey`: what an object that is new is told by the difference from. */
  private readonly madeLast = new Map<string, unknown>()

  append(change: Change): void {
    const collection = this.collection(change.key)
    let entries = this.byKey.get(change.key)
    if (entries === undefined) {
      this.byKey.set(change.key, (entries = []))
      collection.born.push(change.key)
    }
    const previous = entries.at(-1)
    const before = previous?.value
    const kind = kindOfKey(change.key)
    const value = change.patch === undefined ? change.value : patched(before ?? this.madeLast.get(kind), change.patch)
    if (before === undefined && value !== undefined) this.madeLast.set(kind, value)
    const entry = { revision: change.revision, key: change.key, value, previous }
    entries.push(entry)
    collection.log.push(entry)
    this.log.push(entry)
  }

  /** Forgets everything after `revision`. */
  cut(revision: number): void {
    const kept = this.countAt(revision)
    for (const { key } of this.log.splice(kept)) {
      const entries = this.byKey.get(key)!
      entries.pop()
      if (entries.length === 0) this.byKey.delete(key)
      this.collection(key).log.pop()
    }
    for (const collection of this.collections.values()) collection.retain((key) => this.byKey.has(key))
    this.ranges.clear()
  }

  /** What the key held at that revision. */
  get(key: string, revision: number): unknown {
    return this.entry(key, revision)?.value
  }

  /** The entry that `get` reads: also the tombstone of a deleted key. */
  entry(key: string, revision: number): Entry | undefined {
    const entries = this.byKey.get(key)
    if (entries === undefined) return undefined
    // Written out: of ten thousand keys a leap asks each.
    let at = entries.length - 1
    if (at < 8) while (at >= 0 && entries[at]!.revision > revision) at--
    else at = countUpTo(entries.length, (i) => entries[i]!.revision, revision) - 1
    return entries[at]
  }

  /** All entries of one key, in order. */
  life(key: string): readonly Entry[] {
    return this.byKey.get(key) ?? []
  }

  /** The write with exactly this revision. */
  written(revision: number): Entry | undefined {
    const entry = this.log[this.countAt(revision) - 1]
    return entry?.revision === revision ? entry : undefined
  }

  /** Keys that begin with `prefix` and ever lived, sorted. */
  keys(prefix: string): readonly string[] {
    if (prefix.includes('/')) return this.collections.get(collectionOfKey(prefix))?.startingWith(prefix) ?? []
    return [...this.collections.keys()].filter((name) => name.startsWith(prefix)).sort()
      .flatMap((name) => this.collections.get(name)!.startingWith(prefix))
  }

  /** Keys of a collection ('pods') that ever lived, in the order in which they appeared. The list grows with the film. */
  appeared(collection: string): readonly string[] {
    return this.collections.get(collection)?.born ?? []
  }

  /**
   * Values of the keys with this prefix that lived at that revision, in the order of their keys. The same
   * array is returned as long as nothing below the prefix changes, so that a view may compare by identity:
   * also when others read other moments in between, as those do that follow at ease.
   */
  range(prefix: string, at: number): readonly unknown[] {
    return this.memo(prefix, at).values
  }

  /** Keys with this prefix that lived at that revision, sorted: the same array as long as none comes or goes. */
  keysAt(prefix: string, at: number): readonly string[] {
    return this.memo(prefix, at).keys
  }

  private memo(prefix: string, at: number): RangeMemo {
    // What is to come may change it.
    const revision = Math.min(at, this.log.at(-1)?.revision ?? 0)
    let memos = this.ranges.get(prefix)
    if (memos === undefined) this.ranges.set(prefix, (memos = []))
    const memo = memos.find(({ from, to }) => from <= revision && revision <= to)
    if (memo !== undefined) return memo
    const near = nearest(memos, revision)
    const end = near && (revision > near.to ? near.to : near.from)
    const touched = near && this.touched(prefix, end!, revision, near.keys.length / fewOf)
    if (near !== undefined && touched?.size === 0) {
      near.from = Math.min(near.from, revision)
      near.to = Math.max(near.to, revision)
      return near
    }
    const next = (near && touched && this.carriedOn(near, touched, revision)) ?? this.readRange(prefix, revision, near?.keys)
    memos.unshift(next)
    memos.length = Math.min(memos.length, memosMost)
    return next
  }

  private readRange(prefix: string, revision: number, before: readonly string[] = []): RangeMemo {
    const [keys, values]: [string[], unknown[]] = [[], []]
    for (const key of this.keys(prefix)) {
      const value = this.get(key, revision)
      if (value === undefined) continue
      keys.push(key)
      values.push(value)
    }
    const sameKeys = keys.length === before.length && keys.every((key, i) => key === before[i])
    return { from: revision, to: revision, keys: sameKeys ? before : keys, values }
  }

  /** A step touches one object of ten thousand: only that is read. undefined: objects have come or gone. */
  private carriedOn({ keys, values }: RangeMemo, touched: ReadonlySet<string>, revision: number): RangeMemo | undefined {
    const next = [...values]
    for (const key of touched) {
      const value = this.get(key, revision)
      const at = lowerBound(keys, key)
      if (value === undefined || keys[at] !== key) return undefined
      next[at] = value
    }
    return { from: revision, to: revision, keys, values: next }
  }

  /** Writes with from < revision <= to. */
  between(from: number, to: number): readonly Entry[] {
    return this.log.slice(this.countAt(from), this.countAt(to))
  }

  /** The way from one moment to another, forwards or backwards. */
  diff(from: number, to: number): Diff {
    const added = new Map<string, unknown>()
    const updated = new Map<string, readonly [unknown, unknown]>()
    const removed = new Map<string, unknown>()
    const seen = new Set<string>()
    for (const { key } of this.between(Math.min(from, to), Math.max(from, to))) {
      if (seen.has(key)) continue
      seen.add(key)
      const before = this.get(key, from)
      const after = this.get(key, to)
      if (before === after) continue
      if (before === undefined) added.set(key, after)
      else if (after === undefined) removed.set(key, before)
      else updated.set(key, [before, after])
    }
    return { added, updated, removed }
  }

  private collection(key: string): Collection {
    const name = collectionOfKey(key)
    let keys = this.collections.get(name)
    if (keys === undefined) this.collections.set(name, (keys = new Collection()))
    return keys
  }

  private countAt(revision: number, log: readonly Entry[] = this.log): number {
    return countUpTo(log.length, (i) => log[i]!.revision, revision)
  }

  /** Keys with this prefix that were written between two moments, in either direction; undefined when they are more than `most`. */
  private touched(prefix: string, a: number, b: number, most: number): ReadonlySet<string> | undefined {
    if (a === b) return noKeys
    const keys = new Set<string>()
    // A leap passes thousands of writes, and a dozen views ask for a dozen collections.
    const log = prefix.includes('/') ? (this.collections.get(collectionOfKey(prefix))?.log ?? []) : this.log
    const end = this.countAt(Math.max(a, b), log)
    for (let i = this.countAt(Math.min(a, b), log); i < end; i++) {
      const { key } = log[i]!
      if (!key.startsWith(prefix)) continue
      keys.add(key)
      if (keys.size > most) return undefined
    }
    return keys
  }
}

const noKeys: ReadonlySet<string> = new Set()

/** When more than one in so many has been written, all are read anew. */
const fewOf = 8

/** What is known of one collection. Its keys are put in order when somebody asks, and then only those that are new. */
class Collection {
  /** Every write, in order of revision. */
  readonly log: Entry[] = []
  /** Keys, in the order in which they appeared. */
  born: string[] = []
  private sorted: readonly string[] = []
  /** How many of `born` are in `sorted`. */
  private taken = 0

  retain(isThere: (key: string) => boolean): void {
    this.born = this.born.filter(isThere)
    this.sorted = this.sorted.filter(isThere)
    this.taken = this.sorted.length
  }

  startingWith(prefix: string): readonly string[] {
    if (this.taken < this.born.length) {
      this.sorted = merged(this.sorted, this.born.slice(this.taken).sort())
      this.taken = this.born.length
    }
    const { sorted } = this
    const start = lowerBound(sorted, prefix)
    const end = lowerBound(sorted, prefix + '\uffff')
    return start === 0 && end === sorted.length ? sorted : sorted.slice(start, end)
  }
}

/** What a range has been, as far as it is known not to have changed. */
interface RangeMemo {
  from: number
  to: number
  /** Of the values, in the same order. */
  readonly keys: readonly string[]
  readonly values: readonly unknown[]
}

/** So many moments are read at a time: on stage, in panels that follow at ease, in what is compared. */
const memosMost = 6

function nearest(memos: readonly RangeMemo[], revision: number): RangeMemo | undefined {
  const distance = ({ from, to }: RangeMemo): number => (revision > to ? revision - to : from - revision)
  return memos.reduce<RangeMemo | undefined>((best, memo) => (best === undefined || distance(memo) < distance(best) ? memo : best), undefined)
}
