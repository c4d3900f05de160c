import { semanticEqual } from '../../api/equality.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Routine } from '../../client/controller.ts'
import { keyOf } from '../../client/informer.ts'
import { canonical } from '../common/hash.ts'
import { controllerReference } from '../common/pods.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { groupSlices, managedByLabel, serviceNameLabel, type EndpointPort, type SliceChanges } from './decide.ts'
import { slices, writeSlices } from './slice-calls.ts'
import { lastChangeTriggerTime } from './trigger-times.ts'
import { Written } from './written.ts'

const services = resource('services')
const endpoints = resource('endpoints')

const mirrorManager = 'endpointslicemirroring-controller.k8s.io'
const skipMirrorLabel = 'endpointslice.kubernetes.io/skip-mirror'
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader'
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/** So many addresses of one subset are mirrored (mirroring-max-endpoints-per-subset). */
const maxPerSubset = 1000

/** pkg/controller/endpointslicemirroring: Endpoints that somebody writes by hand for a Service without a selector, as slices that kube-proxies read. */
export function startEndpointSliceMirroring(options: ComponentOptions, informers: SharedInformers): void {
  const [all, present, mirrors] = [informers.of<KubeObject>(services), informers.of<KubeObject>(endpoints), informers.of<KubeObject>(slices)]
  const own = (namespace: string, name: string): KubeObject[] => [...mirrors.byIndex('namespace', namespace)].filter(({ metadata: { labels, deletionTimestamp } }) =>
    labels?.[serviceNameLabel] === name && labels[managedByLabel] === mirrorManager && deletionTimestamp === undefined)
  const written = new Written()
  const controller: Controller = new Controller(options, 'endpointslicemirroring-controller', 5, function* (key): Routine {
    const [namespace, name] = key.split('/') as [string, string]
    const service = all.byKey(key)
    const source = present.byKey(key)
    const mirrored = service !== undefined && service['spec'].selector === undefined && source !== undefined && shouldMirror(source)
    const shown = own(namespace, name)
    if (source === undefined) written.forget(key)
    else if (written.isBehind(key, shown)) return
    const skipped = mirrored ? beyondLimit(source) : 0
    if (skipped > 0) controller.recorder.event(source!, 'Warning', 'TooManyAddressesToMirror', `A max of ${maxPerSubset} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`)
    const failure = yield* writeSlices(key, `Endpoints ${key}`, mirrorOf(mirrored ? source : undefined, shown), written)
    return failure === undefined ? {} : { failed: true }
  }, 'endpoint-slice-mirroring-controller')
  controller.queue.backOff = { firstMs: 1000, mostMs: 100_000 }
  for (const informer of [all, present]) {
    informer.onChange(({ object, old }) => {
      const concerns = (it: KubeObject): boolean => (informer === all ? it['spec'].selector === undefined : shouldMirror(it))
      if (concerns(object) || (old !== undefined && concerns(old))) controller.queue.add(keyOf(object))
    })
  }
  mirrors.onChange(({ type, object }) => {
    const { labels, namespace } = object.metadata
    if (labels?.[managedByLabel] !== mirrorManager || !labels[serviceNameLabel]) return
    const key = `${namespace}/${labels[serviceNameLabel]}`
    if (type === 'delete') written.gone(key, object)
    if (type !== 'add' || written.wakes(key)) controller.queue.add(key)
  })
}

/** Not those of the endpoint controller's kin that say so, and not a lock of an election. */
export function shouldMirror({ metadata: { labels, annotations } }: KubeObject): boolean {
  return labels?.[skipMirrorLabel] !== 'true' && annotations?.[leaderAnnotation] === undefined
}

interface Address {
  ip: string
  hostname?: string
  nodeName?: string
  targetRef?: object
}

interface Subset {
  addresses?: Address[]
  notReadyAddresses?: Address[]
  ports?: Partial<EndpointPort>[]
}

/** How many addresses have no place in a mirror. */
function beyondLimit(source: KubeObject): number {
  const counts = ((source['subsets'] ?? []) as Subset[]).map(({ addresses = [], notReadyAddresses = [] }) => addresses.length + notReadyAddresses.length)
  return counts.reduce((sum, count) => sum + Math.max(0, count - maxPerSubset), 0)
}

/** What is to become of the mirrors: one for each list of ports and family of addresses, changed rather than made anew; none without a source. */
export function mirrorOf(source: KubeObject | undefined, existing: readonly KubeObject[]): SliceChanges {
  const changes: SliceChanges = { create: [], update: [], remove: [] }
  const left = groupSlices(existing, mirrorKey)
  for (const [key, wanted] of source === undefined ? [] : wantedMirrors(source)) {
    const [before, ...surplus] = left.get(key) ?? []
    left.delete(key)
    changes.remove.push(...surplus)
    if (before === undefined) changes.create.push(wanted)
    else if (!sameMirror(before, wanted)) changes.update.push({ ...before, endpoints: wanted['endpoints'], metadata: { ...before.metadata, labels: wanted.metadata.labels!, annotations: wanted.metadata.annotations! } })
  }
  changes.remove.push(...[...left.values()].flat())
  return recycled(changes)
}

const mirrorKey = (slice: KubeObject): string => `${slice['addressType']} ${canonical(slice['ports'] ?? [])}`

/** Subsets of the same ports come together. */
function wantedMirrors(source: KubeObject): Map<string, KubeObject> {
  const mirrors = new Map<string, KubeObject>()
  for (const subset of (source['subsets'] ?? []) as Subset[]) {
    for (const addressType of ['IPv4', 'IPv6'] as const) {
      const mirror = sliceOf(source, subset, addressType)
      const present = mirrors.get(mirrorKey(mirror))
      if (mirror['endpoints'].length > 0) mirrors.set(mirrorKey(mirror), present === undefined ? mirror : { ...present, endpoints: [...present['endpoints'], ...mirror['endpoints']] })
    }
  }
  return mirrors
}

/** One that would go becomes one of the same family that would come (recycleSlices). */
function recycled({ create, update, remove }: SliceChanges): SliceChanges {
  const left = [...remove]
  const made = create.filter((slice) => {
    const at = left.findIndex((old) => old['addressType'] === slice['addressType'])
    if (at < 0) return true
    const [old] = left.splice(at, 1)
    update.push({ ...slice, metadata: { ...old!.metadata, labels: slice.metadata.labels!, annotations: slice.metadata.annotations! } })
    return false
  })
  return { create: made, update, remove: left }
}

function sameMirror(before: KubeObject, wanted: KubeObject): boolean {
  const facts = ({ metadata: { labels, annotations }, ...slice }: KubeObject): unknown => [slice['endpoints'] ?? [], labels ?? {}, annotations ?? {}]
  return semanticEqual(facts(before), facts(wanted))
}

function sliceOf(source: KubeObject, { addresses = [], notReadyAddresses = [], ports = [] }: Subset, addressType: 'IPv4' | 'IPv6'): KubeObject {
  const { name, namespace, labels } = source.metadata
  const { [lastChangeTriggerTime]: _time, [lastApplied]: _applied, ...annotations } = source.metadata.annotations ?? {}
  const endpoint = ({ ip, hostname, nodeName, targetRef }: Address, ready: boolean): object =>
    ({ addresses: [ip], conditions: { ready }, ...(hostname ? { hostname } : {}), ...(nodeName ? { nodeName } : {}), ...(targetRef === undefined ? {} : { targetRef }) })
  const listed = [...addresses.map((address) => [address, true] as const), ...notReadyAddresses.map((address) => [address, false] as const)].slice(0, maxPerSubset)
  const all = listed.filter(([{ ip }]) => (addressType === 'IPv6') === ip.includes(':'))
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: mirrorManager },
      annotations,
      ownerReferences: [controllerReference(source)],
    } as unknown as KubeObject['metadata'],
    addressType,
    endpoints: all.map(([address, ready]) => endpoint(address, ready)),
    ports: ports.map(({ name: portName = '', port, protocol = 'TCP', appProtocol }) => ({ name: portName, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) })),
  }
}
