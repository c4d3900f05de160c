import { expect, test } from 'vitest'
import type { Request } from '../../api/request.ts'
import type { KubeObject, Node } from '../../api/types.ts'
import { createCluster, type Cluster } from '../../index.ts'
import { object } from '../testing/objects.ts'
import type { Endpoint } from './decide.ts'
import { allocate, cpuShares, TopologyHints, usesTopologyHints } from './topology.ts'

const node = (zone: string | undefined, cpu: string, more: { ready?: boolean; labels?: Record<string, string> } = {}): Node => ({
  metadata: { labels: { ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }), ...more.labels } },
  status: { allocatable: { cpu }, conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }] },
}) as unknown as Node

test.each<[string, Node[], Record<string, number> | undefined]>([
  ['by the CPUs of the nodes of each zone', [node('a', '1'), node('b', '2'), node('a', '1')], { a: 0.5, b: 0.5 }],
  ['nodes that are not ready count for nothing', [node('a', '1'), node('b', '1'), node('b', '2', { ready: false })], { a: 0.5, b: 0.5 }],
  ['nor do those of the control plane', [node('a', '1'), node('b', '3'), node('a', '9', { labels: { 'node-role.kubernetes.io/control-plane': '' } })], { a: 0.25, b: 0.75 }],
  ['one zone is none', [node('a', '1'), node('a', '1')], undefined],
  ['a node without a zone spoils all', [node('a', '1'), node('b', '1'), node(undefined, '1')], undefined],
  ['and so does one without CPU', [node('a', '1'), node('b', '0')], undefined],
])('shares of zones: %s', (_name, nodes, shares) => {
  const found = cpuShares(nodes)
  expect(found && Object.fromEntries(found)).toEqual(shares)
})

const threeAlike = cpuShares([node('a', '4'), node('b', '4'), node('c', '4')])
test.each<[string, typeof threeAlike, number, string | Record<string, [desired: number, most: number]>]>([
  ['nothing is known of nodes', undefined, 3, 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes'],
  ['fewer endpoints than zones', threeAlike, 2, 'Insufficient number of endpoints (2 endpoints, 3 zones)'],
  ['one zone would be overloaded', threeAlike, 4, 'Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (4 endpoints, 3 zones)'],
  ['one for each', threeAlike, 3, { a: [1, 1], b: [1, 1], c: [1, 1] }],
  ['by size', cpuShares([node('a', '1'), node('b', '1'), node('c', '2')]), 12, { a: [3, 4], b: [3, 4], c: [6, 6] }],
])('what a zone should have: %s', (_name, shares, endpoints, wanted) => {
  const found = allocate(shares, endpoints)
  expect(typeof found === 'string' ? found : Object.fromEntries([...found].map(([zone, { desired, most }]) => [zone, [desired, most]]))).toEqual(wanted)
})

const endpoint = (zone: string | undefined, hint?: string, ready = true): Endpoint => ({
  addresses: ['10.1.0.1'], conditions: { ready, serving: ready, terminating: false }, targetRef: { kind: 'Pod', namespace: 'default', name: 'p', uid: 'u' },
  ...(zone === undefined ? {} : { zone }), ...(hint === undefined ? {} : { hints: { forZones: [{ name: hint }] } }),
})
const slice = (name: string, ...endpoints: Endpoint[]): KubeObject => object('EndpointSlice', name, {}, { endpoints })
const hintsOf = (slices: readonly KubeObject[]): string[][] => slices.map((each) => (each['endpoints'] as Endpoint[]).map(({ hints }) => hints?.forZones?.[0]!.name ?? '-'))
const none = { create: [], update: [], unchanged: [] }
const threeZones = () => new TopologyHints(() => [node('a', '4'), node('b', '4'), node('c', '4')])

test.each<[string, Partial<typeof none> | { create: KubeObject[] } | { unchanged: KubeObject[] }, string[][]]>([
  ['each zone its own', { create: [slice('x', endpoint('a'), endpoint('b'), endpoint('c'))] }, [['a', 'b', 'c']]],
  ['one that is not ready is for nobody', { create: [slice('x', endpoint('a'), endpoint('a', undefined, false), endpoint('b'), endpoint('c'))] }, [['a', '-', 'b', 'c']]],
  ['a zone with too many gives some', { create: [slice('x', endpoint('a'), endpoint('a'), endpoint('a'))] }, [['b', 'c', 'a']]],
  ['what is right is not written', { unchanged: [slice('x', endpoint('a', 'a'), endpoint('b', 'b'), endpoint('c', 'c'))] }, []],
  ['a slice without hints gets them', { unchanged: [slice('x', endpoint('a'), endpoint('b'), endpoint('c'))] }, [['a', 'b', 'c']]],
  ['one whose zone is given up gets others', { unchanged: [slice('x', endpoint('a', 'd'), endpoint('b', 'b'), endpoint('c', 'c'))] }, [['a', 'b', 'c']]],
  ['too few are for all', { create: [slice('x', endpoint('a'), endpoint('b'))] }, [['-', '-']]],
  ['too few lose their hints', { unchanged: [slice('x', endpoint('a', 'a'), endpoint('b', 'b'))] }, [['-', '-']]],
  ['where one has no zone all are for all', { create: [slice('x', endpoint('a'), endpoint(undefined), endpoint('c'))] }, [['-', '-', '-']]],
])('hints of topology-mode Auto: %s', (_name, slices, hints) => {
  const { create, update } = threeZones().give('default/web', { ...none, ...slices })
  expect(hintsOf([...create, ...update])).toEqual(hints)
})

test('what is told: when hints begin, why there are none, and when they end', () => {
  const topology = threeZones()
  const reasons = (...zones: string[]): string[] => topology.give('default/web', { ...none, create: [slice('x', ...zones.map((zone) => endpoint(zone)))] }).events.map(({ type, message }) => `${type} ${message}`)
  expect(reasons('a', 'b', 'c')).toEqual(['Normal Topology Aware Hints has been enabled, addressType: IPv4'])
  expect(reasons('a', 'b', 'c')).toEqual([])
  expect(reasons('a', 'b')).toEqual(['Warning Insufficient number of endpoints (2 endpoints, 3 zones), addressType: IPv4'])
  expect(topology.leave('default/web')).toEqual([])
  expect(reasons('a', 'b', 'c')).toHaveLength(1)
  expect(topology.leave('default/web')).toMatchObject([{ type: 'Warning', reason: 'TopologyAwareHintsDisabled', message: 'Topology Aware Hints has been disabled, addressType: IPv4' }])
})

test('when nodes change, Services are looked at again that have too few endpoints for a zone', () => {
  const nodes = [node('a', '4'), node('b', '4')]
  const topology = new TopologyHints(() => nodes)
  topology.give('default/web', { ...none, create: [slice('x', endpoint('a'), endpoint('b'))] })
  expect(topology.nodesChanged()).toEqual([])
  nodes.push(node('c', '4'))
  expect(topology.nodesChanged()).toEqual(['default/web'])
})

test.each([
  [{}, false],
  [{ 'service.kubernetes.io/topology-mode': 'Auto' }, true],
  [{ 'service.kubernetes.io/topology-mode': 'Disabled' }, false],
  [{ 'service.kubernetes.io/topology-aware-hints': 'auto' }, true],
])('annotations %j', (annotations, uses) => {
  expect(usesTopologyHints(object('Service', 'web', {}, { metadata: { annotations } }))).toBe(uses)
})

const labels = { app: 'web' }
function ask(cluster: Cluster, verb: string, path: string, body: unknown): void {
  const { code, body: answer } = cluster.request({ verb, path, body, contentType: verb === 'PATCH' ? 'application/merge-patch+json' : undefined } as Request)
  if (code >= 400) throw new Error(JSON.stringify(answer))
}

test('in a cluster of three zones: traffic stays in its zone, until a node goes', () => {
  const cluster = createCluster({ seed: 1, nodes: 3 })
  ask(cluster, 'POST', '/apis/apps/v1/namespaces/default/daemonsets', { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'web' }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } } } })
  ask(cluster, 'POST', '/api/v1/namespaces/default/services', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', annotations: { 'service.kubernetes.io/topology-mode': 'Auto' } }, spec: { selector: labels, ports: [{ port: 80 }] } })
  cluster.run({ for: '30s' })
  const shown = (): string[] => cluster.world().list('EndpointSlice', { labelSelector: 'kubernetes.io/service-name=web' })
    .flatMap((each) => each['endpoints'] as Endpoint[]).map(({ zone, hints }) => `${zone} ${hints?.forZones?.[0]!.name ?? '-'}`).toSorted((a, b) => (a < b ? -1 : 1))
  expect(shown()).toEqual(['zone1 zone1', 'zone2 zone2', 'zone3 zone3'])
  const ip = cluster.world().get('Service', 'web')!['spec'].clusterIP as string
  const behind = (name: string): number => cluster.world().machine(name).get(`rules/${ip}:80`).backends.length
  expect(['node1', 'node2', 'node3'].map(behind)).toEqual([1, 1, 1])
  cluster.fault({ type: 'node-stop', node: 'node3' })
  cluster.run({ for: '2m' })
  expect(shown()).toEqual(['zone1 zone1', 'zone2 zone2', 'zone3 -'])
  expect(['node1', 'node2'].map(behind)).toEqual([1, 1])
})
