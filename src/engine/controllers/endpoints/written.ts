import type { KubeObject } from '../../api/types.ts'

/**
 * What was written of objects that a copy may show late (pkg/controller/util/endpointslice EndpointSliceTracker, pkg/controller/endpoint
 * staleEndpointsTracker). Whoever decided on such a copy would take its own last write for undone, or for not needed. Here a key that had to
 * wait is looked at again when the copy moves on; upstream tries again after a second.
 */
export class Written {
  /** Key -> uid -> the version that the copy has to show; Infinity: it is to go. */
  private readonly versions = new Map<string, Map<string, number>>()
  private readonly waiting = new Set<string>()

  wrote(key: string, object: KubeObject): void {
    this.of(key).set(object.metadata.uid, versionOf(object))
  }

  removed(key: string, { metadata: { uid } }: KubeObject): void {
    this.of(key).set(uid, Infinity)
  }

  /** The copy has seen it go. */
  gone(key: string, { metadata: { uid } }: KubeObject): void {
    this.versions.get(key)?.delete(uid)
  }

  /** Whether the copy is behind what was written; the key waits then. */
  isBehind(key: string, copy: readonly KubeObject[]): boolean {
    const versions = this.versions.get(key)
    if (versions === undefined) return false
    const shown = new Map(copy.map((object) => [object.metadata.uid, versionOf(object)]))
    const behind = [...versions].some(([uid, version]) => (version === Infinity ? shown.has(uid) : (shown.get(uid) ?? 0) < version))
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

  private of(key: string): Map<string, number> {
    let versions = this.versions.get(key)
    if (versions === undefined) this.versions.set(key, (versions = new Map()))
    return versions
  }
}

const versionOf = ({ metadata: { resourceVersion } }: KubeObject): number => Number(resourceVersion)
