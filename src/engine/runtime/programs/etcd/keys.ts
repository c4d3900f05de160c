import { jsonOf } from '../../../api/json.ts'
import type { RegistryKeys } from '../../../api/registryKeys.ts'

/** One key as etcd keeps it. */
export interface Kept {
  value: string
  createRevision: number
  modRevision: number
  version: number
}

/** What lies in the database file of one member. */
export class Keys {
  revision = 1
  /** Of a snapshot of the cluster's own: which state it is. */
  taken: number | undefined
  private readonly all = new Map<string, Kept>()

  /** As it was written; of a text that is none of ours nothing. */
  static read(text: string | undefined): Keys {
    const keys = new Keys()
    const found = jsonOf(text ?? '') as { revision?: number; taken?: number; keys?: [string, Kept][] } | undefined
    if (!Array.isArray(found?.keys)) return keys
    keys.revision = Number(found.revision)
    keys.taken = found.taken
    for (const [key, kept] of found.keys) keys.all.set(key, kept)
    return keys
  }

  text(): string {
    return JSON.stringify({ revision: this.revision, ...(this.taken === undefined ? {} : { taken: this.taken }), keys: [...this.all] })
  }

  get size(): number {
    return this.all.size
  }

  /** Others' keys are theirs: what is not among them is gone. */
  learn({ revision, keys, taken }: RegistryKeys): void {
    this.taken = taken ?? this.taken
    for (const key of [...this.all.keys()]) if (key.startsWith('/registry/')) this.all.delete(key)
    for (const [key, value] of keys) this.all.set(key, { value, createRevision: revision, modRevision: revision, version: 1 })
    this.revision = Math.max(this.revision, revision)
  }

  put(key: string, value: string): void {
    const before = this.all.get(key)
    this.revision++
    this.all.set(key, { value, createRevision: before?.createRevision ?? this.revision, modRevision: this.revision, version: (before?.version ?? 0) + 1 })
  }

  /** `end` '' is the key alone, a zero byte all that follow. */
  range(key: string, end: string): [string, Kept][] {
    const isIn = (other: string): boolean => (end === '' ? other === key : other >= key && (end === '\0' || other < end))
    return [...this.all].filter(([other]) => isIn(other)).toSorted(([a], [b]) => (a < b ? -1 : 1))
  }

  delete(key: string, end: string): number {
    const gone = this.range(key, end)
    if (gone.length > 0) this.revision++
    for (const [each] of gone) this.all.delete(each)
    return gone.length
  }
}

/** The first key behind all that begin with a prefix. */
export const behind = (prefix: string): string => (prefix === '' ? '\0' : `${prefix.slice(0, -1)}${String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)}`)
