import { semanticEqual } from '../../api/equality.ts'
import { formatTime } from '../../api/time.ts'
import type { ObjectList } from '../../api/request.ts'
import { resourcesOf } from '../../api/custom/kind.ts'
import { groupResource, resources } from '../../api/resources.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { resource, type ComponentOptions, type ResourceRef } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, type Routine } from '../../client/controller.ts'
import { hasEnded, timeOf } from '../common/pods.ts'
import type { SharedInformers } from '../shared-informers.ts'

const namespaces = resource('namespaces')
const finalizer = 'kubernetes'

/** What is held by a finalizer is looked at again after half of that (finalizerEstimateSeconds). */
const finalizerEstimateSeconds = 15

/** The copies of all components are given time to see that the namespace ends (namespaceDeletionGracePeriod). */
const graceMs = 5000

const content = resources.filter((info) => info.namespaced && info.verbs.includes('deletecollection'))
const pods = content.find(({ plural, group }) => plural === 'pods' && group === '')!
const others = content.filter((info, i) => info !== pods && content.findIndex(({ plural }) => plural === info.plural) === i)

/** pkg/controller/namespace: a namespace that ends is emptied, pods first, and goes when nothing is left. */
export function startNamespaces(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(namespaces)
  const definitions = informers.of<KubeObject>(resource('customresourcedefinitions', 'apiextensions.k8s.io'))
  const kinds = (): readonly ResourceRef[] => [...others, ...[...definitions.all()].flatMap((definition) => resourcesOf(definition).slice(0, 1)).filter(({ namespaced }) => namespaced)]
  const controller: Controller = new Controller(options, 'namespace-controller', 10, (key) => sync(all.get(undefined, key), kinds(), controller))
  all.onChange(({ type, object }) => {
    if (type !== 'delete' && object.metadata.deletionTimestamp !== undefined) controller.queue.addAfter(object.metadata.name, graceMs)
  })
}

function* sync(namespace: KubeObject | undefined, kinds: readonly ResourceRef[], controller: Controller): Routine {
  if (namespace?.metadata.deletionTimestamp === undefined || !namespace['spec']?.finalizers?.includes(finalizer)) return
  const { name } = namespace.metadata
  const content = yield* empty(namespace, kinds, controller.now)
  const conditions = deletionConditions(namespace['status']?.conditions ?? [], content, controller.now)
  if (!semanticEqual(conditions, namespace['status']?.conditions)) {
    const body = { ...namespace, status: { ...namespace['status'], conditions } }
    yield* must({ verb: 'update', info: namespaces, subresource: 'status', name, body, tolerate: [404] })
  }
  if (content.failures.length > 0) return { failed: true }
  if (content.waitSeconds > 0) return { requeueAfterMs: (Math.floor(content.waitSeconds / 2) + 1) * 1000 }
  yield* finalize(namespace)
}

/** The copy is that from before the status was written: the first attempt is often refused. */
function* finalize(namespace: KubeObject): Routine<void> {
  const { name } = namespace.metadata
  const without = ({ spec, ...rest }: KubeObject): object => ({ ...rest, spec: { ...spec, finalizers: spec.finalizers.filter((other: string) => other !== finalizer) } })
  const call = { verb: 'update', info: namespaces, subresource: 'finalize', name } as const
  const first = yield* ask({ ...call, body: without(namespace) })
  if (!isRefusal(first) || first.code === 404) return
  const live = yield* must({ verb: 'get', info: namespaces, name })
  yield* must({ ...call, body: without(live), tolerate: [404] })
}

/** What one look at a namespace's content has come to. */
export interface Content {
  /** What is left and is known to go (pods, while they last, are not counted: OrderedNamespaceDeletion). */
  left: Map<ResourceRef, KubeObject[]>
  /** Seconds that what is left may take. */
  waitSeconds: number
  /** What is left and should not be. */
  failures: string[]
}

/** Deletes pods, and when they are gone the rest (deleteAllContent). */
function* empty(namespace: KubeObject, kinds: readonly ResourceRef[], now: number): Routine<Content> {
  const content: Content = { left: new Map(), waitSeconds: 0, failures: [] }
  const podsLeft = yield* emptyKind(namespace, pods, now, content)
  if (podsLeft.length > 0) return content
  for (const info of kinds) {
    const items = yield* emptyKind(namespace, info, now, content)
    if (items.length > 0) content.left.set(info, items)
  }
  return content
}

/** Deletes all of one kind and returns what is still there (deleteAllContentForGroupVersionResource). */
function* emptyKind(namespace: KubeObject, info: ResourceRef, now: number, content: Content): Routine<KubeObject[]> {
  const { name, deletionTimestamp } = namespace.metadata
  const listed = function* (): Routine<KubeObject[]> {
    const response = yield* ask({ verb: 'list', info, namespace: name })
    return isRefusal(response) ? [] : (response.body as ObjectList).items
  }
  const grace = info === pods ? longestGrace((yield* listed()) as Pod[]) : 0
  const estimate = now - timeOf(deletionTimestamp) >= grace * 1000 ? 0 : grace
  yield* must({ verb: 'deletecollection', info, namespace: name, body: { propagationPolicy: 'Background' }, tolerate: [404, 405] })
  const items = yield* listed()
  if (items.length === 0) return items
  if (items.some(({ metadata }) => (metadata.finalizers ?? []).length > 0)) content.waitSeconds = Math.max(content.waitSeconds, estimate, finalizerEstimateSeconds)
  else if (estimate > 0) content.waitSeconds = Math.max(content.waitSeconds, estimate)
  else content.failures.push(`unexpected items still remain in namespace: ${name} for gvr: ${info.group}/${info.version}, Resource=${info.plural}`)
  return items
}

/** Seconds that the pods that still run are given by their spec (estimateGracefulTerminationForPods). */
function longestGrace(pods: readonly Pod[]): number {
  return Math.max(0, ...pods.filter((pod) => !hasEnded(pod)).map(({ spec }) => spec.terminationGracePeriodSeconds ?? 0))
}

interface Condition {
  type: string
  status: string
  reason: string
  message: string
  lastTransitionTime: string
}

/** status.conditions of a namespace that ends (namespaced_resources_deleter, status_condition_utils.go). */
export function deletionConditions(old: readonly Condition[], { left, failures }: Content, now: number): Condition[] {
  const counts = [...left].map(([info, items]) => `${groupResource(info)}${info.group === '' ? '.' : ''} has ${items.length} resource instances`).toSorted()
  const held = new Map<string, number>()
  for (const { metadata } of [...left.values()].flat()) for (const name of metadata.finalizers ?? []) held.set(name, (held.get(name) ?? 0) + 1)
  const finalizers = [...held].map(([name, count]) => `${name} in ${count} resource instances`).toSorted()
  const wanted = [
    ['NamespaceDeletionDiscoveryFailure', 'False', 'ResourcesDiscovered', 'All resources successfully discovered'],
    ['NamespaceDeletionGroupVersionParsingFailure', 'False', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    failures.length > 0
      ? ['NamespaceDeletionContentFailure', 'True', 'ContentDeletionFailed', `Failed to delete all resource types, ${failures.length} remaining: ${failures.toSorted().join(', ')}`]
      : ['NamespaceDeletionContentFailure', 'False', 'ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
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
