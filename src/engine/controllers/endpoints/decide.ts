import { md5 } from '../../api/digest.ts'
import { semanticEqual } from '../../api/equality.ts'
import type { KubeObject, Node, Pod } from '../../api/types.ts'
import { canonical } from '../common/hash.ts'
import { controllerReference, isReady } from '../common/pods.ts'
import { sidecarsOf } from '../../api/sidecar.ts'
import { usesTopologyHints, withoutHints } from './topology.ts'

/** From a Service and its pods to EndpointSlices and Endpoints; all pure (staging/src/k8s.io/endpointslice, pkg/controller/endpoint). */

export const serviceNameLabel = 'kubernetes.io/service-name'
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by'
export const sliceManager = 'endpointslice-controller.k8s.io'
const headlessLabel = 'service.kubernetes.io/headless'

/** Most endpoints of one slice (MaxEndpointsPerSlice). */
const maxPerSlice = 100

export interface EndpointPort {
  name: string
  port: number
  protocol: string
  appProtocol?: string
}

export interface Endpoint {
  addresses: string[]
  conditions: { ready: boolean; serving: boolean; terminating: boolean }
  hostname?: string
  nodeName?: string
  targetRef: { kind: 'Pod'; namespace: string; name: string; uid: string }
  zone?: string
  hints?: { forZones?: { name: string }[]; forNodes?: { name: string }[] }
}

/** Has an address and has not ended (ShouldPodBeInEndpoints). */
export function belongsToEndpoints({ status, metadata }: Pod, includeTerminating: boolean): boolean {
  if (status.phase === 'Succeeded' || status.phase === 'Failed' || !status.podIP) return false
  return includeTerminating || metadata.deletionTimestamp === undefined
}

export function endpointOf(service: KubeObject, pod: Pod, node: Node | undefined): Endpoint {
  const serving = isReady(pod)
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const { name, namespace, uid } = pod.metadata
  const zone = node?.metadata.labels?.['topology.kubernetes.io/zone']
  const { hostname, subdomain, nodeName } = pod.spec
  const ready = service['spec'].publishNotReadyAddresses === true || (serving && !terminating)
  const hints = ready && !usesTopologyHints(service) ? hintsOf(service['spec'].trafficDistribution, zone, nodeName) : undefined
  return {
    addresses: [pod.status.podIP!],
    conditions: { ready, serving, terminating },
    ...(hostname && subdomain === service.metadata.name ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    targetRef: { kind: 'Pod', namespace: namespace!, name, uid },
    ...(zone === undefined ? {} : { zone }),
    ...(hints === undefined ? {} : { hints }),
  }
}

/** Whom traffic should come from by trafficDistribution: those of its zone, those of its node before them (endpointslice/trafficdist). */
function hintsOf(distribution: string | undefined, zone: string | undefined, nodeName: string | undefined): Endpoint['hints'] {
  const forZones = distribution !== undefined && zone !== undefined
  const forNodes = distribution === 'PreferSameNode' && !!nodeName
  if (!forZones && !forNodes) return undefined
  return { ...(forZones ? { forZones: [{ name: zone }] } : {}), ...(forNodes ? { forNodes: [{ name: nodeName }] } : {}) }
}

/** Which ports of the pod stand behind those of the Service; one with a name that the pod lacks is left out (getEndpointPorts). */
export function endpointPorts(service: KubeObject, pod: Pod): EndpointPort[] {
  const ports: { name?: string; protocol?: string; port: number; targetPort?: string | number; appProtocol?: string }[] = service['spec'].ports ?? []
  return ports.flatMap(({ name = '', protocol = 'TCP', port, targetPort = port, appProtocol }) => {
    const number = typeof targetPort === 'number' ? targetPort : namedPort(pod, targetPort, protocol)
    return number === undefined ? [] : [{ name, port: number, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }]
  })
}

function namedPort({ spec }: Pod, name: string, protocol: string): number | undefined {
  const ports = [...spec.containers, ...sidecarsOf(spec)].flatMap((container) => container.ports ?? [])
  return ports.find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)?.containerPort
}

const digests = new Map<string, string>()

/** Ports by the MD5 of how Go prints them: an order that does not hang on that of the Service (portsInOrder, portsByHash). */
function inOrder(ports: EndpointPort[], print: (port: EndpointPort) => string): EndpointPort[] {
  if (ports.length < 2) return ports
  const digest = (port: EndpointPort): string => {
    const text = print(port)
    let found = digests.get(text)
    if (found === undefined) digests.set(text, (found = md5(text)))
    return found
  }
  return ports.toSorted((a, b) => (digest(a) < digest(b) ? -1 : 1))
}

const slicePort = ({ name, port, protocol, appProtocol = '<nil>' }: EndpointPort): string =>
  `(v1.EndpointPort){Name:(*string)${name} Protocol:(*v1.Protocol)${protocol} Port:(*int32)${port} AppProtocol:(*string)${appProtocol}}`
const endpointsPort = ({ name, port, protocol, appProtocol = '<nil>' }: EndpointPort): string =>
  `(v1.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(v1.Protocol)${protocol} AppProtocol:(*string)${appProtocol}}`

export interface SliceChanges {
  create: KubeObject[]
  update: KubeObject[]
  remove: KubeObject[]
}

/** `lost`: pods that are left out because their nodes are not there. */
export type ServiceSlices = SliceChanges & { lost: Pod[] }

/**
 * What is to become of a Service's slices (reconciler.Reconcile): slices of the same ports are changed as little as can be, and one
 * that would go is rather made into one that would come.
 */
export function decideSlices(service: KubeObject, pods: readonly Pod[], nodeOf: (name: string) => Node | undefined, existing: readonly KubeObject[]): ServiceSlices {
  const wanted = new Map<string, { ports: EndpointPort[]; endpoints: Endpoint[] }>()
  const lost: Pod[] = []
  for (const pod of pods) {
    if (!belongsToEndpoints(pod, true)) continue
    if (isLost(service, pod, nodeOf)) {
      lost.push(pod)
      continue
    }
    const ports = inOrder(endpointPorts(service, pod), slicePort)
    const group = wanted.get(canonical(ports)) ?? { ports, endpoints: [] }
    group.endpoints.push(endpointOf(service, pod, nodeOf(pod.spec.nodeName ?? '')))
    wanted.set(canonical(ports), group)
  }
  const changes: SliceChanges = { create: [], update: [], remove: existing.filter((slice) => !isOwn(slice, service)) }
  const own = existing.filter((slice) => isOwn(slice, service))
  const byPorts = groupSlices(own, (slice) => canonical(slice['ports'] ?? []))
  for (const [key, { ports, endpoints }] of wanted) fillSlices(service, ports, endpoints, byPorts.get(key) ?? [], changes)
  for (const [key, slices] of byPorts) if (!wanted.has(key)) changes.remove.push(...slices)
  if (wanted.size === 0) keepPlaceholder(service, own, changes)
  const { create, update, remove } = reuse(changes, service)
  // The garbage collector takes those of a Service that goes: none come after them.
  return { create: service.metadata.deletionTimestamp === undefined ? create : [], update, remove, lost }
}

export function groupSlices(slices: readonly KubeObject[], keyOf: (slice: KubeObject) => string): Map<string, KubeObject[]> {
  const groups = new Map<string, KubeObject[]>()
  for (const slice of slices) {
    const group = groups.get(keyOf(slice))
    if (group === undefined) groups.set(keyOf(slice), [slice])
    else group.push(slice)
  }
  return groups
}

/** Not one of an older Service of the same name. */
export const isOwn = ({ metadata }: KubeObject, { metadata: { uid } }: KubeObject): boolean => metadata.ownerReferences?.some((owner) => owner.uid === uid) === true

/** Its node is not there (any more): nobody is sent to it. */
function isLost(service: KubeObject, { spec: { nodeName } }: Pod, nodeOf: (name: string) => Node | undefined): boolean {
  return service['spec'].publishNotReadyAddresses !== true && nodeName !== undefined && nodeOf(nodeName) === undefined
}

/** Without endpoints one empty slice stays, so that others see that somebody looks after the Service. */
function keepPlaceholder(service: KubeObject, existing: readonly KubeObject[], changes: SliceChanges): void {
  const [first] = existing
  const empty = sliceOf(service, [], [])
  changes.remove = [...changes.remove.filter((slice) => !existing.includes(slice)), ...existing.slice(1)]
  if (first === undefined) changes.create.push(empty)
  else pushIfChanged(first, { ...first, ...empty, metadata: { ...first.metadata, labels: empty.metadata.labels! } }, changes)
}

/** A slice that is there, and what of its endpoints stays in it. */
interface Kept {
  slice: KubeObject
  endpoints: Endpoint[]
  touched: boolean
}

/**
 * As few writes as can be (reconcileByPortMapping): what is left over goes into slices that have to be written in any case, the fullest first; then
 * into the one slice that takes all the rest and is fullest with it; then into new ones.
 */
function fillSlices(service: KubeObject, ports: EndpointPort[], endpoints: readonly Endpoint[], slices: readonly KubeObject[], changes: SliceChanges): void {
  const open = new Map(endpoints.map((endpoint) => [identity(endpoint), endpoint]))
  const kept: Kept[] = []
  const ownHints = !usesTopologyHints(service)
  for (const slice of slices) {
    const shown = (slice['endpoints'] ?? []) as Endpoint[]
    const before = ownHints ? shown : shown.map(withoutHints)
    const staying = before.flatMap((endpoint) => open.get(identity(endpoint)) ?? [])
    for (const endpoint of staying) open.delete(identity(endpoint))
    const changed = !semanticEqual(before, staying)
    if (changed && staying.length === 0) changes.remove.push(slice)
    else kept.push({ slice, endpoints: staying, touched: changed || !semanticEqual(slice.metadata.labels, sliceLabels(service)) })
  }
  const fresh = [...open.values()]
  const fill = (one: Kept): number => one.endpoints.push(...fresh.splice(0, maxPerSlice - one.endpoints.length))
  for (const one of kept.filter(({ touched }) => touched).toSorted((a, b) => b.endpoints.length - a.endpoints.length)) fill(one)
  while (fresh.length > 0) {
    const roomy = kept.filter(({ touched, endpoints: { length } }) => !touched && length + fresh.length <= maxPerSlice).toSorted((a, b) => b.endpoints.length - a.endpoints.length)
    const [fullest] = fresh.length < maxPerSlice ? roomy : []
    if (fullest === undefined) changes.create.push(sliceOf(service, ports, fresh.splice(0, maxPerSlice)))
    else {
      fullest.touched = true
      fill(fullest)
    }
  }
  for (const { slice, endpoints: filled, touched } of kept) if (touched) changes.update.push(rewritten(slice, service, ports, filled))
}

/** What makes two endpoints the same one (hashEndpoint). */
const identity = ({ addresses, targetRef }: Endpoint): string => `${addresses.toSorted().join()} ${targetRef?.namespace}/${targetRef?.name}`

function pushIfChanged(before: KubeObject, after: KubeObject, changes: SliceChanges): void {
  const facts = (slice: KubeObject): unknown => [slice['endpoints'] ?? [], slice['ports'] ?? [], slice.metadata.labels]
  if (!semanticEqual(facts(before), facts(after))) changes.update.push(after)
}

function rewritten(slice: KubeObject, service: KubeObject, ports: readonly EndpointPort[], endpoints: readonly Endpoint[]): KubeObject {
  return { ...slice, metadata: { ...slice.metadata, labels: sliceLabels(service) }, endpoints, ports }
}

function reuse({ create, update, remove }: SliceChanges, service: KubeObject): SliceChanges {
  const free = remove.filter((slice) => isOwn(slice, service)).slice(0, create.length)
  const turned = free.map((slice, i) => ({ ...slice, endpoints: create[i]!['endpoints'], ports: create[i]!['ports'] }))
  return { create: create.slice(free.length), update: [...update, ...turned], remove: remove.filter((slice) => !free.includes(slice)) }
}

function sliceLabels(service: KubeObject): Record<string, string> {
  return {
    ...service.metadata.labels,
    ...(service['spec'].clusterIP === 'None' ? { [headlessLabel]: '' } : {}),
    [serviceNameLabel]: service.metadata.name,
    [managedByLabel]: sliceManager,
  }
}

function sliceOf(service: KubeObject, ports: readonly EndpointPort[], endpoints: readonly Endpoint[]): KubeObject {
  const { name, namespace } = service.metadata
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { generateName: `${name}-`, namespace, labels: sliceLabels(service), ownerReferences: [controllerReference(service)] } as unknown as KubeObject['metadata'],
    addressType: 'IPv4',
    endpoints,
    ports,
  }
}

/** The older Endpoints object: addresses by their ports, ready ones apart, in the order of addresses (endpoints.RepackSubsets). */
export function endpointSubsets(service: KubeObject, pods: readonly Pod[]): Subset[] {
  const publish = service['spec'].publishNotReadyAddresses === true
  const groups = new Map<string, { ports: EndpointPort[]; ready: Pod[]; notReady: Pod[] }>()
  for (const pod of pods) {
    if (!belongsToEndpoints(pod, publish)) continue
    const ports = inOrder(endpointPorts(service, pod), endpointsPort)
    if (ports.length === 0 && (service['spec'].ports ?? []).length > 0) continue
    const group = groups.get(canonical(ports)) ?? { ports, ready: [], notReady: [] }
    ;(publish || isReady(pod) ? group.ready : group.notReady).push(pod)
    groups.set(canonical(ports), group)
  }
  return [...groups.values()].map(({ ports, ready, notReady }) => ({
    ...(ready.length > 0 ? { addresses: ready.toSorted(byAddress).map((pod) => addressOf(service, pod)) } : {}),
    ...(notReady.length > 0 ? { notReadyAddresses: notReady.toSorted(byAddress).map((pod) => addressOf(service, pod)) } : {}),
    ...(ports.length > 0 ? { ports: ports.map(({ name, ...port }) => (name === '' ? port : { name, ...port })) } : {}),
  }))
}

function addressOf(service: KubeObject, { status, spec, metadata: { namespace, name, uid } }: Pod): object {
  const hostname = spec.hostname && spec.subdomain === service.metadata.name ? { hostname: spec.hostname } : {}
  return { ip: status.podIP, ...hostname, ...(spec.nodeName ? { nodeName: spec.nodeName } : {}), targetRef: { kind: 'Pod', namespace, name, uid } }
}

/** As texts: .10 comes before .9. */
const byAddress = (a: Pod, b: Pod): number => (a.status.podIP! < b.status.podIP! ? -1 : 1)

export function endpointsLabels(service: KubeObject): Record<string, string> {
  return {
    ...service.metadata.labels,
    'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    ...(service['spec'].clusterIP === 'None' ? { [headlessLabel]: '' } : {}),
  }
}

/** Whether a change of a pod can matter to a Service (podEndpointsChanged). */
export function endpointFactsChanged(old: Pod, next: Pod): boolean {
  return old.metadata.deletionTimestamp !== next.metadata.deletionTimestamp || old.status.podIP !== next.status.podIP ||
    old.status.phase !== next.status.phase || isReady(old) !== isReady(next) || old.spec.nodeName !== next.spec.nodeName ||
    !semanticEqual(old.metadata.labels, next.metadata.labels)
}

/** So many addresses an Endpoints object has at most (maxCapacity). */
const maxAddresses = 1000
const overCapacity = 'endpoints.kubernetes.io/over-capacity'

export interface Subset {
  addresses?: object[]
  notReadyAddresses?: object[]
  ports?: object[]
}

/** Of more than a thousand addresses the ready ones come first, each subset with its share (truncateEndpoints); the annotations say so. */
export function withinCapacity(subsets: readonly Subset[], annotations: Readonly<Record<string, string>>): { subsets: Subset[]; annotations: Record<string, string> } {
  const { [overCapacity]: _over, ...others } = annotations
  const count = (of: 'addresses' | 'notReadyAddresses'): number => subsets.reduce((sum, subset) => sum + (subset[of]?.length ?? 0), 0)
  const [ready, notReady] = [count('addresses'), count('notReadyAddresses')]
  if (ready + notReady <= maxAddresses) return { subsets: [...subsets], annotations: others }
  const cut = ready > maxAddresses ? 'addresses' : 'notReadyAddresses'
  const [room, total] = cut === 'addresses' ? [maxAddresses, ready] : [maxAddresses - ready, notReady]
  let left = room
  const cutSubsets = subsets.map(({ notReadyAddresses, ...subset }): Subset => {
    const all = (cut === 'addresses' ? subset.addresses : notReadyAddresses) ?? []
    const kept = all.slice(0, Math.min(left, Math.ceil((all.length / total) * room)))
    left -= kept.length
    return kept.length === 0 ? subset : { ...subset, [cut]: kept }
  })
  return { subsets: cutSubsets, annotations: { ...others, [overCapacity]: 'truncated' } }
}
