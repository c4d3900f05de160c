import { cleanupFinalizer, withCondition } from '../../api/custom/conditions.ts'
import { conditionsOf, isTrue, resourcesOf } from '../../api/custom/kind.ts'
import { semanticEqual } from '../../api/equality.ts'
import type { ObjectList } from '../../api/request.ts'
import type { KubeObject } from '../../api/types.ts'
import { localApiService } from '../../api/apiServices.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, must, type Routine } from '../../client/controller.ts'
import { Informer, type InitialObjects } from '../../client/informer.ts'
import { judgeNames, type Verdict } from './names.ts'

const definitions = resource('customresourcedefinitions', 'apiextensions.k8s.io')

const apiServices = resource('apiservices', 'apiregistration.k8s.io')

/** How long it takes until what holds the objects is looked at again. */
const retryMs = 5000

/**
 * What the API server itself does with CustomResourceDefinitions (apiextensions pkg/controller: status, establish, finalizer): accepts their
 * names, serves them, and when one is deleted deletes its objects before it.
 */
export function startCustomResources(options: ComponentOptions, etcd: InitialObjects): void {
  const registered = new Map<string, readonly string[]>()
  const controller: Controller = new Controller({ ...options, process: 'kube-apiserver' }, 'apiextensions', 1, (key) => sync(all, registered, key, controller.now))
  const all = new Informer<KubeObject>(controller.client, definitions)
  all.onChange(({ type, object }) => {
    controller.queue.add(object.metadata.name)
    if (type !== 'delete') return
    // Whoever was in the way is no more.
    for (const other of all.all()) if (!isTrue(other, 'NamesAccepted')) controller.queue.add(other.metadata.name)
  })
  all.startWith(etcd.range('customresourcedefinitions/'))
}

/** `registered`: by group, of which versions there are APIServices. */
function* sync(all: Informer<KubeObject>, registered: Map<string, readonly string[]>, name: string, now: number): Routine {
  const definition = all.get(undefined, name)
  if (definition === undefined) return yield* register(all, registered, name.slice(name.indexOf('.') + 1))
  if (definition.metadata.deletionTimestamp !== undefined) return yield* finalize(definition, now)
  const accepted = withNames(definition, judgeNames(definition, all.all()), now)
  if (!semanticEqual(accepted['status'], definition['status'])) return yield* writeStatus(accepted)
  if (isTrue(definition, 'Established')) return yield* register(all, registered, definition['spec'].group)
  if (!isTrue(definition, 'NamesAccepted')) return
  yield* writeStatus(withCondition(definition, now, 'Established', 'True', 'InitialNamesAccepted', 'the initial names have been accepted'))
}

/** What definitions serve stands beside what is built in (kube-aggregator pkg/controllers/autoregister, crdregistration). */
function* register(all: Informer<KubeObject>, registered: Map<string, readonly string[]>, group: string): Routine<void> {
  const served = [...all.all()].filter((definition) => definition['spec'].group === group).flatMap(resourcesOf)
  const versions = [...new Set(served.map(({ version }) => version))].toSorted()
  const before = registered.get(group) ?? []
  if (semanticEqual(before, versions)) return
  for (const version of versions) yield* must({ verb: 'create', info: apiServices, body: localApiService(group, version, 'true'), tolerate: [409] })
  for (const version of before) {
    if (!versions.includes(version)) yield* must({ verb: 'delete', info: apiServices, name: `${version}.${group}`, tolerate: [404] })
  }
  registered.set(group, versions)
}

function* writeStatus(definition: KubeObject): Routine<void> {
  yield* must({ verb: 'update', info: definitions, subresource: 'status', name: definition.metadata.name, body: definition, tolerate: [404, 409] })
}

/** naming_controller.go: names that nobody else in the group has are accepted; only then can it be established. */
function withNames(definition: KubeObject, { accepted: acceptedNames, conflict }: Verdict, now: number): KubeObject {
  const named = { ...definition, status: { ...definition['status'], acceptedNames } }
  if (conflict !== undefined) {
    const refused = withCondition(named, now, 'NamesAccepted', 'False', conflict.reason, conflict.message)
    return isTrue(definition, 'Established') ? refused : withCondition(refused, now, 'Established', 'False', 'NotAccepted', 'not all names are accepted')
  }
  const accepted = withCondition(named, now, 'NamesAccepted', 'True', 'NoConflicts', 'no conflicts found')
  if (isTrue(definition, 'Established')) return accepted
  return withCondition(accepted, now, 'Established', 'False', 'Installing', 'the initial names have been accepted')
}

/** crd_finalizer.go: all objects are deleted; when the last has gone, the definition may. */
function* finalize(definition: KubeObject, now: number): Routine {
  const { name, finalizers = [] } = definition.metadata
  if (!finalizers.includes(cleanupFinalizer)) return
  if (conditionsOf(definition).find(({ type }) => type === 'Terminating')?.reason === 'InstanceDeletionPending') {
    return yield* writeStatus(withCondition(definition, now, 'Terminating', 'True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress'))
  }
  const [info] = resourcesOf(definition)
  if (info !== undefined) {
    const list = yield* ask({ verb: 'list', info })
    const items = list.code === 200 ? (list.body as ObjectList).items : []
    for (const namespace of new Set(items.map(({ metadata }) => metadata.namespace))) {
      yield* must({ verb: 'deletecollection', info, namespace, tolerate: [404] })
    }
    const left = yield* ask({ verb: 'list', info })
    if (left.code === 200 && (left.body as ObjectList).items.length > 0) return { requeueAfterMs: retryMs }
  }
  const done = withCondition(definition, now, 'Terminating', 'False', 'InstanceDeletionCompleted', 'removed all instances')
  if (isTrue(definition, 'Terminating')) return yield* writeStatus(done)
  const rest = finalizers.filter((other) => other !== cleanupFinalizer)
  yield* must({ verb: 'update', info: definitions, name, body: { ...definition, metadata: { ...definition.metadata, finalizers: rest } }, tolerate: [404, 409] })
}
