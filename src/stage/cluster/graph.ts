import { Position } from 'reactflow'
import type { Edge, Node as FlowNode } from 'reactflow'
import type { Node, Pod } from '../../engine/api/types.ts'
import { loadOf } from '../shared/objects/load.ts'
import type { Load } from '../shared/objects/load.ts'
import { isSystemPod } from '../shared/objects/systemPods.ts'
import { pathOf } from '../shared/ui/path.ts'
import type { Ghost } from './ghosts.ts'
import { layoutCluster } from './layout.ts'
import type { Box, ClusterLayout, LayoutOptions } from './layout.ts'
import { placeId } from './places.ts'
import type { Place } from './places.ts'
import type { Population } from './population.ts'
import { boxesOf, countPods } from './standing.ts'
import type { EndpointLook, ServiceFact } from './services.ts'
import { endpointWire, etcdWire, machineAt, machineWire, route, wiresMost } from './wires.ts'
import type { PlacedLayout } from './wires.ts'

/**
 * The cluster graph as data: objects at the cursor -> nodes and edges for React Flow. No React here, no
 * state and no time: what fills up or runs down (pulls, back-offs) is drawn by the pods themselves.
 */

/** How much is drawn of each pod: chosen by zoom. Below `full`, machines and their pods are drawn on a canvas (Crowd.tsx) and are no nodes of the graph. */
export type DetailLevel = 'full' | 'cells' | 'heat'

export interface GraphOptions extends LayoutOptions {
  level: DetailLevel
  /** What is in sight, in flow coordinates; undefined: all of it. Machines and pods beyond are left out. */
  sight?: Box | undefined
}

export type PodLook = 'roomy' | 'terse' | 'compact' | 'chip' | 'small' | 'cell'

export type PodNode = FlowNode<{ pod: Pod; look: PodLook; scale: number; more: number }, 'pod'>
export type MachineNode = FlowNode<
  {
    node: Node
    load: Load
    taintRow: boolean
    podCount: number
    empty: boolean
  },
  'machine'
>
export type ClientId = 'kubectl' | 'kube-scheduler' | 'kube-controller-manager'
export type ClientNode = FlowNode<{ client: ClientId; scale: number; width: number; height: number; queued: number }, 'client'>
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
  /** SVG paths of the lines that the canvas draws: those of machines that are drawn there. */
  farWires: readonly string[]
}

export interface ClusterObjects {
  population: Population
  ghosts?: readonly Ghost[]
  services?: readonly ServiceFact[]
}

/** `arrange`: keeps the layout from one graph to the next (layoutKeeper). */
export function buildGraph(objects: ClusterObjects, options: GraphOptions, arrange = layoutCluster): ClusterGraph {
  const { population, ghosts = [], services = [] } = objects
  const { nodes, byMachine, unscheduled } = population
  const plain = arrange(
    {
      services: services.length,
      nodes: nodes.map((n) => ({
        name: n.metadata.name,
        ...insideOf(byMachine.get(n.metadata.name)!, ghostsOn(ghosts, n).length),
        tainted: n.spec.unschedulable === true || (n.spec.taints ?? []).length > 0,
      })),
      unscheduled: unscheduled.length,
    },
    options,
  )
  const layout = { ...plain, ...placesOf(services, byMachine, plain) }
  const isFull = options.level === 'full'
  const near = isFull ? nodes.filter((n) => options.sight === undefined || touch(layout.machines.get(n.metadata.name)!, options.sight)) : []
  const machineWires = wiresOfMachines(layout, isFull ? near : nodes.length <= wiresMost ? nodes : [])
  return {
    layout,
    nodes: [
      ...controlPlaneNodes(layout, unscheduled),
      ...serviceNodes(services, layout),
      ...near.map((n) => machineNode(n, byMachine.get(n.metadata.name)!, ghostsOn(ghosts, n).length, layout)),
      ...trayPods(unscheduled, layout),
      ...near.flatMap((n) => {
        const pods = byMachine.get(n.metadata.name)!
        return [...machinePods(n, pods, layout), ...ghostNodes(ghostsOn(ghosts, n), countPods(pods).pods, layout)]
      }),
    ],
    edges: [...wires(layout), ...(isFull ? [...machineWires, ...endpointWires(services, layout)] : [])],
    farWires: isFull ? [] : machineWires.map(({ data }) => data!.d),
  }
}

function touch(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

/** Where pods on machines and Services stand, for what travels between them. */
function placesOf(
  services: readonly ServiceFact[],
  byMachine: ReadonlyMap<string, readonly Pod[]>,
  layout: ClusterLayout,
): Pick<PlacedLayout, 'pods' | 'services'> {
  return { pods: { get: placeFinder(byMachine, layout) }, services: new Map(services.map(({ key }, i) => [key, layout.serviceBox(i)])) }
}

/** Looks nobody up before somebody asks: most steps do not. */
function placeFinder(byMachine: ReadonlyMap<string, readonly Pod[]>, layout: ClusterLayout): (pod: string) => Box | undefined {
  let boxes: Map<string, Box> | undefined
  const find = (): Map<string, Box> => {
    const found = new Map<string, Box>()
    for (const [machine, pods] of byMachine) {
      const boxes = boxesOf(layout, machine, pods)
      pods.forEach(({ metadata: { namespace, name } }, i) => found.set(`${namespace}/${name}`, boxes[i]!))
    }
    return found
  }
  return (pod) => (boxes ??= find()).get(pod)
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
function endpointWires(services: readonly ServiceFact[], layout: PlacedLayout): WireEdge[] {
  const { services: boxes, pods, servicePlaces, scale } = layout
  const wanted = services.slice(0, servicePlaces).flatMap((service, nth) =>
    [...service.endpoints].flatMap(([pod, look]) => (look === 'unready' ? [] : [{ service, nth, pod, look, box: pods?.get(pod) }])),
  )
  if (wanted.length > endpointWiresMost) return []
  return wanted.flatMap(({ service, nth, pod, look, box }) => {
    const machine = box === undefined ? undefined : layout.machines.get(machineAt(box, layout) ?? '')
    if (box === undefined || machine === undefined) return []
    const place = `${service.key}>${pod}`
    const d = endpointWire(boxes!.get(service.key)!, box, machine, nth, scale)
    return [{ ...edge(place, 'kube-apiserver', 'etcd', { d, place, scale: 1, endpoint: look }), zIndex: 1 }]
  })
}

function controlPlaneNodes(layout: ClusterLayout, unscheduled: readonly Pod[]): GraphNode[] {
  const { scale, narrow } = layout
  // A pod may name a machine that is not there: nobody has to find it one.
  const queued = unscheduled.filter(({ spec }) => !spec.nodeName).length
  const client = (id: ClientId, box: Box): ClientNode => ({
    ...placed(id, box),
    type: 'client',
    data: { client: id, scale, width: box.width / scale, height: box.height / scale, queued: id === 'kube-scheduler' ? queued : 0 },
  })
  const inside = (box: Box): { scale: number; width: number; height: number } => ({
    scale,
    width: box.width / scale,
    height: box.height / scale,
  })
  return [
    { ...placed('tray', layout.tray), type: 'tray', data: { waiting: unscheduled.length, scale, narrow } },
    client('kubectl', layout.kubectl),
    client('kube-controller-manager', layout.controllers),
    client('kube-scheduler', layout.scheduler),
    { ...placed('kube-apiserver', layout.rail), type: 'apiserver', data: { narrow, ...inside(layout.rail) } },
    { ...placed('etcd', layout.etcd), type: 'etcd', data: inside(layout.etcd) },
  ]
}

function machineNode(node: Node, pods: readonly Pod[], ghosts: number, layout: ClusterLayout): MachineNode {
  const name = node.metadata.name
  return {
    ...placed(`machine/${name}`, layout.machines.get(name)!),
    type: 'machine',
    data: {
      node,
      load: loadOf(node, pods),
      taintRow: layout.taintRow,
      podCount: pods.length,
      empty: pods.length + ghosts === 0,
    },
  }
}

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
  const boxes = boxesOf(layout, node.metadata.name, pods)
  return pods.map((pod, i) => podNode(pod, boxes[i]!, { look: isSystemPod(pod) ? 'small' : layout.density, scale: 1, more: 0 }))
}

/** What a machine has to have room for. */
function insideOf(pods: readonly Pod[], ghosts: number): { pods: number; system: number } {
  const counted = countPods(pods)
  return { ...counted, pods: counted.pods + ghosts }
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

function wires(layout: ClusterLayout): WireEdge[] {
  const server: Place = { at: 'kube-apiserver' }
  const clients = (['kubectl', 'kube-scheduler', 'kube-controller-manager'] as const).map((at) =>
    wire(placeId({ at }), at, 'kube-apiserver', route(layout, { at }, server)!, layout.scale),
  )
  return [...clients, wire('etcd', 'kube-apiserver', 'etcd', etcdWire(layout), layout.scale)]
}

function wiresOfMachines(layout: ClusterLayout, nodes: readonly Node[]): WireEdge[] {
  return nodes.map(({ metadata: { name } }) =>
    wire(
      `kubelet/${name}`,
      'kube-apiserver',
      `machine/${name}`,
      machineWire(layout, name, 'kubelet')!,
      Math.sqrt(layout.scale),
    ),
  )
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

/**
 * Keeps what has not changed, so that React Flow and the memoised components skip it: most steps
 * touch one pod, and a graph has a thousand.
 */
export function graphKeeper(): (next: ClusterGraph) => ClusterGraph {
  let last: ClusterGraph | undefined
  return ({ layout, nodes, edges, farWires }) => {
    last = {
      layout,
      farWires,
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

const comparedByValue = new Set(['load', 'ghost'])

/** Loads and ghosts are made anew each time; they are compared by what they say. */
function sameValue(key: string, a: unknown, b: unknown): boolean {
  return comparedByValue.has(key) && JSON.stringify(a) === JSON.stringify(b)
}
