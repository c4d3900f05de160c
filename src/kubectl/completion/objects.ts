import type { ResourceInfo } from '../../engine/api/resources.ts'
import type { KubeObject, Pod } from '../../engine/api/types.ts'
import { resourceNames } from '../commands/apiResources.ts'
import { match, refreshDiscovery } from '../discovery.ts'
import { podSelectorOf, podsResource } from '../podsOf.ts'
import type { Session, Task } from '../session.ts'
import { getObject, type Target } from '../fileTargets.ts'
import { listObjects } from '../targets.ts'

/** A type by any of its names; the server is asked for one that is not known yet. */
export function* resourceCalled(session: Session, word: string): Task<ResourceInfo | undefined> {
  const known = match(session.discovery.resources, word)
  if (known !== undefined) return known
  yield* refreshDiscovery(session)
  return match(session.discovery.resources, word)
}

/** Names of the objects of a type, in the namespace that the line is about. */
export function* namesOf(session: Session, type: string): Task<string[]> {
  const resource = yield* resourceCalled(session, type)
  if (resource === undefined) return []
  const { items } = yield* listObjects(session, { resource, namespace: resource.namespaced ? session.context.namespace : '' })
  return items.map(({ metadata }) => metadata.name)
}

/** Those that the line does not name yet. */
export function unused(words: readonly string[], args: readonly string[]): string[] {
  return words.filter((word) => !args.includes(word))
}

/** As the server lists them, with their group; those of definitions that have come since, too. */
export function* kindWords(session: Session): Task<string[]> {
  yield* refreshDiscovery(session)
  return resourceNames(session.discovery.resources, 'get')
}

/** Types, then the names of one type; or `type/name` in one word, and then in every word. */
export function* objectWords(session: Session, kinds: 'all' | readonly string[], word: string): Task<string[]> {
  const { args } = session
  const [first] = args
  if (first !== undefined && !first.includes('/')) return unused(yield* namesOf(session, first), args.slice(1))
  const slash = word.indexOf('/')
  if (slash >= 0) return unused(yield* typed(session, word.slice(0, slash)), args)
  const types = kinds === 'all' ? yield* kindWords(session) : kinds
  if (first !== undefined) return types.map((type) => `${type}/`)
  // `get pods,se`: the last one is completed.
  const before = word.slice(0, word.lastIndexOf(',') + 1)
  return types.map((type) => before + type)
}

function* typed(session: Session, type: string): Task<string[]> {
  return (yield* namesOf(session, type)).map((name) => `${type}/${name}`)
}

/** What has pods, for `logs deployments/web`. */
const podOwners = ['daemonsets', 'deployments', 'pods', 'jobs', 'replicasets', 'replicationcontrollers', 'services', 'statefulsets']

export function* podWords(session: Session, word: string): Task<string[]> {
  const slash = word.indexOf('/')
  if (slash >= 0) return yield* typed(session, word.slice(0, slash))
  return [...(yield* namesOf(session, 'pods')), ...podOwners.map((owner) => `${owner}/`)]
}

/** Containers of the pod that the line names first, by itself or by what owns it. */
export function* containersOf(session: Session): Task<string[]> {
  const pod = yield* podMeant(session)
  return [...(pod?.spec.initContainers ?? []), ...(pod?.spec.containers ?? [])].map(({ name }) => name)
}

/** For `port-forward`: local and remote port, the local one as it was begun. */
export function* portsOf(session: Session, word: string): Task<string[]> {
  const object = yield* objectMeant(session)
  const ports: readonly { port?: number; containerPort?: number }[] =
    object?.kind === 'Service' ? (object['spec'].ports ?? []) : ((yield* podMeant(session))?.spec.containers ?? []).flatMap((c) => c.ports ?? [])
  const remote = ports.map(({ port, containerPort }) => port ?? containerPort)
  return remote.map((port) => `${word === '' ? port : word.split(':', 1)[0]}:${port}`)
}

function* targetMeant(session: Session): Task<Target | undefined> {
  const [first] = session.args
  if (first === undefined) return undefined
  const [type, name] = first.includes('/') ? first.split('/', 2) : ['pods', first]
  const resource = yield* resourceCalled(session, type!)
  return resource && { resource, namespace: session.context.namespace, name: name!, source: '', object: undefined }
}

function* objectMeant(session: Session): Task<KubeObject | undefined> {
  const target = yield* targetMeant(session)
  return target && (yield* getObject(session, target))
}

function* podMeant(session: Session): Task<Pod | undefined> {
  const target = yield* targetMeant(session)
  if (target === undefined) return undefined
  const object = yield* getObject(session, target)
  if (target.resource === podsResource) return object as Pod
  const labelSelector = podSelectorOf(target, object)
  return (yield* listObjects(session, { resource: podsResource, namespace: target.namespace, labelSelector })).items[0] as Pod | undefined
}
