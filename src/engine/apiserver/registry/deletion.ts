import { formatTime, parseTime } from '../../api/time.ts'
import { conflict, forbidden, success } from '../../api/status.ts'
import { collectionOf } from '../../api/resources.ts'
import type { ResourceInfo } from '../../api/resources.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { deprecationOf } from '../deprecations.ts'
import type { ApiRequest } from '../request-info.ts'
import { refuse, withMeta, type Decision } from './decision.ts'
import { decideDefinitionDelete } from './definitions.ts'
import { deleteOptions } from './delete-options.ts'
import { decideNamespaceDelete } from './namespaces.ts'

/** meta/v1 DeleteOptions, from body or query. */
export interface DeleteOptions {
  gracePeriodSeconds?: number
  propagationPolicy?: 'Orphan' | 'Background' | 'Foreground'
  preconditions?: { uid?: string; resourceVersion?: string }
}

const orphanFinalizer = 'orphan'
const foregroundFinalizer = 'foregroundDeletion'

/**
 * What a DELETE does to `object` (apiserver/pkg/registry/rest/delete.go BeforeDelete and
 * generic/registry/store.go Delete): a pod is first marked with its grace period, and goes when a grace
 * period of 0 is asked for; what has finalizers is marked and stays until the last one is taken off.
 */
export function decideDelete(info: ResourceInfo, object: KubeObject, options: DeleteOptions, nowMs: number): Decision {
  const failed = neverDeleted(info, object) ?? precondition(info, object, options)
  if (failed !== undefined) return refuse(failed)
  const held = heldBack(info, object, nowMs)
  if (held !== undefined) return held
  const { metadata } = object
  const finalizers = finalizersAfter(metadata.finalizers ?? [], options.propagationPolicy ?? usualPolicy(info, object))
  const marked = collectionOf(info) === 'pods' ? markPod(object as Pod, options, nowMs) : undefined
  if (marked === 'pending') return { do: 'nothing', code: 200, answer: object }
  const next = marked ?? object
  if (finalizers.length === 0) {
    if (marked === undefined) return { do: 'remove', answer: removedAnswer(info, object) }
    return marked.metadata.deletionGracePeriodSeconds === 0 ? { do: 'remove', last: marked } : { do: 'put', object: marked, code: 200 }
  }
  const marking = next === object ? markForFinalizers(object, nowMs) : next
  const stored = withMeta(marking, { finalizers })
  return JSON.stringify(stored.metadata) === JSON.stringify(metadata)
    ? { do: 'nothing', code: 200, answer: object }
    : { do: 'put', object: stored, code: 200 }
}

/** What goes only when what it holds has gone. */
function heldBack(info: ResourceInfo, object: KubeObject, nowMs: number): Decision | undefined {
  const plural = collectionOf(info)
  if (plural === 'namespaces') return decideNamespaceDelete(object, nowMs)
  return plural === 'customresourcedefinitions' ? decideDefinitionDelete(object, nowMs) : undefined
}

/** Whether an update has taken the last thing away that kept a marked object (ShouldDeleteDuringUpdate). */
export function endsDeletion(next: KubeObject, old: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds, finalizers } = next.metadata
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0) return false
  if ((old.metadata.finalizers?.length ?? 0) === 0) return false
  return deletionGracePeriodSeconds === undefined || deletionGracePeriodSeconds === 0
}

const systemPriorityClasses: readonly string[] = ['system-cluster-critical', 'system-node-critical']

/** pkg/registry/scheduling/priorityclass/storage Delete. */
function neverDeleted(info: ResourceInfo, { metadata: { name } }: KubeObject) {
  if (collectionOf(info) !== 'priorityclasses' || !systemPriorityClasses.includes(name)) return undefined
  return forbidden(info, name, 'this is a system priority class and cannot be deleted')
}

function precondition(info: ResourceInfo, object: KubeObject, options: DeleteOptions) {
  const { uid, resourceVersion } = options.preconditions ?? {}
  const { metadata } = object
  // The server names the kind here, not the resource.
  const kind = { group: info.group, plural: info.kind }
  const differs = (what: string, wanted: string, found: string, why: string) => conflict(kind, metadata.name, `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${found}). The object might have been ${why}`)
  if (uid !== undefined && uid !== metadata.uid) return differs('UID', uid, metadata.uid, 'deleted and then recreated')
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) return differs('ResourceVersion', resourceVersion, metadata.resourceVersion, 'modified')
  return undefined
}

/** The pod with its (new) grace period; 'pending' when the end under way is at least as soon; undefined when a 0 is stored already. */
function markPod(pod: Pod, options: DeleteOptions, nowMs: number): Pod | 'pending' | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds: given } = pod.metadata
  if (deletionTimestamp === undefined) {
    const seconds = gracePeriod(pod, options)
    return withMeta(pod, {
      deletionTimestamp: formatTime(nowMs + seconds * 1000),
      deletionGracePeriodSeconds: seconds,
      generation: (pod.metadata.generation ?? 0) + 1,
    })
  }
  if (given === undefined || given === 0) return undefined
  if (options.gracePeriodSeconds === undefined || options.gracePeriodSeconds >= given) return 'pending'
  return shorten(pod, parseTime(deletionTimestamp)!, given, options.gracePeriodSeconds, nowMs)
}

/** A shorter period counts from the first request, but never ends in the past. */
function shorten(pod: Pod, endMs: number, given: number, seconds: number, nowMs: number): Pod {
  const wanted = endMs - given * 1000 + seconds * 1000
  const late = wanted < nowMs
  return withMeta(pod, {
    deletionTimestamp: formatTime(late ? nowMs : wanted),
    deletionGracePeriodSeconds: late && seconds > 0 ? 1 : seconds,
  })
}

/** pkg/registry/core/pod/strategy.go CheckGracefulDelete: nothing runs yet or any more, so nothing is waited for. */
function gracePeriod(pod: Pod, options: DeleteOptions): number {
  if (!pod.spec.nodeName) return 0
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return 0
  const seconds = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 0
  return seconds < 0 ? 1 : seconds
}

function markForFinalizers(object: KubeObject, nowMs: number): KubeObject {
  if (object.metadata.deletionTimestamp !== undefined) return object
  const { generation } = object.metadata
  return withMeta(object, {
    deletionTimestamp: formatTime(nowMs),
    deletionGracePeriodSeconds: 0,
    ...(generation === undefined ? {} : { generation: generation + 1 }),
  })
}

/** The oldest controllers leave their pods behind when nobody says otherwise (DefaultGarbageCollectionPolicy). */
const leavesDependents = (info: ResourceInfo): boolean => ['jobs', 'replicationcontrollers'].includes(collectionOf(info))

function usualPolicy(info: ResourceInfo, { metadata: { finalizers = [] } }: KubeObject): DeleteOptions['propagationPolicy'] {
  return leavesDependents(info) && !finalizers.includes(orphanFinalizer) && !finalizers.includes(foregroundFinalizer) ? 'Orphan' : undefined
}

const jobsOrphan = 'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning'

/** What is said of a DELETE, whatever becomes of it. */
export function deletionWarnings(request: ApiRequest): readonly string[] {
  const info = request.info!
  const isUnsaid = info.plural === 'jobs' && leavesDependents(info) && deleteOptions(request).propagationPolicy === undefined
  return [...deprecationOf(info), ...(isUnsaid ? [jobsOrphan] : [])]
}

/** The garbage collector's finalizers follow the propagation policy of the request. */
function finalizersAfter(finalizers: readonly string[], policy: DeleteOptions['propagationPolicy']): string[] {
  if (policy === undefined) return [...finalizers]
  const others = finalizers.filter((name) => name !== orphanFinalizer && name !== foregroundFinalizer)
  if (policy === 'Orphan') return [...others, orphanFinalizer]
  if (policy === 'Foreground') return [...others, foregroundFinalizer]
  return others
}

/** Pods, namespaces and a few more answer with the object, the others with a Status. */
function removedAnswer(info: ResourceInfo, object: KubeObject) {
  return returnsObject.has(collectionOf(info)) ? object : success(info, object.metadata.name, object.metadata.uid)
}

const returnsObject = new Set(['pods', 'namespaces', 'persistentvolumeclaims', 'persistentvolumes', 'services'])
