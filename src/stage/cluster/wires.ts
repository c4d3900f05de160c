import { pathOf } from '../shared/ui/path.ts'
import type { Point } from '../shared/ui/path.ts'
import type { Box, ClusterLayout } from './layout.ts'
import type { Place } from './places.ts'
import { tabBox, tabHeight, tabInset, type MachineTab } from './tabs.ts'

/** The lines of the graph: where each begins, ends and bends. */

/** From far away so many lines would be a curtain; the one that a step uses is drawn all the same. */
export const wiresMost = 24

/** The line on which messages between two places travel; undefined when there is none. */
export function route(layout: PlacedLayout, from: Place, to: Place): Point[] | undefined {
  const between = trafficWire(layout, from, to)
  if (between !== undefined) return between
  const straight = oneWay(layout, from, to)
  if (straight !== undefined) return straight
  return oneWay(layout, to, from)?.reverse()
}

/** With where its pods and Services stand, by 'namespace/name'. */
export interface PlacedLayout extends ClusterLayout {
  pods?: Pick<ReadonlyMap<string, Box>, 'get'>
  services?: ReadonlyMap<string, Box>
}

function trafficBox({ pods, services, kubectl }: PlacedLayout, place: Place): Box | undefined {
  if (place.at === 'kubectl') return kubectl
  if (!('object' in place)) return undefined
  return (place.at === 'pod' ? pods : services)?.get(place.object)
}

/** Beside the pods and above the machines, so that no name is crossed; straight between neighbours, and where no pod takes part. */
function trafficWire(layout: PlacedLayout, from: Place, to: Place): Point[] | undefined {
  if (!('object' in from) && !('object' in to)) return undefined
  const [a, b] = [trafficBox(layout, from), trafficBox(layout, to)]
  if (a === undefined || b === undefined) return undefined
  const [ends, begins] = [machineBelow(layout, b), machineBelow(layout, a)]
  if (begins !== undefined && ends !== undefined) return betweenPods(a, begins, b, ends)
  if (from.at === 'service' && ends !== undefined) return toPod(a, b, busOf(layout, from.object, a))
  if (to.at === 'service' && begins !== undefined) return toPod(b, a, busOf(layout, to.object, b)).reverse()
  return [facing(a, b), facing(b, a)]
}

function machineBelow(layout: PlacedLayout, box: Box): Box | undefined {
  return layout.machines.get(machineAt(box, layout) ?? '')
}

function betweenPods(a: Box, machineA: Box, b: Box, machineB: Box): Point[] {
  const near = machineA === machineB && Math.abs(a.x - b.x) <= a.width + 2 * gutter && Math.abs(a.y - b.y) <= a.height + 2 * gutter
  if (near) return [facing(a, b), facing(b, a)]
  const [out, into] = [besidePod(a), besidePod(b)]
  if (a.x === b.x) return [...out, ...into.reverse()]
  // On one machine between two rows of pods, else above the tabs.
  const across = machineA === machineB ? Math.min(a.y, b.y) + a.height + gutter : Math.min(machineA.y, machineB.y) - tabHeight / 2 - 6
  return [...out, { x: out[1].x, y: across }, { x: into[1].x, y: across }, ...into.reverse()]
}

/** How far lines run beside a pod. */
const gutter = 4

/** Out of the side of a pod, into the gutter beside it. */
function besidePod(pod: Box): [Point, Point] {
  const y = middle(pod).y
  const x = pod.x + pod.width
  return [{ x, y }, { x: x + gutter, y }]
}

function toPod(service: Box, pod: Box, bus: number): Point[] {
  const x = middle(service).x
  const [side, beside] = besidePod(pod)
  return [{ x, y: service.y + service.height }, { x, y: bus }, { x: beside.x, y: bus }, beside, side]
}

function busOf({ services, scale }: PlacedLayout, service: string, { y, height }: Box): number {
  const nth = [...services!.keys()].indexOf(service)
  return y + height + busBelow(nth, scale)
}

/** The middle of the side of `box` that is nearest to `other`. */
function facing(box: Box, other: Box): Point {
  const [own, far] = [middle(box), middle(other)]
  if (other.y >= box.y + box.height) return { x: own.x, y: box.y + box.height }
  if (box.y >= other.y + other.height) return { x: own.x, y: box.y }
  return { x: far.x > own.x ? box.x + box.width : box.x, y: own.y }
}

/** How far below the `nth` Service its lines run. */
function busBelow(nth: number, scale: number): number {
  return (13 + (nth % busLanes) * 4) * scale
}

/** Services whose lines run beside each other before they come back to the first one's height. */
const busLanes = 4

/**
 * From a Service to one of its pods: along a bus above the machines, then down beside the pods, behind the tabs of its machine, so that no
 * name is crossed. The lines of the `nth` Service run a little lower.
 */
export function endpointWire(service: Box, pod: Box, machine: Box, nth: number, scale: number): string {
  const line = toPod(service, pod, service.y + service.height + busBelow(nth, scale))
  const { x } = line[2]!
  if (x > machine.x + machine.width - tabInset) return pathOf(line)
  const tabs = { top: machine.y - tabHeight / 2, bottom: machine.y + tabHeight / 2 }
  return pathOf([...line.slice(0, 3), { x, y: tabs.top }]) + pathOf([{ x, y: tabs.bottom }, ...line.slice(3)])
}

/** The machine that a box stands in. */
export function machineAt({ x, y }: Box, { machines }: Pick<ClusterLayout, 'machines'>): string | undefined {
  for (const [name, box] of machines) if (x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height) return name
  return undefined
}

function oneWay(layout: ClusterLayout, from: Place, to: Place): Point[] | undefined {
  const client = clientBox(layout, from)
  if (client !== undefined && to.at === 'kube-apiserver') return clientWire(layout, client)
  if (from.at === 'kube-apiserver' && to.at === 'etcd') return etcdWire(layout)
  if (from.at === 'kube-apiserver' && 'node' in to) return machineWire(layout, to.node, to.at)
  if ('node' in from && 'node' in to && from.node === to.node) return tabWire(layout, from.node, from.at, to.at)
  return undefined
}

export function clientBox(layout: ClusterLayout, place: Place): Box | undefined {
  if (place.at === 'kubectl') return layout.kubectl
  if (place.at === 'kube-scheduler') return layout.scheduler
  return place.at === 'kube-controller-manager' ? layout.controllers : undefined
}

function clientWire({ rail }: ClusterLayout, client: Box): Point[] {
  // On a phone the last client stands beyond the rail's end.
  const x = Math.min(middle(client).x, rail.x + rail.width - 18)
  return [
    { x, y: client.y + client.height },
    { x, y: rail.y },
  ]
}

export function etcdWire({ rail, etcd }: ClusterLayout): Point[] {
  const y = rail.y + rail.height / 2
  return [
    { x: rail.x + rail.width, y },
    { x: etcd.x, y },
  ]
}

/** From the rail down to a tab; to machines in lower rows it runs between the columns. */
export function machineWire(
  { rail, machines, scale, shortTabs }: Pick<ClusterLayout, 'rail' | 'machines' | 'scale' | 'shortTabs'>,
  node: string,
  tab: MachineTab,
): Point[] | undefined {
  const machine = machines.get(node)
  if (machine === undefined) return undefined
  const box = tabBox(machine, tab, shortTabs)
  const end = { x: middle(box).x, y: box.y }
  const bottom = rail.y + rail.height
  const firstRow = machines.values().next().value!.y
  const railX = (x: number): number => Math.min(x, rail.x + rail.width - 20 * scale)
  const bus = bottom + (firstRow - tabHeight / 2 - bottom) * 0.45
  if (machine.y === firstRow) {
    if (railX(end.x) === end.x) return [{ x: end.x, y: bottom }, end]
    return [{ x: railX(end.x), y: bottom }, { x: railX(end.x), y: bus }, { x: end.x, y: bus }, end]
  }
  const gutter = Math.max(machine.x - 7, -9)
  const above = box.y - 8
  return [
    { x: railX(Math.max(gutter, 10)), y: bottom },
    { x: railX(Math.max(gutter, 10)), y: bus },
    { x: gutter, y: bus },
    { x: gutter, y: above },
    { x: end.x, y: above },
    end,
  ]
}

/** A small arch from tab to tab. */
function tabWire({ machines, shortTabs }: ClusterLayout, node: string, from: MachineTab, to: MachineTab): Point[] | undefined {
  const machine = machines.get(node)
  if (machine === undefined || from === to) return undefined
  const [a, b] = [tabBox(machine, from, shortTabs), tabBox(machine, to, shortTabs)]
  const y = a.y - 9
  return [
    { x: middle(a).x, y: a.y },
    { x: middle(a).x, y },
    { x: middle(b).x, y },
    { x: middle(b).x, y: b.y },
  ]
}

export function middle(box: Box): Point {
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}
