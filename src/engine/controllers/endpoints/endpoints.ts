import { semanticEqual } from '../../api/equality.ts'
import type { Response } from '../../api/request.ts'
import { matches, selectorFromSet } from '../../api/selector.ts'
import type { KubeObject, Node, Pod, Status } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, namespaceEnds, type Call, type Routine } from '../../client/controller.ts'
import { keyOf, type Change, type Informer } from '../../client/informer.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { decideSlices, endpointFactsChanged, endpointsLabels, endpointSubsets, isOwn, managedByLabel, serviceNameLabel, sliceManager, withinCapacity } from './decide.ts'
import { slices, writeSlices } from './slice-calls.ts'
import { changesTopology, TopologyHints, usesTopologyHints } from './topology.ts'
import { TriggerTimes, withTriggerTime } from './trigger-times.ts'
import { Written } from './written.ts'

const services = resource('services')
const endpoints = resource('endpoints')
const nodes = resource('nodes')

/** So long after somebody else changed a slice its Service is looked at (endpointSliceChangeMinSyncDelay). */
const afterOthersMs = 1000

/** How long a Service that failed is let lie, at first and at most (defaultSyncBackOff, maxSyncBackOff). */
const backOff = { firstMs: 1000, mostMs: 1_000_000 }

/** What both controllers look at. */
interface Sources {
  services: Informer<KubeObject>
  pods: Informer<Pod>
}

/** pkg/controller/endpointslice: the addresses behind a Service, as kube-proxies read them. */
export function startEndpointSlices(options: ComponentOptions, informers: SharedInformers): void {
  const sources: Sources = { services: informers.of(services), pods: informers.pods }
  const present = informers.of<KubeObject>(slices)
  const allNodes = informers.of<Node>(nodes)
  const triggers = new TriggerTimes()
  const written = new Written()
  const topology = new TopologyHints(() => allNodes.all())
  const controller: Controller = new Controller(options, 'endpointslice-controller', 5, function* (key): Routine {
    const service = sources.services.byKey(key)
    if (service === undefined) {
      triggers.forget(key)
      written.forget(key)
      topology.leave(key)
    }
    if (service === undefined || service['spec'].selector === undefined || service['spec'].type === 'ExternalName') return
    const { namespace, name } = service.metadata
    const pods = podsOf(sources, service)
    const shown = [...present.byIndex('namespace', namespace!)].filter((slice) => serviceOf(slice) === key)
    if (written.isBehind(key, shown)) return
    const { remove, lost, ...planned } = decideSlices(service, pods, (node) => allNodes.get(undefined, node), shown)
    const { create, update, events } = usesTopologyHints(service)
      ? topology.give(key, { ...planned, unchanged: unchangedOf(service, shown, [...planned.update, ...remove]) })
      : { ...planned, events: topology.leave(key) }
    const time = triggers.next(service, pods)
    const dated = (slice: KubeObject): KubeObject => ({ ...slice, metadata: { ...slice.metadata, annotations: withTriggerTime(slice.metadata.annotations, time) } })
    const failure = yield* writeSlices(key, `Service ${namespace}/${name}`, { create: create.map(dated), update: update.map(dated), remove }, written)
    if (failure === undefined) for (const { type, reason, message } of events) controller.recorder.event(service, type, reason, message)
    const errors = lost.map((pod) => `skipping Pod ${pod.metadata.name} for Service ${namespace}/${name}: Node ${pod.spec.nodeName} Not Found`).concat(failure ?? [])
    if (errors.length === 0) return
    const said = errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`
    controller.recorder.event(service, 'Warning', 'FailedToUpdateEndpointSlices', `Error updating Endpoint Slices for Service ${namespace}/${name}: ${said}`)
    return { failed: true }
  }, 'endpoint-slice-controller')
  controller.queue.backOff = backOff
  wake(sources, controller)
  allNodes.onChange((change) => {
    if (change.type !== 'update' || changesTopology(change.old, change.object)) for (const key of topology.nodesChanged()) controller.queue.add(key)
  })
  present.onChange(({ type, object, old }) => {
    const [before, after] = [serviceOf(old ?? object), type === 'delete' ? undefined : serviceOf(object)]
    const lost = before !== undefined && before !== after && (written.gone(before, object) || type !== 'delete')
    // What somebody else did to a slice is put right, in a second.
    if (lost) controller.queue.addAfter(before, afterOthersMs)
    if (after !== undefined && written.isForeign(after, object)) controller.queue.addAfter(after, afterOthersMs)
    for (const key of [before, after]) if (key !== undefined && written.wakes(key)) controller.queue.add(key)
  })
}

/** Slices of the Service that nothing is to be done to. */
function unchangedOf(service: KubeObject, shown: readonly KubeObject[], changed: readonly KubeObject[]): KubeObject[] {
  const names = new Set(changed.map(({ metadata }) => metadata.name))
  return shown.filter((slice) => isOwn(slice, service) && !names.has(slice.metadata.name))
}

/** The key of the Service that a slice of ours is for; undefined when it is somebody else's, or about to go. */
function serviceOf({ metadata: { namespace, labels, deletionTimestamp } }: KubeObject): string | undefined {
  const name = labels?.[serviceNameLabel]
  return name === undefined || labels?.[managedByLabel] !== sliceManager || deletionTimestamp !== undefined ? undefined : `${namespace}/${name}`
}

/** pkg/controller/endpoint: the same in the older form, one object a Service. */
export function startEndpoints(options: ComponentOptions, informers: SharedInformers): void {
  const sources: Sources = { services: informers.of(services), pods: informers.pods }
  const present = informers.of<KubeObject>(endpoints)
  const triggers = new TriggerTimes()
  const written = new Written()
  const controller: Controller = new Controller(options, 'endpoint-controller', 5, function* (key): Routine {
    const service = sources.services.byKey(key)
    const current = present.byKey(key)
    if (service === undefined) {
      triggers.forget(key)
      written.forget(key)
      return void (yield* must(removal(key)))
    }
    if (service['spec'].selector === undefined || service['spec'].type === 'ExternalName') return
    if (written.isBehind(key, current === undefined ? [] : [current])) return
    const { namespace, name } = service.metadata
    const answered = (response: Response): void => {
      if (!isRefusal(response)) written.wrote(key, response.body as KubeObject)
    }
    const pods = podsOf(sources, service)
    const time = triggers.next(service, pods)
    const { subsets, annotations } = withinCapacity(endpointSubsets(service, pods), current?.metadata.annotations ?? {})
    const metadata = { labels: endpointsLabels(service), annotations: withTriggerTime(annotations, time) }
    if (current === undefined) {
      const body = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace, ...metadata }, subsets } as unknown as KubeObject
      const response = yield* ask({ verb: 'create', info: endpoints, namespace, body, answered })
      if (!isRefusal(response) || namespaceEnds(response.body as Status)) return
      controller.recorder.event(body, 'Warning', 'FailedToCreateEndpoint', `Failed to create endpoint for service ${namespace}/${name}: ${(response.body as Status).message}`)
      return { failed: true }
    }
    const facts = ({ labels, annotations: notes }: KubeObject['metadata'], of: readonly object[]): unknown => [of, labels, withTriggerTime(notes, undefined)]
    if (semanticEqual(facts(current.metadata, current['subsets'] ?? []), facts({ ...current.metadata, ...metadata }, subsets))) return
    const body = { ...current, metadata: { ...current.metadata, ...metadata }, subsets }
    const response = yield* ask({ verb: 'update', info: endpoints, namespace, name, body, answered })
    if (!isRefusal(response)) return
    controller.recorder.event(body, 'Warning', 'FailedToUpdateEndpoint', `Failed to update endpoint ${namespace}/${name}: ${(response.body as Status).message}`)
    return { failed: true }
  })
  wake(sources, controller)
  present.onChange(({ type, object }) => {
    const key = keyOf(object)
    if (type === 'delete') written.gone(key, object)
    if (written.wakes(key) || type === 'delete') controller.queue.add(key)
  })
}

/** Asked for whether they are there or not: of the end of a Service and of that of its Endpoints both are told. */
function removal(key: string): Call {
  const [namespace, name] = key.split('/') as [string, string]
  return { verb: 'delete', info: endpoints, namespace, name, body: {}, tolerate: [404] }
}

/** The pods that a Service selects. */
function podsOf({ pods }: Sources, service: KubeObject): Pod[] {
  const selector = selectorFromSet(service['spec'].selector)
  return [...pods.byIndex('namespace', service.metadata.namespace!)].filter(({ metadata }) => matches(selector, metadata.labels))
}

function wake(sources: Sources, controller: Controller): void {
  sources.services.onChange(({ object }) => controller.queue.add(keyOf(object)))
  sources.pods.onChange((change) => {
    if (change.type === 'update' && !endpointFactsChanged(change.old, change.object)) return
    for (const service of servicesOf(sources, change)) controller.queue.add(keyOf(service))
  })
}

/** Services that select the pod now or did before. */
function* servicesOf({ services: all }: Sources, { object, old }: Change<Pod>): Iterable<KubeObject> {
  for (const service of all.byIndex('namespace', object.metadata.namespace!)) {
    if (service['spec'].selector === undefined) continue
    const selector = selectorFromSet(service['spec'].selector)
    if (matches(selector, object.metadata.labels) || (old !== undefined && matches(selector, old.metadata.labels))) yield service
  }
}
