import { semanticEqual } from '../../api/equality.ts'
import { matches, type Selector } from '../../api/selector.ts'
import type { KubeObject, OwnerReference, Pod } from '../../api/types.ts'
import { keyOf, type Change, type Informer } from '../../client/informer.ts'
import { controllerOf } from './owner.ts'
import type { Expectations } from './expectations.ts'

export interface PodWatch<T extends KubeObject> {
  pods: Informer<Pod>
  owners: Informer<T>
  /** Of the owners: a reference to another kind is somebody else's. */
  kind: string
  /** What an owner looks for; undefined when its kind adopts nothing. */
  selector: ((owner: T) => Selector) | undefined
  expectations?: Expectations
  enqueue: (key: string) => void
  /** A pod of this owner has changed; for what hangs on more than the key. */
  updated?: (owner: T, old: Pod, next: Pod) => void
}

/**
 * Wakes the owners of pods when these change: the handlers that upstream's ReplicaSet, Job, DaemonSet and StatefulSet
 * controllers share in all but name (addPod, updatePod, deletePod).
 */
export function watchPods<T extends KubeObject>(watch: PodWatch<T>): void {
  watch.pods.onChange((change) => {
    const { object, old } = change
    const ending = object.metadata.deletionTimestamp !== undefined
    if (change.type === 'delete') return podEnded(watch, change.object)
    if (change.type === 'add') return ending ? podEnded(watch, object) : podAdded(watch, object)
    if (ending) return podEnded(watch, object, old)
    podUpdated(watch, change)
  })
}

function podAdded<T extends KubeObject>(watch: PodWatch<T>, pod: Pod): void {
  const reference = controllerOf(pod)
  if (reference === undefined) return enqueueMatching(watch, pod)
  const owner = ownerOf(watch, pod, reference)
  if (owner === undefined) return
  watch.expectations?.creationObserved(keyOf(owner))
  watch.enqueue(keyOf(owner))
}

function podUpdated<T extends KubeObject>(watch: PodWatch<T>, { object, old }: Change<Pod>): void {
  const reference = controllerOf(object)
  const before = controllerOf(old!)
  const moved = reference?.uid !== before?.uid
  if (moved && before !== undefined) {
    const owner = ownerOf(watch, old!, before)
    if (owner !== undefined) watch.enqueue(keyOf(owner))
  }
  if (reference !== undefined) {
    const owner = ownerOf(watch, object, reference)
    if (owner === undefined) return
    watch.enqueue(keyOf(owner))
    watch.updated?.(owner, old!, object)
  } else if (moved || !semanticEqual(object.metadata.labels, old!.metadata.labels)) enqueueMatching(watch, object)
}

/** Marked or gone: for its owner both are the end. */
function podEnded<T extends KubeObject>(watch: PodWatch<T>, pod: Pod, old?: Pod): void {
  const reference = controllerOf(pod) ?? (old === undefined ? undefined : controllerOf(old))
  const owner = reference === undefined ? undefined : ownerOf(watch, pod, reference)
  if (owner === undefined) return
  watch.expectations?.deletionObserved(keyOf(owner), keyOf(pod))
  watch.enqueue(keyOf(owner))
}

function ownerOf<T extends KubeObject>({ owners, kind }: PodWatch<T>, pod: Pod, reference: OwnerReference): T | undefined {
  if (reference.kind !== kind) return undefined
  const owner = owners.get(pod.metadata.namespace, reference.name)
  return owner?.metadata.uid === reference.uid ? owner : undefined
}

function enqueueMatching<T extends KubeObject>({ owners, selector, enqueue }: PodWatch<T>, pod: Pod): void {
  if (selector === undefined) return
  for (const owner of owners.byIndex('namespace', pod.metadata.namespace!)) {
    if (matches(selector(owner), pod.metadata.labels)) enqueue(keyOf(owner))
  }
}
