import { serviceRow } from './serviceRow.ts'
import { hasShortTabs, tabHeight } from './tabs.ts'
import { machineWire, wiresMost } from './wires.ts'

/**
 * Where everything stands in the cluster graph, in flow coordinates (1 = one CSS pixel at zoom 1): clients
 * hang on the API server's rail from above, machines from below, etcd stands at its end. Pure geometry.
 *
 * The control plane grows with the field of machines (`scale`), so that with a hundred machines, zoomed out
 * to see them all, it is as large on the screen as with three.
 */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface LayoutOptions {
  /** The pane, in CSS pixels. */
  width: number
  height: number
  /** A hall looks on: letters that are read from its last row are worth more than room between parts. */
  hall?: boolean
}

/** What the layout needs to know of the cluster. */
export interface Population {
  /** `system`: pods of the cluster's own besides, which are small. */
  nodes: readonly { name: string; pods: number; system?: number; tainted: boolean }[]
  unscheduled: number
  services?: number
}

/** With its sandbox as a band below name and STATUS; its containers beside STATUS; its containers beside its name. */
export type PodDensity = 'roomy' | 'terse' | 'compact'

export interface ClusterLayout {
  width: number
  height: number
  /** Of the control plane. */
  scale: number
  narrow: boolean
  /** Parts stand close, so that more of them is in sight: in a hall or a low pane with larger letters, in a narrow one with lower machines. */
  dense?: 'wide' | 'narrow'
  kubectl: Box
  scheduler: Box
  controllers: Box
  tray: Box
  rail: Box
  etcd: Box
  density: PodDensity
  /** The tabs of machines have short names: there is no room for more. */
  shortTabs: boolean
  /** A row of every machine is kept for taints when one of them has some. */
  taintRow: boolean
  machines: ReadonlyMap<string, Box>
  /** Boxes of a machine's pods, by their position in it. */
  podBox: (machine: string, position: number) => Box
  /** Those of the cluster's own, at the foot of the machine. */
  systemBox: (machine: string, position: number) => Box
  /** Boxes of pods that wait for a node; the last of them stands for all that do not fit. */
  trayBox: (position: number) => Box
  trayPlaces: number
  trayLook: 'chip' | 'small' | 'cell'
  /** Boxes of Services, in a row below the rail; the last of them stands for all that do not fit. */
  serviceBox: (position: number) => Box
  servicePlaces: number
}

export const gap = 14

/** Heights, and how far parts stand apart. cluster.module.css has the letters that fit into them. */
interface Measures {
  client: number
  /** Widths of kubectl, the controllers and the scheduler, which has its microscope beside its name. */
  clients: readonly [number, number, number]
  rail: number
  clientsToRail: number
  /** How far etcd rises above the rail and falls below it. */
  etcdBeyond: number
  railToMachines: number
  railToServices: number
  services: number
  machineHeader: number
  bars: number
  pod: Record<PodDensity, number>
  /** Of a pod of the cluster's own, which is one low line. */
  system: number
  /** Room for so many rows of pods, though there are fewer. */
  rowsLeast: number
  /** With more rows of pods than this they are terse: larger letters instead of more of them. */
  roomyMost: number
}

/** More rows of pods than this in one machine, and pods are a line each. */
const rowsMost = 5

const ordinary: Measures = {
  client: 50,
  clients: [116, 170, 128],
  rail: 48,
  clientsToRail: 56,
  etcdBeyond: 14,
  railToMachines: 58,
  railToServices: 20,
  services: 48,
  machineHeader: 46,
  bars: 66,
  pod: { roomy: 76, terse: 58, compact: 32 },
  system: 20,
  rowsLeast: 2,
  roomyMost: rowsMost,
}

const narrowMeasures: Measures = {
  ...ordinary,
  rail: 76,
  clientsToRail: 46,
  etcdBeyond: 0,
  railToMachines: 48,
  railToServices: 14,
  services: 44,
  rowsLeast: 1,
}

/** Where a narrow pane is not high enough for that. */
const narrowDense: Measures = {
  ...narrowMeasures,
  clientsToRail: 38,
  railToMachines: 40,
  machineHeader: 42,
  bars: 20,
}

const dense: Measures = {
  client: 44,
  clients: [116, 166, 150],
  rail: 40,
  clientsToRail: 34,
  etcdBeyond: 8,
  railToMachines: 40,
  railToServices: 12,
  services: 42,
  machineHeader: 42,
  bars: 28,
  pod: { roomy: 70, terse: 58, compact: 32 },
  system: 20,
  rowsLeast: 1,
  roomyMost: 1,
}

/** In a hall even what is said in a low voice is read from the last row (--small in cluster.module.css). */
const hallMeasures: Measures = { ...dense, clients: [150, 190, 196], system: 27 }

/** In a pane lower than this parts stand close, and where all of the cluster would else be hard to read. */
const densePane = 400
/** One of several views of a hall. */
const hallNarrow: Measures = { ...hallMeasures, clients: [112, 164, 172] }
/** A pane of a hall that is wider has room for wider clients. */
const hallPane = 1200
/** More machines than these are not told apart by their names in any case. */
const denseMachines = 6

/** Of the clients where they have the whole width. */
const clientShares = [0.24, 0.35, 0.41]
const podGap = 8
const systemGap = 4
const machinePadding = 12
const taintHeight = 24
const podWidthLeast = 164
/** Below this zoom the smallest letters are hard to read. */
const readable = 0.85

export function layoutCluster(population: Population, options: LayoutOptions): ClusterLayout {
  const few = population.nodes.length <= denseMachines
  if (options.width < 520) {
    const pane = clamp(options.width - 24, 320, 420)
    const layout = layoutWith(narrowMeasures, pane, true, population, options)
    return layout.height <= options.height || !few ? layout : { ...layoutWith(narrowDense, pane, true, population, options), dense: 'narrow' }
  }
  const hall = options.hall === true
  if (!hall && (!few || options.height >= densePane)) {
    const layout = layoutWith(ordinary, clamp(options.width - 40, 640, 920), false, population, options)
    if (!few || Math.min(options.width / layout.width, options.height / layout.height) >= readable) return layout
  }
  const measures = !hall ? dense : options.width >= hallPane ? hallMeasures : hallNarrow
  const pane = few ? paneAsWide(population, options, measures) : options.width - 40
  return { ...layoutWith(measures, clamp(pane, 640, hall && few ? 1080 : 920), false, population, options), dense: 'wide' }
}

function layoutWith(measures: Measures, pane: number, narrow: boolean, population: Population, options: LayoutOptions): ClusterLayout {
  const field = fieldOf(population, pane, narrow, measures, options)
  const scale = field.width / pane
  const control = controlPlane(pane, scale, narrow, measures, population.unscheduled)
  const count = population.services ?? 0
  const below = control.rail.y + control.rail.height
  const top = below + ((count === 0 ? 0 : measures.services) + measures.railToMachines) * scale
  const machines = new Map<string, Box>()
  population.nodes.forEach(({ name }, i) => {
    machines.set(name, {
      x: field.left + (i % field.columns) * (field.machineWidth + field.gap),
      y: top + Math.floor(i / field.columns) * (field.machineHeight + field.gap + tabHeight),
      width: field.machineWidth,
      height: field.machineHeight,
    })
  })
  const shortTabs = hasShortTabs(field.machineWidth, options.hall === true)
  const lines = population.nodes.length > wiresMost ? [] : population.nodes.map(({ name }) => machineWire({ ...control, machines, scale, shortTabs }, name, 'kubelet')![0]!.x)
  const services = serviceRow(count, lines, { x: 0, y: below + measures.railToServices * scale, width: field.width, scale })
  const rows = Math.ceil(population.nodes.length / field.columns)
  const system = new Map(population.nodes.map((node) => [node.name, node.system]))
  return {
    width: field.width,
    height: top + rows * (field.machineHeight + field.gap + tabHeight) - field.gap - tabHeight,
    scale,
    narrow,
    ...control,
    serviceBox: services.box,
    servicePlaces: services.places,
    density: field.density,
    shortTabs,
    taintRow: field.taintRow,
    machines,
    podBox: (machine, position) => podBox(machines.get(machine)!, position, field),
    systemBox: (machine, position) => systemBox(machines.get(machine)!, position, system.get(machine) ?? 0, field),
  }
}

/** Of the control plane with the room below it, at scale 1. */
function controlHeight({ client, clientsToRail, rail, railToMachines }: Measures): number {
  return client + clientsToRail + rail + railToMachines
}

/** As wide in proportion as the pane, so that the letters are as large as its height allows. */
function paneAsWide({ nodes, services }: Population, { width, height }: LayoutOptions, measures: Measures): number {
  const rows = Math.max(1, ...nodes.map(({ pods }) => pods))
  const { bars, machineHeader, pod } = measures
  const rowHeight = pod[densityOf(rows, measures)] + podGap
  const inside = Math.max(rows * rowHeight, ...nodes.map(({ pods, system = 0 }) => pods * rowHeight + system * systemRow(measures)))
  const machine = machineHeader + (nodes.some((n) => n.tainted) ? taintHeight : 0) + inside + bars
  return ((controlHeight(measures) + (services === undefined || services === 0 ? 0 : measures.services) + machine) * width) / height
}

/** The same layout again as long as nothing that it hangs on has changed, and the same machines as long as none has moved: who has drawn them need not do so again. */
export function layoutKeeper(): (population: Population, options: LayoutOptions) => ClusterLayout {
  let last: { key: string; layout: ClusterLayout } | undefined
  return (population, options) => {
    const most = mostOf(population).map(({ pods, system }) => `${pods}+${system}`)
    const tainted = population.nodes.some((n) => n.tainted)
    const names = population.nodes.map(({ name }) => name).join(' ')
    const key = [options.width, options.height, options.hall, most, tainted, population.unscheduled, population.services, names].join(' ')
    if (last?.key !== key) {
      const layout = layoutCluster(population, options)
      const stayed = last !== undefined && sameBoxes(last.layout.machines, layout.machines)
      last = { key, layout: stayed ? { ...layout, machines: last!.layout.machines } : layout }
    }
    return last.layout
  }
}

function sameBoxes(a: ReadonlyMap<string, Box>, b: ReadonlyMap<string, Box>): boolean {
  if (a.size !== b.size) return false
  for (const [name, { x, y, width, height }] of b) {
    const box = a.get(name)
    if (box === undefined || box.x !== x || box.y !== y || box.width !== width || box.height !== height) return false
  }
  return true
}

const systemRow = ({ system }: Measures): number => system + systemGap

interface Inside {
  pods: number
  system: number
}

/** Which machines decide how high all are: the one with the most pods, and of those with pods of the cluster's own each that differs. */
function mostOf({ nodes }: Population): Inside[] {
  const most = { pods: Math.max(0, ...nodes.map(({ pods }) => pods)), system: 0 }
  const kinds = new Map<string, Inside>()
  for (const { pods, system = 0 } of nodes) if (system > 0) kinds.set(`${pods}+${system}`, { pods, system })
  return [most, ...kinds.values()]
}

interface Field {
  width: number
  left: number
  columns: number
  /** Between machines. */
  gap: number
  machineWidth: number
  machineHeight: number
  podColumns: number
  podWidth: number
  density: PodDensity
  taintRow: boolean
  measures: Measures
}

/** The machines: how many in a row, and how large each is. All are alike, so that they compare at a glance. */
function fieldOf(population: Population, pane: number, narrow: boolean, measures: Measures, options: LayoutOptions): Field {
  const count = Math.max(1, population.nodes.length)
  const most = mostOf(population)
  const taintRow = population.nodes.some((n) => n.tainted)
  const least = narrow ? 150 : 200
  const fit = Math.max(1, Math.floor((pane + gap) / (least + gap)))
  if (count > fit * 2) return crowd(count, most, taintRow, pane, measures, options)
  const across = (columns: number, podColumns: number): number => {
    const machineWidth = podColumns * (podWidthLeast + podGap) - podGap + 2 * machinePadding
    return Math.max(pane, columns * (machineWidth + gap) - gap)
  }
  const fieldFor = (columns: number, width: number, rowsLeast: number): Field => {
    const machine = machineOf((width - gap * (columns - 1)) / columns, most, taintRow, { ...measures, rowsLeast })
    return { ...machine, width, left: 0, columns, gap }
  }
  // Many pods on few machines: as many beside each other as show all of it largest, in a wide pane all machines in one row.
  const zoomOf = ({ width, columns, machineHeight }: Field): number =>
    Math.min(options.width / width, options.height / ((controlHeight(measures) * width) / pane + Math.ceil(count / columns) * (machineHeight + gap + tabHeight)))
  const usual = Math.ceil(count / Math.ceil(count / fit))
  const rows = narrow ? [usual] : [...new Set([usual, count])]
  const widths = (columns: number): number[] => (narrow ? [pane] : [...(columns === usual ? [pane] : []), ...[1, 2, 3, 4].map((podColumns) => across(columns, podColumns))])
  const largest = (rowsLeast: number): Field =>
    rows.flatMap((columns) => widths(columns).map((width) => fieldFor(columns, width, rowsLeast))).reduce((best, field) => (zoomOf(field) > zoomOf(best) ? field : best))
  const roomy = largest(measures.rowsLeast)
  // Where height is short, empty rooms would only make everything too small to be read.
  const low = options.height < options.width * 0.6
  return low || zoomOf(roomy) < readable ? largest(1) : roomy
}

function densityOf(rows: number, { roomyMost }: Measures): PodDensity {
  return rows <= roomyMost ? 'roomy' : rows <= rowsMost ? 'terse' : 'compact'
}

type MachineShape = Omit<Field, 'width' | 'left' | 'columns' | 'gap'>

function machineOf(machineWidth: number, most: readonly Inside[], taintRow: boolean, measures: Measures): MachineShape {
  const inner = machineWidth - 2 * machinePadding
  const podColumns = Math.max(1, Math.floor((inner + podGap) / (podWidthLeast + podGap)))
  const rowsFor = (pods: number): number => Math.ceil(pods / podColumns)
  const density = densityOf(Math.max(...most.map(({ pods }) => rowsFor(pods))), measures)
  const height = measures.pod[density] + podGap
  const inside = Math.max(measures.rowsLeast * height, ...most.map(({ pods, system }) => rowsFor(pods) * height + rowsFor(system) * systemRow(measures)))
  return {
    machineWidth,
    machineHeight: measures.machineHeader + (taintRow ? taintHeight : 0) + inside + measures.bars,
    podColumns,
    podWidth: (inner - podGap * (podColumns - 1)) / podColumns,
    density,
    taintRow,
    measures,
  }
}

/** Many machines: each about square, as many in a row as show the whole as large as the pane allows. */
function crowd(count: number, most: readonly Inside[], taintRow: boolean, pane: number, measures: Measures, options: LayoutOptions): Field {
  const room = most.map(({ pods, system }) => ({ pods: roomFor(pods), system }))
  const shapes = [1, 2, 3, 4, 5, 6].map((columns) =>
    machineOf(columns * (podWidthLeast + podGap) - podGap + 2 * machinePadding, room, taintRow, measures),
  )
  const squareness = (m: MachineShape): number => Math.abs(Math.log(m.machineWidth / m.machineHeight))
  const machine = shapes.reduce((a, b) => (squareness(b) < squareness(a) ? b : a))
  const { machineWidth, machineHeight } = machine
  const between = gap * 3
  let best = { columns: 1, zoom: 0 }
  for (let columns = 1; columns <= count; columns++) {
    const width = Math.max(pane, columns * (machineWidth + between) - between)
    const height = (controlHeight(measures) * width) / pane + Math.ceil(count / columns) * (machineHeight + between)
    const zoom = Math.min(options.width / width, options.height / height)
    if (zoom > best.zoom) best = { columns, zoom }
  }
  const { columns } = best
  const across = columns * (machineWidth + between) - between
  const width = Math.max(pane, across)
  return { ...machine, width, left: (width - across) / 2, columns, gap: between }
}

/** Room for more pods than there are, so that the whole field is not laid out anew with every pod. */
function roomFor(pods: number): number {
  let room = 4
  while (room < pods) room = Math.ceil((room * 1.5) / 4) * 4
  return room
}

function podBox(machine: Box, position: number, field: Field): Box {
  const { machineHeader, pod } = field.measures
  const height = pod[field.density]
  const column = position % field.podColumns
  const row = Math.floor(position / field.podColumns)
  return {
    x: machine.x + machinePadding + column * (field.podWidth + podGap),
    y: machine.y + machineHeader + (field.taintRow ? taintHeight : 0) + row * (height + podGap),
    width: field.podWidth,
    height,
  }
}

/** From the foot of the machine upwards, the first of them highest. */
function systemBox(machine: Box, position: number, count: number, field: Field): Box {
  // The only one of a machine has the whole row: its name may be long.
  const width = count === 1 ? field.machineWidth - 2 * machinePadding : field.podWidth
  const column = position % field.podColumns
  const rowsBelow = Math.ceil(count / field.podColumns) - Math.floor(position / field.podColumns)
  return {
    x: machine.x + machinePadding + column * (field.podWidth + podGap),
    y: machine.y + machine.height - field.measures.bars - rowsBelow * systemRow(field.measures),
    width,
    height: field.measures.system,
  }
}

type ControlPlane = Pick<
  ClusterLayout,
  'kubectl' | 'scheduler' | 'controllers' | 'tray' | 'rail' | 'etcd' | 'trayBox' | 'trayPlaces' | 'trayLook'
>

function controlPlane(pane: number, scale: number, narrow: boolean, measures: Measures, unscheduled: number): ControlPlane {
  const at = (x: number, y: number, width: number, height: number): Box => ({
    x: x * scale,
    y: y * scale,
    width: width * scale,
    height: height * scale,
  })
  const trayRow = narrow ? 44 : 0
  const etcdWidth = narrow ? 84 : 112
  const railWidth = pane - etcdWidth - (narrow ? 12 : 24)
  const { client: clientHeight, rail: height, etcdBeyond } = measures
  const railY = trayRow + clientHeight + measures.clientsToRail
  const step = narrow ? 10 : gap
  const widths = narrow ? clientShares.map((share) => share * (pane - 2 * step)) : measures.clients
  const [kubectlX, controllersX, schedulerX] = [0, widths[0]! + step, widths[0]! + widths[1]! + 2 * step]
  const trayX = schedulerX + widths[2]! + 10
  const tray = narrow ? at(0, 0, pane, 36) : at(trayX, 0, pane - trayX, clientHeight)
  return {
    kubectl: at(kubectlX, trayRow, widths[0]!, clientHeight),
    controllers: at(controllersX, trayRow, widths[1]!, clientHeight),
    scheduler: at(schedulerX, trayRow, widths[2]!, clientHeight),
    tray,
    rail: at(0, railY, railWidth, height),
    etcd: at(pane - etcdWidth, railY - etcdBeyond, etcdWidth, height + 2 * etcdBeyond),
    ...trayPlaces(tray, scale, unscheduled),
  }
}

/** Few waiting pods are chips with a name; more are smaller; a crowd is cells, the last of which counts the rest. */
function trayPlaces(
  tray: Box,
  scale: number,
  unscheduled: number,
): Pick<ClusterLayout, 'trayBox' | 'trayPlaces' | 'trayLook'> {
  const inner = { width: tray.width - 16 * scale, height: tray.height - 10 * scale }
  const looks = {
    chip: { width: 96, height: 34 },
    small: { width: 92, height: 18 },
    cell: { width: 18, height: 18 },
  } as const
  const fit = (look: keyof typeof looks): { columns: number; rows: number } => ({
    columns: Math.max(1, Math.floor((inner.width + 4 * scale) / ((looks[look].width + 4) * scale))),
    rows: Math.max(1, Math.floor((inner.height + 4 * scale) / ((looks[look].height + 4) * scale))),
  })
  const holds = (look: keyof typeof looks): number => fit(look).columns * fit(look).rows
  const trayLook = (['chip', 'small', 'cell'] as const).find((look) => holds(look) >= unscheduled) ?? 'cell'
  const { columns: most, rows } = fit(trayLook)
  const columns = trayLook === 'chip' ? Math.max(1, Math.min(most, unscheduled)) : most
  const height = Math.min(looks[trayLook].height * scale, inner.height)
  const share = (inner.width - (columns - 1) * 4 * scale) / columns
  const width = trayLook === 'cell' ? looks.cell.width * scale : Math.min(share, 190 * scale)
  const top = tray.y + (tray.height - (trayLook === 'chip' ? height : rows * (height + 4 * scale) - 4 * scale)) / 2
  return {
    trayLook,
    trayPlaces: columns * rows,
    trayBox: (position) => {
      const i = Math.min(position, columns * rows - 1)
      return {
        x: tray.x + 8 * scale + (i % columns) * (width + 4 * scale),
        y: top + Math.floor(i / columns) * (height + 4 * scale),
        width,
        height,
      }
    },
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
