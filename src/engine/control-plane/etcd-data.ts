import { jsonOf } from '../api/json.ts'
import type { RegistryKeys } from '../api/registryKeys.ts'
import type { KubeObject } from '../api/types.ts'
import { collectionOfKey } from '../api/orderedKeys.ts'
import type { StorageEncryption } from '../apiserver/storage-encryption.ts'
import type { RevisionStore } from '../etcd/store.ts'
import type { FileSystem } from '../runtime/filesystem.ts'
import { registryKeys } from '../kubeadm/registry-keys.ts'

/** Where a process of etcd has its data, as its container sees it. */
export interface DataDirectory {
  files: FileSystem
  path: string
}

/** What lies in the database file besides the keys: which state of the API server's own keys it is. */
interface Database {
  taken?: number
}

/**
 * Which of the states that there have been the cluster's etcd holds. Its keys lie in the API server's store (etcd/store.ts), for whatever directory its
 * process has: here a directory is known by the state that was left in it, and a process that begins with another one brings that state back.
 */
export class EtcdData {
  private readonly etcd: RevisionStore<KubeObject>
  /** What there is where nobody has ever written anything. */
  private readonly furnish: () => void
  /** Revision of the world -> all that lived then: a snapshot, or what a directory was left with. */
  private readonly states = new Map<number, ReadonlyMap<string, KubeObject>>()
  /** By their keys. */
  private readonly living = new Map<string, KubeObject>()
  private current: DataDirectory | undefined
  /** How the API server stores what it stores from now on; undefined: as it is. */
  encryption: StorageEncryption | undefined
  /** Key -> before what is encrypted of it. */
  private readonly encrypted = new Map<string, string>()

  constructor(etcd: RevisionStore<KubeObject>, furnish: () => void, directory: DataDirectory | undefined) {
    this.etcd = etcd
    this.furnish = furnish
    this.current = directory
    const note = ({ key, value }: { key: string; value: KubeObject | undefined }): void => {
      if (value === undefined) this.living.delete(key)
      else this.living.set(key, value)
      this.storedAgain(key)
    }
    for (const entry of etcd.log) note(entry)
    etcd.onWrite(note)
  }

  /** As etcd's own process asks for them; whoever takes a snapshot may come back to it. */
  keys(isSnapshot: boolean): RegistryKeys {
    const { revision } = this.etcd
    if (isSnapshot) this.states.set(revision, new Map(this.living))
    return { ...registryKeys(this.etcd, (key) => this.encrypted.get(key)), ...(isSnapshot ? { taken: revision } : {}) }
  }

  /** It is encrypted as it would be now. */
  storedAgain(key: string): void {
    const prefix = this.encryption?.prefixFor(collectionOfKey(key))
    if (prefix === undefined) this.encrypted.delete(key)
    else if (this.living.has(key)) this.encrypted.set(key, prefix)
  }

  /** A process of etcd serves from this directory. */
  started(directory: DataDirectory): void {
    const taken = read(directory).taken
    const wal = `${directory.path}/member/wal`
    const isNew = taken === undefined && (directory.files.list(wal) ?? []).length === 0
    this.current = directory
    directory.files.writeText(`${wal}/0000000000000000-0000000000000000.wal`, '')
    if (isNew) {
      this.bringBack(new Map())
      this.furnish()
    } else if (taken !== undefined) {
      const state = this.states.get(taken)
      if (state !== undefined) this.bringBack(state)
    }
  }

  /** It serves no longer: what it had stays where it lies. */
  stopped(): void {
    if (this.current === undefined) return
    const { files, path } = this.current
    const { revision } = this.etcd
    this.states.set(revision, new Map(this.living))
    if (files.exists(path)) files.writeText(fileOf(path), JSON.stringify({ ...read(this.current), taken: revision }))
  }

  private bringBack(state: ReadonlyMap<string, KubeObject>): void {
    const { etcd } = this
    for (const key of [...this.living.keys()]) if (!state.has(key)) etcd.delete(key)
    for (const [key, object] of state) {
      if (etcd.get(key) === object) continue
      etcd.put(key, { ...object, metadata: { ...object.metadata, resourceVersion: String(etcd.revision + 1) } })
    }
  }
}

const fileOf = (path: string): string => `${path}/member/snap/db`

const read = ({ files, path }: DataDirectory): Database => (jsonOf(files.readText(fileOf(path)) ?? '') ?? {}) as Database
