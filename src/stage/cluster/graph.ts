import { Position } from 'reactflow'
import type { Edge, Node as FlowNode } from 'reactflow'
import type { KubeObject, Node, Pod } from '../../engine/api/types.ts'
import { loadOf } from '../shared/load.ts'
import type { Load } from '../shared/load.ts'
import { pathOf } from '../shared/path.ts'
import { podTone, printedPod } from '../shared/status.ts'
import type { Tone } from '../shared/tone.ts'
import type { Ghost } from './ghosts.ts'
import { layoutCluster } from './layout.ts'
import type { Box, ClusterLayout, LayoutOptions } from './layout.ts'
import { placeId } from './places.ts'
import type { Place } from './places.ts'
import type { EndpointLook, ServiceFact } from './services.ts'
import { endpointWire, etcdWire, machineWire, route } from './wires.ts'
import type { PlacedLayout } from './wires.ts'

/**
 * The cluster graph as data: objects at the cursor -> nodes and edges for React Flow. No React here, no
 * state and no time: what fills up or runs down (pulls, back-offs) is drawn by the pods themselves.
 */

/** How much is drawn of each pod: chosen by zoom. Below `full`, machines draw their pods themselves. */
export type DetailLevel = 'full' | 'cells' | 'heat'

export interface GraphOptions extends LayoutOptions {
  level: DetailLevel
}

export type PodLook = 'roomy' | 'compact' | 'chip' | 'small' | 'cell'

export type PodNode = FlowNode<{ pod: Pod; look: PodLook; scale: number; more: number }, 'pod'>
/** A pod as its machine draws it when zoomed out; the box is relative to the machine's. */
export interface PodCell {
  uid: string
  name: string
  box: Box
  tone: Tone
  word: string
}
export type MachineNode = FlowNode<
  {
    node: Node
    load: Load
    cells: readonly PodCell[]
    level: DetailLevel
    taintRow: boolean
    podCount: number
    empty: boolean
  },
  'machine'
>
export type ClientId = 'kubectl' | 'kube-scheduler' | 'kube-controller-manager'
export type ClientNode = FlowNode<{ client: ClientId; scale: number; width: number; height: number }, 'client'>
export type TrayNode = FlowNode<{ waiting: number; scale: number; narrow: boolean }, 'tray'>
export type ServerNode = FlowNode<{ scale: number; narrow: boolean; width: number; height: number }, 'apiserver'>
export type EtcdNode = FlowNode<{ scale: number; width: number; height: number }, 'etcd'>
export type GhostNode = FlowNode<{ ghost: Ghost }, 'ghost'>
export type ServiceNode = FlowNode<{ service: ServiceFact; more: number; scale: number; width: number; height: number }, 'service'>
export type GraphNode = PodNode | GhostNode | ServiceNode | MachineNode | ClientNode | TrayNode | ServerNode | EtcdNode
export type WireEdge = Edge<{ d: string; place: string; scale: number; endpoint?: EndpointLook }, 'wire'>

export interface ClusterGraph {
  nodes: GraphNode[]
  edges: WireEdge[]
  layout: PlacedLayout
}

export interface ClusterObjects {
  nodes: readonly Node[]
  pods: readonly Pod[]
  ghosts?: readonly Ghost[]
  services?: readonly ServiceFact[]
}

/** node2 before node10. */
const byName = new Intl.Collator('en', { numeric: true })

export function buildGraph(given: ClusterObjects, options: GraphOptions): ClusterGraph {
  const objects = {
    ...given,
    ghosts: given.ghosts ?? [],
    services: given.services ?? [],
    nodes: given.nodes.toSorted((a, b) => byName.compare(a.metadata.name, b.metadata.name)),
  }
  const byMachine = new Map<string, Pod[]>(objects.nodes.map((n) => [n.metadata.name, []]))
  const unscheduled: Pod[] = []
  for (const pod of objects.pods) (byMachine.get(pod.spec.nodeName ?? '') ?? unscheduled).push(pod)
  for (const pods of byMachine.values()) pods.sort(byAge)
  unscheduled.sort(byAge)
  const plain = layoutCluster(
    {
      services: objects.services.length,
      nodes: objects.nodes.map((n) => ({
        name: n.metadata.name,
        pods: byMachine.get(n.metadata.name)!.length + ghostsOn(objects.ghosts, n).length,
        tainted: (n.spec.taints ?? []).length > 0,
      })),
      unscheduled: unscheduled.length,
    },
    options,
  )
  const layout = { ...plain, ...placesOf(objects.services, byMachine, plain) }
  return {
    layout,
    nodes: [
      ...controlPlaneNodes(layout, unscheduled.length),
      ...serviceNodes(objects.services, layout),
      ...objects.nodes.map((n) =>
        machineNode(n, byMachine.get(n.metadata.name)!, ghostsOn(objects.ghosts, n).length, layout, options.level),
      ),
      ...trayPods(unscheduled, layout),
      ...(options.level === 'full'
        ? objects.nodes.flatMap((n) => {
            const pods = byMachine.get(n.metadata.name)!
            return [...machinePods(n, pods, layout), ...ghostNodes(ghostsOn(objects.ghosts, n), pods.length, layout)]
          })
        : []),
    ],
    edges: [
      ...wires(layout, options.level === 'full' || objects.nodes.length <= wiresMost ? objects.nodes : []),
      ...(options.level === 'full' ? endpointWires(objects.services, layout) : []),
    ],
  }
}

/** Where pods on machines and Services stand, for what travels between them. */
function placesOf(
  services: readonly ServiceFact[],
  byMachine: ReadonlyMap<string, readonly Pod[]>,
  layout: ClusterLayout,
): { pods: ReadonlyMap<string, Box>; services: ReadonlyMap<string, Box> } {
  const pods = new Map<string, Box>()
  for (const [machine, own] of byMachine) {
    own.forEach(({ metadata: { namespace, name } }, i) => pods.set(`${namespace}/${name}`, layout.podBox(machine, i)))
  }
  return { pods, services: new Map(services.map(({ key }, i) => [key, layout.serviceBox(i)])) }
}

/** The last place of a full row stands for all that do not fit. */
function serviceNodes(services: readonly ServiceFact[], layout: ClusterLayout): ServiceNode[] {
  const { servicePlaces, scale } = layout
  return services.slice(0, servicePlaces).map((service, i) => {
    const box = layout.serviceBox(i)
    const more = i === servicePlaces - 1 ? services.length - servicePlaces : 0
    return {
      ...placed(`service/${service.uid}`, box),
      type: 'service',
      data: { service, more, scale, width: box.width / scale, height: box.height / scale },
      zIndex: 2,
    }
  })
}

/** More lines than this would be a net in which nothing can be followed. */
const endpointWiresMost = 80

/** From each Service to those of its pods that get traffic. */
function endpointWires(services: readonly ServiceFact[], { services: boxes, pods, servicePlaces }: PlacedLayout): WireEdge[] {
  const wanted = services.slice(0, servicePlaces).flatMap((service) =>
    [...service.endpoints].flatMap(([pod, look]) => (look === 'unready' ? [] : [{ service, pod, look, box: pods?.get(pod) }])),
  )
  if (wanted.length > endpointWiresMost) return []
  return wanted.flatMap(({ service, pod, look, box }) => {
    if (box === undefined) return []
    const place = `${service.key}>${pod}`
    const d = endpointWire(boxes!.get(service.key)!, box)
    return [{ ...edge(place, 'kube-apiserver', 'etcd', { d, place, scale: 1, endpoint: look }), zIndex: 1 }]
  })
}

/** Older pods stand first, so that a newcomer moves nobody. */
function byAge(a: KubeObject, b: KubeObject): number {
  return (
    compare(a.metadata.creationTimestamp, b.metadata.creationTimestamp) ||
    compare(a.metadata.namespace ?? '', b.metadata.namespace ?? '') ||
    compare(a.metadata.name, b.metadata.name)
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function controlPlaneNodes(layout: ClusterLayout, waiting: number): GraphNode[] {
  const { scale, narrow } = layout
  const client = (id: ClientId, box: Box): ClientNode => ({
    ...placed(id, box),
    type: 'client',
    data: { client: id, scale, width: box.width / scale, height: box.height / scale },
  })
  const inside = (box: Box): { scale: number; width: number; height: number } => ({
    scale,
    width: box.width / scale,
    height: box.height / scale,
  })
  return [
    { ...placed('tray', layout.tray), type: 'tray', data: { waiting, scale, narrow } },
    client('kubectl', layout.kubectl),
    client('kube-controller-manager', layout.controllers),
    client('kube-scheduler', layout.scheduler),
    { ...placed('kube-apiserver', layout.rail), type: 'apiserver', data: { narrow, ...inside(layout.rail) } },
    { ...placed('etcd', layout.etcd), type: 'etcd', data: inside(layout.etcd) },
  ]
}

function machineNode(
  node: Node,
  pods: readonly Pod[],
  ghosts: number,
  layout: ClusterLayout,
  level: DetailLevel,
): MachineNode {
  const name = node.metadata.name
  const box = layout.machines.get(name)!
  const cells =
    level === 'full'
      ? noCells
      : pods.map((pod, i): PodCell => {
          const own = layout.podBox(name, i)
          return {
            uid: pod.metadata.uid,
            name: pod.metadata.name,
            box: { ...own, x: own.x - box.x, y: own.y - box.y },
            tone: podTone(pod),
            word: printedPod(pod).status,
          }
        })
  return {
    ...placed(`machine/${name}`, box),
    type: 'machine',
    data: {
      node,
      load: loadOf(node, pods),
      cells,
      level,
      taintRow: layout.taintRow,
      podCount: pods.length,
      empty: pods.length + ghosts === 0,
    },
  }
}

const noCells: readonly PodCell[] = []

/** The last place of a full tray stands for all who do not fit: `more` says how many they are. */
function trayPods(pods: readonly Pod[], layout: ClusterLayout): PodNode[] {
  const { trayPlaces, trayLook, scale } = layout
  const shown = pods.slice(0, trayPlaces)
  return shown.map((pod, i) =>
    podNode(pod, layout.trayBox(i), {
      look: trayLook,
      scale,
      more: i === trayPlaces - 1 ? pods.length - trayPlaces : 0,
    }),
  )
}

function machinePods(node: Node, pods: readonly Pod[], layout: ClusterLayout): PodNode[] {
  return pods.map((pod, i) =>
    podNode(pod, layout.podBox(node.metadata.name, i), { look: layout.density, scale: 1, more: 0 }),
  )
}

function ghostsOn(ghosts: readonly Ghost[], node: Node): Ghost[] {
  return ghosts.filter((ghost) => ghost.node === node.metadata.name)
}

/** What has no Pod any more stands behind those that have. */
function ghostNodes(ghosts: readonly Ghost[], behind: number, layout: ClusterLayout): GhostNode[] {
  return ghosts.map((ghost, i) => ({
    ...placed(`ghost/${ghost.uid}`, layout.podBox(ghost.node, behind + i)),
    type: 'ghost',
    data: { ghost },
    zIndex: 2,
  }))
}

/** A pod keeps its identity from the tray to its machine, so that being bound is one movement. */
function podNode(pod: Pod, box: Box, how: { look: PodLook; scale: number; more: number }): PodNode {
  return { ...placed(`pod/${pod.metadata.uid}`, box), type: 'pod', data: { pod, ...how }, zIndex: 2 }
}

/** React Flow would have screen readers say "node" and "edge", which mean something else here. */
const silent = { 'aria-roledescription': undefined }
const silentEdge = { ...silent, 'aria-label': undefined } as WireEdge['domAttributes']

/** Where our edges begin and end is no matter to React Flow: they bring their own path (Wire.tsx). */
const handles: FlowNode['handles'] = (['source', 'target'] as const).map((type) => ({ type, position: Position.Top, x: 0, y: 0 }))

/**
 * Its size and its handles are said beforehand: otherwise React Flow mounts every node that has changed, in sight or not, to measure
 * it, and takes its edges away meanwhile.
 */
function placed(id: string, { x, y, width, height }: Box): Pick<FlowNode, 'id' | 'position' | 'width' | 'height' | 'measured' | 'handles' | 'domAttributes'> {
  return { id, position: { x, y }, width, height, measured: { width, height }, handles, domAttributes: silent }
}

/** From far away so many lines would be a curtain; the one that a step uses is drawn all the same. */
const wiresMost = 24

function wires(layout: ClusterLayout, nodes: readonly Node[]): WireEdge[] {
  const server: Place = { at: 'kube-apiserver' }
  const clients = (['kubectl', 'kube-scheduler', 'kube-controller-manager'] as const).map((at) =>
    wire(placeId({ at }), at, 'kube-apiserver', route(layout, { at }, server)!, layout.scale),
  )
  const machines = nodes.map(({ metadata: { name } }) =>
    wire(
      `kubelet/${name}`,
      'kube-apiserver',
      `machine/${name}`,
      machineWire(layout, name, 'kubelet')!,
      Math.sqrt(layout.scale),
    ),
  )
  return [...clients, wire('etcd', 'kube-apiserver', 'etcd', etcdWire(layout), layout.scale), ...machines]
}

function wire(
  place: string,
  source: string,
  target: string,
  points: { x: number; y: number }[],
  scale: number,
): WireEdge {
  return edge(place, source, target, { d: pathOf(points), place, scale })
}

function edge(place: string, source: string, target: string, data: WireEdge['data'] & object): WireEdge {
  return {
    id: `wire/${place}`,
    type: 'wire',
    source,
    target,
    data,
    focusable: false,
    ariaRole: 'presentation',
    domAttributes: silentEdge,
  }
}

/** Which node of the graph a place belongs to: a kubelet lives in its machine. */
export function nodeOfPlace(place: string): string {
  const [first, node] = place.split('/', 2)
  return node === undefined ? first! : `machine/${node}`
}

/**
 * Keeps what has not changed, so that React Flow and the memoised components skip it: most steps
 * touch one pod, and a graph has a thousand.
 */
export function graphKeeper(): (next: ClusterGraph) => ClusterGraph {
  let last: ClusterGraph | undefined
  return ({ layout, nodes, edges }) => {
    last = {
      layout,
      nodes: last === undefined ? nodes : keepList(last.nodes, nodes, sameNode),
      edges: last === undefined ? edges : keepList(last.edges, edges, (a, b) => a.data!.d === b.data!.d && a.data!.endpoint === b.data!.endpoint),
    }
    return last
  }
}

function keepList<T extends { id: string }>(before: T[], next: T[], same: (a: T, b: T) => boolean): T[] {
  const old = new Map(before.map((item) => [item.id, item]))
  let changed = before.length !== next.length
  const kept = next.map((item, i) => {
    const previous = old.get(item.id)
    const unchanged = previous !== undefined && same(previous, item)
    if (!unchanged || before[i] !== previous) changed = true
    return unchanged ? previous : item
  })
  return changed ? kept : before
}

function sameNode(a: GraphNode, b: GraphNode): boolean {
  return (
    a.type === b.type &&
    a.position.x === b.position.x &&
    a.position.y === b.position.y &&
    a.width === b.width &&
    a.height === b.height &&
    sameData(a.data, b.data)
  )
}

function sameData(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  for (const key in b) if (!Object.is(a[key], b[key]) && !sameValue(key, a[key], b[key])) return false
  return true
}

const comparedByValue = new Set(['load', 'cells', 'ghost'])

/** Loads, cells and ghosts are made anew each time; they are compared by what they say. */
function sameValue(key: string, a: unknown, b: unknown): boolean {
  return comparedByValue.has(key) && JSON.stringify(a) === JSON.stringify(b)
}
