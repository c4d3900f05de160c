import type { RevisionStore } from '../etcd/store.ts'
import { apiVersionOf } from '../api/resources.ts'
import { tooLargeResourceVersion, tooOldResourceVersion } from '../api/status.ts'
import type { KubeObject, Status } from '../api/types.ts'
import { special } from './authorization/special.ts'
import { listPrefix } from './keys.ts'
import { hasListOptions, resourceVersionOf } from './read.ts'
import { isTrue, type ApiRequest } from './request-info.ts'
import type { Beginning } from './watch.ts'

/** How a watch begins. */
export interface WatchStart extends Beginning {
  after?: number
  /** All that the watcher will hear. */
  error?: Status
}

/** What a bookmark is an empty object of. */
export interface Bookmarked {
  kind: string
  apiVersion: string
}

/**
 * From where a watch tells (cacher.Watch, KEP-3157): without a revision, or with 0, it begins with what is there; else with what was
 * written since. What is too old to be known is said on the stream, not by the answer.
 */
export function startOfWatch(request: ApiRequest, etcd: RevisionStore<KubeObject>): WatchStart | { status: Status } {
  const { query, namespace } = request
  const info = request.info!
  const wrong = hasListOptions(query) ? special.get().listOptionsError(request) : undefined
  if (wrong !== undefined) return { status: wrong }
  const version = resourceVersionOf(request)
  if (typeof version !== 'number') return { status: version }
  const { compactedRevision, revision } = etcd
  if (isTrue(query['sendInitialEvents'])) {
    if (version > revision) return { status: tooLargeResourceVersion(version, revision) }
    const objects = etcd.range(listPrefix(info, namespace))
    return isTrue(query['allowWatchBookmarks']) ? { objects, bookmark: initialEventsEnd({ kind: info.kind, apiVersion: apiVersionOf(info) }, revision) } : { objects }
  }
  if (version > 0) return version < compactedRevision ? { error: tooOldResourceVersion(version, compactedRevision) } : { missed: etcd.since(version), after: version }
  return query['sendInitialEvents'] === undefined ? { objects: etcd.range(listPrefix(info, namespace)) } : {}
}

export function bookmarkOf({ kind, apiVersion }: Bookmarked, revision: number): KubeObject {
  return { kind, apiVersion, metadata: { resourceVersion: String(revision), creationTimestamp: null } as never }
}

function initialEventsEnd(about: Bookmarked, revision: number): KubeObject {
  const bookmark = bookmarkOf(about, revision)
  return { ...bookmark, metadata: { ...bookmark.metadata, annotations: { 'k8s.io/initial-events-end': 'true' } } }
}
