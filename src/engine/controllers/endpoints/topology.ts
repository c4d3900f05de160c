import { quantity } from '../../api/quantity.ts'
import type { KubeObject, Node } from '../../api/types.ts'
import type { Endpoint } from './decide.ts'

/**
 * Traffic that stays in its zone by the annotation `service.kubernetes.io/topology-mode: Auto` (staging/src/k8s.io/endpointslice/topologycache): as
 * many endpoints are meant for a zone as its nodes have of all CPUs, and none at all when that would load some of them too much.
 */

/** So much more than its share an endpoint may have to bear at most (overloadThreshold). */
const overload = 0.2

export function usesTopologyHints({ metadata: { annotations = {} } }: KubeObject): boolean {
  const mode = annotations['service.kubernetes.io/topology-aware-hints'] ?? annotations['service.kubernetes.io/topology-mode']
  return mode === 'Auto' || mode === 'auto'
}

const zoneOf = ({ metadata }: Node): string => metadata.labels?.['topology.kubernetes.io/zone'] ?? ''
const isReadyNode = ({ status }: Node): boolean => status.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
const isControlPlane = ({ metadata: { labels = {} } }: Node): boolean => 'node-role.kubernetes.io/control-plane' in labels || 'node-role.kubernetes.io/master' in labels

/** Whether what a node has to do with zones has changed. */
export const changesTopology = (old: Node, next: Node): boolean => zoneOf(old) !== zoneOf(next) || isReadyNode(old) !== isReadyNode(next)

/** The share that the ready nodes of each zone have of all CPUs; undefined when it cannot be said, or there is but one zone (SetNodes). */
export function cpuShares(nodes: Iterable<Node>): ReadonlyMap<string, number> | undefined {
  const byZone = new Map<string, number>()
  let total = 0
  for (const node of nodes) {
    if (isControlPlane(node) || !isReadyNode(node)) continue
    const zone = zoneOf(node)
    const cpu = quantity(node.status.allocatable?.['cpu'] ?? '0').milliValue
    if (zone === '' || cpu === 0) return undefined
    byZone.set(zone, (byZone.get(zone) ?? 0) + cpu)
    total += cpu
  }
  if (byZone.size < 2) return undefined
  return new Map([...byZone].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([zone, cpu]) => [zone, cpu / total]))
}

/** How many endpoints a zone should have. */
export interface Allocation {
  desired: number
  most: number
}

/** By zone; or why there are none (getAllocations). */
export function allocate(shares: ReadonlyMap<string, number> | undefined, endpoints: number): ReadonlyMap<string, Allocation> | string {
  if (shares === undefined) return 'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes'
  const counted = `(${endpoints} endpoints, ${shares.size} zones)`
  if (shares.size > endpoints) return `Insufficient number of endpoints ${counted}`
  const least = new Map([...shares].map(([zone, share]) => [zone, leastOf(share * endpoints)]))
  const spare = endpoints - [...least.values()].reduce((sum, count) => sum + count, 0)
  if (spare < 0) return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counted}`
  return new Map([...shares].map(([zone, share]) => [zone, { desired: Math.max(share * endpoints, least.get(zone)!), most: least.get(zone)! + spare }]))
}

const leastOf = (desired: number): number => Math.ceil(desired * (1 / (1 + overload)))

/** The slices of one Service: those that are to be written, and those that are right but for their hints. */
export interface PlannedSlices {
  create: readonly KubeObject[]
  update: readonly KubeObject[]
  unchanged: readonly KubeObject[]
}

export interface HintsEvent {
  type: 'Normal' | 'Warning'
  reason: 'TopologyAwareHintsEnabled' | 'TopologyAwareHintsDisabled'
  message: string
}

export interface HintedSlices {
  create: readonly KubeObject[]
  update: readonly KubeObject[]
  events: readonly HintsEvent[]
}

const endpointsOf = (slice: KubeObject): readonly Endpoint[] => slice['endpoints'] ?? []
const disabled = (why: string): HintsEvent => ({ type: 'Warning', reason: 'TopologyAwareHintsDisabled', message: `${why}, addressType: IPv4` })

/** What is known of nodes and of the hints that are given (TopologyCache). */
export class TopologyHints {
  private readonly nodes: () => Iterable<Node>
  private known: { shares: ReadonlyMap<string, number> | undefined } | undefined
  /** By Service how many endpoints are meant for each zone. */
  private readonly given = new Map<string, ReadonlyMap<string, number>>()

  constructor(nodes: () => Iterable<Node>) {
    this.nodes = nodes
  }

  private get shares(): ReadonlyMap<string, number> | undefined {
    return (this.known ??= { shares: cpuShares(this.nodes()) }).shares
  }

  /** Nodes came, went, or moved: the Services that have too few endpoints for a zone now (GetOverloadedServices). */
  nodesChanged(): string[] {
    this.known = undefined
    return this.given.size === 0 ? [] : [...this.given].filter(([, zones]) => isOverloaded(zones, this.shares)).map(([key]) => key)
  }

  /** The Service asks for no hints of this kind (any more). */
  leave(key: string): readonly HintsEvent[] {
    return this.given.delete(key) ? [disabled('Topology Aware Hints has been disabled')] : []
  }

  /** Hints for all endpoints of a Service, with as few further slices to write as can be (AddHints). */
  give(key: string, slices: PlannedSlices): HintedSlices {
    const all = [...slices.create, ...slices.update, ...slices.unchanged].flatMap(endpointsOf).filter(({ conditions }) => conditions.ready)
    const allocations = allocate(this.shares, all.length)
    if (typeof allocations === 'string') return this.without(key, slices, allocations)
    const zones = new Map<string, number>()
    const moved = slices.unchanged.filter((slice) => !keepsItsHints(slice, zones, allocations))
    const written = [...slices.create, ...slices.update, ...moved]
    const ready = written.flatMap(endpointsOf).filter(({ conditions }) => conditions.ready)
    if (ready.some(({ zone }) => !zone)) return this.without(key, slices, 'One or more endpoints do not have a zone specified')
    for (const { zone } of ready) zones.set(zone!, (zones.get(zone!) ?? 0) + 1)
    const hints = redistribute(ready, gifts(allocations, zones), zones)
    const hinted = (slice: KubeObject): KubeObject => withEndpoints(slice, (endpoint) => {
      const zone = hints.get(endpoint)
      return zone === undefined ? endpoint : { ...endpoint, hints: { forZones: [{ name: zone }] } }
    })
    const isNew = !this.given.has(key)
    this.given.set(key, zones)
    const enabled = { type: 'Normal', reason: 'TopologyAwareHintsEnabled', message: 'Topology Aware Hints has been enabled, addressType: IPv4' } as const
    return { create: slices.create.map(hinted), update: [...slices.update, ...moved].map(hinted), events: isNew ? [enabled] : [] }
  }

  private without(key: string, { create, update, unchanged }: PlannedSlices, why: string): HintedSlices {
    this.given.delete(key)
    const hinted = unchanged.filter((slice) => endpointsOf(slice).some(({ hints }) => hints !== undefined))
    const bare = (slice: KubeObject): KubeObject => withEndpoints(slice, withoutHints)
    return { create: create.map(bare), update: [...update, ...hinted].map(bare), events: [disabled(why)] }
  }
}

export const withoutHints = ({ hints: _, ...endpoint }: Endpoint): Endpoint => endpoint

const withEndpoints = (slice: KubeObject, change: (endpoint: Endpoint) => Endpoint): KubeObject => ({ ...slice, endpoints: endpointsOf(slice).map(change) })

function isOverloaded(zones: ReadonlyMap<string, number>, shares: ReadonlyMap<string, number> | undefined): boolean {
  if (shares === undefined) return true
  const total = [...zones.values()].reduce((sum, count) => sum + count, 0)
  return [...shares].some(([zone, share]) => !zones.has(zone) || zones.get(zone)! < leastOf(total * share))
}

/** Whether a slice may stay as it is: each endpoint has hints, for zones that may have them. Then they are counted (getHintsByZone). */
function keepsItsHints(slice: KubeObject, zones: Map<string, number>, allocations: ReadonlyMap<string, Allocation>): boolean {
  const own = new Map<string, number>()
  for (const { conditions, hints } of endpointsOf(slice)) {
    if (!conditions.ready) continue
    const meant = hints?.forZones ?? []
    if (meant.length === 0 || meant.some(({ name }) => !allocations.has(name))) return false
    for (const { name } of meant) own.set(name, (own.get(name) ?? 0) + 1)
  }
  if ([...own].some(([zone, count]) => count + (zones.get(zone) ?? 0) > allocations.get(zone)!.most)) return false
  for (const [zone, count] of own) zones.set(zone, (zones.get(zone) ?? 0) + count)
  return true
}

interface Gifts {
  giving: Map<string, number>
  receiving: Map<string, number>
}

/** How many endpoints of each zone are for others (getGivingAndReceivingZones). */
function gifts(allocations: ReadonlyMap<string, Allocation>, zones: ReadonlyMap<string, number>): Gifts {
  const surplus = new Map([...allocations].map(([zone, { desired }]) => [zone, (zones.get(zone) ?? 0) - desired]))
  const lack = new Map([...surplus].map(([zone, more]) => [zone, -more]))
  const found: Gifts = { giving: new Map(), receiving: new Map() }
  for (;;) {
    const [from, give] = mostOf(surplus)
    const [to, receive] = mostOf(lack)
    if ((give < 1 && receive < 1) || give < 0.5 || receive < 0.5) return found
    found.giving.set(from, (found.giving.get(from) ?? 0) + 1)
    found.receiving.set(to, (found.receiving.get(to) ?? 0) + 1)
    surplus.set(from, give - 1)
    lack.set(to, receive - 1)
  }
}

function mostOf(zones: ReadonlyMap<string, number>): [zone: string, count: number] {
  let most: [string, number] = ['', 0]
  for (const entry of zones) if (entry[1] > most[1]) most = entry
  return most
}

/** For whom each endpoint is; `zones` is what comes of it (redistributeHints). */
function redistribute(ready: readonly Endpoint[], { giving, receiving }: Gifts, zones: Map<string, number>): ReadonlyMap<Endpoint, string> {
  const take = (from: Map<string, number>, zone: string): void => {
    const left = from.get(zone)! - 1
    if (left === 0) from.delete(zone)
    else from.set(zone, left)
  }
  return new Map(ready.map((endpoint) => {
    const own = endpoint.zone!
    const [to] = receiving.keys()
    if (to === undefined || !giving.has(own)) return [endpoint, own]
    take(giving, own)
    take(receiving, to)
    zones.set(own, zones.get(own)! - 1)
    zones.set(to, (zones.get(to) ?? 0) + 1)
    return [endpoint, to]
  }))
}
