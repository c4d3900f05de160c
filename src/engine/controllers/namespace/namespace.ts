import { semanticEqual } from '../../api/equality.ts'
import { formatTime } from '../../api/time.ts'
import type { ObjectList } from '../../api/request.ts'
import { groupResource, resources } from '../../api/resources.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { resource, type ComponentOptions, type ResourceRef } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, type Routine } from '../../client/controller.ts'
import type { SharedInformers } from '../shared-informers.ts'

const namespaces = resource('namespaces')
const finalizer = 'kubernetes'

/** The copies of all components are given time to see that the namespace ends (namespaceDeletionGracePeriod). */
const graceMs = 5000

const content = resources.filter((info) => info.namespaced && info.verbs.includes('deletecollection'))
const pods = content.find(({ plural, group }) => plural === 'pods' && group === '')!
const others = content.filter((info, i) => info !== pods && content.findIndex(({ plural }) => plural === info.plural) === i)

/** pkg/controller/namespace: a namespace that ends is emptied, pods first, and goes when nothing is left. */
export function startNamespaces(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(namespaces)
  const controller: Controller = new Controller(options, 'namespace-controller', 10, (key) => sync(all.get(undefined, key), controller))
  all.onChange(({ type, object, old }) => {
    const ends = object.metadata.deletionTimestamp !== undefined
    if (type !== 'delete' && ends && old?.metadata.deletionTimestamp === undefined) controller.queue.addAfter(object.metadata.name, graceMs)
  })
}

function* sync(namespace: KubeObject | undefined, controller: Controller): Routine {
  if (namespace?.metadata.deletionTimestamp === undefined || !namespace['spec']?.finalizers?.includes(finalizer)) return
  const { name } = namespace.metadata
  let left = yield* empty([pods], name)
  if (left.size === 0) left = yield* empty(others, name)
  const live = yield* must({ verb: 'get', info: namespaces, name })
  const conditions = deletionConditions(live['status']?.conditions ?? [], left, controller.now)
  let current = live
  if (!semanticEqual(conditions, live['status']?.conditions)) {
    const body = { ...live, status: { ...live['status'], conditions } }
    current = yield* must({ verb: 'update', info: namespaces, subresource: 'status', name, body })
  }
  if (left.size > 0) return { requeueAfterMs: (Math.floor(longestGrace(left) / 2) + 1) * 1000 }
  const body = { ...current, spec: { ...current['spec'], finalizers: current['spec'].finalizers.filter((other: string) => other !== finalizer) } }
  yield* must({ verb: 'update', info: namespaces, subresource: 'finalize', name, body, tolerate: [404] })
}

/** Deletes all of these kinds and returns what is still there. */
function* empty(kinds: readonly ResourceRef[], namespace: string): Routine<Map<ResourceRef, KubeObject[]>> {
  const left = new Map<ResourceRef, KubeObject[]>()
  for (const info of kinds) {
    yield* must({ verb: 'deletecollection', info, namespace, body: { propagationPolicy: 'Background' }, tolerate: [404, 405] })
    const response = yield* ask({ verb: 'list', info, namespace })
    const items = isRefusal(response) ? [] : (response.body as ObjectList).items
    if (items.length > 0) left.set(info, items)
  }
  return left
}

/** Seconds that pods are still given. */
function longestGrace(left: ReadonlyMap<ResourceRef, readonly KubeObject[]>): number {
  return Math.max(0, ...((left.get(pods) ?? []) as readonly Pod[]).map(({ metadata }) => metadata.deletionGracePeriodSeconds ?? 0))
}

interface Condition {
  type: string
  status: string
  reason: string
  message: string
  lastTransitionTime: string
}

/** status.conditions of a namespace that ends (namespaced_resources_deleter, status_condition_utils.go). */
export function deletionConditions(old: readonly Condition[], left: ReadonlyMap<ResourceRef, readonly KubeObject[]>, now: number): Condition[] {
  const counts = [...left].map(([info, items]) => `${groupResource(info)}${info.group === '' ? '.' : ''} has ${items.length} resource instances`)
  const held = new Map<string, number>()
  for (const { metadata } of [...left.values()].flat()) for (const name of metadata.finalizers ?? []) held.set(name, (held.get(name) ?? 0) + 1)
  const finalizers = [...held].map(([name, count]) => `${name} in ${count} resource instances`)
  const wanted = [
    ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
    ['NamespaceDeletionGroupVersionParsingFailure', 'False', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    ['NamespaceDeletionContentFailure', 'False', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    counts.length > 0
      ? ['NamespaceContentRemaining', 'True', 'SomeResourcesRemain', `Some resources are remaining: ${counts.join(', ')}`]
      : ['NamespaceContentRemaining', 'False', 'ContentRemoved', 'All content successfully removed'],
    finalizers.length > 0
      ? ['NamespaceFinalizersRemaining', 'True', 'SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${finalizers.join(', ')}`]
      : ['NamespaceFinalizersRemaining', 'False', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
  ] as const
  return wanted.map(([type, status, reason, message]) => {
    const before = old.find((condition) => condition.type === type)
    const lastTransitionTime = before?.status === status ? before.lastTransitionTime : formatTime(now)
    return { type, status, lastTransitionTime, reason, message }
  })
}
