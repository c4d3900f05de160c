import { expect, test } from 'vitest'
import { createCluster } from '../../index.ts'
import { object, pod, type PodFacts } from '../testing/objects.ts'
import type { Node } from '../../api/types.ts'
import { decideSlices, endpointSubsets, withinCapacity, type Endpoint } from './decide.ts'
import { mirrorOf, shouldMirror } from './mirroring.ts'
import { TriggerTimes } from './trigger-times.ts'

const service = (spec: object = {}) => object('Service', 'web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 8080 }], ...spec }, { apiVersion: 'v1' })
const at = (name: string, ip: string, facts: Partial<PodFacts> = {}): PodFacts => ({ name, ip, ...facts })
const decide = (spec: object, pods: PodFacts[], existing = [] as ReturnType<typeof object>[]) => decideSlices(service(spec), pods.map(pod), () => undefined, existing)
const conditionsOf = (slices: ReturnType<typeof object>[]) =>
  Object.fromEntries(slices.flatMap((slice) => slice['endpoints'] as Endpoint[]).map(({ targetRef, conditions: { ready, serving, terminating } }) => [targetRef.name, [ready, serving, terminating]]))

const cases: [name: string, spec: object, pods: PodFacts[], conditions: object, slices: number][] = [
  ['ready and not', {}, [at('a', '10.1.0.1'), at('b', '10.1.0.2', { ready: false })], { a: [true, true, false], b: [false, false, false] }, 1],
  ['ending and still serving', {}, [at('a', '10.1.0.1', { terminating: true })], { a: [false, true, true] }, 1],
  ['ending and no longer serving', {}, [at('a', '10.1.0.1', { terminating: true, ready: false })], { a: [false, false, true] }, 1],
  ['published before they are ready', { publishNotReadyAddresses: true }, [at('a', '10.1.0.1', { ready: false })], { a: [true, false, false] }, 1],
  ['published while ending', { publishNotReadyAddresses: true }, [at('a', '10.1.0.1', { terminating: true })], { a: [true, true, true] }, 1],
  ['published while ending, though no longer serving', { publishNotReadyAddresses: true }, [at('a', '10.1.0.1', { terminating: true, ready: false })], { a: [true, false, true] }, 1],
  ['an address before it runs', {}, [at('a', '10.1.0.1', { phase: 'Pending' })], { a: [false, false, false] }, 1],
  ['one that runs beside some that have ended', {}, [at('a', '10.1.0.1', { phase: 'Succeeded' }), at('b', '10.1.0.2')], { b: [true, true, false] }, 1],
  ['the ended have none', {}, [at('a', '10.1.0.1', { phase: 'Succeeded' }), at('b', '10.1.0.2', { phase: 'Failed' })], {}, 1],
  ['without an address there is none', {}, [{ name: 'a', phase: 'Pending' }], {}, 1],
  ['no pods: one empty slice', {}, [], {}, 1],
  ['different numbers behind one name', { ports: [{ name: 'web', port: 80, targetPort: 'http' }] }, [
    at('a', '10.1.0.1', { ports: [{ name: 'http', containerPort: 8080 }] }), at('b', '10.1.0.2', { ports: [{ name: 'http', containerPort: 9090 }] }),
  ], { a: [true, true, false], b: [true, true, false] }, 2],
]
test.each(cases)('endpoints: %s', (_name, spec, pods, conditions, slices) => {
  const { create } = decide(spec, pods)
  expect(conditionsOf(create)).toEqual(conditions)
  expect(create).toHaveLength(slices)
})

test('a pod that lacks the named port stands in a slice without ports', () => {
  const { create } = decide({ ports: [{ name: 'web', port: 80, targetPort: 'http' }] }, [at('a', '10.1.0.1')])
  expect(create[0]!['ports']).toEqual([])
})

test.each<[what: string, spec: object, ports: object[]]>([
  ['a number that no pod declares', {}, [{ name: '', port: 8080, protocol: 'TCP' }]],
  ['no port of a headless Service', { clusterIP: 'None', ports: undefined }, []],
])('the ports of a slice: %s', (_what, spec, ports) => {
  const { create } = decide(spec, [at('a', '10.1.0.1')])
  expect(create.map((slice) => slice['ports'] as object[])).toEqual([ports])
  expect(conditionsOf(create)).toEqual({ a: [true, true, false] })
})

test('250 endpoints are three slices of at most 100', () => {
  const { create } = decide({}, Array.from({ length: 250 }, (_, i) => at(`p${i}`, `10.1.${i >> 7}.${i & 127}`)))
  expect(create.map((slice) => (slice['endpoints'] as Endpoint[]).length)).toEqual([100, 100, 50])
})

test('what is there is changed, not made anew: the empty slice takes the first endpoint', () => {
  const empty = { ...decide({}, []).create[0]!, metadata: { ...decide({}, []).create[0]!.metadata, name: 'web-x' } }
  const changes = decide({}, [at('a', '10.1.0.1')], [empty])
  expect([changes.create, changes.remove]).toEqual([[], []])
  expect(changes.update[0]!.metadata.name).toBe('web-x')
  expect(decide({}, [at('a', '10.1.0.1')], changes.update)).toMatchObject({ create: [], update: [], remove: [] })
})

const fleet = (from: number, count: number): PodFacts[] => Array.from({ length: count }, (_, i) => at(`p${from + i}`, `10.2.${(from + i) >> 8}.${(from + i) & 255}`))
/** Slices that are there, of so many endpoints each: those of pods 0 to 999, one slice after the other. */
function filled(...sizes: number[]): ReturnType<typeof object>[] {
  let from = 0
  return sizes.map((size, i) => {
    const [slice] = decide({}, fleet(from, size)).create
    from += size
    return { ...slice!, metadata: { ...slice!.metadata, name: `s${i}` } }
  })
}
const sizes = (slices: ReturnType<typeof object>[]) => slices.map((slice) => `${slice.metadata.name ?? 'new'}:${(slice['endpoints'] as Endpoint[]).length}`).toSorted()

test.each<[what: string, existing: number[], gone: [from: number, count: number], more: number, written: string[]]>([
  ['one more fits into the fullest that has room', [61, 80], [0, 0], 1, ['update s1:81']],
  ['what fits into none whole makes a new one', [62, 61], [0, 0], 40, ['create new:40']],
  ['a hundred more are a new one, whatever room there is', [10], [0, 0], 100, ['create new:100']],
  ['what has to be written anyway is filled up first', [50, 90], [0, 5], 5, ['update s0:50']],
  ['then the rest goes where it fits', [98, 40], [0, 1], 10, ['update s0:100', 'update s1:47']],
  ['one whose endpoints have all gone goes, or becomes the new one', [3, 100, 98], [0, 3], 4, ['update s0:4']],
  ['and goes when nothing new comes', [3, 100], [0, 3], 0, ['remove s0:3']],
])('slices are written as seldom as can be: %s', (_what, existing, [from, count], more, written) => {
  const total = existing.reduce((sum, size) => sum + size, 0)
  const pods = [...fleet(0, total).filter((_, i) => i < from || i >= from + count), ...fleet(1000, more)]
  const { create, update, remove } = decide({}, pods, filled(...existing))
  expect([...sizes(create).map((it) => `create ${it}`), ...sizes(update).map((it) => `update ${it}`), ...sizes(remove).map((it) => `remove ${it}`)]).toEqual(written)
})

test('slices of an older Service of the same name go and are not used', () => {
  const old = filled(2).map((slice) => ({ ...slice, metadata: { ...slice.metadata, ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: 'older' }] } }))
  const { create, update, remove } = decide({}, fleet(0, 2), old)
  expect([sizes(create), update, sizes(remove)]).toEqual([['new:2'], [], ['s0:2']])
})

test('a Service that is about to go gets no new slice', () => {
  const going = { ...service(), metadata: { ...service().metadata, deletionTimestamp: '2026-01-05T09:00:00Z' } }
  expect(decideSlices(going, fleet(0, 2).map(pod), () => undefined, []).create).toEqual([])
})

test('headless slices say so', () => {
  expect(decide({ clusterIP: 'None' }, []).create[0]!.metadata.labels).toMatchObject({ 'service.kubernetes.io/headless': '', 'kubernetes.io/service-name': 'web' })
})

test('a Service has the pods that have all of its labels; one without a selector has no slice', () => {
  const cluster = createCluster({ seed: 1 })
  const post = (path: string, kind: string, name: string, labels: object, spec: object) =>
    cluster.request({ verb: 'POST', path: `/api/v1/namespaces/default/${path}`, body: { apiVersion: 'v1', kind, metadata: { name, labels }, spec } } as never)
  const containers = [{ name: 'main', image: 'nginx:1.27' }]
  post('pods', 'Pod', 'half', { app: 'web' }, { containers })
  post('pods', 'Pod', 'whole', { app: 'web', tier: 'front', more: 'yes' }, { containers })
  post('services', 'Service', 'web', {}, { selector: { app: 'web', tier: 'front' }, ports: [{ port: 80 }] })
  post('services', 'Service', 'outside', {}, { ports: [{ port: 80 }] })
  post('services', 'Service', 'alias', {}, { type: 'ExternalName', externalName: 'db.example.com' })
  cluster.run({ for: '15s' })
  const slices = cluster.world().list('EndpointSlice').filter(({ metadata }) => metadata.name !== 'kubernetes')
  expect(slices.map(({ metadata }) => metadata.labels!['kubernetes.io/service-name'])).toEqual(['web'])
  expect(conditionsOf(slices)).toEqual({ whole: [true, true, false] })
})

test('a cluster begins with the Service of its API server, which selects nobody', () => {
  const cluster = createCluster({ seed: 1 })
  cluster.run({ for: '1s' })
  const { spec } = cluster.world().get('Service', 'kubernetes')!
  expect(spec.ports).toMatchObject([{ name: 'https', port: 443, protocol: 'TCP' }])
  expect(spec).not.toHaveProperty('selector')
})

test('Endpoints list ready addresses apart, in order, and none that are ending', () => {
  const pods = [at('b', '10.1.0.10'), at('a', '10.1.0.9'), at('c', '10.1.0.3', { ready: false }), at('d', '10.1.0.4', { terminating: true })].map(pod)
  expect(endpointSubsets(service(), pods)).toMatchObject([{ addresses: [{ ip: '10.1.0.10' }, { ip: '10.1.0.9' }], notReadyAddresses: [{ ip: '10.1.0.3' }], ports: [{ port: 8080 }] }])
})

test('several ports stand in an order of their own, whatever that of the Service', () => {
  const ports = [{ name: 'a', port: 80 }, { name: 'b', port: 81 }]
  const names = (of: typeof ports) => [
    (decide({ ports: of }, [at('x', '10.1.0.1')]).create[0]!['ports'] as { name: string }[]).map(({ name }) => name),
    (endpointSubsets(service({ ports: of }), [pod(at('x', '10.1.0.1'))])[0]!.ports as { name: string }[]).map(({ name }) => name),
  ]
  expect(names(ports)).toEqual([['b', 'a'], ['b', 'a']])
  expect(names(ports.toReversed())).toEqual([['b', 'a'], ['b', 'a']])
})

const inZone = { metadata: { labels: { 'topology.kubernetes.io/zone': 'z1' } } } as unknown as Node

test.each([
  ['PreferClose', { forZones: [{ name: 'z1' }] }],
  ['PreferSameZone', { forZones: [{ name: 'z1' }] }],
  ['PreferSameNode', { forZones: [{ name: 'z1' }], forNodes: [{ name: 'n1' }] }],
])('%s tells whose traffic an endpoint is for, while it is ready', (trafficDistribution, hints) => {
  const pods = [pod(at('a', '10.1.0.1', { node: 'n1' })), pod(at('b', '10.1.0.2', { node: 'n1', ready: false }))]
  const { create } = decideSlices(service({ trafficDistribution }), pods, () => inZone, [])
  expect((create[0]!['endpoints'] as Endpoint[]).map((endpoint) => endpoint.hints)).toEqual([hints, undefined])
})

test.each([
  ['PreferSameZone', undefined],
  ['PreferSameNode', { forNodes: [{ name: 'n1' }] }],
])('of a node without a zone %s tells no zone', (trafficDistribution, hints) => {
  const nowhere = { metadata: { labels: {} } } as unknown as Node
  const { create } = decideSlices(service({ trafficDistribution }), [pod(at('a', '10.1.0.1', { node: 'n1' }))], () => nowhere, [])
  const [endpoint] = create[0]!['endpoints'] as Endpoint[]
  expect([endpoint!.hints, 'hints' in endpoint!]).toEqual([hints, hints !== undefined])
})

test('nobody is sent to a pod whose node is not there', () => {
  const { create, lost } = decide({}, [at('a', '10.1.0.1', { node: 'gone' })])
  expect([create[0]!['endpoints'], lost.map(({ metadata }) => metadata.name)]).toEqual([[], ['a']])
  expect(conditionsOf(decide({ publishNotReadyAddresses: true }, [at('a', '10.1.0.1', { node: 'gone' })]).create)).toEqual({ a: [true, true, false] })
})

test('an Endpoints object has a thousand addresses at most, and says when there would be more', () => {
  const many = (count: number, from = 0) => Array.from({ length: count }, (_, i) => ({ ip: `10.1.${(from + i) >> 8}.${(from + i) & 255}` }))
  const over = { 'endpoints.kubernetes.io/over-capacity': 'truncated' }
  const size = (subsets: readonly { addresses?: object[]; notReadyAddresses?: object[] }[]) => subsets.map(({ addresses = [], notReadyAddresses = [] }) => [addresses.length, notReadyAddresses.length])
  expect(withinCapacity([{ addresses: many(1000) }], over)).toMatchObject({ annotations: {} })
  const ready = withinCapacity([{ addresses: many(900), notReadyAddresses: many(5) }, { addresses: many(300) }], {})
  expect([size(ready.subsets), ready.annotations]).toEqual([[[750, 0], [250, 0]], over])
  expect(size(withinCapacity([{ addresses: many(900), notReadyAddresses: many(200) }], {}).subsets)).toEqual([[900, 100]])
})

test('the time of a change is that of the first one since the last look', () => {
  const times = new TriggerTimes()
  const [a, later] = [pod(at('a', '10.1.0.1', { readyForSeconds: 40 })), pod(at('b', '10.1.0.2', { readyForSeconds: 20 }))]
  expect(times.next(service(), [a])).toBe(service().metadata.creationTimestamp)
  expect(times.next(service(), [a])).toBeUndefined()
  expect(times.next(service(), [a, later])).toBe(later.status.conditions![0]!.lastTransitionTime)
})

const byHand = (subsets: object[], metadata: object = {}) => object('Endpoints', 'db', {}, { apiVersion: 'v1', subsets, metadata: { labels: { app: 'db' }, annotations: { note: 'x', 'endpoints.kubernetes.io/last-change-trigger-time': 'y' }, ...metadata } })
const external = [{ addresses: [{ ip: '192.0.2.7' }], notReadyAddresses: [{ ip: '192.0.2.8' }], ports: [{ port: 5432, protocol: 'TCP' }] }]

test('Endpoints written by hand are mirrored; what is there is changed, and goes with them', () => {
  const { create } = mirrorOf(byHand(external), [])
  expect(create).toMatchObject([{
    metadata: { generateName: 'db-', annotations: { note: 'x' }, labels: { app: 'db', 'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io' }, ownerReferences: [{ kind: 'Endpoints', name: 'db' }] },
    endpoints: [{ addresses: ['192.0.2.7'], conditions: { ready: true } }, { addresses: ['192.0.2.8'], conditions: { ready: false } }],
    ports: [{ name: '', port: 5432, protocol: 'TCP' }],
  }])
  const [there] = create
  expect(mirrorOf(byHand(external), create)).toEqual({ create: [], update: [], remove: [] })
  expect(mirrorOf(byHand([{ ...external[0], notReadyAddresses: [] }]), create)).toMatchObject({ create: [], update: [{ endpoints: [{ addresses: ['192.0.2.7'] }] }], remove: [] })
  expect(mirrorOf(undefined, create).remove).toEqual([there])
})

test('each family of addresses has a mirror of its own; subsets of the same ports share one', () => {
  const [ports, other] = [[{ port: 5432, protocol: 'TCP' }], [{ port: 6379, protocol: 'TCP' }]]
  const subsets = [{ addresses: [{ ip: '192.0.2.7' }, { ip: '2001:db8::7' }], ports }, { addresses: [{ ip: '192.0.2.9' }], ports }, { addresses: [{ ip: '192.0.2.1' }], ports: other }]
  const shown = (slices: ReturnType<typeof object>[]) => slices.map((slice) => [slice['addressType'], (slice['ports'] as { port: number }[])[0]!.port, (slice['endpoints'] as Endpoint[]).flatMap(({ addresses }) => addresses)])
  const { create } = mirrorOf(byHand(subsets), [])
  expect(shown(create)).toEqual([['IPv4', 5432, ['192.0.2.7', '192.0.2.9']], ['IPv6', 5432, ['2001:db8::7']], ['IPv4', 6379, ['192.0.2.1']]])
  expect(mirrorOf(byHand(subsets), create)).toEqual({ create: [], update: [], remove: [] })
  // Other ports: the mirror of the old ones becomes that of the new ones.
  const moved = mirrorOf(byHand([{ addresses: [{ ip: '192.0.2.1' }], ports: [{ port: 80, protocol: 'TCP' }] }]), [create[2]!])
  expect([moved.create, shown(moved.update), moved.remove]).toEqual([[], [['IPv4', 80, ['192.0.2.1']]], []])
})

test.each([
  [{}, true],
  [{ labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }, false],
  [{ annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }, false],
])('Endpoints with %j are mirrored: %s', (metadata, mirrored) => {
  expect(shouldMirror(byHand(external, metadata))).toBe(mirrored)
})

const post = (cluster: ReturnType<typeof createCluster>, path: string, kind: string, name: string, more: object) => {
  const { code, body } = cluster.request({ verb: 'POST', path: `/api/v1/namespaces/default/${path}`, body: { apiVersion: 'v1', kind, ...more, metadata: { name, ...(more as { metadata?: object }).metadata } } } as never)
  if (code !== 201) throw new Error(JSON.stringify(body))
}
const told = (cluster: ReturnType<typeof createCluster>, kind: string) =>
  cluster.world().list('Event').filter((event) => event['involvedObject'].kind === kind).map((event) => `${event['source'].component} ${event['type']} ${event['reason']}: ${event['message']}`)

test('a Service whose pod is on a node that has gone says so, and is looked at again', () => {
  const cluster = createCluster({ seed: 1, nodes: 2 })
  post(cluster, 'pods', 'Pod', 'web', { metadata: { labels: { app: 'web' } }, spec: { nodeName: 'node2', containers: [{ name: 'app', image: 'nginx:1.27' }] } })
  post(cluster, 'services', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })
  cluster.run({ for: '10s' })
  cluster.fault({ type: 'node-stop', node: 'node2' })
  cluster.request({ verb: 'DELETE', path: '/api/v1/nodes/node2' })
  cluster.request({ verb: 'PATCH', path: '/api/v1/namespaces/default/pods/web', contentType: 'application/merge-patch+json', body: { metadata: { labels: { v: '2' } } } })
  cluster.run({ for: '8s' })
  expect(told(cluster, 'Service')).toEqual(['endpoint-slice-controller Warning FailedToUpdateEndpointSlices: Error updating Endpoint Slices for Service default/web: skipping Pod web for Service default/web: Node node2 Not Found'])
  const [event] = cluster.world().list('Event').filter(({ reason }: any) => reason === 'FailedToUpdateEndpointSlices')
  expect(event!['count']).toBe(4)
})

test('endpoints that may not be made are told of', () => {
  const cluster = createCluster({ seed: 1 })
  post(cluster, 'resourcequotas', 'ResourceQuota', 'none', { spec: { hard: { 'count/endpoints': '0', 'count/endpointslices.discovery.k8s.io': '0' } } })
  cluster.run({ for: '5s' })
  post(cluster, 'services', 'Service', 'web', { spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })
  cluster.run({ for: '500ms' })
  expect(told(cluster, 'Service')).toHaveLength(1)
  expect(told(cluster, 'Service')[0]).toMatch(/^endpoint-slice-controller Warning FailedToUpdateEndpointSlices: Error updating Endpoint Slices for Service default\/web: failed to create EndpointSlice for Service default\/web: endpointslices\.discovery\.k8s\.io "web-\w{5}" is forbidden: exceeded quota: none/)
  expect(told(cluster, 'Endpoints')[0]).toMatch(/^endpoint-controller Warning FailedToCreateEndpoint: Failed to create endpoint for service default\/web: endpoints "web" is forbidden: exceeded quota: none/)
})

test('addresses beyond what a mirror holds are told of', () => {
  const cluster = createCluster({ seed: 1 })
  post(cluster, 'services', 'Service', 'db', { spec: { ports: [{ port: 5432 }] } })
  const addresses = Array.from({ length: 1003 }, (_, i) => ({ ip: `192.0.${i >> 8}.${i & 255}` }))
  post(cluster, 'endpoints', 'Endpoints', 'db', { subsets: [{ addresses, ports: [{ port: 5432 }] }] })
  cluster.run({ for: '2s' })
  expect(told(cluster, 'Endpoints')).toEqual(['endpoint-slice-mirroring-controller Warning TooManyAddressesToMirror: A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. 3 addresses were skipped'])
})
