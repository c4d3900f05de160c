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
  const { revision } = etcd
  if (isTrue(query['sendInitialEvents'])) {
    if (version > revision) return { status: tooLargeResourceVersion(version, revision) }
    const objects = etcd.range(listPrefix(info, namespace))
    return isTrue(query['allowWatchBookmarks']) ? { objects, bookmark: initialEventsEnd({ kind: info.kind, apiVersion: apiVersionOf(info) }, revision) } : { objects }
  }
  if (version > 0) return since(version, request, etcd)
  return query['sendInitialEvents'] === undefined ? { objects: etcd.range(listPrefix(info, namespace)) } : {}
}

/**
 * A watch goes on from the server's cache, not from etcd: the last events of a resource are there however old they are, and more of them
 * while they are young (cacher's watch_cache.go). Older ones are taken to be gone when etcd has compacted them.
 */
function since(version: number, { info }: ApiRequest, etcd: RevisionStore<KubeObject>): WatchStart {
  const missed = etcd.since(version)
  if (version >= etcd.compactedRevision) return { missed, after: version }
  const all = listPrefix(info!, undefined)
  const events = missed.filter(({ key }) => key.startsWith(all))
  const oldest = events.at(-cachedEvents)?.revision
  return events.length <= cachedEvents ? { missed, after: version } : { error: tooOldResourceVersion(version, oldest! - 1) }
}

/** What the cache of a resource holds at the least (defaultLowerBoundCapacity). */
const cachedEvents = 100

export function bookmarkOf({ kind, apiVersion }: Bookmarked, revision: number): KubeObject {
  return { kind, apiVersion, metadata: { resourceVersion: String(revision), creationTimestamp: null } as never }
}

function initialEventsEnd(about: Bookmarked, revision: number): KubeObject {
  const bookmark = bookmarkOf(about, revision)
  return { ...bookmark, metadata: { ...bookmark.metadata, annotations: { 'k8s.io/initial-events-end': 'true' } } }
}
