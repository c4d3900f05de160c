import { podsOfTree } from '../shared/objects/ownerTree.ts'
import type { OwnerNode } from '../shared/objects/ownerTree.ts'
import { pathOf } from '../shared/ui/path.ts'
import type { Box } from './layout.ts'
import { machineAt } from './wires.ts'
import type { PlacedLayout } from './wires.ts'

/** A chip that names an owner; its middle. */
export interface OwnerChip {
  key: string
  kind: string
  name: string
  x: number
  y: number
  /** Of the room that it may take. */
  width: number
}

export interface OwnerLine {
  d: string
  /** So many pods it stands for. */
  pods: number
  /** Where a number stands when it stands for several. */
  at: { x: number; y: number }
}

export interface OwnerPicture {
  chips: OwnerChip[]
  lines: OwnerLine[]
}

/** More pods than this, and a line leads to each machine instead of each pod. */
const linesMost = 40
/** In flow coordinates, at scale 1. */
const chipHeight = 20
const chipWidth = { least: 84, most: 200, gap: 18 }

/** Owners as a row of chips between control plane and machines, with lines down to what they have made. */
export function ownerPicture(trees: readonly OwnerNode[], layout: PlacedLayout): OwnerPicture {
  const makers = trees.flatMap((root) => [{ node: root, of: undefined as string | undefined }, ...root.children.filter(isMaker).map((node) => ({ node, of: root.key }))])
  const picture: OwnerPicture = { chips: [], lines: [] }
  if (makers.length === 0) return picture
  const { scale } = layout
  const y = rowOf(layout)
  const room = layout.width / makers.length
  const width = Math.min(chipWidth.most * scale, Math.max(chipWidth.least * scale, room - chipWidth.gap * scale))
  const span = Math.min(room, width + chipWidth.gap * scale * 1.6)
  const first = (layout.width - span * makers.length) / 2 + span / 2
  const places = new Map<string, OwnerChip>()
  makers.forEach(({ node: { key, kind, name } }, i) => {
    const chip = { key, kind, name, x: first + i * span, y, width }
    places.set(key, chip)
    picture.chips.push(chip)
  })
  const every = trees.reduce((sum, tree) => sum + podsOfTree(tree).length, 0)
  for (const [nth, { node, of }] of makers.entries()) {
    const chip = places.get(node.key)!
    if (of !== undefined) picture.lines.push({ ...beside(places.get(of)!, chip), pods: 1 })
    const own = node.children.flatMap(({ key }) => (key.startsWith('pods/') ? [key.slice('pods/'.length)] : []))
    picture.lines.push(...(every > linesMost ? toMachines(chip, own, layout) : toPods(chip, nth, own, layout)))
  }
  return picture
}

const isMaker = ({ key, children }: OwnerNode): boolean => !key.startsWith('pods/') && children.length > 0

/** Just above the machines' tabs. */
function rowOf({ machines, rail, scale }: PlacedLayout): number {
  const top = Math.min(...[...machines.values()].map(({ y }) => y))
  const floor = Number.isFinite(top) ? top : rail.y + rail.height + 58 * scale
  return floor - 38 * scale
}

function beside(from: OwnerChip, to: OwnerChip): { d: string; at: { x: number; y: number } } {
  // From middle to middle: the chips lie over it, however wide their names are.
  const [x1, x2] = [from.x, to.x]
  const sag = to.x - from.x > from.width * 1.8 ? chipHeight * 1.6 : 0
  return { d: `M${x1} ${from.y} Q${(x1 + x2) / 2} ${from.y + sag} ${x2} ${to.y}`, at: { x: (x1 + x2) / 2, y: from.y } }
}

function toPods(chip: OwnerChip, nth: number, pods: readonly string[], layout: PlacedLayout): OwnerLine[] {
  return pods.flatMap((name) => {
    const box = layout.pods?.get(name)
    return box === undefined ? [] : [{ ...down(chip, nth, box, layout.scale), pods: 1 }]
  })
}

/** Between chips and tabs, and down to the left edge of a box: what lies above it is not crossed. Chips beside each other have levels of their own. */
function down(chip: OwnerChip, nth: number, { x, y, height }: Box, scale: number): { d: string; at: { x: number; y: number } } {
  const [y1, y2] = [chip.y + (chipHeight / 2) * scale, y + height / 2]
  const side = x - 7 * scale
  const level = y1 + (5 + 4 * (nth % 3)) * scale
  const points = [{ x: chip.x, y: y1 }, { x: chip.x, y: level }, { x: side, y: level }, { x: side, y: y2 }, { x, y: y2 }]
  return { d: pathOf(points, 5 * scale), at: { x: side, y: y2 } }
}

function toMachines(chip: OwnerChip, pods: readonly string[], layout: PlacedLayout): OwnerLine[] {
  const counts = new Map<string, number>()
  for (const name of pods) {
    const box = layout.pods?.get(name)
    const machine = box === undefined ? undefined : machineAt(box, layout)
    if (machine !== undefined) counts.set(machine, (counts.get(machine) ?? 0) + 1)
  }
  const { scale } = layout
  return [...counts].map(([machine, count]) => {
    const box = layout.machines.get(machine)!
    const [x1, y1] = [chip.x, chip.y + (chipHeight / 2) * scale]
    const [x2, y2] = [box.x + box.width * 0.5, box.y]
    return { d: `M${x1} ${y1} C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2}`, at: { x: x2, y: y2 }, pods: count }
  })
}
