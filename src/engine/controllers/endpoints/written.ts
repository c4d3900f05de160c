import type { KubeObject } from '../../api/types.ts'

/**
 * What was written of objects that a copy may show late (pkg/controller/util/endpointslice EndpointSliceTracker, pkg/controller/endpoint
 * staleEndpointsTracker). Whoever decided on such a copy would take its own last write for undone, or for not needed. Here a key that had to
 * wait is looked at again when the copy moves on; upstream tries again after a second.
 */
export class Written {
  /** Key -> uid -> what the copy has to show. */
  private readonly versions = new Map<string, Map<string, Wanted>>()
  private readonly waiting = new Set<string>()

  wrote(key: string, object: KubeObject): void {
    this.of(key).set(object.metadata.uid, { version: versionOf(object), generation: object.metadata.generation ?? 0 })
  }

  removed(key: string, { metadata: { uid } }: KubeObject): void {
    this.of(key).set(uid, toGo)
  }

  /** The copy has seen it go. Whether it was written for the key, and taken away by somebody else. */
  gone(key: string, { metadata: { uid } }: KubeObject): boolean {
    const versions = this.versions.get(key)
    const wanted = versions?.get(uid)
    versions?.delete(uid)
    return wanted !== undefined && wanted !== toGo
  }

  /** Whether somebody else wrote it, or what it holds, since. */
  isForeign(key: string, { metadata: { uid, generation = 0 } }: KubeObject): boolean {
    const wanted = this.versions.get(key)?.get(uid)
    return wanted === undefined || generation > wanted.generation
  }

  /** Whether the copy is behind what was written; the key waits then. */
  isBehind(key: string, copy: readonly KubeObject[]): boolean {
    const versions = this.versions.get(key)
    if (versions === undefined) return false
    const shown = new Map(copy.map((object) => [object.metadata.uid, versionOf(object)]))
    const behind = [...versions].some(([uid, wanted]) => (wanted === toGo ? shown.has(uid) : (shown.get(uid) ?? 0) < wanted.version))
    if (behind) this.waiting.add(key)
    return behind
  }

  /** Whether the key has waited for the copy to move on. */
  wakes(key: string): boolean {
    return this.waiting.delete(key)
  }

  forget(key: string): void {
    this.versions.delete(key)
    this.waiting.delete(key)
  }

  private of(key: string): Map<string, Wanted> {
    let versions = this.versions.get(key)
    if (versions === undefined) this.versions.set(key, (versions = new Map()))
    return versions
  }
}

interface Wanted {
  version: number
  generation: number
}

const toGo: Wanted = { version: Infinity, generation: Infinity }

const versionOf = ({ metadata: { resourceVersion } }: KubeObject): number => Number(resourceVersion)
